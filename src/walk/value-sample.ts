/**
 * An evenly spaced sample of a stream of values in bounded memory: all values until it is full, then every second,
 * every fourth ... Medians of it are exact for short walks and rest on at least half the capacity for long ones. The array grows
 * with what it holds.
 */
export interface ValueSampleState {
  values: Float32Array;
  kept: number;
  seen: number;
  every: number;
}

export const VALUE_SAMPLE_CAPACITY = 192;
const FIRST_VALUES = 12;

/** One for all: an array without numbers takes as much room as one of twenty. */
const NONE = new Float32Array(0);

export function createValueSample(): ValueSampleState {
  return { values: NONE, kept: 0, seen: 0, every: 1 };
}

/** Takes one finite value. */
export function addValue(sample: ValueSampleState, value: number): void {
  if (sample.seen++ % sample.every !== 0) return;
  if (sample.kept === VALUE_SAMPLE_CAPACITY) {
    for (let i = 0; 2 * i < sample.kept; i++) sample.values[i] = sample.values[2 * i]!;
    sample.kept = Math.ceil(sample.kept / 2);
    sample.every *= 2;
    if ((sample.seen - 1) % sample.every !== 0) return;
  }
  if (sample.kept === sample.values.length) {
    const larger = new Float32Array(Math.min(VALUE_SAMPLE_CAPACITY, Math.max(FIRST_VALUES, 2 * sample.kept)));
    larger.set(sample.values);
    sample.values = larger;
  }
  sample.values[sample.kept++] = value;
}

/** Median of what was kept; null where nothing was. */
export function medianOf(sample: ValueSampleState): number | null {
  return quantileOf(sample, 0.5);
}

/** Quantile by linear interpolation; null where nothing was kept. */
export function quantileOf(sample: ValueSampleState, q: number): number | null {
  if (sample.kept === 0) return null;
  const sorted = sample.values.slice(0, sample.kept).sort();
  const at = q * (sorted.length - 1);
  const low = Math.floor(at);
  const high = Math.min(sorted.length - 1, low + 1);
  return sorted[low]! + (at - low) * (sorted[high]! - sorted[low]!);
}

/** Robust SD: 1.4826 x median absolute deviation; null below two values. */
export function robustSdOf(sample: ValueSampleState): number | null {
  const middle = medianOf(sample);
  if (middle === null || sample.kept < 2) return null;
  const deviations = createValueSample();
  for (let i = 0; i < sample.kept; i++) addValue(deviations, Math.abs(sample.values[i]! - middle));
  return 1.4826 * medianOf(deviations)!;
}
