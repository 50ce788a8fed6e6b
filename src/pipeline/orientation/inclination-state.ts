/**
 * Where each value lives in the one Float64Array of a filter. The low-passes are transposed direct form II, two values
 * each; while `count` is below the start-up length the first of the two holds the plain mean so far.
 */
export const S = {
  /** Strapdown orientation: almost inertial frame from sensor [w,x,y,z]. */
  qGyr: 0,
  /** Inclination correction: earth from the almost inertial frame. */
  qAcc: 4,
  acc: 8,
  bias: 14,
  /** Bias covariance: xx xy xz yy yz zz. */
  p: 17,
  rotation: 23,
  biasSeen: 41,
  restGyr: 45,
  restAcc: 51,
  restFor: 57,
  count: 58,
  lastGyr: 59,
  started: 62,
  slopeX: 63,
  slopeY: 64,
  biasPhase: 65,
  biasCount: 66,
  /** The rate's own low-passed course: the bias itself while at rest. */
  restMean: 67,
  /** Room for what the bias step low-passes: the rotation's rows, then the bias as seen along the first two. */
  rows: 70,
  size: 81,
} as const;

/** A filter that has seen nothing. */
export function createInclinationState(): Float64Array {
  const s = new Float64Array(S.size);
  resetInclination(s);
  return s;
}

/** Forgets everything, the bias too. */
export function resetInclination(s: Float64Array): void {
  s.fill(0);
  s[S.qGyr] = 1;
  s[S.qAcc] = 1;
  s[S.p] = -1;
}

/** Finds the inclination anew from the next samples; heading and bias stay. For gaps that can't be bridged. */
export function restartInclination(s: Float64Array): void {
  s.fill(0, S.acc, S.bias);
  s.fill(0, S.rotation, S.size);
}

/** Sets a low-pass to where it would be after a long time of one value. */
export function settle(s: Float64Array, at: number, value: number, b0: number, a2: number): void {
  s[at] = value * (1 - b0);
  s[at + 1] = value * (b0 - a2);
}
