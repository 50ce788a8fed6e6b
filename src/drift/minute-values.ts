import { median } from '../math/median.ts';
import type { MinuteValue } from './drift-metric.ts';

/** Fewest valid strides (of each side) for a minute value. */
export const MINUTE_MIN_STRIDES = 15;

/** Values of the strides of one minute of both sides, as they come. */
export interface MinuteStrides {
  left: number[];
  right: number[];
  speedsMps: number[];
}

export const emptyMinute = (): MinuteStrides => ({ left: [], right: [], speedsMps: [] });

/** Mean and difference of both sides' medians; undefined where a side has too few strides. */
export function pairMinute(minute: number, strides: MinuteStrides): MinuteValue | undefined {
  const count = Math.min(strides.left.length, strides.right.length);
  if (count < MINUTE_MIN_STRIDES) return undefined;
  const left = median(strides.left);
  const right = median(strides.right);
  return {
    minute,
    strides: count,
    mean: (left + right) / 2,
    difference: left - right,
    speedMps: median(strides.speedsMps),
  };
}
