import { solvePositive } from '../../math/cholesky.ts';
import type { FootParams } from './foot-params.ts';

/** End velocity x y z [m/s], end height [m], end tilt about x and y [rad]: estimate minus truth as far as truth is known. */
export type EndErrors = Float64Array;

/**
 * Scratch for one stride, a number a sample: felt force in the world [m/s²]; doubt of the acceleration [(m/s²)²], squared rate,
 * variance of a tilt that arises there beside [rad²].
 */
export const felt = { x: new Float64Array(0), y: new Float64Array(0), z: new Float64Array(0) };
export const doubt = { q: new Float64Array(0), turn: new Float64Array(0), tilt: new Float64Array(0) };

/** Room for a stride of n samples. */
export function reserveErrors(n: number): void {
  if (n <= doubt.q.length) return;
  const size = Math.max(1024, 2 * n);
  felt.x = new Float64Array(size);
  felt.y = new Float64Array(size);
  felt.z = new Float64Array(size);
  doubt.q = new Float64Array(size);
  doubt.turn = new Float64Array(size);
  doubt.tilt = new Float64Array(size);
}

/** A doubt found too large keeps at least this share of the floor. */
const LEAST_DOUBT = 0.03;

/** Covariance of the errors at the end: velocity x y z, position x y z, tilt about x and y. */
const c = new Float64Array(64);

/** Tilts that arise on the way: variance [rad²], what a radian of it does to velocity (x y z) and to position (x y z). */
let tilts = new Float64Array(7 * 64);
let tiltCount = 0;

/** A tilt error that arises at a sample turns every later force: sums from the end. */
function gatherTilts(n: number, dt: number, p: FootParams): void {
  const { x, y, z } = felt;
  const { turn, tilt } = doubt;
  let turns = 0;
  for (let k = 0; k <= n; k++) turns += turn[k]!;
  const hop = Math.max(1, Math.round(0.03 / dt));
  const room = 7 * (Math.floor(n / hop) + 1);
  if (tilts.length < room) tilts = new Float64Array(2 * room);
  let sx = 0;
  let sy = 0;
  let sz = 0;
  let ux = 0;
  let uy = 0;
  let uz = 0;
  let share = 0;
  let beside = 0;
  tiltCount = 0;
  for (let k = n; k >= 0; k--) {
    const tau = (n - k) * dt;
    const dx = x[k]! * dt;
    const dy = y[k]! * dt;
    const dz = z[k]! * dt;
    sx += dx;
    sy += dy;
    sz += dz;
    ux += dx * tau;
    uy += dy * tau;
    uz += dz * tau;
    share += turn[k]!;
    beside += tilt[k]!;
    if (k % hop !== 0) continue;
    let variance = (turns > 0 ? (p.turnTiltRad ** 2 * share) / turns : 0) + beside;
    share = 0;
    beside = 0;
    if (k === 0) variance += p.feltTiltRad ** 2;
    if (variance === 0) continue;
    const at = 7 * tiltCount++;
    tilts[at] = variance;
    tilts[at + 1] = sx;
    tilts[at + 2] = sy;
    tilts[at + 3] = sz;
    tilts[at + 4] = ux;
    tilts[at + 5] = uy;
    tilts[at + 6] = uz;
  }
}

/** The part of the covariance that rests on the tilts; the doubt of the acceleration comes on top. */
const byTilts = new Float64Array(64);

/**
 * Outer products of what a tilt does, over all gathered ones. About x it moves velocity and position by (0, -sz, sy) and
 * (0, -uz, uy), about y by (sz, 0, -sx) and (uz, 0, -ux). Sums in locals: calls with so many numbers would box each of them.
 */
function weighTilts(): void {
  let all = 0;
  let x = 0;
  let y = 0;
  let z = 0;
  let px = 0;
  let py = 0;
  let pz = 0;
  let xx = 0;
  let yy = 0;
  let zz = 0;
  let xz = 0;
  let yz = 0;
  let xpx = 0;
  let ypy = 0;
  let zpz = 0;
  let xpz = 0;
  let zpx = 0;
  let ypz = 0;
  let zpy = 0;
  let pxx = 0;
  let pyy = 0;
  let pzz = 0;
  let pxz = 0;
  let pyz = 0;
  for (let i = 0, at = 0; i < tiltCount; i++, at += 7) {
    const w = tilts[at]!;
    const sx = tilts[at + 1]!;
    const sy = tilts[at + 2]!;
    const sz = tilts[at + 3]!;
    const ux = tilts[at + 4]!;
    const uy = tilts[at + 5]!;
    const uz = tilts[at + 6]!;
    const wsx = w * sx;
    const wsy = w * sy;
    const wsz = w * sz;
    const wux = w * ux;
    const wuy = w * uy;
    const wuz = w * uz;
    all += w;
    x += wsx;
    y += wsy;
    z += wsz;
    px += wux;
    py += wuy;
    pz += wuz;
    xx += wsx * sx;
    yy += wsy * sy;
    zz += wsz * sz;
    xz += wsx * sz;
    yz += wsy * sz;
    xpx += wsx * ux;
    ypy += wsy * uy;
    zpz += wsz * uz;
    xpz += wsx * uz;
    zpx += wsz * ux;
    ypz += wsy * uz;
    zpy += wsz * uy;
    pxx += wux * ux;
    pyy += wuy * uy;
    pzz += wuz * uz;
    pxz += wux * uz;
    pyz += wuy * uz;
  }
  const t = byTilts;
  t[0] = t[9] = zz;
  t[18] = xx + yy;
  t[2] = t[16] = -xz;
  t[10] = t[17] = -yz;
  t[3] = t[24] = t[12] = t[33] = zpz;
  t[5] = t[40] = -zpx;
  t[13] = t[41] = -zpy;
  t[19] = t[26] = -xpz;
  t[20] = t[34] = -ypz;
  t[21] = t[42] = xpx + ypy;
  t[27] = t[36] = pzz;
  t[45] = pxx + pyy;
  t[29] = t[43] = -pxz;
  t[37] = t[44] = -pyz;
  t[14] = t[49] = -z;
  t[22] = t[50] = y;
  t[38] = t[52] = -pz;
  t[46] = t[53] = py;
  t[7] = t[56] = z;
  t[23] = t[58] = -x;
  t[31] = t[59] = pz;
  t[47] = t[61] = -px;
  t[54] = t[63] = all;
}

