import type { WalkSeconds } from '../../domain/samples.ts';

/** Marks of a grid sample: as measured; bridged over a short hole; filled over a hole in which nothing can be known. */
export const MEASURED = 0;
export const BRIDGED = 1;
export const FILLED = 2;

/** Samples that are kept; a power of two, so `index & MASK` is the slot. Eight seconds at 64 Hz. */
export const RING_CAPACITY = 512;
const MASK = RING_CAPACITY - 1;

/** The newest seconds of the pelvis on an even grid, addressed by running index. */
export interface PelvisRing {
  rateHz: number;
  /** Samples ever written; the next has this index. */
  count: number;
  /** First index of the present unbroken run. */
  runStart: number;
  timeS: Float64Array;
  /** Almost inertial frame from sensor, w x y z. */
  q: Float32Array;
  /** Specific force in the almost inertial frame [m/s²]. */
  force: Float32Array;
  /** Vertical acceleration [m/s²] and size of the angular rate, squared [rad²/s²]; empty where both shoes tell the steps. */
  vertical: Float32Array;
  rateSq: Float32Array;
  mark: Uint8Array;
}

/** @param forSteps whether steps are looked for in it */
export const createPelvisRing = (forSteps: boolean): PelvisRing => ({
  rateHz: 0,
  count: 0,
  runStart: 0,
  timeS: new Float64Array(RING_CAPACITY),
  q: new Float32Array(4 * RING_CAPACITY),
  force: new Float32Array(3 * RING_CAPACITY),
  vertical: new Float32Array(forSteps ? RING_CAPACITY : 0),
  rateSq: new Float32Array(forSteps ? RING_CAPACITY : 0),
  mark: new Uint8Array(RING_CAPACITY),
});

/** Reads what the next packet needs, all of it at once: see docs/decisions/002-many-walkers.md. */
export function touchRing({ count, rateHz, timeS, q, force, mark }: PelvisRing): number {
  const slot = slotOf(count);
  return rateHz + timeS[slot]! + q[4 * slot]! + force[3 * slot]! + mark[slot]!;
}

/** Slot of a running index. */
export const slotOf = (index: number): number => index & MASK;

/** Oldest index that is there and belongs to the present run. */
export const oldestIndex = (ring: PelvisRing): number => Math.max(ring.runStart, ring.count - RING_CAPACITY);

/** Time of the newest sample [s]; -Infinity before the first. */
export const newestS = (ring: PelvisRing): WalkSeconds =>
  ring.count === 0 ? -Infinity : ring.timeS[slotOf(ring.count - 1)]!;

/** Running index at a time, with its fraction between two samples; NaN where the present run does not cover it. */
export function indexAt(ring: PelvisRing, timeS: WalkSeconds): number {
  const oldest = oldestIndex(ring);
  const last = ring.count - 1;
  if (last <= oldest) return NaN;
  if (timeS < ring.timeS[slotOf(oldest)]! || timeS > ring.timeS[slotOf(last)]!) return NaN;
  let i = Math.floor(last - (ring.timeS[slotOf(last)]! - timeS) * ring.rateHz);
  i = Math.max(oldest, Math.min(last - 1, i));
  while (i > oldest && ring.timeS[slotOf(i)]! > timeS) i--;
  while (i < last - 1 && ring.timeS[slotOf(i + 1)]! <= timeS) i++;
  const a = ring.timeS[slotOf(i)]!;
  const b = ring.timeS[slotOf(i + 1)]!;
  return i + (timeS - a) / (b - a);
}

/** Worst mark in [from, to]. */
export function worstMark(ring: PelvisRing, from: number, to: number): number {
  let worst = MEASURED;
  for (let i = Math.floor(from); i <= Math.ceil(to); i++) {
    const mark = ring.mark[slotOf(i)]!;
    if (mark > worst) worst = mark;
  }
  return worst;
}
