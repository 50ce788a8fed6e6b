import { STANDARD_GRAVITY_MPS2 } from '../../domain/units.ts';
import { dot3 } from '../../math/rotation.ts';
import { solvePositive } from '../../math/cholesky.ts';
import type { FootParams } from './foot-params.ts';
import type { StridePath } from './stride-path.ts';

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
   * its square; rate at foot-flat. */
  residual: Float64Array;
  slope: Float64Array;
  square: number;
  still: number;
}

export const createAccOffset = (): AccOffsetState => ({
  offset: new Float64Array(3),
  impactLog: 0,
  strides: 0,
  residual: new Float64Array(3),
  slope: new Float64Array(9),
  square: 0,
  still: 0,
});

/** Share of the acceleration's jumps that is error where impacts are hard (a shoe with 16 g clipping). */
const HARD_IMPACT = 0.03;
/** Strides that the expectation counts for, and over which the means are taken. */
const PRIOR_STRIDES = 3;
const MEAN_STRIDES = 60;
/** Variance of the velocity left over before anything is known [(m/s)²]. */
const PRIOR_SCATTER = 0.02;
/** Offsets of such sensors, and gain errors of good and of bad ones (part of 1). */
const OFFSET_MPS2 = 0.2;
const GAIN = 0.01;
const BAD_GAIN = 0.06;
const BAD_FROM = 0.03;

/** How much of the jumps of the acceleration is error: 1 where impacts are hard, less where the shoe lands softly. */
export const impactScale = (s: AccOffsetState): number => Math.min(1, Math.max(0.01, Math.exp(s.impactLog)));

const m3 = new Float64Array(9);
const x3 = new Float64Array(3);

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
    const log = Math.log(path.residualMps ** 2 / path.impactMps2 / HARD_IMPACT);
    s.impactLog +=
      (Math.max(-6, Math.min(2, log)) - s.impactLog) / Math.min(PRIOR_STRIDES + s.strides + 1, MEAN_STRIDES);
  }
  s.strides++;
  const w = Math.max(1 / s.strides, 1 / MEAN_STRIDES);
  let square = 0;
  for (let i = 0; i < 3; i++) {
    let r = path.residualFromEnd[i]!;
    for (let k = 0; k < 3; k++) r += path.offsetSlope[3 * i + k]! * s.offset[k]!;
    s.residual[i] = s.residual[i]! + w * (r - s.residual[i]!);
    square += r * r;
  }
  for (let i = 0; i < 9; i++) s.slope[i] = s.slope[i]! + w * (path.offsetSlope[i]! - s.slope[i]!);
  s.square += w * (square - s.square);
  const n = Math.min(s.strides, MEAN_STRIDES);
  const seen = Math.max(0, s.square - dot3(s.residual, s.residual)) / 3;
  const scatter = (n * seen + PRIOR_STRIDES * PRIOR_SCATTER) / (n + PRIOR_STRIDES);
  // What scatters from stride to stride has, by experience, a part that is the same in each: that doesn't average out.
  s.still += w * (stillRadps - s.still);
  const weight = 1 / (scatter * (w + p.residualSystematic ** 2) + (p.flatLeverM * s.still) ** 2 + 0.005 ** 2);
  const error = forceMps2 / STANDARD_GRAVITY_MPS2 - 1;
  const gain = Math.abs(error) > BAD_FROM ? BAD_GAIN : GAIN;
  const restWeight = 1 / (gain * STANDARD_GRAVITY_MPS2) ** 2;
  for (let i = 0; i < 3; i++) {
    x3[i] = restWeight * up[i]! * error * STANDARD_GRAVITY_MPS2;
    for (let k = 0; k < 3; k++) {
      x3[i] = x3[i]! + weight * s.slope[3 * k + i]! * s.residual[k]!;
      let sum = restWeight * up[i]! * up[k]! + (i === k ? 1 / OFFSET_MPS2 ** 2 : 0);
      for (let j = 0; j < 3; j++) sum += weight * s.slope[3 * j + i]! * s.slope[3 * j + k]!;
      m3[3 * i + k] = sum;
    }
  }
  if (solvePositive(m3, x3, 3)) s.offset.set(x3);
}
