/**
 * Autocorrelation of signals together (means taken off) at every lag up to `lags`, corrected for the shrinking overlap;
 * 1 at lag 0.
 */
export function autocorrelation(signals: readonly Float64Array[], lags: number): Float64Array {
  const out = new Float64Array(lags + 1);
  for (const x of signals) addLagProducts(x, out);
  scaleToZeroLag(out);
  return out;
}

/** Makes what {@link addLagProducts} summed up 1 at lag 0, in place. */
export function scaleToZeroLag(out: Float64Array): void {
  const zero = out[0]!;
  for (let lag = 0; lag < out.length; lag++) out[lag] = zero > 0 ? out[lag]! / zero : 0;
}

/** Adds a signal's mean product with itself (mean taken off) at each lag. */
export function addLagProducts(x: Float64Array, out: Float64Array): void {
  const n = x.length;
  let mean = 0;
  for (let i = 0; i < n; i++) mean += x[i]! / n;
  const y = new Float64Array(n);
  for (let i = 0; i < n; i++) y[i] = x[i]! - mean;
  let lag = 0;
  // Four lags at a time: a sum waits for its last addition, four sums don't wait for each other.
  for (; lag + 3 < out.length && lag + 3 < n; lag += 4) {
    let a = y[lag]! * y[0]!;
    a += y[lag + 1]! * y[1]!;
    a += y[lag + 2]! * y[2]!;
    let b = y[lag + 1]! * y[0]!;
    b += y[lag + 2]! * y[1]!;
    let c = y[lag + 2]! * y[0]!;
    let d = 0;
    for (let i = lag + 3, k = 0; i < n; i++, k++) {
      const v = y[i]!;
      a += v * y[k + 3]!;
      b += v * y[k + 2]!;
      c += v * y[k + 1]!;
      d += v * y[k]!;
    }
    out[lag]! += a / (n - lag);
    out[lag + 1]! += b / (n - lag - 1);
    out[lag + 2]! += c / (n - lag - 2);
    out[lag + 3]! += d / (n - lag - 3);
  }
  for (; lag < out.length; lag++) {
    let sum = 0;
    for (let i = lag; i < n; i++) sum += y[i]! * y[i - lag]!;
    out[lag]! += sum / (n - lag);
  }
}

/** A peak between samples. */
export interface Peak {
  readonly at: number;
  readonly value: number;
}

/** Highest local peak of `y` in [from, to], between samples by a parabola; undefined where there is none. */
export function highestPeak(y: Float64Array, from: number, to: number): Peak | undefined {
  let best: Peak | undefined;
  for (let i = Math.max(1, Math.ceil(from)); i <= Math.min(y.length - 2, to); i++) {
    const [a, b, c] = [y[i - 1]!, y[i]!, y[i + 1]!];
    if (b < a || b < c || (best !== undefined && b <= best.value)) continue;
    const bend = a - 2 * b + c;
    const shift = bend < 0 ? (0.5 * (a - c)) / bend : 0;
    best = { at: i + shift, value: b - 0.25 * (a - c) * shift };
  }
  return best;
}

/** The first peak that is nearly as high as the highest in [from, to]: the period, not a multiple of it. */
export function firstHighPeak(y: Float64Array, from: number, to: number): Peak | undefined {
  const highest = highestPeak(y, from, to);
  if (highest === undefined) return undefined;
  for (let end = Math.ceil(from) + 1; end < highest.at; end++) {
    const early = highestPeak(y, from, end);
    // ripples sit beside a peak: the highest around it counts
    if (early !== undefined && early.value >= NEARLY * highest.value) return highestPeak(y, from, BESIDE * early.at);
  }
  return highest;
}
const NEARLY = 0.85;
const BESIDE = 1.25;
