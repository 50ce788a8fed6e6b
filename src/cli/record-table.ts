import type { FindingRecord, StrideRecord, WalkRecord } from '../domain/records.ts';
import { REASONS } from '../domain/reasons.ts';
import { strideMetrics } from '../pipeline/metrics/index.ts';

/** Columns of the stride table: heading, field, decimals. */
const COLUMNS = [
  ['contact s', 'ic_s', 2],
  ['stride s', 'stride_time_s', 3],
  ['stance s', 'stance_time_s', 3],
  ['length m', 'stride_length_m', 2],
  ['speed m/s', 'walking_speed_mps', 2],
  ['roll-in deg', 'eversion_excursion_deg', 1],
  ['peak at %', 'eversion_peak_at_pct_stance', 0],
  ['drop deg', 'pelvic_drop_deg', 1],
  ['quality', 'quality', 2],
] as const;
const WIDTH = 12;

/** Headings of the stride table. */
export function strideHeader(): string {
  return `${'side'.padEnd(6)}${COLUMNS.map(([name]) => name.padStart(WIDTH)).join('')}\n`;
}

/** A stride as a row; `-` where a value can't be known, the reason of the first of them at the end. */
export function strideLine(stride: StrideRecord): string {
  const cells = COLUMNS.map(([, field, decimals]) => shown(stride[field], decimals).padStart(WIDTH));
  const missing = COLUMNS.map(([, field]) => stride.reasons[field]).find((code) => code !== undefined);
  const notes = [stride.turning ? 'turning' : '', missing ?? ''].filter((text) => text !== '');
  return `${stride.side.padEnd(6)}${cells.join('')}${notes.length > 0 ? `  ${notes.join(', ')}` : ''}\n`;
}

/** A finding as a sentence. */
export function findingLine(finding: FindingRecord): string {
  return `  at ${clock(finding.at_s)}: ${finding.text} (certainty ${Math.round(100 * finding.confidence)} %)\n`;
}

/** The walk in a screenful: how much, how fast, both feet side by side, what the sensors sent, what is not known and why. */
export function walkText(walk: WalkRecord): string {
  const lines: string[] = [''];
  const speed = walk.walking_speed_mps === null ? '' : `, ${walk.walking_speed_mps.toFixed(2)} m/s`;
  const cadence = walk.cadence_spm === null ? '' : `, ${walk.cadence_spm.toFixed(0)} steps/min`;
  const distance = walk.distance_m === null ? '' : `, ${distanceText(walk.distance_m)}`;
  lines.push(
    `Walk of ${clock(walk.duration_s)}: ${walk.steps} steps, ${walk.strides} strides${distance}${speed}${cadence}`,
  );
  if (walk.running !== undefined && walk.running.strides > 0) lines.push(runLine(walk.running));
  if (walk.strides > 0) lines.push('', ...medians(walk));
  lines.push('', ...walk.sensors.map(sensorLine));
  for (const [field, code] of Object.entries(walk.reasons)) lines.push(`${field}: ${REASONS[code]}`);
  return `${lines.join('\n')}\n`;
}

/** What was run counts as steps, and in nothing else. */
function runLine({ strides, duration_s: durationS, cadence_spm: cadence }: NonNullable<WalkRecord['running']>): string {
  const pace = cadence === null ? '' : ` at ${cadence.toFixed(0)} steps/min`;
  return `${strides} of the strides were run (${clock(durationS)}${pace}): not in distance, speed, cadence and medians`;
}

function medians(walk: WalkRecord): string[] {
  const rows = strideMetrics
    .map((metric) => ({ metric, left: walk.left.medians[metric.name], right: walk.right.medians[metric.name] }))
    .filter(({ left, right }) => typeof left === 'number' || typeof right === 'number')
    .map(({ metric, left, right }) => {
      const decimals = metric.unit === 's' ? 3 : metric.unit === 'm' || metric.unit === 'm/s' ? 2 : 1;
      const label = `${metric.label} [${metric.unit}]`;
      return `${label.padEnd(46)}${shown(left, decimals).padStart(WIDTH)}${shown(right, decimals).padStart(WIDTH)}`;
    });
  const counts = `${'Strides that count (straight, of good quality)'.padEnd(46)}${String(walk.left.valid_strides).padStart(WIDTH)}${String(walk.right.valid_strides).padStart(WIDTH)}`;
  return [`${'Medians'.padEnd(46)}${'left'.padStart(WIDTH)}${'right'.padStart(WIDTH)}`, counts, ...rows];
}

function sensorLine(sensor: Record<string, unknown>): string {
  const number = (key: string): number => (typeof sensor[key] === 'number' ? sensor[key] : 0);
  const samples = number('samples');
  const lost = number('lostSamples');
  const rate = typeof sensor['rateHz'] === 'number' ? ` at ${sensor['rateHz'].toFixed(1)} Hz` : '';
  const share = samples + lost > 0 ? ` (${((100 * lost) / (samples + lost)).toFixed(1)} %)` : '';
  const parts = [
    `${samples} samples${rate}`,
    lost > 0 ? `${lost} lost${share} in ${number('gaps')} gaps` : 'none lost',
    ...(
      [
        ['duplicates', 'repeated'],
        ['lateSamples', 'samples came late'],
        ['resampled', 'resampled'],
        ['reboots', 'restarts'],
        ['rejected', 'packets refused'],
      ] as const
    ).flatMap(([key, word]) => (number(key) > 0 ? [`${number(key)} ${word}`] : [])),
  ];
  return `${String(sensor['site']).replace('_', ' ').padEnd(12)}${parts.join(', ')}`;
}

const shown = (value: unknown, decimals: number): string => (typeof value === 'number' ? value.toFixed(decimals) : '-');

const distanceText = (metres: number): string =>
  metres >= 1000 ? `${(metres / 1000).toFixed(2)} km` : `${metres.toFixed(0)} m`;

/** 83 s -> 1:23; with hours from 3600 s on. */
function clock(seconds: number): string {
  const whole = Math.floor(seconds);
  const two = (n: number): string => String(n).padStart(2, '0');
  const minutes = Math.floor(whole / 60) % 60;
  if (whole < 3600) return `${minutes}:${two(whole % 60)}`;
  return `${Math.floor(whole / 3600)}:${two(minutes)}:${two(whole % 60)}`;
}
