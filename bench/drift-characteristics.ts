/**
 * How often the drift panel is wrong and how soon it is right, on generated walks with known truth:
 * `npm run drift:characteristics [-- --null 500 --each 200 --seed 20000]`. Prints the table, writes it to docs/drift-characteristics.md.
 */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { DRIFT_METRICS, type DriftMetricName } from '../src/drift/drift-metric.ts';
import { renewDriftSection } from './docs/drift-table.ts';
import { OnsetBank, type DriftState } from '../src/drift/onset-bank.ts';
import { makeWalk, minutesOf, type GeneratedWalk } from './drift-walks.ts';

const root = path.resolve(import.meta.dirname, '..');
const { values: args } = parseArgs({
  options: {
    null: { type: 'string', default: '500' },
    each: { type: 'string', default: '200' },
    seed: { type: 'string', default: '20000' },
  },
});

function run(
  walk: GeneratedWalk,
  name: DriftMetricName,
  flagged = false,
): { last: DriftState | undefined; atAlarm: DriftState | undefined; bank: OnsetBank } {
  const bank = new OnsetBank(DRIFT_METRICS[name]);
  if (flagged && Number.isFinite(walk.slipT)) bank.declareJump(Math.floor(walk.slipT));
  let last: DriftState | undefined;
  let atAlarm: DriftState | undefined;
  for (const value of minutesOf(walk, name)) {
    last = bank.push(value);
    if (atAlarm === undefined && last.alarmMinute !== null) atAlarm = last;
  }
  return { last, atAlarm, bank };
}

const all = Object.keys(DRIFT_METRICS) as DriftMetricName[];
const nulls = Number(args.null);
const each = Number(args.each);
let seed = Number(args.seed);
const rows: string[] = [];
const say = (scenario: string, measured: string, floor: string, aim: string) => {
  rows.push(`| ${scenario} | ${measured} | ${floor} | ${aim} |`);
  process.stderr.write(`${scenario}: ${measured}\n`);
};
const percent = (k: number, n: number) =>
  `${((100 * k) / n).toFixed(1)} % ± ${((196 * Math.sqrt(Math.max(k, 1) * Math.max(n - k, 1))) / n ** 1.5).toFixed(1)}`;

function falseAlarms(
  scenario: string,
  count: number,
  options: Record<string, unknown>,
  floor: string,
  aim: string,
  names = all,
  flagged = false,
) {
  let alarms = 0;
  const by = Object.fromEntries(names.map((n) => [n, 0])) as Record<DriftMetricName, number>;
  for (let i = 0; i < count; i++) {
    const walk = makeWalk(seed++, options);
    let any = false;
    for (const name of names)
      if (run(walk, name, flagged).last?.alarmMinute != null) {
        by[name]++;
        any = true;
      }
    if (any) alarms++;
  }
  const detail = names.length > 1 ? ` (${names.map((n) => ((100 * by[n]) / count).toFixed(1)).join(', ')})` : '';
  say(scenario, percent(alarms, count) + detail, floor, aim);
}

function found(
  scenario: string,
  name: DriftMetricName,
  alt: Record<string, unknown>,
  floor: string,
  aim: string,
  options: Record<string, unknown> = {},
  flagged = false,
) {
  const delays: number[] = [];
  let covered = 0;
  let detected = 0;
  let early = 0;
  const widths: number[] = [];
  for (let i = 0; i < each; i++) {
    const walk = makeWalk(seed++, { ...options, alt });
    const { last, atAlarm } = run(walk, name, flagged);
    const alarm = atAlarm?.alarmMinute ?? null;
    const delay = alarm === null ? Infinity : alarm - walk.onset;
    if (delay < 0) early++;
    delays.push(delay);
    const range = last?.onsetMin;
    if (alarm !== null && range != null) {
      detected++;
      widths.push(range[1] - range[0]);
      if (walk.onset >= range[0] - 2 && walk.onset <= range[1] + 2) covered++;
    }
  }
  delays.sort((a, b) => a - b);
  widths.sort((a, b) => a - b);
  const median = delays[each >> 1]!;
  const hits = delays.filter(Number.isFinite).length;
  say(
    scenario,
    `${percent(hits, each)}, ${Number.isFinite(median) ? `${median.toFixed(0)} min` : '-'}; onset range holds ${((100 * covered) / Math.max(1, detected)).toFixed(0)} %, ${widths[widths.length >> 1] ?? '-'} min wide; early ${early}`,
    floor,
    aim,
  );
}

