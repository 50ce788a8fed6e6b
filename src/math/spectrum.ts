import fftJs from 'fft-js';

/** Complex spectrum of a real signal: coefficients of harmonics 0 to n/2 of the window, divided by n. */
export interface Spectrum {
  readonly re: Float64Array;
  readonly im: Float64Array;
}

/** Scratch: the transform reads complex numbers as pairs, and copies them. */
let pairs: [number, number][] = [];

/**
 * Spectra of two real signals by one transform (one as the real, one as the imaginary part).
 * @throws RangeError where the signals differ in length or it isn't a power of two
 */
export function twoSpectra(a: Float64Array, b: Float64Array): readonly [Spectrum, Spectrum] {
  const n = a.length;
  if (b.length !== n || n < 2 || (n & (n - 1)) !== 0)
    throw new RangeError(`Two signals of one length, a power of two, are needed; these have ${n} and ${b.length}.`);
  if (pairs.length !== n) pairs = Array.from({ length: n }, () => [0, 0]);
  for (let i = 0; i < n; i++) {
    const pair = pairs[i]!;
    pair[0] = a[i]!;
    pair[1] = b[i]!;
  }
  const both = fftJs.fft(pairs);
  const half = n / 2;
  const first: Spectrum = { re: new Float64Array(half + 1), im: new Float64Array(half + 1) };
  const second: Spectrum = { re: new Float64Array(half + 1), im: new Float64Array(half + 1) };
  for (let k = 0; k <= half; k++) {
    const p = both[k]!;
    const q = both[(n - k) % n]!;
    const pr = p[0];
    const pi = p[1];
    const qr = q[0];
    const qi = q[1];
    first.re[k] = (pr + qr) / (2 * n);
    first.im[k] = (pi - qi) / (2 * n);
    second.re[k] = (pi + qi) / (2 * n);
    second.im[k] = (qr - pr) / (2 * n);
  }
  return [first, second];
}

/** Size of one coefficient. */
export const magnitude = (s: Spectrum, k: number): number => Math.sqrt(s.re[k]! ** 2 + s.im[k]! ** 2);
