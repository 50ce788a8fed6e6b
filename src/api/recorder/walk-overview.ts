import type { CurveRecord } from '../../domain/records.ts';
import { wasRun } from '../../domain/running.ts';
import { SIDES, type Side } from '../../domain/sites.ts';
import type { EntryQuery, Walk, WalkStore } from '../../store/walk-store.ts';
import type { CurveSummary, Timeline } from '../contract.ts';
import { ProblemError } from '../problem.ts';
import { Breather } from './breather.ts';
import { readEntries } from './entry-reader.ts';

/** Curves that a summary rests on at most: evenly thinned beyond. */
const MOST_CURVES = 2000;
const MOST_BINS = 2000;

/** Medians of straight walked strides in bins of equal time; a bin without any is null, never filled. */
export async function timeline(
  store: WalkStore,
  walk: Walk,
  binS: number,
  fields: readonly string[],
): Promise<Timeline> {
  const bins = Math.ceil(walk.durationS / binS) + 1;
  if (bins > MOST_BINS)
    throw new ProblemError(400, 'too_many_bins', `Expected at most ${MOST_BINS} bins; this walk would have ${bins}.`, {
      whatToDo: `Ask for bin_s of ${Math.ceil(walk.durationS / MOST_BINS)} or more.`,
    });
  const values = fields.map(() => ({ left: emptyBins(bins), right: emptyBins(bins) }));
  const count = { left: new Array<number>(bins).fill(0), right: new Array<number>(bins).fill(0) };
  const turning = new Array<number>(bins).fill(0);
  const running = new Array<number>(bins).fill(0);
  let last = -1;
  for await (const stride of readEntries(store, walk.id, { types: ['stride'] })) {
    const bin = Math.floor(stride.ic_s / binS);
    if (bin < 0 || bin >= bins) continue;
    if (bin > last) last = bin;
    count[stride.side][bin]!++;
    if (stride.turning) turning[bin]!++;
    if (wasRun(stride)) running[bin]!++;
    if (stride.turning || wasRun(stride)) continue;
    for (const [f, field] of fields.entries()) {
      const value = stride[field];
      if (typeof value === 'number') values[f]![stride.side][bin]!.push(value);
    }
  }
  const used = last + 1;
  const medians = (lists: number[][]): (number | null)[] =>
    lists.slice(0, used).map((list) => quantile(list.sort(ascending), 0.5));
  return {
    bin_s: binS,
    from_s: Array.from({ length: used }, (_, i) => i * binS),
    fields: Object.fromEntries(
      fields.map((field, f) => [field, { left: medians(values[f]!.left), right: medians(values[f]!.right) }]),
    ),
    strides: { left: count.left.slice(0, used), right: count.right.slice(0, used) },
    turning: turning.slice(0, used),
    running: running.slice(0, used),
  };
}

/** Median and 10th to 90th percentile of each kind of curve and side, point by point. */
export async function curveSummary(
  store: WalkStore,
  walkId: string,
  query: EntryQuery<'curve'>,
): Promise<CurveSummary['items']> {
  const breather = new Breather();
  const groups = new Map<string, { kind: CurveRecord['kind']; side: Side; curves: (readonly number[])[] }>();
  for await (const curve of readEntries(store, walkId, query)) {
    const key = `${curve.kind} ${curve.side}`;
    const group = groups.get(key) ?? { kind: curve.kind, side: curve.side, curves: [] };
    group.curves.push(curve.values_deg);
    groups.set(key, group);
  }
  const items: CurveSummary['items'] = [];
  for (const group of [...groups.values()].sort(
    (a, b) => a.kind.localeCompare(b.kind) || SIDES.indexOf(a.side) - SIDES.indexOf(b.side),
  )) {
    const step = Math.ceil(group.curves.length / MOST_CURVES);
    const curves = group.curves.filter((_, i) => i % step === 0);
    const item = {
      kind: group.kind,
      side: group.side,
      strides: group.curves.length,
      median_deg: [] as number[],
      p10_deg: [] as number[],
      p90_deg: [] as number[],
    };
    for (let point = 0; point < (curves[0]?.length ?? 0); point++) {
      const sorted = curves.map((curve) => curve[point]!).sort(ascending);
      item.median_deg.push(quantile(sorted, 0.5)!);
      item.p10_deg.push(quantile(sorted, 0.1)!);
      item.p90_deg.push(quantile(sorted, 0.9)!);
      await breather.breathe();
    }
    items.push(item);
  }
  return items;
}

const ascending = (a: number, b: number): number => a - b;
const emptyBins = (count: number): number[][] => Array.from({ length: count }, () => []);

/** Linear between the two nearest of a sorted list; null of none. */
function quantile(sorted: readonly number[], q: number): number | null {
  if (sorted.length === 0) return null;
  const at = q * (sorted.length - 1);
  const low = Math.floor(at);
  const high = Math.min(sorted.length - 1, low + 1);
  return sorted[low]! + (at - low) * (sorted[high]! - sorted[low]!);
}
