import { alignToZ } from '../../math/rotation.ts';
import type { FootParams } from './foot-params.ts';
import type { SampleRingState } from './sample-ring.ts';
import { carried, carryStride, rolling } from './strapdown.ts';
import { doubtHoles } from './stride-holes.ts';
import { doubt, expectedShift, type EndErrors } from './stride-errors.ts';

/** The foot's way from one foot-flat to the next. World: z up, x and y level, direction of x unknown but fixed. */
export interface StridePath {
  /** Level displacement [m]. */
  x: number;
  y: number;
  /** Raw height difference before it is taken out, a measure of drift [m]. */
  z: number;
  /** Highest point over the line between both flats [m]. */
  clearanceM: number;
  /** Velocity that had to be taken out [m/s]. */
  residualMps: number;
  /** Sum of the squared second differences, times the sample time squared: what the impact may leave over [(m/s)²]. */
  impactMps2: number;
  /** Angle between gravity carried by the gyro and gravity felt at the end [rad]. */
  tiltRad: number;
  /** The same as a small rotation about the world's x and y [rad]; its change per rad/s of gyro bias (2x3) [s]. */
  tilt: Float64Array;
  turned: Float64Array;
  /** Turn about the vertical [rad], left +. */
  yawRad: number;
  /** Displacement seen from the shoe at the end, sensor axes [m]. */
  seenFromEnd: Float64Array;
  /** The velocity left over, the same way [m/s]; its change per m/s² of accelerometer offset (3x3) [s]. */
  residualFromEnd: Float64Array;
  offsetSlope: Float64Array;
}

export const createStridePath = (): StridePath => ({
  x: 0,
  y: 0,
  z: 0,
  clearanceM: 0,
  residualMps: 0,
  impactMps2: 0,
  tiltRad: 0,
  tilt: new Float64Array(2),
  turned: new Float64Array(6),
  yawRad: 0,
  seenFromEnd: new Float64Array(3),
  residualFromEnd: new Float64Array(3),
  offsetSlope: new Float64Array(9),
});

const r1 = new Float64Array(9);
const measured: EndErrors = new Float64Array(6);
const shift = new Float64Array(2);

/** Share of the acceleration's jumps that is error where impacts are hard (a shoe with 16 g clipping). */
const HARD_IMPACT = 0.03;
/** How much more than its share by what is left over a stride's impact may be in doubt: tilt takes a part of it. */
const RARE_IMPACT = 5;
/** ... and the most, where impacts are soft as a rule. */
const MOST_DOUBT = 4;

/** What one stride says of how much of the jumps is error: 1 where impacts are hard; not finite where nothing jumps. */
export const impactRatio = (path: StridePath): number => path.residualMps ** 2 / path.impactMps2 / HARD_IMPACT;

/**
 * Strapdown integration from flat to flat, put right by what is known at its end: no velocity (but what the shoe's slow turn
 * gives its sensor), the same height, gravity as felt. Which error caused the difference is weighed by where errors arise:
 * acceleration is in doubt where its second difference is large (the impact clips or falls between samples), tilt at the start
 * and where the foot turns fast.
 * @param from index of the first flat's centre
 * @param to index of the second
 * @param up0 felt up at the first flat (unit, sensor axes)
 * @param up1 the same at the second
 * @param bias gyro bias [rad/s]
 * @param offset accelerometer offset [m/s²]; both ups are free of it
 * @param impactScale how much of the jumps of the acceleration is error, as this shoe's strides have shown (1: as much as expected)
 * @param gain factor that makes the accelerometer read standard gravity at rest
 */
