import { STANDARD_GRAVITY_MPS2 } from '../../domain/units.ts';
import { dot3 } from '../../math/rotation.ts';
import { solvePositive } from '../../math/cholesky.ts';
import type { FootParams } from './foot-params.ts';
import { impactRatio, type StridePath } from './stride-path.ts';

/**
 * What is wrong with a shoe's accelerometer. At rest an offset and a gain error look the same, yet one changes the length of a
 * stride and the other hardly does; the velocity left over after each stride tells them apart, because the foot pitches.
 */
export interface AccOffsetState {
  /** Offset [m/s²], sensor axes. */
  offset: Float64Array;
  /** How much of the jumps of the acceleration is error; log of the running mean against what is expected, and its strides. */
  impactLog: number;
  strides: number;
  /** Running means: residual velocity in the end's sensor axes as if no offset were known, its change per offset (3x3),
   * its second moments (3x3); rate at foot-flat. */
  residual: Float64Array;
  slope: Float64Array;
  moment: Float64Array;
  still: number;
}

export const createAccOffset = (): AccOffsetState => ({
  offset: new Float64Array(3),
  impactLog: 0,
  strides: 0,
  residual: new Float64Array(3),
  slope: new Float64Array(9),
  moment: new Float64Array(9),
  still: 0,
});

/** Strides that the expectation counts for, and over which the means are taken. */
const PRIOR_STRIDES = 3;
const MEAN_STRIDES = 60;
/** Variance of the velocity left over before anything is known [(m/s)²]. */
const PRIOR_SCATTER = 0.02;
/** Least doubt of the mean velocity left over [m/s]. */
const LEAST_MPS = 0.005;
/** Offsets of such sensors, gain errors of good and of bad ones (part of 1), and how many bad ones come to a good one. */
const OFFSET_MPS2 = 0.2;
const GAIN = 0.01;
const BAD_GAIN = 0.06;
const BAD_ODDS = 0.3;

/** How much of the jumps of the acceleration is error: 1 where impacts are hard, less where the shoe lands softly. */
export const impactScale = (s: AccOffsetState): number => Math.min(1, Math.max(0.01, Math.exp(s.impactLog)));

const m3 = new Float64Array(9);
const now = new Float64Array(3);
const covariance = new Float64Array(9);
const weight = new Float64Array(9);
const weighedSlope = new Float64Array(9);
const good = new Float64Array(3);
const bad = new Float64Array(3);

/**
 * Learns from one stride.
 * @param stillRadps rate at the less still of both flats
 * @param up up at foot-flat, sensor axes
 * @param forceMps2 what the accelerometer reads at rest, offset left in
 */
export function learnAccOffset(
  s: AccOffsetState,
  path: StridePath,
  stillRadps: number,
  up: Float64Array,
  forceMps2: number,
  p: FootParams,
): void {
  if (path.impactMps2 > 0 && path.residualMps > 0) {
    const log = Math.log(impactRatio(path));
    s.impactLog +=
      (Math.max(-6, Math.min(2, log)) - s.impactLog) / Math.min(PRIOR_STRIDES + s.strides + 1, MEAN_STRIDES);
  }
  s.strides++;
  const w = Math.max(1 / s.strides, 1 / MEAN_STRIDES);
  for (let i = 0; i < 3; i++) {
    let r = path.residualFromEnd[i]!;
    for (let k = 0; k < 3; k++) r += path.offsetSlope[3 * i + k]! * s.offset[k]!;
    s.residual[i] = s.residual[i]! + w * (r - s.residual[i]!);
    now[i] = r;
  }
  for (let i = 0; i < 9; i++) s.slope[i] = s.slope[i]! + w * (path.offsetSlope[i]! - s.slope[i]!);
  for (let i = 0; i < 3; i++)
    for (let k = 0; k < 3; k++)
      s.moment[3 * i + k] = s.moment[3 * i + k]! + w * (now[i]! * now[k]! - s.moment[3 * i + k]!);
  s.still += w * (stillRadps - s.still);
  if (!weighMean(s, w, p)) return;
  // Offset or gain? Both kinds of sensor are fitted; each counts as far as it makes what was seen likely.
  const error = forceMps2 - STANDARD_GRAVITY_MPS2;
  const ofGood = fitOffset(s, up, error, GAIN, good);
  const ofBad = fitOffset(s, up, error, BAD_GAIN, bad) + Math.log(BAD_ODDS);
  if (!Number.isFinite(ofGood) || !Number.isFinite(ofBad)) return;
  const share = 1 / (1 + Math.exp(Math.max(-50, Math.min(50, ofGood - ofBad))));
  for (let i = 0; i < 3; i++) s.offset[i] = good[i]! + share * (bad[i]! - good[i]!);
}

