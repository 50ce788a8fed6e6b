import type { ChartBand } from '../../charts/chart-data.ts';
import { t } from '../../i18n/language.svelte.ts';
import { fixed } from '../../i18n/numbers.ts';
import type { ReportData } from '../../state/report-data.ts';
import { START_FROM_S, START_UNTIL_S } from '../../state/walk-series.ts';
import type { LaneOptions } from './timeline-lanes.ts';

const minute = (s: number) => s / 60;
/** Gaps and runs below this can't be seen on an axis of minutes [s]. */
const SHOWN_S = 2;
/** Standing or sitting for so long is a rest [s]; named from `NAMED_REST_S` on. */
const REST_S = 60;
const NAMED_REST_S = 180;

/** What lies under the lines: the start, gaps, pauses, runs, rests, and when a change began. */
export function bandsOf(data: ReportData, options: LaneOptions): ChartBand[] {
  const { change, narrow } = options;
  return [
    ...(change
      ? [
          {
            from: minute(START_FROM_S),
            to: minute(START_UNTIL_S),
            kind: 'start' as const,
            label: t(narrow ? 'chart.startShort' : 'chart.start'),
          },
        ]
      : []),
    ...gapBands(data, narrow),
    ...pauseBands(data, narrow),
    ...runBands(data, narrow),
    ...onsetBands(data, narrow),
    ...restBands(data, narrow),
  ];
}

function gapBands(data: ReportData, narrow: boolean): ChartBand[] {
  return (data.record?.gaps ?? [])
    .filter((gap) => gap.to_s - gap.from_s > SHOWN_S)
    .map((gap) => ({
      from: minute(gap.from_s),
      to: minute(gap.to_s),
      kind: 'gap',
      ...(gap.to_s - gap.from_s > 60 && !narrow ? { label: t('chart.noSignal') } : {}),
    }));
}

function pauseBands(data: ReportData, narrow: boolean): ChartBand[] {
  return (data.record?.pauses ?? []).map(({ from_s: from, to_s: to, is_break: isBreak }) => ({
    from: minute(from),
    to: minute(to),
    kind: 'break',
    ...(narrow || to - from < NAMED_REST_S
      ? {}
      : { label: t(isBreak ? 'chart.break' : 'chart.pausedFor', { minutes: fixed((to - from) / 60) }) }),
  }));
}

/** What was run has no value of walking: the lines break there. */
function runBands(data: ReportData, narrow: boolean): ChartBand[] {
  return (data.record?.running?.spans ?? [])
    .filter(({ from_s: from, to_s: to }) => to - from > SHOWN_S)
    .map(({ from_s: from, to_s: to }) => ({
      from: minute(from),
      to: minute(to),
      kind: 'run',
      ...(narrow || to - from < NAMED_REST_S ? {} : { label: t('chart.runFor', { minutes: fixed((to - from) / 60) }) }),
    }));
}

function onsetBands(data: ReportData, narrow: boolean): ChartBand[] {
  // The report's range rests on the whole walk, the alarm's only on what came before it.
  const onset =
    data.report?.findings.find((f) => !f.sudden)?.since_min ??
    data.findings.find((f) => f.kind === 'drift')?.data?.['onset_min'];
  if (!Array.isArray(onset) || typeof onset[0] !== 'number' || typeof onset[1] !== 'number') return [];
  const [from, to] = [onset[0], onset[1]];
  return [
    {
      from,
      to: Math.max(to, from + 0.5),
      kind: 'onset',
      label: narrow ? t('chart.beganShort') : t('chart.beganRange', { from: fixed(from), to: fixed(to) }),
    },
  ];
}

/** Minutes with no stride of either foot, no gap and no pause: the wearer stood or sat. */
function restBands({ timeline, record }: ReportData, narrow: boolean): ChartBand[] {
  const explained = [...(record?.gaps ?? []), ...(record?.pauses ?? [])];
  const out: ChartBand[] = [];
  let restFrom: number | null = null;
  timeline.from_s.forEach((from, i) => {
    const strides = (timeline.strides.left[i] ?? 0) + (timeline.strides.right[i] ?? 0);
    if (strides === 0 && !explained.some((e) => e.from_s < from + timeline.bin_s && e.to_s > from)) {
      restFrom ??= from;
      return;
    }
    if (restFrom !== null && from - restFrom >= REST_S)
      out.push({
        from: minute(restFrom),
        to: minute(from),
        kind: 'break',
        ...(narrow || from - restFrom < NAMED_REST_S
          ? {}
          : { label: t('chart.rest', { minutes: fixed((from - restFrom) / 60) }) }),
      });
    restFrom = null;
  });
  return out;
}
