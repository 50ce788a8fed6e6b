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
 * @returns undefined where no window fits that was measured for two thirds at least
 */
export function findFootFlat(
  ring: SampleRingState,
  from: number,
  to: number,
  bias: Float64Array,
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

/** A bridged sample counts once against a window, a filled one rules it out. */
const doubt = (mark: number, width: number): number => (mark === FILLED ? width : mark === MEASURED ? 0 : 1);

function squareRate(ring: SampleRingState, i: number, bias: Float64Array): number {
  const j = 3 * (i & (ring.capacity - 1));
  const x = ring.gyr[j]! - bias[0]!;
  const y = ring.gyr[j + 1]! - bias[1]!;
  const z = ring.gyr[j + 2]! - bias[2]!;
  return x * x + y * y + z * z;
}