export function integrateStride(
  ring: SampleRingState,
  from: number,
  to: number,
  up0: Float64Array,
  up1: Float64Array,
  bias: Float64Array,
  offset: Float64Array,
  gain: number,
  impactScale: number,
  p: FootParams,
  out: StridePath,
): void {
  const n = to - from;
  const mask = ring.capacity - 1;
  const dt = (ring.timeS[to & mask]! - ring.timeS[from & mask]!) / n;
  const half = 0.5 * dt;
  carryStride(ring, from, n, up0, bias, offset, gain, impactScale, p);
  const { vx, vy, vz, begin: r0, end: r, sum: sums, jumps } = carried;
  const m = measured;
  m[0] = vx[n]! - rolling.x;
  m[1] = vy[n]! - rolling.y;
  m[2] = vz[n]!;
  out.residualMps = Math.hypot(m[0], m[1], m[2]);
  out.impactMps2 = jumps * dt * dt;
  // Now and then an impact clips far more than the usual one; what is left over tells, the more so the softer the usual one is.
  const ratio = impactRatio(out);
  const most = MOST_DOUBT - (MOST_DOUBT - 1) * impactScale;
  const scale = Math.max(impactScale, Number.isFinite(ratio) ? Math.min(most, RARE_IMPACT * ratio) : 0);
  // The shoe's usual share is in the doubt already (strapdown.ts): a soft shoe's counts twice, and what is said was fitted so.
  for (let k = 0; k <= n; k++) doubt.q[k] = p.residualFloor + scale * doubt.q[k]!;
  doubtHoles(ring, from, n, dt);
  // Gravity felt at the end, carried to the world, should be (0, 0, 1).
  const tx = r[0]! * up1[0]! + r[1]! * up1[1]! + r[2]! * up1[2]!;
  const ty = r[3]! * up1[0]! + r[4]! * up1[1]! + r[5]! * up1[2]!;
  m[4] = -ty;
  m[5] = tx;
  out.tiltRad = Math.hypot(tx, ty);
  out.tilt[0] = -ty;
  out.tilt[1] = tx;
  for (let i = 0; i < 6; i++) out.turned[i] = sums[i]! * dt;

  takeHeights(n, dt, m[2], out);
  let px = 0;
  let py = 0;
  let pz = 0;
  for (let k = 1; k <= n; k++) {
    px += (vx[k - 1]! + vx[k]!) * half;
    py += (vy[k - 1]! + vy[k]!) * half;
    pz += (vz[k - 1]! + vz[k]!) * half;
  }
  m[3] = pz;
  expectedShift(n, dt, m, p, shift);
  out.x = px - shift[0]!;
  out.y = py - shift[1]!;
  alignToZ(up1, r1);
  // r = (turn about z) r1, but for the tilt error
  const cos = r[0]! * r1[0]! + r[1]! * r1[1]! + r[2]! * r1[2]! + r[3]! * r1[3]! + r[4]! * r1[4]! + r[5]! * r1[5]!;
  const sin = r[3]! * r1[0]! + r[4]! * r1[1]! + r[5]! * r1[2]! - r[0]! * r1[3]! - r[1]! * r1[4]! - r[2]! * r1[5]!;
  out.yawRad = Math.atan2(sin, cos);
  for (let i = 0; i < 3; i++) {
    out.seenFromEnd[i] = r[i]! * out.x + r[3 + i]! * out.y;
    out.residualFromEnd[i] = r[i]! * m[0] + r[3 + i]! * m[1] + r[6 + i]! * m[2];
    // An offset turns with the shoe; what it does at the first flat is taken for tilt and gain.
    for (let k = 0; k < 3; k++) {
      let sum = 0;
      for (let j = 0; j < 3; j++) sum += r[3 * j + i]! * dt * (sums[3 * j + k]! - (n + 1) * r0[3 * j + k]!);
      out.offsetSlope[3 * i + k] = sum;
    }
  }
}

/** Heights by the simple rule (residual velocity taken out where the doubt lies, then the ramp). */
function takeHeights(n: number, dt: number, rz: number, out: StridePath): void {
  const { vz } = carried;
  const { q } = doubt;
  let total = 0;
  for (let k = 1; k <= n; k++) total += q[k - 1]! + q[k]!;
  const share = rz / total;
  let highest = 0;
  // Two passes: the ramp to the end height is only known after the first.
  for (let pass = 0, end = 0; pass < 2; pass++) {
    let part = 0;
    let z = 0;
    let before = vz[0]!;
    for (let k = 1; k <= n; k++) {
      part += q[k - 1]! + q[k]!;
      const now = vz[k]! - part * share;
      z += 0.5 * (before + now) * dt;
      before = now;
      if (pass === 1) highest = Math.max(highest, z - (end * k) / n);
    }
    if (pass === 0) {
      end = z;
      out.z = z;
    }
  }
  out.clearanceM = highest;
}
