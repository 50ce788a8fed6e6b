import { solvePositive } from '../../math/cholesky.ts';
import type { FootParams } from './foot-params.ts';

/** End velocity x y z [m/s], end height [m], end tilt about x and y [rad]: estimate minus truth as far as truth is known. */
export type EndErrors = Float64Array;

/** Scratch for one stride, a number a sample: felt force in the world [m/s²]; doubt of the acceleration [(m/s²)²], squared rate. */
export const felt = { x: new Float64Array(0), y: new Float64Array(0), z: new Float64Array(0) };
export const doubt = { q: new Float64Array(0), turn: new Float64Array(0) };

/** Room for a stride of n samples. */
export function reserveErrors(n: number): void {
  if (n <= doubt.q.length) return;
  const size = Math.max(1024, 2 * n);
  felt.x = new Float64Array(size);
  felt.y = new Float64Array(size);
  felt.z = new Float64Array(size);
  doubt.q = new Float64Array(size);
  doubt.turn = new Float64Array(size);
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
  const { turn } = doubt;
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
    if (k % hop !== 0) continue;
    let variance = turns > 0 ? (p.turnTiltRad ** 2 * share) / turns : 0;
    share = 0;
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

/** Places of the errors that a tilt about x and one about y make. */
const ABOUT_X = Uint8Array.of(1, 2, 4, 5, 6);
const ABOUT_Y = Uint8Array.of(0, 2, 3, 5, 7);

/** Fills the covariance of all errors at the end; the tilts are gathered. */
function weighErrors(n: number, dt: number, p: FootParams): void {
  c.fill(0);
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
  const scale = (p.accDoubt * dt * dt) / 3;
  for (let a = 0; a < 3; a++) {
    c[9 * a] = scale * q0;
    c[8 * a + a + 3] = scale * q1;
    c[8 * (a + 3) + a] = scale * q1;
    c[9 * (a + 3)] = scale * q2;
  }
  for (let i = 0, at = 0; i < tiltCount; i++, at += 7) {
    const variance = tilts[at]!;
    const sx = tilts[at + 1]!;
    const sy = tilts[at + 2]!;
    const sz = tilts[at + 3]!;
    const ux = tilts[at + 4]!;
    const uy = tilts[at + 5]!;
    const uz = tilts[at + 6]!;
    addOuter(variance, ABOUT_X, -sz, sy, -uz, uy);
    addOuter(variance, ABOUT_Y, sz, -sx, uz, -ux);
  }
}

/** The same once more after the doubt has changed: only what rests on it; everything else stands. */
function weighDoubtAnew(n: number, dt: number, p: FootParams): void {
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
  const scale = (p.accDoubt * dt * dt) / 3;
  // x and y lie alike: a tilt about one moves the other, by as much.
  let xx = scale * q0;
  let zz = xx;
  let xpx = scale * q1;
  let pxx = xpx;
  let zpz = xpx;
  let pzz = xpx;
  let pxpx = scale * q2;
  let pzpz = pxpx;
  for (let i = 0, at = 0; i < tiltCount; i++, at += 7) {
    const variance = tilts[at]!;
    const sx = tilts[at + 1]!;
    const sy = tilts[at + 2]!;
    const sz = tilts[at + 3]!;
    const ux = tilts[at + 4]!;
    const uy = tilts[at + 5]!;
    const uz = tilts[at + 6]!;
    xx += variance * sz * sz;
    xpx += variance * sz * uz;
    pxx += variance * uz * sz;
    pxpx += variance * uz * uz;
    zz += variance * sy * sy;
    zpz += variance * sy * uy;
    pzz += variance * uy * sy;
    pzpz += variance * uy * uy;
    zz += variance * sx * sx;
    zpz += variance * sx * ux;
    pzz += variance * ux * sx;
    pzpz += variance * ux * ux;
  }
  c[0] = c[9] = xx;
  c[18] = zz;
  c[3] = c[12] = xpx;
  c[24] = c[33] = pxx;
  c[21] = zpz;
  c[42] = pzz;
  c[27] = c[36] = pxpx;
  c[45] = pzpz;
}

/** Adds the outer product of (v0, v1, v2, v3, 1), which stand at these places; the rest is zero. */
function addOuter(variance: number, at: Uint8Array, v0: number, v1: number, v2: number, v3: number): void {
  addRow(8 * at[0]!, variance * v0, at, v0, v1, v2, v3);
  addRow(8 * at[1]!, variance * v1, at, v0, v1, v2, v3);
  addRow(8 * at[2]!, variance * v2, at, v0, v1, v2, v3);
  addRow(8 * at[3]!, variance * v3, at, v0, v1, v2, v3);
  addRow(8 * at[4]!, variance, at, v0, v1, v2, v3);
}

function addRow(row: number, w: number, at: Uint8Array, v0: number, v1: number, v2: number, v3: number): void {
  const i0 = row + at[0]!;
  const i1 = row + at[1]!;
  const i2 = row + at[2]!;
  const i3 = row + at[3]!;
  const i4 = row + at[4]!;
  c[i0] = c[i0]! + w * v0;
  c[i1] = c[i1]! + w * v1;
  c[i2] = c[i2]! + w * v2;
  c[i3] = c[i3]! + w * v3;
  c[i4] = c[i4]! + w;
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
  weighErrors(n, dt, p);
  if (!weighMeasured(measured, p)) return;
  sharpen(n, dt, p);
  weighDoubtAnew(n, dt, p);
  if (!weighMeasured(measured, p)) return;
  for (let a = 0; a < 2; a++) {
    let sum = 0;
    for (let b = 0; b < 6; b++) sum += c[8 * (3 + a) + SEEN[b]!]! * weighed[b]!;
    out[a] = sum;
  }
}
