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
const column = new Float64Array(8);

/** Fills the covariance of all errors at the end. */
function weighErrors(n: number, dt: number, p: FootParams): void {
  c.fill(0);
  let q0 = 0;
  let q1 = 0;
  let q2 = 0;
  let turns = 0;
  for (let k = 0; k <= n; k++) {
    const tau = (n - k) * dt;
    const q = doubt.q[k]!;
    q0 += q;
    q1 += q * tau;
    q2 += q * tau * tau;
    turns += doubt.turn[k]!;
  }
  const scale = (p.accDoubt * dt * dt) / 3;
  for (let a = 0; a < 3; a++) {
    c[9 * a] = scale * q0;
    c[8 * a + a + 3] = scale * q1;
    c[8 * (a + 3) + a] = scale * q1;
    c[9 * (a + 3)] = scale * q2;
  }
  // A tilt error that arises at k turns every later force: sums from the end.
  let sx = 0;
  let sy = 0;
  let sz = 0;
  let ux = 0;
  let uy = 0;
  let uz = 0;
  let share = 0;
  const hop = Math.max(1, Math.round(0.03 / dt));
  for (let k = n; k >= 0; k--) {
    const tau = (n - k) * dt;
    sx += felt.x[k]! * dt;
    sy += felt.y[k]! * dt;
    sz += felt.z[k]! * dt;
    ux += felt.x[k]! * dt * tau;
    uy += felt.y[k]! * dt * tau;
    uz += felt.z[k]! * dt * tau;
    share += doubt.turn[k]!;
    if (k % hop !== 0) continue;
    let variance = turns > 0 ? (p.turnTiltRad ** 2 * share) / turns : 0;
    share = 0;
    if (k === 0) variance += p.feltTiltRad ** 2;
    if (variance === 0) continue;
    column.fill(0);
    column[1] = -sz;
    column[2] = sy;
    column[4] = -uz;
    column[5] = uy;
    column[6] = 1;
    addOuter(variance);
    column.fill(0);
    column[0] = sz;
    column[2] = -sx;
    column[3] = uz;
    column[5] = -ux;
    column[7] = 1;
    addOuter(variance);
  }
}

function addOuter(variance: number): void {
  for (let a = 0; a < 8; a++) {
    const w = variance * column[a]!;
    if (w === 0) continue;
    for (let b = 0; b < 8; b++) c[8 * a + b] = c[8 * a + b]! + w * column[b]!;
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
  for (let k = 0; k <= n; k++) {
    const q = doubt.q[k]!;
    const vertical = weighed[2]! + (n - k) * dt * weighed[3]!;
    doubt.q[k] = Math.sqrt(q * Math.max(least, scale * q * q * (level + vertical * vertical)));
  }
}

/**
 * Expected error of the level displacement, given what was measured at the end.
 * @param n samples of the stride less one; {@link felt} and {@link doubt} hold n + 1 numbers each; the doubt is sharpened in place
 * @param out error in x and y [m]; zero where nothing can be said
 */
export function expectedShift(n: number, dt: number, measured: EndErrors, p: FootParams, out: Float64Array): void {
  out.fill(0);
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
