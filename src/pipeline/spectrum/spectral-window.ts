import { magnitude, realSpectrum, type Spectrum } from '../../math/spectrum.ts';
import { addLagProducts, autocorrelation, firstHighPeak, highestPeak, scaleToZeroLag } from './regularity.ts';

/** What a window says; null where it can't. */
export interface WindowValues {
  readonly cadenceSpm: number;
  readonly stepRegularity: number | null;
  readonly strideRegularity: number;
  readonly harmonicRatios: readonly [vertical: number, forward: number, lateral: number] | null;
  readonly smoothness: number;
}

/** Points of a transform. */
const POINTS = 256;
const HARMONICS = 10;
/** Strides that one transform holds at most: ten harmonics of each stay clear of its end. */
const MOST_STRIDES = 10;
/** Steps and strides of walking [s]. */
const SHORTEST_STEP_S = 0.3;
const LONGEST_STEP_S = 1.2;
/** Least regularity of walking, and least size of the signal: [m/s²] on the pelvis, [rad/s] on a foot. */
const LEAST_REGULARITY = 0.3;
const LEAST_SIZE = 0.3;
/** A walking pelvis turns at least this fast, RMS; one that is driven doesn't [rad/s]. */
const LEAST_RATE_RADPS = 0.15;
const SMOOTHNESS_HZ = 10;
/** Share of the highest line below which the spectrum counts as ended. */
const SMOOTHNESS_FLOOR = 0.05;

/**
 * The pelvis over a window: specific force x y z x y z ... [m/s²] in the sensor's own axes and size of its rate [rad/s]. Up is the window's mean; forward is
 * the level direction in which steps are alike, so no mounting matters.
 */
export function readPelvis(force: Float64Array, rate: Float64Array, rateHz: number): WindowValues | undefined {
  const n = force.length / 3;
  const mean = [0, 0, 0];
  for (let i = 0; i < force.length; i += 3) for (let c = 0; c < 3; c++) mean[c]! += force[i + c]! / n;
  const g = Math.hypot(mean[0]!, mean[1]!, mean[2]!);
  if (!(g > 5)) return undefined;
  const up = mean.map((v) => v / g);
  const [e1, e2] = levelAxes(up);
  const vertical = along(force, up);
  const level1 = along(force, e1);
  const level2 = along(force, e2);
  if (spread(vertical) < LEAST_SIZE || rootMeanSquare(rate) < LEAST_RATE_RADPS) return undefined;
  const lags = Math.min(n - 2, Math.ceil(2 * LONGEST_STEP_S * rateHz) + 2);
  const correlation = new Float64Array(lags + 1);
  addLagProducts(smoothed(vertical), correlation);
  const together = correlation.slice();
  addLagProducts(smoothed(level1), together);
  addLagProducts(smoothed(level2), together);
  scaleToZeroLag(correlation);
  scaleToZeroLag(together);
  // All axes together repeat with the stride only: half a stride later the sway goes the other way.
  const stride = firstHighPeak(together, 2 * SHORTEST_STEP_S * rateHz, 2 * LONGEST_STEP_S * rateHz);
  if (stride === undefined || stride.value < LEAST_REGULARITY) return undefined;
  const step = highestPeak(correlation, 0.35 * stride.at, 0.65 * stride.at);
  const strides = Math.min(MOST_STRIDES, Math.floor((n - 1) / stride.at));
  if (strides < 3) return undefined;
  const span = strides * stride.at;
  const v = realSpectrum(resampled(vertical, span));
  const a = realSpectrum(resampled(level1, span));
  const b = realSpectrum(resampled(level2, span));
  return {
    cadenceSpm: (60 * rateHz * 2) / stride.at,
    stepRegularity: step?.value ?? correlation[Math.round(0.5 * stride.at)]!,
    strideRegularity: correlation[Math.round(stride.at)]!,
    harmonicRatios: [evenOverOdd(v, strides), ...levelRatios(a, b, strides)],
    smoothness: smoothness(v, (span / rateHz) * SMOOTHNESS_HZ),
  };
}

/** A foot over a window: size of its angular rate, which repeats with the stride. */
export function readFoot(rate: Float64Array, rateHz: number): WindowValues | undefined {
  const n = rate.length;
  const correlation = autocorrelation([smoothed(rate)], Math.min(n - 2, Math.ceil(2 * LONGEST_STEP_S * rateHz) + 2));
  const stride = firstHighPeak(correlation, 2 * SHORTEST_STEP_S * rateHz, 2 * LONGEST_STEP_S * rateHz);
  if (stride === undefined || spread(rate) < LEAST_SIZE || stride.value < LEAST_REGULARITY) return undefined;
  const strides = Math.min(MOST_STRIDES, Math.floor((n - 1) / stride.at));
  if (strides < 3) return undefined;
  const span = strides * stride.at;
  const spectrum = realSpectrum(resampled(rate, span));
  return {
    cadenceSpm: (60 * rateHz * 2) / stride.at,
    stepRegularity: null,
    strideRegularity: stride.value,
    harmonicRatios: null,
    smoothness: smoothness(spectrum, (span / rateHz) * SMOOTHNESS_HZ),
  };
}

