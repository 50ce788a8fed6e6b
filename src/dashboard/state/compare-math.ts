import type { CompareResult, Side, Timeline } from '../api/types.ts';
import type { ChartPoint } from '../charts/chart-data.ts';
import { changeOf, levelOf, practical, symmetryPct } from './report-math.ts';
import { median, START_FROM_S, START_UNTIL_S } from './walk-series.ts';

/** One walk of a set, as far as a comparison needs it. */
export interface ComparedWalk {
  readonly id: string;
  readonly durationS: number;
  readonly timeline: Timeline;
  readonly firstPainMin: number | null;
  readonly mostPain: number | null;
}

/** A difference B - A with its 95 % range; null values where it can't be known. */
export interface Difference {
  readonly key: string;
  readonly value: number;
  readonly low: number;
  readonly high: number;
  /** Zone in which a difference is too small to matter: -zone to zone. */
  readonly zone: number;
  readonly walksA: number;
  readonly walksB: number;
  /** Its name, where the service gave one. */
  readonly label?: string;
}

/** What the service compares minute by minute, and this page shows. */
const MATCHED = ['eversion_excursion_deg', 'pelvic_drop_excursion_deg', 'stride_length_m'];

/**
 * Differences with those of the service in place of the page's own: same minutes, same speed, angles against each walk's start.
 * @param counts walks of A and of B
 * @param named how a metric's label is written
 */
export function withMatched(
  own: readonly Difference[],
  matched: CompareResult['items'],
  counts: readonly [number, number],
  named: (item: CompareResult['items'][number]) => string,
): Difference[] {
  const [walksA, walksB] = counts;
  const found = MATCHED.flatMap((metric) => {
    const item = matched.find((m) => m.metric === metric);
    if (item === undefined || item.difference === null || item.half_width === null) return [];
    const { difference: value, half_width: half } = item;
    const range = { value, low: value - half, high: value + half, zone: practical(metric) };
    return [{ key: metric, ...range, walksA, walksB, label: named(item) }];
  });
  const replaced = new Set(found.map((d) => d.key));
  return [...found, ...own.filter((d) => !replaced.has(d.key.split(' ')[0] ?? ''))];
}

/** What a difference says. */
export type Reading = 'more' | 'less' | 'nothing' | 'small';
export const readingOf = (d: Difference): Reading =>
  d.low > 0 ? (d.value >= d.zone ? 'more' : 'small') : d.high < 0 ? (d.value <= -d.zone ? 'less' : 'small') : 'nothing';

/** Student's t, two-sided 95 %, for 1 to 30 degrees of freedom. */
const T95 = [
  12.71, 4.3, 3.18, 2.78, 2.57, 2.45, 2.36, 2.31, 2.26, 2.23, 2.2, 2.18, 2.16, 2.14, 2.13, 2.12, 2.11, 2.1, 2.09, 2.09,
  2.08, 2.07, 2.07, 2.06, 2.06, 2.06, 2.05, 2.05, 2.05, 2.04,
] as const;

const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
const variance = (values: readonly number[]) => {
  const m = mean(values);
  return values.reduce((a, b) => a + (b - m) ** 2, 0) / Math.max(1, values.length - 1);
};

/**
 * Difference of two sets of walks by Welch's t: each walk is one value, since walks and not strides are what varies. With
 * a single walk on a side no range can be known from walks; then `halves` (the walks' own uncertainty) bound it from below.
 */
export function differenceOf(
  key: string,
  a: readonly number[],
  b: readonly number[],
  zone: number,
  halves: readonly [number, number] = [Infinity, Infinity],
): Difference | null {
  if (a.length === 0 || b.length === 0) return null;
  const value = mean(b) - mean(a);
  let half: number;
  if (a.length >= 2 && b.length >= 2) {
    const [va, vb] = [variance(a) / a.length, variance(b) / b.length];
    const df = (va + vb) ** 2 / Math.max(1e-12, va ** 2 / (a.length - 1) + vb ** 2 / (b.length - 1));
    const t = T95[Math.min(T95.length, Math.max(1, Math.floor(df))) - 1] ?? 1.96;
    half = t * Math.sqrt(va + vb);
  } else half = Math.hypot(...halves);
  if (!Number.isFinite(half)) return null;
  return { key, value, low: value - half, high: value + half, zone, walksA: a.length, walksB: b.length };
}

/** Speeds that both sets have: bins outside are left out, so that pace is not taken for a difference. */
export function sharedSpeeds(a: readonly ComparedWalk[], b: readonly ComparedWalk[]): [number, number] | null {
  const speeds = (walks: readonly ComparedWalk[]) =>
    walks
      .flatMap((w) => (['left', 'right'] as const).flatMap((s) => w.timeline.fields['walking_speed_mps']?.[s] ?? []))
      .filter((v): v is number => v !== null)
      .sort((x, y) => x - y);
  const at = (sorted: readonly number[], share: number) => sorted[Math.floor(share * (sorted.length - 1))] ?? NaN;
  const [sa, sb] = [speeds(a), speeds(b)];
  if (sa.length === 0 || sb.length === 0) return null;
  const low = Math.max(at(sa, 0.03), at(sb, 0.03));
  const high = Math.min(at(sa, 0.97), at(sb, 0.97));
  return low < high ? [low, high] : null;
}

