/** Second-order Butterworth low-pass `[b0, a1, a2]` (b1 = 2 b0, b2 = b0), by the bilinear transform. */
export function butterworth(cutHz: number, rateHz: number): Float64Array {
  const c = Math.tan(Math.PI * Math.min(cutHz / rateHz, 0.45));
  const d = c * c + Math.SQRT2 * c + 1;
  return Float64Array.of((c * c) / d, (2 * (c * c - 1)) / d, (1 - Math.SQRT2 * c + c * c) / d);
}

/**
 * Runs the low-pass over `n` values forwards and backwards, in place: no phase, fourth order. Both ends are taken to go on
 * point-mirrored for `pad` values.
 */
export function zeroPhase(x: Float64Array, n: number, pad: number, k: Float64Array, scratch: Float64Array): void {
  const p = Math.min(pad, n - 1);
  const total = n + 2 * p;
  for (let i = 0; i < p; i++) {
    scratch[i] = 2 * x[0]! - x[p - i]!;
    scratch[p + n + i] = 2 * x[n - 1]! - x[n - 2 - i]!;
  }
  for (let i = 0; i < n; i++) scratch[p + i] = x[i]!;
  const b0 = k[0]!;
  const a1 = k[1]!;
  const a2 = k[2]!;
  let s1 = scratch[0]! * (1 - b0);
  let s2 = scratch[0]! * (b0 - a2);
  for (let i = 0; i < total; i++) {
    const v = scratch[i]!;
    const y = b0 * v + s1;
    s1 = 2 * b0 * v - a1 * y + s2;
    s2 = b0 * v - a2 * y;
    scratch[i] = y;
  }
  s1 = scratch[total - 1]! * (1 - b0);
  s2 = scratch[total - 1]! * (b0 - a2);
  for (let i = total - 1; i >= 0; i--) {
    const v = scratch[i]!;
    const y = b0 * v + s1;
    s1 = 2 * b0 * v - a1 * y + s2;
    s2 = b0 * v - a2 * y;
    scratch[i] = y;
  }
  for (let i = 0; i < n; i++) x[i] = scratch[p + i]!;
}
