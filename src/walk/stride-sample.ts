import type { StrideRecord } from '../domain/records.ts';

/** A metric of the registry, as far as its column needs it. */
export interface SampledMetric {
  readonly name: string;
  /** What a value can be: records hold no others. */
  readonly range: readonly [number, number];
}

/**
 * An evenly spaced sample of one side's strides in bounded memory: all until it is full, then every second, every fourth ... A
 * stride is one row, so that taking one touches one place; a value takes 16 bits, a 65,534th of what the metric can be, which
 * is finer than any of them is measured. Medians are exact to that for short walks and rest on at least half the capacity for
 * long ones.
 */
export interface StrideSampleState {
  /** `kept` rows of one code a metric. */
  codes: Uint16Array;
  kept: number;
  seen: number;
  every: number;
}

const CAPACITY = 256;
const FIRST_ROWS = 16;
const STEPS = 65_534;
/** The code of a value that a stride doesn't have. */
const NONE = 65_535;

export const createStrideSample = (): StrideSampleState => ({ codes: new Uint16Array(0), kept: 0, seen: 0, every: 1 });

/** Takes one stride. */
export function addStride(sample: StrideSampleState, metrics: readonly SampledMetric[], stride: StrideRecord): void {
  if (sample.seen++ % sample.every !== 0) return;
  const width = metrics.length;
  if (sample.kept === CAPACITY) {
    for (let row = 1; 2 * row < CAPACITY; row++)
      sample.codes.copyWithin(width * row, width * 2 * row, width * (2 * row + 1));
    sample.kept = CAPACITY / 2;
    sample.every *= 2;
    if ((sample.seen - 1) % sample.every !== 0) return;
  }
  if (width * (sample.kept + 1) > sample.codes.length) {
    const rows = Math.min(CAPACITY, Math.max(FIRST_ROWS, 2 * sample.kept));
    const larger = new Uint16Array(width * rows);
    larger.set(sample.codes);
    sample.codes = larger;
  }
  const at = width * sample.kept++;
  for (let column = 0; column < width; column++) {
    const metric = metrics[column]!;
    const value = stride[metric.name];
    sample.codes[at + column] = typeof value === 'number' ? codeOf(value, metric) : NONE;
  }
}

function codeOf(value: number, { range }: SampledMetric): number {
  const low = range[0];
  const high = range[1];
  return Math.max(0, Math.min(STEPS, Math.round((STEPS * (value - low)) / (high - low))));
}

const sorted = new Uint16Array(CAPACITY);

/** Median of one metric over the strides that have it; null where none has. */
export function columnMedian(
  sample: StrideSampleState,
  metrics: readonly SampledMetric[],
  name: string,
): number | null {
  const column = metrics.findIndex((metric) => metric.name === name);
  if (column < 0) return null;
  let count = 0;
  for (let row = 0; row < sample.kept; row++) {
    const code = sample.codes[metrics.length * row + column]!;
    if (code !== NONE) sorted[count++] = code;
  }
  if (count === 0) return null;
  const values = sorted.subarray(0, count).sort();
  const middle = count >> 1;
  const code = count % 2 === 1 ? values[middle]! : (values[middle - 1]! + values[middle]!) / 2;
  const [low, high] = metrics[column]!.range;
  return low + (code * (high - low)) / STEPS;
}
