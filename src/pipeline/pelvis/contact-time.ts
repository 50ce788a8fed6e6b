import { indexAt, oldestIndex, slotOf, type PelvisRing } from './pelvis-ring.ts';

/** Where the last forward push is looked for before the vertical peak, and past it [s]. */
const BEFORE_S = 0.26;
const PAST_S = 0.08;
/** Smoothing of the forward acceleration: SD of a Gaussian [s]. */
const SMOOTH_S = 0.022;
/** The two signs of contact belong together within this share of the step; else the vertical peak stands alone. */
const TOGETHER = 0.24;
/** Contact lies this share of a step before the middle of the two signs, and before the peak alone. */
const LAG = 0.03;
const LAG_ALONE = 0.07;

/**
 * Initial contact from the pelvis: at contact the forward acceleration breaks down and the vertical one shoots up, so it
 * lies between the last forward maximum and the vertical maximum. The lag scales with the step.
 * @param forward forward axis in the sensor's axes; undefined where it isn't known yet
 */
export function contactTime(ring: PelvisRing, peakS: number, stepS: number, forward: Float64Array | undefined): number {
  const alone = peakS - LAG_ALONE * stepS;
  if (forward === undefined) return alone;
  const push = lastForwardPeak(ring, peakS, forward);
  if (Number.isNaN(push) || Math.abs(peakS - push) > TOGETHER * stepS) return alone;
  return 0.5 * (peakS + push) - LAG * stepS;
}

function lastForwardPeak(ring: PelvisRing, peakS: number, forward: Float64Array): number {
  const index = indexAt(ring, peakS);
  if (Number.isNaN(index)) return NaN;
  const reach = Math.ceil(3 * SMOOTH_S * ring.rateHz);
  const oldest = oldestIndex(ring) + reach + 1;
  const newest = ring.count - 2 - reach;
  const to = Math.min(newest, Math.round(index + PAST_S * ring.rateHz));
  const from = Math.max(oldest, Math.round(index - BEFORE_S * ring.rateHz));
  // up over about a step
  const half = Math.round(0.3 * ring.rateHz);
  let ux = 0;
  let uy = 0;
  let uz = 0;
  for (
    let i = Math.max(oldestIndex(ring), Math.round(index) - half);
    i <= Math.min(ring.count - 1, index + half);
    i++
  ) {
    const slot = 3 * slotOf(i);
    ux += ring.force[slot]!;
    uy += ring.force[slot + 1]!;
    uz += ring.force[slot + 2]!;
  }
  const n = Math.sqrt(ux * ux + uy * uy + uz * uz);
  const smooth = (at: number): number => {
    let sum = 0;
    for (let k = -reach; k <= reach; k++) {
      const weight = Math.exp(-0.5 * (k / (SMOOTH_S * ring.rateHz)) ** 2);
      sum += weight * forwardForce(ring, at + k, forward, ux / n, uy / n, uz / n);
    }
    return sum;
  };
  let later = smooth(to + 1);
  let here = smooth(to);
  for (let i = to; i >= from; i--) {
    const earlier = smooth(i - 1);
    if (here > later && here >= earlier) {
      const bend = earlier - 2 * here + later;
      const shift = bend < 0 ? (0.5 * (earlier - later)) / bend : 0;
      return ring.timeS[slotOf(i)]! + shift / ring.rateHz;
    }
    later = here;
    here = earlier;
  }
  return NaN;
}

/** Specific force along the level part of the forward axis. */
function forwardForce(
  ring: PelvisRing,
  index: number,
  forward: Float64Array,
  ux: number,
  uy: number,
  uz: number,
): number {
  const slot = slotOf(index);
  const w = ring.q[4 * slot]!;
  const x = ring.q[4 * slot + 1]!;
  const y = ring.q[4 * slot + 2]!;
  const z = ring.q[4 * slot + 3]!;
  const vx = forward[0]!;
  const vy = forward[1]!;
  const vz = forward[2]!;
  const tx = 2 * (y * vz - z * vy);
  const ty = 2 * (z * vx - x * vz);
  const tz = 2 * (x * vy - y * vx);
  const fx = vx + w * tx + y * tz - z * ty;
  const fy = vy + w * ty + z * tx - x * tz;
  const fz = vz + w * tz + x * ty - y * tx;
  const d = fx * ux + fy * uy + fz * uz;
  const ax = ring.force[3 * slot]!;
  const ay = ring.force[3 * slot + 1]!;
  const az = ring.force[3 * slot + 2]!;
  return ax * (fx - d * ux) + ay * (fy - d * uy) + az * (fz - d * uz);
}
