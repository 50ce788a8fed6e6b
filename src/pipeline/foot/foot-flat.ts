import type { FootParams } from './foot-params.ts';
import { FILLED, MEASURED, type SampleRingState } from './sample-ring.ts';

/** The stillest moment of a stance. */
export interface FootFlat {
  /** Index of its centre. */
  index: number;
  timeS: number;
  /** Root mean square rate in the window [rad/s]. */
  stillRadps: number;
  /** Felt up, unit, sensor axes. */
  up: Float64Array;
  /** Size of the mean specific force [m/s²], gain left in. */
  forceMps2: number;
}

/**
 * Finds the window with least mean-square rate.
 * @param from first index that a window may hold
 * @param to last one
 * @param heightM height of the sensor over the ground that the shoe turns on
 * @returns undefined where no window fits that was measured for two thirds at least
 */
export function findFootFlat(
  ring: SampleRingState,
  from: number,
  to: number,
  bias: Float64Array,
  heightM: number,
  p: FootParams,
): FootFlat | undefined {
  const mask = ring.capacity - 1;
  const half = Math.max(1, Math.round((p.flatWindowS * ring.rateHz) / 2));
  const width = 2 * half + 1;
  let sum = 0;
  let bad = 0;
  let best = Infinity;
  let bestCentre = -1;
  for (let i = from; i <= to; i++) {
    sum += squareRate(ring, i, bias);
    bad += doubt(ring.mark[i & mask]!, width);
    const out = i - width;
    if (out >= from) {
      sum -= squareRate(ring, out, bias);
      bad -= doubt(ring.mark[out & mask]!, width);
    }
    if (i - from + 1 < width || 3 * bad > width) continue;
    if (sum < best) {
      best = sum;
      bestCentre = i - half;
    }
  }
  if (bestCentre < 0) return undefined;
  const up = new Float64Array(3);
  for (let i = bestCentre - half; i <= bestCentre + half; i++)
    for (let c = 0; c < 3; c++) up[c] = up[c]! + ring.acc[3 * (i & mask) + c]! / width;
  takeTurning(ring, bestCentre - half, bestCentre + half, heightM, up);
  const forceMps2 = Math.hypot(up[0]!, up[1]!, up[2]!);
  if (!(forceMps2 > 1)) return undefined;
  for (let c = 0; c < 3; c++) up[c] = up[c]! / forceMps2;
  return {
    index: bestCentre,
    timeS: ring.timeS[bestCentre & mask]!,
    stillRadps: Math.sqrt(Math.max(0, best) / width),
    up,
    forceMps2,
  };
}

/**
 * The stillest moment of a rolling shoe is the one at which its turning turns round: its sensor is then pushed sideways by the
 * angular acceleration at its height, which isn't gravity. The rates at both ends of the window tell its mean.
 */
function takeTurning(ring: SampleRingState, first: number, last: number, heightM: number, force: Float64Array): void {
  const { gyr } = ring;
  const mask = ring.capacity - 1;
  const a = 3 * (first & mask);
  const b = 3 * (last & mask);
  const [fx, fy, fz] = [force[0]!, force[1]!, force[2]!];
  const k = (heightM * ring.rateHz) / ((last - first) * Math.hypot(fx, fy, fz));
  const x = k * (gyr[b]! - gyr[a]!);
  const y = k * (gyr[b + 1]! - gyr[a + 1]!);
  const z = k * (gyr[b + 2]! - gyr[a + 2]!);
  force[0] = fx - (y * fz - z * fy);
  force[1] = fy - (z * fx - x * fz);
  force[2] = fz - (x * fy - y * fx);
}

/** A bridged sample counts once against a window, a filled one rules it out. */
const doubt = (mark: number, width: number): number => (mark === FILLED ? width : mark === MEASURED ? 0 : 1);

function squareRate(ring: SampleRingState, i: number, bias: Float64Array): number {
  const j = 3 * (i & (ring.capacity - 1));
  const x = ring.gyr[j]! - bias[0]!;
  const y = ring.gyr[j + 1]! - bias[1]!;
  const z = ring.gyr[j + 2]! - bias[2]!;
  return x * x + y * y + z * z;
}
