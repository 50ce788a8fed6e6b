import type { MinuteValue } from './drift-metric.ts';

/** Minute values of one metric as columns: exact, and a quarter of the size of a list of objects. */
export interface PackedMinutes {
  readonly minutes: Uint16Array;
  readonly strides: Uint16Array;
  readonly means: Float64Array;
  /** Empty for a single series. */
  readonly differences: Float64Array;
}

export function packMinutes(values: readonly MinuteValue[]): PackedMinutes {
  const pair = values[0]?.difference !== undefined;
  return {
    minutes: Uint16Array.from(values, (v) => v.minute),
    strides: Uint16Array.from(values, (v) => v.strides),
    means: Float64Array.from(values, (v) => v.mean),
    differences: pair ? Float64Array.from(values, (v) => v.difference ?? NaN) : new Float64Array(0),
  };
}

/** @param speedOf median speed of a minute [m/s]: the same for all metrics */
export function unpackMinutes(packed: PackedMinutes, speedOf: (minute: number) => number): MinuteValue[] {
  const pair = packed.differences.length > 0;
  return Array.from(packed.minutes, (minute, i) => ({
    minute,
    strides: packed.strides[i]!,
    mean: packed.means[i]!,
    difference: pair ? packed.differences[i]! : undefined,
    speedMps: speedOf(minute),
  }));
}