/** Fills the covariance of all errors at the end: the tilts as weighed, and the doubt of the acceleration as it stands. */
function weighErrors(n: number, dt: number, p: FootParams): void {
  const { q } = doubt;
  let q0 = 0;
  let q1 = 0;
  let q2 = 0;
  for (let k = 0; k <= n; k++) {
    const tau = (n - k) * dt;
    const d = q[k]!;
    q0 += d;
    q1 += d * tau;
    q2 += d * tau * tau;
  }
  c.set(byTilts);
  const scale = (p.accDoubt * dt * dt) / 3;
  for (let a = 0; a < 3; a++) {
    c[9 * a] = c[9 * a]! + scale * q0;
    c[9 * a + 3] = c[9 * a + 3]! + scale * q1;
    c[9 * a + 24] = c[9 * a + 24]! + scale * q1;
    c[9 * a + 27] = c[9 * a + 27]! + scale * q2;
  }
}

const SEEN = [0, 1, 2, 5, 6, 7] as const;
const m6 = new Float64Array(36);
/** What was measured, weighed by the inverse of its covariance. */
const weighed = new Float64Array(6);

/** @returns false where the errors can't be told apart */
function weighMeasured(measured: EndErrors, p: FootParams): boolean {
  for (let a = 0; a < 6; a++) {
    for (let b = 0; b < 6; b++) m6[6 * a + b] = c[8 * SEEN[a]! + SEEN[b]!]!;
    weighed[a] = measured[a]!;
  }
  for (let a = 0; a < 3; a++) m6[7 * a] = m6[7 * a]! + p.endVelocityMps ** 2;
  m6[21] = m6[21]! + p.endHeightM ** 2;
  m6[28] = m6[28]! + p.feltTiltRad ** 2;
  m6[35] = m6[35]! + p.feltTiltRad ** 2;
  return solvePositive(m6, weighed, 6);
}

/**
 * An impact is one thing with all three axes: where the height says that the vertical velocity was lost, there the others were
 * lost as well, and a doubt that has to explain much deserves to be larger. The new doubt is the geometric mean of the old one
 * and of the squared error that it was found to explain.
 */
function sharpen(n: number, dt: number, p: FootParams): void {
  const scale = (p.accDoubt * dt * dt) / 3;
  const level = weighed[0]! ** 2 + weighed[1]! ** 2;
  const least = LEAST_DOUBT * p.residualFloor;
  const { q } = doubt;
  const velocity = weighed[2]!;
  const height = weighed[3]!;
  for (let k = 0; k <= n; k++) {
    const d = q[k]!;
    const vertical = velocity + (n - k) * dt * height;
    q[k] = Math.sqrt(d * Math.max(least, scale * d * d * (level + vertical * vertical)));
  }
}

/**
 * Expected error of the level displacement, given what was measured at the end.
 * @param n samples of the stride less one; {@link felt} and {@link doubt} hold n + 1 numbers each; the doubt is sharpened in place
 * @param out error in x and y [m]; zero where nothing can be said
 */
export function expectedShift(n: number, dt: number, measured: EndErrors, p: FootParams, out: Float64Array): void {
  out.fill(0);
  gatherTilts(n, dt, p);
  weighTilts();
  weighErrors(n, dt, p);
  if (!weighMeasured(measured, p)) return;
  sharpen(n, dt, p);
  weighErrors(n, dt, p);
  if (!weighMeasured(measured, p)) return;
  for (let a = 0; a < 2; a++) {
    let sum = 0;
    for (let b = 0; b < 6; b++) sum += c[8 * (3 + a) + SEEN[b]!]! * weighed[b]!;
    out[a] = sum;
  }
}
