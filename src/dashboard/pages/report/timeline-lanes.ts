import type { ChartLine, ChartPoint, LineStyle } from '../../charts/chart-data.ts';
import type { Side, Timeline } from '../../api/types.ts';
import { t } from '../../i18n/language.svelte.ts';
import { fixed, signed } from '../../i18n/numbers.ts';
import { levelOf } from '../../state/report-math.ts';
import { START_FROM_S, START_UNTIL_S } from '../../state/walk-series.ts';

/** One chart of the timeline: its lines on the shared axis of time. */
export interface Lane {
  readonly title: string;
  readonly lines: readonly ChartLine[];
  /** How a tick is written. */
  readonly text: (y: number) => string;
  /** The lines are changes from the start. */
  readonly zero: boolean;
  /** Smallest range of y, so that noise is not blown up. */
  readonly floor: number;
  readonly step: number;
  /** [px] */
  readonly height: number;
}

export interface LaneOptions {
  /** Changes from the start instead of values: the walk is long enough to have one. */
  readonly change: boolean;
  /** Room for letters only. */
  readonly narrow: boolean;
}

interface PointOptions {
  readonly minusStart?: boolean;
  readonly of?: (v: number) => number;
}

/** Medians of three bins: the line shows the walk, not each stride. A bin without strides is a break. */
function points(timeline: Timeline, field: string, side: Side, { minusStart, of }: PointOptions = {}): ChartPoint[] {
  const column = timeline.fields[field]?.[side];
  if (column === undefined) return [];
  const inStart = column.filter((_, i) => {
    const at = timeline.from_s[i] ?? 0;
    return at >= START_FROM_S && at < START_UNTIL_S;
  });
  const start = minusStart === true ? (levelOf(inStart)?.value ?? null) : 0;
  if (start === null) return [];
  return column.map((value, i) => {
    const x = ((timeline.from_s[i] ?? 0) + timeline.bin_s / 2) / 60;
    if (value === null) return { x, y: null };
    const near = [column[i - 1], value, column[i + 1]]
      .filter((v): v is number => typeof v === 'number')
      .sort((a, b) => a - b);
    const middle = near[near.length >> 1] ?? value;
    return { x, y: (of === undefined ? middle : of(middle)) - start };
  });
}

const known = (list: readonly ChartPoint[]): boolean => list.some((p) => p.y !== null);

/** The charts of a walk's timeline; those without any value are left out. */
export function lanesOf(timeline: Timeline, { change, narrow }: LaneOptions): Lane[] {
  const named = (name: string, style: LineStyle, list: ChartPoint[], text: (y: number) => string): ChartLine => {
    const last = list.findLast((p) => p.y !== null)?.y;
    return { name, style, points: list, ...(last == null || narrow ? {} : { valueText: text(last) }) };
  };
  const left = t(narrow ? 'side.left.letter' : 'side.left.cap');
  const right = t(narrow ? 'side.right.letter' : 'side.right.cap');
  const degreesText = (y: number) => (change ? `${signed(y, 1)}°` : `${fixed(y, 1)}°`);
  const tick = (y: number) => (change ? `${signed(y, 0)}°` : `${fixed(y)}°`);
  const angles = (field: string, ...styles: [left: LineStyle, right: LineStyle]) => [
    named(left, styles[0], points(timeline, field, 'left', { minusStart: change }), degreesText),
    named(right, styles[1], points(timeline, field, 'right', { minusStart: change }), degreesText),
  ];
  const cadence = (side: Side) => points(timeline, 'stride_time_s', side, { of: (v) => 120 / v });
  const leftCadence = cadence('left');
  const lanes: Lane[] = [
    {
      title: t(change ? 'timeline.rollChange' : 'timeline.roll'),
      lines: angles('eversion_excursion_deg', 'left', 'right'),
      text: tick,
      zero: change,
      floor: 3,
      step: 1,
      height: 170,
    },
    {
      title: t(change ? 'timeline.dipChange' : 'timeline.dip'),
      lines: angles('pelvic_drop_excursion_deg', 'plain', 'pelvis'),
      text: tick,
      zero: change,
      floor: 2,
      step: 1,
      height: 130,
    },
    {
      title: t('timeline.cadence'),
      lines: [named('', 'plain', known(leftCadence) ? leftCadence : cadence('right'), (y) => fixed(y))],
      text: (y) => fixed(y),
      zero: false,
      floor: 12,
      step: 4,
      height: 92,
    },
    {
      title: t('timeline.speed'),
      lines: [named('', 'plain', points(timeline, 'walking_speed_mps', 'left'), (y) => fixed(y, 2))],
      text: (y) => fixed(y, 1),
      zero: false,
      floor: 0.4,
      step: 0.2,
      height: 92,
    },
  ];
  return lanes.filter((lane) => lane.lines.some((line) => known(line.points)));
}

/** Range of a lane in whole steps, at most five of them. */
export function rangeOf(lane: Lane): { min: number; max: number; step: number } {
  const ys = lane.lines.flatMap((l) => l.points.flatMap((p) => (p.y === null ? [] : [p.y])));
  let low = Math.min(...ys);
  let high = Math.max(...ys);
  if (lane.zero) {
    low = Math.min(low, -1);
    high = Math.max(high, lane.floor - 0.5);
  }
  const middle = (low + high) / 2;
  if (high - low < lane.floor) {
    low = middle - lane.floor / 2;
    high = middle + lane.floor / 2;
  }
  let { step } = lane;
  while ((high - low) / step > 5) step *= 2;
  const min = Math.floor(low / step + 1e-9) * step;
  const max = Math.ceil(high / step - 1e-9) * step;
  return { min, max: max === min ? min + step : max, step };
}

/** All lanes as columns of one table: what the drawing shows, in numbers. */
export const tableOf = (lanes: readonly Lane[]) =>
  lanes.flatMap((lane) =>
    lane.lines.map((line) => ({
      name: [lane.title, line.name].filter(Boolean).join(', '),
      points: line.points,
      text: (y: number) => (lane.zero ? signed(y, 1) : fixed(y, Math.abs(y) < 10 ? 2 : 1)),
    })),
  );
