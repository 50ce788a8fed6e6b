import type { StrideRecord } from '../domain/records.ts';
import { SIDES, type Side } from '../domain/sites.ts';
import { median } from '../math/median.ts';

/** The start: after two minutes of warm-up, ten minutes long. The end: the last ten minutes. Both need this many strides. */
const START_FROM_S = 120;
const WINDOW_S = 600;
const FEWEST_STRIDES = 50;
/** Shorter walks say nothing about change [s]. */
export const CHANGE_NEEDS_S = 30 * 60;
/** Strides remember each other: this share of them counts as independent. */
const INDEPENDENT_SHARE = 1 / 3;
const LOWEST_QUALITY = 0.3;

/** A metric's median in a window, with half of its 95 % interval and the strides it rests on. */
export interface WindowLevel {
  readonly median: number;
  readonly halfWidth: number;
  readonly strides: number;
}

export interface StartEndRow {
  readonly metric: string;
  readonly side: Side;
  readonly start: WindowLevel | null;
  readonly end: WindowLevel | null;
  /** End less start, with half of its 95 % interval; null where a window is too thin. `clear`: beyond both that and what matters. */
  readonly change: { readonly value: number; readonly halfWidth: number; readonly clear: boolean } | null;
}

/** Gathers valid strides and compares the wearer's end with their own start, side by side. */
export class StartEndTable {
  readonly #metrics: readonly string[];
  readonly #times: Record<Side, number[]> = { left: [], right: [] };
  readonly #values: Record<Side, Map<string, number[]>>;

  /** @param metrics names of stride fields */
  constructor(metrics: readonly string[]) {
    this.#metrics = metrics;
    const empty = () => new Map(metrics.map((m) => [m, [] as number[]]));
    this.#values = { left: empty(), right: empty() };
  }

  stride(stride: StrideRecord): void {
    if (stride.turning || stride.quality < LOWEST_QUALITY) return;
    this.#times[stride.side].push(stride.ic_s);
    for (const [metric, values] of this.#values[stride.side]) {
      const value = stride[metric];
      values.push(typeof value === 'number' ? value : NaN);
    }
  }

  /** @param startS @param endS the walk's first and last moment [s] */
  rows(startS: number, endS: number): readonly StartEndRow[] {
    const long = endS - startS >= CHANGE_NEEDS_S;
    const first = [startS + START_FROM_S, startS + START_FROM_S + WINDOW_S] as const;
    const last = [endS - WINDOW_S, endS] as const;
    return this.#metrics.flatMap((metric) =>
      SIDES.map((side) => {
        const start = this.#level(side, metric, first);
        const end = long ? this.#level(side, metric, last) : null;
        if (start === null || end === null) return { metric, side, start, end, change: null };
        const value = end.median - start.median;
        const halfWidth = Math.hypot(start.halfWidth, end.halfWidth);
        return {
          metric,
          side,
          start,
          end,
          change: { value, halfWidth, clear: Math.abs(value) > Math.max(halfWidth, leastWorthWords(metric)) },
        };
      }),
    );
  }

  #level(side: Side, metric: string, [from, to]: readonly [number, number]): WindowLevel | null {
    const times = this.#times[side];
    const values = this.#values[side].get(metric)!;
    const inside: number[] = [];
    for (const [i, t] of times.entries()) if (t >= from && t < to && !Number.isNaN(values[i]!)) inside.push(values[i]!);
    if (inside.length < FEWEST_STRIDES) return null;
    const middle = median(inside);
    const spread = 1.4826 * median(inside.map((v) => Math.abs(v - middle)));
    const halfWidth = (1.96 * 1.2533 * spread) / Math.sqrt(inside.length * INDEPENDENT_SHARE);
    return { median: middle, halfWidth, strides: inside.length };
  }
}

/** Smallest change of a stride field that is worth words, in the field's unit: smaller ones are certain at most, never clear. */
export function leastWorthWords(metric: string): number {
  if (metric.endsWith('_deg')) return 0.5;
  if (metric.endsWith('_dps')) return 15;
  if (metric.includes('pct')) return 0.5;
  if (metric === 'stride_length_m') return 0.02;
  if (metric.endsWith('_mps')) return 0.05;
  if (metric.endsWith('_m')) return 0.01;
  return metric.endsWith('_s') ? 0.012 : 0;
}