/** The newest `span` samples at POINTS even moments, mean taken off: whole strides, so each harmonic is one line. */
function resampled(x: Float64Array, span: number): Float64Array {
  const start = x.length - 1 - span;
  const out = new Float64Array(POINTS);
  let mean = 0;
  for (let i = 0; i < POINTS; i++) {
    const at = start + (i * span) / POINTS;
    const k = Math.min(x.length - 2, Math.floor(at));
    out[i] = x[k]! + (at - k) * (x[k + 1]! - x[k]!);
    mean += out[i]! / POINTS;
  }
  for (let i = 0; i < POINTS; i++) out[i]! -= mean;
  return out;
}

/** One axis' course. */
function along(force: Float64Array, axis: readonly number[]): Float64Array {
  const [x, y, z] = axis as [number, number, number];
  const out = new Float64Array(force.length / 3);
  for (let i = 0, k = 0; i < out.length; i++, k += 3) out[i] = force[k]! * x + force[k + 1]! * y + force[k + 2]! * z;
  return out;
}

function evenOverOdd(s: Spectrum, strides: number): number {
  let even = 0;
  let odd = 1e-9;
  for (let k = 1; k <= HARMONICS; k++) {
    if (k % 2 === 0) even += magnitude(s, k * strides);
    else odd += magnitude(s, k * strides);
  }
  return even / odd;
}

/** Forward (even over odd) and lateral (odd over even) ratios in the level plane, along the axis where steps are most alike. */
function levelRatios(a: Spectrum, b: Spectrum, strides: number): [number, number] {
  let xx = 0;
  let xy = 0;
  let yy = 0;
  for (let k = 1; k <= 3; k++) {
    const at = k * strides;
    const sign = k === 2 ? 1 : -1;
    xx += sign * (a.re[at]! ** 2 + a.im[at]! ** 2);
    yy += sign * (b.re[at]! ** 2 + b.im[at]! ** 2);
    xy += sign * (a.re[at]! * b.re[at]! + a.im[at]! * b.im[at]!);
  }
  const angle = 0.5 * Math.atan2(2 * xy, xx - yy);
  const forward = turned(a, b, Math.cos(angle), Math.sin(angle), strides);
  const lateral = turned(a, b, -Math.sin(angle), Math.cos(angle), strides);
  return [evenOverOdd(forward, strides), 1 / Math.max(1e-9, evenOverOdd(lateral, strides))];
}

/** The stride's harmonics along an axis between two others. */
function turned(a: Spectrum, b: Spectrum, c: number, s: number, strides: number): Spectrum {
  const re = new Float64Array(a.re.length);
  const im = new Float64Array(a.re.length);
  for (let h = 1; h <= HARMONICS; h++) {
    const k = h * strides;
    re[k] = c * a.re[k]! + s * b.re[k]!;
    im[k] = c * a.im[k]! + s * b.im[k]!;
  }
  return { re, im };
}

/** Minus the arc length of the normalised spectrum over its first `lines` lines, up to the last line above the floor. */
function smoothness(s: Spectrum, lines: number): number {
  const last = Math.min(s.re.length - 1, Math.floor(lines));
  let highest = 0;
  for (let k = 0; k <= last; k++) highest = Math.max(highest, magnitude(s, k));
  if (highest === 0) return 0;
  let end = last;
  while (end > 1 && magnitude(s, end) < SMOOTHNESS_FLOOR * highest) end--;
  let length = 0;
  for (let k = 1; k <= end; k++) {
    const rise = (magnitude(s, k) - magnitude(s, k - 1)) / highest;
    length += Math.sqrt(1 / (end * end) + rise * rise);
  }
  return -length;
}

/** Without the jolts of contact, whose ripples would pass for periods. */
function smoothed(x: Float64Array): Float64Array {
  let from = x;
  for (let round = 0; round < 2; round++) {
    const to = new Float64Array(from.length);
    const last = from.length - 1;
    for (let i = 0; i <= last; i++) {
      const v = from[i]!;
      to[i] = 0.5 * v + 0.25 * ((i > 0 ? from[i - 1]! : v) + (i < last ? from[i + 1]! : v));
    }
    from = to;
  }
  return from;
}

function spread(x: Float64Array): number {
  let mean = 0;
  for (let i = 0; i < x.length; i++) mean += x[i]! / x.length;
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += (x[i]! - mean) ** 2;
  return Math.sqrt(sum / x.length);
}

function rootMeanSquare(x: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i]! * x[i]!;
  return Math.sqrt(sum / x.length);
}

/** Two unit vectors level to `up`, at right angles. */
function levelAxes(up: readonly number[]): [number[], number[]] {
  const pick = Math.abs(up[0]!) < 0.7 ? [1, 0, 0] : [0, 1, 0];
  const d = pick[0]! * up[0]! + pick[1]! * up[1]!;
  const raw = pick.map((v, i) => v - d * up[i]!);
  const n = Math.hypot(raw[0]!, raw[1]!, raw[2]!);
  const e1 = raw.map((v) => v / n);
  const e2 = [up[1]! * e1[2]! - up[2]! * e1[1]!, up[2]! * e1[0]! - up[0]! * e1[2]!, up[0]! * e1[1]! - up[1]! * e1[0]!];
  return [e1, e2];
}