const roll = 'eversion_excursion_deg';
const drop = 'pelvic_drop_excursion_deg';
falseAlarms('unchanged 2 h, whole panel (roll-in, drop, stance, variability)', nulls, {}, '<= 4 %', '<= 1.5 %');
falseAlarms('unchanged, camber x 2', each, { camber: 1.2 }, '<= 7 %', '<= 2.5 %');
falseAlarms('unchanged, speed step -0.2 m/s', each, { speedStep: 50, speedStepA: -0.2 }, '<= 7 %', '<= 2.5 %');
falseAlarms(
  'unchanged, many stops and a 15-min break',
  each,
  { stopEvery: 4, stopLen: 60, breakP: 1, breakLen: 15 },
  '<= 7 %',
  '<= 2.5 %',
);
falseAlarms('unchanged 3 h', Math.round(0.6 * each), { T: 180 }, '<= 6 %', '<= 2 %');
falseAlarms('unchanged, noise x 1.6', each, { noiseScale: 1.6 }, '<= 5 %', '<= 2 %');
falseAlarms('unchanged, warm-up 1.5°, 5 min', each, { warm: 1.5, warmTau: 5 }, '<= 12 %', '<= 4 %');
falseAlarms('stress: wander with memory .85 at 70 % of the variance', each, { H: 0.85, lrd: 0.7 }, '<= 22 %', '<= 8 %');
falseAlarms('stress: wander with memory .90 at 80 % of the variance', each, { H: 0.9, lrd: 0.8 }, '<= 35 %', '<= 12 %');
falseAlarms('stress: slopes that move the roll-in by .35°', each, { grade: 0.35 }, '<= 30 %', '<= 8 %');
falseAlarms('one-foot slip 1.5 to 3°, not flagged, panel', each, { slip: 3 }, '<= 12 %', '<= 4 %');
falseAlarms('one-foot slip 1.5 to 3°, flagged, roll-in', each, { slip: 3 }, '<= 4 %', '<= 1.5 %', [roll], true);
const ramp = (what: string, amp: number, dur: number, side = 'both') => ({ what, amp, dur, side });
found('roll-in, both feet, 1° over 60 min', roll, ramp('roll', 1, 60), '60 %, 72 min', '85 %, 55 min');
found('roll-in, both feet, 1° over 30 min', roll, ramp('roll', 1, 30), '70 %, 42 min', '92 %, 32 min');
found('roll-in, both feet, 1.5° over 60 min', roll, ramp('roll', 1.5, 60), '88 %, 50 min', '98 %, 38 min');
found('roll-in, both feet, 1.5° over 30 min', roll, ramp('roll', 1.5, 30), '88 %, 31 min', '98 %, 23 min');
found('roll-in, both feet, 2° over 60 min', roll, ramp('roll', 2, 60), '95 %, 40 min', '99 %, 30 min');
found('roll-in, both feet, 2° over 30 min', roll, ramp('roll', 2, 30), '94 %, 27 min', '99 %, 19 min');
found('roll-in, left only, 1.5° over 45 min', roll, ramp('roll', 1.5, 45, 'L'), '48 %', '75 %, 50 min');
found('roll-in, left only, 2° over 45 min', roll, ramp('roll', 2, 45, 'L'), '78 %, 52 min', '93 %, 38 min');
found('drop, both, 1° over 45 min', drop, ramp('drop', 1, 45), '88 %, 48 min', '97 %, 36 min');
found('drop, both, 1.5° over 45 min', drop, ramp('drop', 1.5, 45), '92 %, 36 min', '99 %, 27 min');
found('drop, left, 1.5° over 45 min', drop, ramp('drop', 1.5, 45, 'L'), '70 %, 55 min', '90 %, 40 min');
found('stance difference 15 ms over 45 min', 'stance_difference_ms', ramp('stance', 15, 45), '50 %', '80 %, 48 min');
found(
  'stance difference 25 ms over 45 min',
  'stance_difference_ms',
  ramp('stance', 25, 45),
  '85 %, 44 min',
  '97 %, 31 min',
);
found('stride-time SD +49 % over 45 min', 'ln_stride_time_sd', ramp('var', 0.4, 45), '36 %', '65 %, 55 min');
found('stride-time SD +82 % over 45 min', 'ln_stride_time_sd', ramp('var', 0.6, 45), '65 %, 60 min', '90 %, 40 min');
found('1.5° over 45 min with a slip, not flagged', roll, ramp('roll', 1.5, 45), '70 %', '85 %', { slip: 3 });
found('1.5° over 45 min with a slip, flagged', roll, ramp('roll', 1.5, 45), '72 %', '87 %', { slip: 3 }, true);
found('1.5° over 45 min with camber x 2', roll, ramp('roll', 1.5, 45), '84 %', '99 %', { camber: 1.2 });
{
  let drift = 0;
  let sudden = 0;
  for (let i = 0; i < each; i++) {
    const walk = makeWalk(seed++, { alt: { what: 'roll', amp: 1.5, dur: 0 } });
    const { last, bank } = run(walk, roll);
    if (last?.alarmMinute != null) drift++;
    if (bank.sudden.some((s) => Math.abs(s.atMin - walk.onset) <= 3)) sudden++;
  }
  say(
    'sudden +1.5° both: called drift / found as sudden within 3 min',
    `${percent(drift, each)} / ${percent(sudden, each)}`,
    '<= 15 % / >= 75 %',
    '<= 4 % / >= 92 %',
  );
}

falseAlarms(
  'a load put on for 25 min and taken off (+1°), nobody said so',
  each,
  { alt: { what: 'roll', amp: 1, dur: 0, off: 25 } },
  '<= 40 %',
  '<= 15 %',
  [roll],
);

const text = `# Drift: how often it is wrong, how soon it is right

Printed by \`npm run drift:characteristics -- --null ${nulls} --each ${each} --seed ${args.seed}\`: generated walks of two hours with
known truth, ${nulls} unchanged ones and ${each} of each other kind. Delays are minutes from the true onset to the alarm (median;
walks without an alarm count as never). ± is the 95 % range of the count. These are simulated walks: they test the method, not people.

| walks | measured | must | aim |
| --- | --- | --- | --- |
${rows.join('\n')}
`;
writeFileSync(path.join(root, 'docs/drift-characteristics.md'), text);
renewDriftSection(root);
process.stdout.write(text);
