import { RAD_PER_DEG } from '../../domain/units.ts';
import type { FootParams } from './foot-params.ts';

/** Sums of half a rest window: gyr, acc, gyr², acc². */
type Sums = Float64Array;

export interface GyroRestState {
  now: Sums;
  before: Sums;
  count: number;
  countBefore: number;
  biasRadps: Float64Array;
  hits: number;
  /** Half windows without movement up to now, one after the other. */
  still: number;
  /** Covariance of the bias as long as no rest has told it [(rad/s)²]. */
  doubt: Float64Array;
}

/** Bias that a gyro may have before anything has told it, squared: 1.5 deg/s [(rad/s)²]. */
const UNKNOWN = (1.5 * RAD_PER_DEG) ** 2;

export const createGyroRest = (): GyroRestState => ({
  now: new Float64Array(12),
  before: new Float64Array(12),
  count: 0,
  countBefore: 0,
  biasRadps: new Float64Array(3),
  hits: 0,
  still: 0,
  doubt: Float64Array.of(UNKNOWN, 0, 0, 0, UNKNOWN, 0, 0, 0, UNKNOWN),
});

/** Reads what the next packet needs, all of it at once: see docs/decisions/002-many-walkers.md. */
export const touchRest = (s: GyroRestState): number => s.now[0]! + s.now[8]! + s.biasRadps[0]!;

/**
 * Learns the gyro's bias, and how gravity lies in the resting shoe, from windows in which nothing moves; windows overlap by half.
 * @param v time, acc, gyr of one sample
 * @returns whether a rest window has just ended
 */
export function watchRest(s: GyroRestState, v: Float64Array, halfCount: number, p: FootParams): boolean {
  const sums = s.now;
  for (let c = 0; c < 3; c++) {
    const g = v[4 + c]!;
    const a = v[1 + c]!;
    sums[c] = sums[c]! + g;
    sums[3 + c] = sums[3 + c]! + a;
    sums[6 + c] = sums[6 + c]! + g * g;
    sums[9 + c] = sums[9 + c]! + a * a;
  }
  if (++s.count < halfCount) return false;
  const rest = s.countBefore > 0 && takeRest(s, p);
  s.still = rest ? s.still + 1 : 0;
  s.before.set(sums);
  s.countBefore = s.count;
  sums.fill(0);
  s.count = 0;
  return rest;
}

function takeRest(s: GyroRestState, p: FootParams): boolean {
  const n = s.count + s.countBefore;
  let gVar = 0;
  let aVar = 0;
  let rate2 = 0;
  // Sums over the axes: how the sensor is mounted must not matter.
  for (let c = 0; c < 3; c++) {
    const g = (s.now[c]! + s.before[c]!) / n;
    const a = (s.now[3 + c]! + s.before[3 + c]!) / n;
    gVar += (s.now[6 + c]! + s.before[6 + c]!) / n - g * g;
    aVar += (s.now[9 + c]! + s.before[9 + c]!) / n - a * a;
    rate2 += g * g;
  }
  if (gVar > p.restGyrSdRadps ** 2 || aVar > p.restAccSdMps2 ** 2 || rate2 > p.restRateRadps ** 2) return false;
  const w = s.hits === 0 ? 1 : 0.3;
  s.hits++;
  for (let c = 0; c < 3; c++) {
    const g = (s.now[c]! + s.before[c]!) / n;
    s.biasRadps[c] = s.biasRadps[c]! + w * (g - s.biasRadps[c]!);
  }
  return true;
}

/** A run of samples has broken: the half-filled window is of no use. */
export function breakRest(s: GyroRestState): void {
  s.now.fill(0);
  s.before.fill(0);
  s.count = 0;
  s.countBefore = 0;
  s.still = 0;
}

/** The mean specific force of the rest window that has just ended [m/s²] (call right after {@link watchRest} gave true). */
export function restWindowForce(s: GyroRestState, out: Float64Array): void {
  for (let c = 0; c < 3; c++) out[c] = s.before[3 + c]! / Math.max(1, s.countBefore);
}
