import type { SampleRingState } from './sample-ring.ts';

/** The heel surely rises while the foot pitches down faster than this share of its fastest, and than this [rad/s]. */
const SHARE = 0.06;
const FLOOR_RADPS = 0.25;
/** A rise that sets in smoothly grows with the square of time: to four times the rate it takes as long again. */
const TIMES = 4;

/**
 * When the heel leaves the ground: from the deepest push-off rate back to where the foot surely pitches down, and from there as far
 * back as the rate took to become four times as large.
 * @param flatIndex foot-flat, the earliest it can be
 * @param troughIndex deepest push-off rate
 * @returns index in the ring, with its fraction; undefined where no such rise is seen
 */
export function heelOffIndex(ring: SampleRingState, flatIndex: number, troughIndex: number): number | undefined {
  const level = Math.min(-FLOOR_RADPS, SHARE * ring.pitchCrossing[troughIndex & (ring.capacity - 1)]!);
  const fast = lastBelow(ring, flatIndex, troughIndex, TIMES * level);
  if (fast === undefined) return undefined;
  const sure = lastBelow(ring, flatIndex, Math.ceil(fast), level);
  return sure === undefined ? undefined : Math.max(flatIndex, 2 * sure - fast);
}

/** Going back from an index: where the pitch rate came through a (negative) level. */
function lastBelow(ring: SampleRingState, first: number, last: number, level: number): number | undefined {
  const mask = ring.capacity - 1;
  if (!(ring.pitchCrossing[last & mask]! < level)) return undefined;
  for (let i = last; i > first; i--) {
    const before = ring.pitchCrossing[(i - 1) & mask]!;
    if (before < level) continue;
    const after = ring.pitchCrossing[i & mask]!;
    return i - (level - after) / (before - after);
  }
  return undefined;
}
