import { indexAt, oldestIndex, slotOf, type PelvisRing } from './pelvis-ring.ts';

/** Where the forward acceleration is looked for to turn to braking, around the vertical peak (shares of a step). */
const BEFORE = 0.4;
const PAST = 0.3;
/** The crossing that is nearest to this before the peak counts (share of a step). */
const NEAR = 0.06;
/** Smoothing of the forward acceleration: SD of a Gaussian (share of a step), and half width of the mean taken off [s]. */
const SMOOTH = 0.08;
const MEAN_HALF_S = 0.5;
/** Contact lies this share of a step before the middle of both signs, and before the peak alone. */
const LAG = 0.055;
const LAG_ALONE = 0.065;

/**
 * Initial contact from the pelvis: at contact the forward acceleration turns to braking and the vertical one shoots up.
 * Each sign alone is off by up to 70 ms in one person or another; their middle is steady. The lag scales with the step.
 * @param forward forward axis in the sensor's axes; undefined where it isn't known yet
 */
export function contactTime(ring: PelvisRing, peakS: number, stepS: number, forward: Float64Array | undefined): number {
  const braking = forward === undefined ? NaN : brakingTime(ring, peakS, stepS, forward);
  return Number.isNaN(braking) ? peakS - LAG_ALONE * stepS : 0.5 * (peakS + braking) - LAG * stepS;
}

/** When the smoothed forward acceleration falls through its mean near a vertical peak [s]; NaN where it doesn't. */
function brakingTime(ring: PelvisRing, peakS: number, stepS: number, forward: Float64Array): number {
  const index = indexAt(ring, peakS);
  if (Number.isNaN(index)) return NaN;
  const { rateHz } = ring;
  const oldest = oldestIndex(ring);
  const newest = ring.count - 1;
  const up = meanUp(
    ring,
    Math.max(oldest, Math.round(index - 0.3 * rateHz)),
    Math.min(newest, Math.round(index + 0.3 * rateHz)),
  );
  const meanFrom = Math.max(oldest, Math.round(index - MEAN_HALF_S * rateHz));
  const meanTo = Math.min(newest, Math.round(index + MEAN_HALF_S * rateHz));
  const sd = SMOOTH * stepS * rateHz;
  const reach = Math.min(MOST_REACH, Math.ceil(2.5 * sd));
  const from = Math.max(oldest + reach, Math.round(index - BEFORE * stepS * rateHz));
  const to = Math.min(newest - reach, Math.round(index + PAST * stepS * rateHz));
  const first = Math.max(oldest, Math.min(meanFrom, from - reach));
  const last = Math.min(newest, Math.max(meanTo, to + reach), first + FORCE.length - 1);
  for (let i = first; i <= last; i++) FORCE[i - first] = forwardForce(ring, i, forward, up);
  let mean = 0;
  for (let i = meanFrom; i <= meanTo; i++) mean += FORCE[i - first]! / (meanTo - meanFrom + 1);
  let weights = 0;
  for (let k = -reach; k <= reach; k++) weights += TAPS[k + reach] = Math.exp(-0.5 * (k / sd) * (k / sd));
  const wantedS = peakS - NEAR * stepS;
  let best = NaN;
  let before = NaN;
  for (let i = from; i <= to; i++) {
    let value = 0;
    for (let k = -reach; k <= reach; k++) value += TAPS[k + reach]! * FORCE[i + k - first]!;
    value = value / weights - mean;
    if (before > 0 && value <= 0) {
      const atS = ring.timeS[slotOf(i)]! - value / (value - before) / rateHz;
      if (Number.isNaN(best) || Math.abs(atS - wantedS) < Math.abs(best - wantedS)) best = atS;
    }
    before = value;
  }
  return best;
}

/** Scratch: forward forces around a peak, and the smoothing's weights. Nothing outlives a call. */
const MOST_REACH = 40;
const FORCE = new Float64Array(256);
const TAPS = new Float64Array(2 * MOST_REACH + 1);

function meanUp(ring: PelvisRing, from: number, to: number): Float64Array {
  const up = new Float64Array(3);
  for (let i = from; i <= to; i++) for (let c = 0; c < 3; c++) up[c]! += ring.force[3 * slotOf(i) + c]!;
  const n = Math.sqrt(up[0]! ** 2 + up[1]! ** 2 + up[2]! ** 2);
  return up.map((v) => v / n);
}

/** Specific force along the level part of the forward axis [m/s²]. */
function forwardForce(ring: PelvisRing, index: number, forward: Float64Array, up: Float64Array): number {
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
  const d = fx * up[0]! + fy * up[1]! + fz * up[2]!;
  return (
    ring.force[3 * slot]! * (fx - d * up[0]!) +
    ring.force[3 * slot + 1]! * (fy - d * up[1]!) +
    ring.force[3 * slot + 2]! * (fz - d * up[2]!)
  );
}
