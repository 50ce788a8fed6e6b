import fftJs from 'fft-js';

/** Complex spectrum of a real signal: coefficients of harmonics 0 to n/2 of the window, divided by n. */
export interface Spectrum {
  readonly re: Float64Array;
  readonly im: Float64Array;
}

/** Points of one transform: fft-js makes three objects a butterfly, so the last steps are put together here instead. */
const KERNEL = 16;
const MASK = KERNEL - 1;

/** Scratch: the transform reads complex numbers as pairs, and copies them. */
const pairs = Array.from({ length: KERNEL }, (): [number, number] => [0, 0]);
/** Transforms of the parts, part after part, and the unit circle in as many steps as the last signal had values. */
let parts = { re: new Float64Array(0), im: new Float64Array(0), cos: new Float64Array(0), sin: new Float64Array(0) };

/**
 * Spectrum of a real signal. Every (n/16)th value makes a part; two parts go through one transform of 16 points (one as the
 * real, one as the imaginary part), and each line is the sum of the parts' lines, turned as their first values are late.
 * @throws RangeError where the length is no power of two from 32 on
 */
export function realSpectrum(x: Float64Array): Spectrum {
  const n = x.length;
  if (n < 2 * KERNEL || (n & (n - 1)) !== 0)
    throw new RangeError(`A signal whose length is a power of two from ${2 * KERNEL} on is needed; this one has ${n}.`);
  if (parts.re.length !== n) prepare(n);
  const count = n / KERNEL;
  for (let part = 0; part < count; part += 2) transformTwo(x, part, count);
  const re = new Float64Array(n / 2 + 1);
  const im = new Float64Array(n / 2 + 1);
  const { re: partRe, im: partIm, cos, sin } = parts;
  for (let k = 0; k <= n / 2; k++) {
    let sumRe = 0;
    let sumIm = 0;
    for (let part = 0, at = k & MASK, turn = 0; part < count; part++, at += KERNEL, turn = (turn + k) & (n - 1)) {
      const c = cos[turn]!;
      const s = sin[turn]!;
      sumRe += partRe[at]! * c + partIm[at]! * s;
      sumIm += partIm[at]! * c - partRe[at]! * s;
    }
    re[k] = sumRe / n;
    im[k] = sumIm / n;
  }
  return { re, im };
}

function prepare(n: number): void {
  parts = {
    re: new Float64Array(n),
    im: new Float64Array(n),
    cos: Float64Array.from({ length: n }, (_, i) => Math.cos((2 * Math.PI * i) / n)),
    sin: Float64Array.from({ length: n }, (_, i) => Math.sin((2 * Math.PI * i) / n)),
  };
}

/** Transforms of two parts of a signal. */
function transformTwo(x: Float64Array, part: number, count: number): void {
  for (let i = 0, at = part; i < KERNEL; i++, at += count) {
    const pair = pairs[i]!;
    pair[0] = x[at]!;
    pair[1] = x[at + 1]!;
  }
  const both = fftJs.fft(pairs);
  const { re, im } = parts;
  const first = KERNEL * part;
  const second = first + KERNEL;
  for (let k = 0; k < KERNEL; k++) {
    const p = both[k]!;
    const q = both[(KERNEL - k) & MASK]!;
    re[first + k] = 0.5 * (p[0] + q[0]);
    im[first + k] = 0.5 * (p[1] - q[1]);
    re[second + k] = 0.5 * (p[1] + q[1]);
    im[second + k] = 0.5 * (q[0] - p[0]);
  }
}

/** Size of one coefficient. */
export const magnitude = (s: Spectrum, k: number): number => Math.sqrt(s.re[k]! ** 2 + s.im[k]! ** 2);
