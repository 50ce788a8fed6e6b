import type { StrideRecord } from '../domain/records.ts';
import { SIDES, type Side } from '../domain/sites.ts';
import { median } from '../math/median.ts';

/** One line of the timeline: the median of each minute; null where there were fewer than five valid strides. */
export interface TimelineSeries {
  readonly metric: string;
  readonly side: Side;
  readonly values: readonly (number | null)[];
}

const FEWEST = 5;

/** Medians a minute of some metrics, both sides, over a whole walk. */
export class MinuteTimeline {
  readonly #metrics: readonly string[];
  readonly #minutes: Record<Side, Map<string, number[]>[]> = { left: [], right: [] };

  constructor(metrics: readonly string[]) {
    this.#metrics = metrics;
  }

  stride(stride: StrideRecord): void {
    if (stride.turning || stride.quality < 0.3) return;
    const minutes = this.#minutes[stride.side];
    const at = Math.floor(stride.ic_s / 60);
    if (!(at >= 0 && at < 24 * 60)) return;
    while (minutes.length <= at) minutes.push(new Map());
    for (const metric of this.#metrics) {
      const value = stride[metric];
      if (typeof value !== 'number') continue;
      const list = minutes[at]!.get(metric);
      if (list === undefined) minutes[at]!.set(metric, [value]);
      else list.push(value);
    }
  }

  series(): readonly TimelineSeries[] {
    const length = Math.max(this.#minutes.left.length, this.#minutes.right.length);
    return this.#metrics.flatMap((metric) =>
      SIDES.flatMap((side) => {
        const values = Array.from({ length }, (_, i) => medianOf(this.#minutes[side][i]?.get(metric)));
        return values.every((v) => v === null) ? [] : [{ metric, side, values }];
      }),
    );
  }
}

const medianOf = (values: readonly number[] | undefined): number | null =>
  values === undefined || values.length < FEWEST ? null : median(values);
