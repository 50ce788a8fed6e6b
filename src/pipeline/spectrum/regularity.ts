/**
 * Autocorrelation of signals together (means taken off) at every lag up to `lags`, corrected for the shrinking overlap;
 * 1 at lag 0.
 */
export function autocorrelation(signals: readonly Float64Array[], lags: number): Float64Array {
  const out = new Float64Array(lags + 1);
  for (const x of signals) {
    const n = x.length;
    let mean = 0;
    for (const v of x) mean += v / n;
    for (let lag = 0; lag <= lags; lag++) {
      let sum = 0;
      for (let i = lag; i < n; i++) sum += (x[i]! - mean) * (x[i - lag]! - mean);
      out[lag]! += sum / (n - lag);
    }
  }
  const zero = out[0]!;
  for (let lag = 0; lag <= lags; lag++) out[lag] = zero > 0 ? out[lag]! / zero : 0;
  return out;
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
