import { STANDARD_GRAVITY_MPS2 } from '../../domain/units.ts';
import { alignToZ, turnBy } from '../../math/rotation.ts';
import type { FootParams } from './foot-params.ts';
import type { SampleRingState } from './sample-ring.ts';

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
  /** Angle between gravity carried by the gyro and gravity felt at the end [rad], and as a rotation vector in world axes. */
  tiltRad: number;
  tiltX: number;
  tiltY: number;
  /** Turn about the vertical [rad], left +. */
  yawRad: number;
  /** Displacement seen from the shoe at the end, sensor axes [m]. */
  seenFromEnd: Float64Array;
}

export const createStridePath = (): StridePath => ({
  x: 0,
  y: 0,
  z: 0,
  clearanceM: 0,
  residualMps: 0,
  tiltRad: 0,
  tiltX: 0,
  tiltY: 0,
  yawRad: 0,
  seenFromEnd: new Float64Array(3),
});

const r = new Float64Array(9);
const r1 = new Float64Array(9);
/** Scratch for one stride: velocity and share of the residual up to each sample. */
let vx = new Float64Array(1024);
let vy = new Float64Array(1024);
let vz = new Float64Array(1024);
let share = new Float64Array(1024);

/**
 * Strapdown integration from flat to flat. The velocity left over at the end did not arise evenly: it comes from the impact,
 * which clips or falls between samples; so it is taken out where the acceleration's second difference is large.
 * @param from index of the first flat's centre
 * @param to index of the second
 * @param up0 felt up at the first flat (unit, sensor axes)
 * @param up1 the same at the second
 * @param bias gyro bias [rad/s]
 * @param gain factor that makes the accelerometer read standard gravity at rest
 */