/** A walk's timeline with only the bins walked at a speed in the range. */
export function atSpeeds(walk: ComparedWalk, speeds: readonly [number, number]): ComparedWalk {
  const { timeline } = walk;
  const speed = timeline.fields['walking_speed_mps'];
  const keep = timeline.from_s.map((_, i) => {
    const v = speed?.left[i] ?? speed?.right[i] ?? null;
    return v !== null && v >= speeds[0] && v <= speeds[1];
  });
  const fields = Object.fromEntries(
    Object.entries(timeline.fields).map(([name, sides]) => [
      name,
      {
        left: sides.left.map((v, i) => (keep[i] === true ? v : null)),
        right: sides.right.map((v, i) => (keep[i] === true ? v : null)),
      },
    ]),
  );
  return { ...walk, timeline: { ...timeline, fields } };
}

/** Last minute that every walk of both sets reaches [s]. */
export const sharedUntilS = (walks: readonly ComparedWalk[]): number => Math.min(...walks.map((w) => w.durationS));

/** Change from each walk's own start, minute by minute: median of the set and its range. */
export function setCurve(
  walks: readonly ComparedWalk[],
  field: string,
  side: Side,
  untilS: number,
  binS = 300,
): { middle: ChartPoint[]; low: ChartPoint[]; high: ChartPoint[] } {
  const middle: ChartPoint[] = [];
  const low: ChartPoint[] = [];
  const high: ChartPoint[] = [];
  const starts = walks.map((w) => {
    const column = w.timeline.fields[field]?.[side] ?? [];
    return levelOf(
      column.filter(
        (_, i) => (w.timeline.from_s[i] ?? 0) >= START_FROM_S && (w.timeline.from_s[i] ?? 0) < START_UNTIL_S,
      ),
    );
  });
  for (let from = 0; from + binS <= untilS + 1; from += binS) {
    const values = walks.flatMap((w, n) => {
      const start = starts[n];
      const column = w.timeline.fields[field]?.[side] ?? [];
      const inBin = column.filter((v, i): v is number => {
        const at = w.timeline.from_s[i] ?? -1;
        return v !== null && at >= from && at < from + binS;
      });
      const level = median(inBin);
      return start == null || level === null ? [] : [level - start.value];
    });
    const x = (from + binS / 2) / 60;
    const m = median(values);
    middle.push({ x, y: m });
    low.push({ x, y: m === null ? null : Math.min(...values) });
    high.push({ x, y: m === null ? null : Math.max(...values) });
  }
  return { middle, low, high };
}

const known = (values: readonly (number | null)[]): number[] => values.filter((v): v is number => v !== null);

/** Every difference that two sets allow. Angles only as change within each walk, at matched minutes and speeds. */
export function differences(a: readonly ComparedWalk[], b: readonly ComparedWalk[]): Difference[] {
  const until = sharedUntilS([...a, ...b]);
  const out: (Difference | null)[] = [];
  const change = (field: string, side: Side) => {
    const of = (w: ComparedWalk) => changeOf(w.timeline, field, side, until);
    const [ca, cb] = [a.map(of), b.map(of)];
    out.push(
      differenceOf(
        `${field} ${side}`,
        known(ca.map((c) => c?.value ?? null)),
        known(cb.map((c) => c?.value ?? null)),
        practical(field),
        [ca[0]?.half ?? Infinity, cb[0]?.half ?? Infinity],
      ),
    );
  };
  for (const field of ['eversion_excursion_deg', 'pelvic_drop_excursion_deg'])
    for (const side of ['left', 'right'] as const) change(field, side);
  const stance = (w: ComparedWalk): number | null => {
    const l = levelOf(w.timeline.fields['stance_time_s']?.left ?? []);
    const r = levelOf(w.timeline.fields['stance_time_s']?.right ?? []);
    return l === null || r === null ? null : symmetryPct(l.value, r.value);
  };
  out.push(differenceOf('stance_symmetry', known(a.map(stance)), known(b.map(stance)), 1.6));
  const length = (w: ComparedWalk): number | null =>
    levelOf(w.timeline.fields['stride_length_m']?.left ?? [])?.value ?? null;
  out.push(differenceOf('stride_length_m', known(a.map(length)), known(b.map(length)), practical('stride_length_m')));
  out.push(differenceOf('most_pain', known(a.map((w) => w.mostPain)), known(b.map((w) => w.mostPain)), 1));
  return out.filter((d) => d !== null);
}
