import type { MinuteValue } from './drift-metric.ts';

/** Minute values of one metric as columns: exact, since they have the precision of a Float32, and an eighth of a list of objects. */
export interface PackedMinutes {
  readonly minutes: Uint16Array;
  readonly strides: Uint8Array;
  readonly means: Float32Array;
  /** Empty for a single series. */
  readonly differences: Float32Array;
}

/** Most strides that a minute is said to rest on: far above what legs can do. */
const MOST_STRIDES = 255;

/** A minute value with the precision that is kept: a ten-millionth of it, far below what is measured. */
export const keptMinute = (v: MinuteValue): MinuteValue => ({
  minute: v.minute,
  strides: Math.min(MOST_STRIDES, v.strides),
  mean: Math.fround(v.mean),
  difference: v.difference === undefined ? undefined : Math.fround(v.difference),
  speedMps: Math.fround(v.speedMps),
});

export function packMinutes(values: readonly MinuteValue[]): PackedMinutes {
  const pair = values[0]?.difference !== undefined;
  return {
    minutes: Uint16Array.from(values, (v) => v.minute),
    strides: Uint8Array.from(values, (v) => v.strides),
    means: Float32Array.from(values, (v) => v.mean),
    differences: pair ? Float32Array.from(values, (v) => v.difference ?? NaN) : new Float32Array(0),
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