export function integrateStride(
  ring: SampleRingState,
  from: number,
  to: number,
  up0: Float64Array,
  up1: Float64Array,
  bias: Float64Array,
  gain: number,
  p: FootParams,
  out: StridePath,
): void {
  const n = to - from;
  if (n + 1 > vx.length) {
    vx = new Float64Array(2 * n);
    vy = new Float64Array(2 * n);
    vz = new Float64Array(2 * n);
    share = new Float64Array(2 * n);
  }
  const mask = ring.capacity - 1;
  const { acc, gyr } = ring;
  const dt = (ring.timeS[to & mask]! - ring.timeS[from & mask]!) / n;
  alignToZ(up0, r);
  const bx = bias[0]!;
  const by = bias[1]!;
  const bz = bias[2]!;
  let j = 3 * (from & mask);
  let gx = gyr[j]! - bx;
  let gy = gyr[j + 1]! - by;
  let gz = gyr[j + 2]! - bz;
  let fx = acc[j]!;
  let fy = acc[j + 1]!;
  let fz = acc[j + 2]!;
  let ax = gain * (r[0]! * fx + r[1]! * fy + r[2]! * fz);
  let ay = gain * (r[3]! * fx + r[4]! * fy + r[5]! * fz);
  let az = gain * (r[6]! * fx + r[7]! * fy + r[8]! * fz) - STANDARD_GRAVITY_MPS2;
  // The shoe still turns a little over the ground at "flat": its sensor moves by rate x height.
  const h = p.sensorHeightM;
  let u = r[0]! * gx + r[1]! * gy + r[2]! * gz;
  let w = r[3]! * gx + r[4]! * gy + r[5]! * gz;
  vx[0] = w * h;
  vy[0] = -u * h;
  vz[0] = 0;
  share[0] = 0;
  let d2 = secondDifference(acc, from, mask);
  for (let k = 1; k <= n; k++) {
    j = 3 * ((from + k) & mask);
    const hx = gyr[j]! - bx;
    const hy = gyr[j + 1]! - by;
    const hz = gyr[j + 2]! - bz;
    const half = 0.5 * dt;
    turnBy(r, (gx + hx) * half, (gy + hy) * half, (gz + hz) * half);
    gx = hx;
    gy = hy;
    gz = hz;
    fx = acc[j]!;
    fy = acc[j + 1]!;
    fz = acc[j + 2]!;
    const nx = gain * (r[0]! * fx + r[1]! * fy + r[2]! * fz);
    const ny = gain * (r[3]! * fx + r[4]! * fy + r[5]! * fz);
    const nz = gain * (r[6]! * fx + r[7]! * fy + r[8]! * fz) - STANDARD_GRAVITY_MPS2;
    vx[k] = vx[k - 1]! + (ax + nx) * half;
    vy[k] = vy[k - 1]! + (ay + ny) * half;
    vz[k] = vz[k - 1]! + (az + nz) * half;
    ax = nx;
    ay = ny;
    az = nz;
    const e2 = secondDifference(acc, from + k, mask);
    share[k] = share[k - 1]! + p.residualFloor + 0.5 * (d2 + e2);
    d2 = e2;
  }
  u = r[0]! * gx + r[1]! * gy + r[2]! * gz;
  w = r[3]! * gx + r[4]! * gy + r[5]! * gz;
  const rx = vx[n]! - w * h;
  const ry = vy[n]! + u * h;
  const rz = vz[n]!;
  const total = share[n]!;
  let px = 0;
  let py = 0;
  let pz = 0;
  let highest = 0;
  let ox = vx[0];
  let oy = vy[0];
  let oz = vz[0];
  // Heights are kept in vz once their velocity is used: the ramp to the end height is only known afterwards.
  for (let k = 1; k <= n; k++) {
    const c = share[k]! / total;
    const cx = vx[k]! - c * rx;
    const cy = vy[k]! - c * ry;
    const cz = vz[k]! - c * rz;
    px += (ox + cx) * 0.5 * dt;
    py += (oy + cy) * 0.5 * dt;
    pz += (oz + cz) * 0.5 * dt;
    vz[k] = pz;
    ox = cx;
    oy = cy;
    oz = cz;
  }
  for (let k = 1; k < n; k++) {
    const z = vz[k]! - (pz * k) / n;
    if (z > highest) highest = z;
  }
  out.x = px;
  out.y = py;
  out.z = pz;
  out.clearanceM = highest;
  out.residualMps = Math.hypot(rx, ry, rz);
  // Gravity felt at the end, carried to the world: (tx, ty, tz) should be (0, 0, 1).
  const tx = r[0]! * up1[0]! + r[1]! * up1[1]! + r[2]! * up1[2]!;
  const ty = r[3]! * up1[0]! + r[4]! * up1[1]! + r[5]! * up1[2]!;
  out.tiltRad = Math.hypot(tx, ty);
  out.tiltX = -ty;
  out.tiltY = tx;
  alignToZ(up1, r1);
  // r = (turn about z) r1, but for the tilt error
  const c = r[0]! * r1[0]! + r[1]! * r1[1]! + r[2]! * r1[2]! + r[3]! * r1[3]! + r[4]! * r1[4]! + r[5]! * r1[5]!;
  const sin = r[3]! * r1[0]! + r[4]! * r1[1]! + r[5]! * r1[2]! - r[0]! * r1[3]! - r[1]! * r1[4]! - r[2]! * r1[5]!;
  out.yawRad = Math.atan2(sin, c);
  for (let i = 0; i < 3; i++) out.seenFromEnd[i] = r[i]! * px + r[3 + i]! * py;
}

/** Squared second difference of the acceleration at a sample [(m/s²)²]. */
function secondDifference(acc: Float32Array, i: number, mask: number): number {
  const a = 3 * ((i - 1) & mask);
  const b = 3 * (i & mask);
  const c = 3 * ((i + 1) & mask);
  const x = acc[a]! - 2 * acc[b]! + acc[c]!;
  const y = acc[a + 1]! - 2 * acc[b + 1]! + acc[c + 1]!;
  const z = acc[a + 2]! - 2 * acc[b + 2]! + acc[c + 2]!;
  return x * x + y * y + z * z;
}
