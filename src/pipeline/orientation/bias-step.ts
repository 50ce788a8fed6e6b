import { K } from './inclination-params.ts';
import { S, settle } from './inclination-state.ts';

/** Low-passes of the bias step: the rotation's nine numbers and the bias as seen along two of its rows. */
const LOW_PASSES = 11;

/**
 * One step of the bias' Kalman filter, with the orientation of now. All numbers are read from and written to the filter's one
 * array: handed over one by one, each would be put into an object of its own.
 * @param q holds the orientation, earth from sensor [w,x,y,z], from index `at` on
 */
export function updateBias(
  s: Float64Array,
  k: Float64Array,
  q: Float64Array,
  at: number,
  resting: boolean,
  starting: boolean,
): void {
  const w = q[at]!;
  const x = q[at + 1]!;
  const y = q[at + 2]!;
  const z = q[at + 3]!;
  const r = S.rows;
  const b = S.bias;
  s[r] = 1 - 2 * (y * y + z * z);
  s[r + 1] = 2 * (x * y - w * z);
  s[r + 2] = 2 * (x * z + w * y);
  s[r + 3] = 2 * (x * y + w * z);
  s[r + 4] = 1 - 2 * (x * x + z * z);
  s[r + 5] = 2 * (y * z - w * x);
  s[r + 6] = 2 * (x * z - w * y);
  s[r + 7] = 2 * (y * z + w * x);
  s[r + 8] = 1 - 2 * (x * x + y * y);
  s[r + 9] = s[r] * s[b]! + s[r + 1]! * s[b + 1]! + s[r + 2]! * s[b + 2]!;
  s[r + 10] = s[r + 3]! * s[b]! + s[r + 4]! * s[b + 1]! + s[r + 5]! * s[b + 2]!;
  lowPass(s, k, starting);

  const v = k[K.biasV]!;
  if (s[S.p]! < k[K.biasP0]!) s[S.p]! += v;
  if (s[S.p + 3]! < k[K.biasP0]!) s[S.p + 3]! += v;
  if (s[S.p + 5]! < k[K.biasP0]!) s[S.p + 5]! += v;
  const clip = k[K.biasClip]!;
  // The measurements have their own noise each, so they can be taken in one after the other.
  if (resting) {
    for (let row = 0; row < 3; row++) {
      for (let c = 0; c < 3; c++) s[r + 3 * row + c] = row === c ? 1 : 0;
      take(s, k, r + 3 * row, s[S.restMean + row]! - s[b + row]!, K.restW);
    }
  } else if (!starting) {
    const span = k[K.biasEvery]! * k[K.dt]!;
    take(s, k, r, s[r + 9]! - s[S.slopeY]! / span - along(s, r), K.motionW);
    take(s, k, r + 3, s[r + 10]! + s[S.slopeX]! / span - along(s, r + 3), K.motionW);
    take(s, k, r + 6, -along(s, r + 6), K.verticalW);
  }
  for (let i = b; i < b + 3; i++) s[i] = clamp(s[i]!, clip);
}

/** Low-passes what lies in the rows, in place; the plain mean while starting up. */
function lowPass(s: Float64Array, k: Float64Array, starting: boolean): void {
  const b0 = k[K.biasB0]!;
  const a1 = k[K.biasA1]!;
  const a2 = k[K.biasA2]!;
  if (starting) {
    const share = 1 / ++s[S.biasCount]!;
    for (let i = 0, at: number = S.rotation; i < LOW_PASSES; i++, at += 2)
      s[S.rows + i] = s[at]! += (s[S.rows + i]! - s[at]!) * share;
    return;
  }
  if (s[S.biasCount]! > 0) {
    // the mean so far becomes the low-passes' settled state
    s[S.biasCount] = 0;
    for (let i = 0, at: number = S.rotation; i < LOW_PASSES; i++, at += 2) settle(s, at, s[at]!, b0, a2);
  }
  for (let i = 0, at: number = S.rotation; i < LOW_PASSES; i++, at += 2) {
    const value = s[S.rows + i]!;
    const now = b0 * value + s[at]!;
    s[at] = 2 * b0 * value - a1 * now + s[at + 1]!;
    s[at + 1] = b0 * value - a2 * now;
    s[S.rows + i] = now;
  }
}

/** The bias as seen along the row at `at`. */
const along = (s: Float64Array, at: number): number =>
  s[at]! * s[S.bias]! + s[at + 1]! * s[S.bias + 1]! + s[at + 2]! * s[S.bias + 2]!;

const clamp = (value: number, limit: number): number => (value > limit ? limit : value < -limit ? -limit : value);

/**
 * Takes in the scalar measurement h · bias.
 * @param row where h lies
 * @param innovation measured less expected, clipped here
 * @param noise which coefficient is its variance
 */
function take(s: Float64Array, k: Float64Array, row: number, innovation: number, noise: number): void {
  const h0 = s[row]!;
  const h1 = s[row + 1]!;
  const h2 = s[row + 2]!;
  const xx = s[S.p]!;
  const xy = s[S.p + 1]!;
  const xz = s[S.p + 2]!;
  const yy = s[S.p + 3]!;
  const yz = s[S.p + 4]!;
  const zz = s[S.p + 5]!;
  const u0 = xx * h0 + xy * h1 + xz * h2;
  const u1 = xy * h0 + yy * h1 + yz * h2;
  const u2 = xz * h0 + yz * h1 + zz * h2;
  const g = 1 / (k[noise]! + h0 * u0 + h1 * u1 + h2 * u2);
  const e = g * clamp(innovation, k[K.biasClip]!);
  s[S.bias]! += u0 * e;
  s[S.bias + 1]! += u1 * e;
  s[S.bias + 2]! += u2 * e;
  s[S.p] = xx - u0 * u0 * g;
  s[S.p + 1] = xy - u0 * u1 * g;
  s[S.p + 2] = xz - u0 * u2 * g;
  s[S.p + 3] = yy - u1 * u1 * g;
  s[S.p + 4] = yz - u1 * u2 * g;
  s[S.p + 5] = zz - u2 * u2 * g;
}