/**
 * Weight of the mean velocity left over: inverse of its covariance. What scatters from stride to stride (impacts that clip,
 * forwards and down) has a part that is the same in each and doesn't average out: it lies along the scatter.
 */
function weighMean(s: AccOffsetState, w: number, p: FootParams): boolean {
  const n = Math.min(s.strides, MEAN_STRIDES);
  const systematic = w + p.residualSystematic ** 2;
  const least = (p.flatLeverM * s.still) ** 2 + LEAST_MPS ** 2;
  for (let i = 0; i < 3; i++) {
    for (let k = 0; k < 3; k++) {
      const seen = n * (s.moment[3 * i + k]! - s.residual[i]! * s.residual[k]!);
      const prior = i === k ? PRIOR_STRIDES * PRIOR_SCATTER : 0;
      covariance[3 * i + k] = ((seen + prior) / (n + PRIOR_STRIDES)) * systematic + (i === k ? least : 0);
    }
  }
  for (let i = 0; i < 3; i++) {
    now.fill(0);
    now[i] = 1;
    m3.set(covariance);
    if (!solvePositive(m3, now, 3)) return false;
    for (let k = 0; k < 3; k++) weight[3 * k + i] = now[k]!;
  }
  return true;
}

/**
 * Most likely offset of a sensor with such gain errors.
 * @param error what rest reads too much [m/s²]
 * @param gain gain error to be expected (part of 1)
 * @returns log of how likely what was seen is with such a sensor; -Infinity where nothing can be fitted
 */
function fitOffset(s: AccOffsetState, up: Float64Array, error: number, gain: number, out: Float64Array): number {
  const { slope, residual } = s;
  const restWeight = 1 / (gain * STANDARD_GRAVITY_MPS2) ** 2;
  for (let i = 0; i < 3; i++) {
    for (let k = 0; k < 3; k++) {
      let sum = 0;
      for (let j = 0; j < 3; j++) sum += slope[3 * j + i]! * weight[3 * j + k]!;
      weighedSlope[3 * i + k] = sum;
    }
  }
  for (let i = 0; i < 3; i++) {
    let pull = restWeight * up[i]! * error;
    for (let k = 0; k < 3; k++) {
      pull += weighedSlope[3 * i + k]! * residual[k]!;
      let sum = restWeight * up[i]! * up[k]! + (i === k ? 1 / OFFSET_MPS2 ** 2 : 0);
      for (let j = 0; j < 3; j++) sum += weighedSlope[3 * i + j]! * slope[3 * j + k]!;
      m3[3 * i + k] = sum;
    }
    out[i] = pull;
  }
  if (!solvePositive(m3, out, 3)) return -Infinity;
  // The factor's diagonal is left in m3.
  const root = m3[0]! * m3[4]! * m3[8]!;
  let cost = restWeight * (error - dot3(up, out)) ** 2 + dot3(out, out) / OFFSET_MPS2 ** 2;
  for (let i = 0; i < 3; i++) {
    now[i] = residual[i]!;
    for (let k = 0; k < 3; k++) now[i] = now[i]! - slope[3 * i + k]! * out[k]!;
  }
  for (let i = 0; i < 3; i++) for (let k = 0; k < 3; k++) cost += weight[3 * i + k]! * now[i]! * now[k]!;
  return 0.5 * (Math.log(restWeight) - cost) - Math.log(root);
}
