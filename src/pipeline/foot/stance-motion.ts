import { dot3 } from '../../math/rotation.ts';
import type { FootFlat } from './foot-flat.ts';
import type { SampleRingState } from './sample-ring.ts';

/** World up seen from the shoe (sensor axes) at every sample from `first` to `last`, three numbers a sample. */
export interface StanceMotion {
  first: number;
  last: number;
  dtS: number;
  up: Float64Array;
}

/** Scratch shared by all shoes: a stance is worked out in one go. */
export const createStanceMotion = (): StanceMotion => ({ first: 0, last: 0, dtS: 0, up: new Float64Array(3 * 1024) });

/**
 * Carries "up" by the gyro alone from foot-flat back to the first sample and on to the last: half a second each way, so drift is
 * far below 0.1 degree.
 */
export function traceStance(
  ring: SampleRingState,
  flat: FootFlat,
  first: number,
  last: number,
  bias: Float64Array,
  out: StanceMotion,
): void {
  const mask = ring.capacity - 1;
  const n = last - first + 1;
  if (3 * n > out.up.length) out.up = new Float64Array(3 * n);
  out.first = first;
  out.last = last;
  out.dtS = (ring.timeS[last & mask]! - ring.timeS[first & mask]!) / Math.max(1, last - first);
  const { up } = out;
  const at = 3 * (flat.index - first);
  up[at] = flat.up[0]!;
  up[at + 1] = flat.up[1]!;
  up[at + 2] = flat.up[2]!;
  for (let k = flat.index; k < last; k++) carry(ring, k, k + 1, -out.dtS, bias, up, first);
  for (let k = flat.index; k > first; k--) carry(ring, k, k - 1, out.dtS, bias, up, first);
}

/** up(to) = exp([w s]x) up(from), with the mean rate of both samples. */
function carry(
  ring: SampleRingState,
  from: number,
  to: number,
  s: number,
  bias: Float64Array,
  up: Float64Array,
  first: number,
): void {
  const mask = ring.capacity - 1;
  const i = 3 * (from & mask);
  const j = 3 * (to & mask);
  const { gyr } = ring;
  const x = s * (0.5 * (gyr[i]! + gyr[j]!) - bias[0]!);
  const y = s * (0.5 * (gyr[i + 1]! + gyr[j + 1]!) - bias[1]!);
  const z = s * (0.5 * (gyr[i + 2]! + gyr[j + 2]!) - bias[2]!);
  const n2 = x * x + y * y + z * z;
  const a = 1 - (n2 / 6) * (1 - n2 / 20);
  const b = 0.5 - (n2 / 24) * (1 - n2 / 30);
  const p = 3 * (from - first);
  const q = 3 * (to - first);
  const ux = up[p]!;
  const uy = up[p + 1]!;
  const uz = up[p + 2]!;
  const cx = y * uz - z * uy;
  const cy = z * ux - x * uz;
  const cz = x * uy - y * ux;
  up[q] = ux + a * cx + b * (y * cz - z * cy);
  up[q + 1] = uy + a * cy + b * (z * cx - x * cz);
  up[q + 2] = uz + a * cz + b * (x * cy - y * cx);
}

/** How far the unit axis (sensor axes) points above the level, at a sample or between two [rad]. */
export function elevationAt(m: StanceMotion, index: number, axis: Float64Array): number {
  const k = Math.min(Math.max(index, m.first), m.last);
  const i = Math.min(Math.floor(k), m.last - 1);
  const a = elevationOf(m, i, axis);
  return a + (k - i) * (elevationOf(m, i + 1, axis) - a);
}

/** The same at a whole index. */
export function elevationOf(m: StanceMotion, index: number, axis: Float64Array): number {
  const q = 3 * (index - m.first);
  const d = m.up[q]! * axis[0]! + m.up[q + 1]! * axis[1]! + m.up[q + 2]! * axis[2]!;
  return Math.asin(d > 1 ? 1 : d < -1 ? -1 : d);
}

/** The same of a vector given by itself. */
export function elevationOfVector(up: Float64Array, axis: Float64Array): number {
  const d = dot3(up, axis);
  return Math.asin(d > 1 ? 1 : d < -1 ? -1 : d);
}
