/**
 * What the 6D orientation filter knows beforehand. Defaults are those of the paper (Laidig & Seel 2023, "VQF: Highly
 * accurate IMU orientation estimation with bias estimation and magnetic disturbance rejection", Information Fusion 91),
 * which were found over six datasets, except the bias clip: small sensors leave the factory with up to 4 deg/s.
 */
export interface InclinationParams {
  /** Time constant of the low-pass that the specific force goes through in the almost inertial frame [s]. */
  readonly accTauS: number;
  /** Gyro bias: SD at the start, what it may ever be, and how far (SD) it may wander in how long [rad/s, s]. */
  readonly biasSdInitialRadps: number;
  readonly biasClipRadps: number;
  readonly biasWanderRadps: number;
  readonly biasForgettingS: number;
  /** SD of the bias as known from motion and from rest, once converged [rad/s]. */
  readonly biasSdMotionRadps: number;
  readonly biasSdRestRadps: number;
  /** Weight of "the vertical bias is zero" in motion, where gravity can't tell it. */
  readonly biasVerticalWeight: number;
  /** Rest: how long, and how far the signals may move from their own low-passed course. */
  readonly restMinS: number;
  readonly restTauS: number;
  readonly restGyrRadps: number;
  readonly restAccMps2: number;
}

/** The bias filter runs at about this rate: its time constants are seconds, so more often gains nothing. */
const BIAS_RATE_HZ = 50;
const DEG = Math.PI / 180;

export const INCLINATION_DEFAULTS: InclinationParams = Object.freeze({
  accTauS: 3,
  biasSdInitialRadps: 0.5 * DEG,
  biasClipRadps: 4 * DEG,
  biasWanderRadps: 0.1 * DEG,
  biasForgettingS: 100,
  biasSdMotionRadps: 0.1 * DEG,
  biasSdRestRadps: 0.03 * DEG,
  biasVerticalWeight: 1e-4,
  restMinS: 1.5,
  restTauS: 0.5,
  restGyrRadps: 2 * DEG,
  restAccMps2: 0.5,
});

/** What follows from the parameters at one sampling rate; plain numbers in the order of {@link K}. */
export const K = {
  dt: 0,
  accB0: 1,
  accA1: 2,
  accA2: 3,
  restB0: 4,
  restA1: 5,
  restA2: 6,
  initialCount: 7,
  restCount: 8,
  restGyrSq: 9,
  restAccSq: 10,
  biasClip: 11,
  biasP0: 12,
  biasV: 13,
  motionW: 14,
  verticalW: 15,
  restW: 16,
  rateHz: 17,
  biasEvery: 18,
  biasB0: 19,
  biasA1: 20,
  biasA2: 21,
  size: 22,
} as const;

/**
 * Second-order Butterworth low-pass as `[b0, a1, a2]` (b1 = 2 b0, b2 = b0), by the bilinear transform.
 * @param tauS its cut-off is at √2 / (2 π tau)
 */
function lowPass(tauS: number, rateHz: number): [number, number, number] {
  const c = Math.tan(Math.SQRT2 / (2 * tauS * rateHz));
  const d = c * c + Math.SQRT2 * c + 1;
  return [(c * c) / d, (2 * (c * c - 1)) / d, (1 - Math.SQRT2 * c + c * c) / d];
}

/** Coefficients at a rate [Hz]. */
export function inclinationCoefficients(params: InclinationParams, rateHz: number): Float64Array {
  const k = new Float64Array(K.size);
  const dt = 1 / rateHz;
  const biasEvery = Math.max(1, Math.round(rateHz / BIAS_RATE_HZ));
  const biasDt = biasEvery * dt;
  const [accB0, accA1, accA2] = lowPass(params.accTauS, rateHz);
  const [restB0, restA1, restA2] = lowPass(params.restTauS, rateHz);
  k[K.dt] = dt;
  k[K.accB0] = accB0;
  k[K.accA1] = accA1;
  k[K.accA2] = accA2;
  k[K.restB0] = restB0;
  k[K.restA1] = restA1;
  k[K.restA2] = restA2;
  k[K.initialCount] = Math.max(1, Math.round(params.accTauS * rateHz));
  k[K.restCount] = Math.max(1, Math.round(params.restMinS * rateHz));
  k[K.restGyrSq] = params.restGyrRadps ** 2;
  k[K.restAccSq] = params.restAccMps2 ** 2;
  k[K.biasClip] = params.biasClipRadps;
  // Variances in (rad/s)². The measurement variances are those at which the filter settles on the wanted SD.
  const v = (params.biasWanderRadps ** 2 * biasDt) / params.biasForgettingS;
  const settled = (sd: number): number => (sd * sd * sd * sd) / v + sd * sd;
  k[K.biasP0] = params.biasSdInitialRadps ** 2;
  k[K.biasV] = v;
  k[K.motionW] = settled(params.biasSdMotionRadps);
  k[K.verticalW] = settled(params.biasSdMotionRadps) / params.biasVerticalWeight;
  k[K.restW] = settled(params.biasSdRestRadps);
  k[K.rateHz] = rateHz;
  const [biasB0, biasA1, biasA2] = lowPass(params.accTauS, rateHz / biasEvery);
  k[K.biasEvery] = biasEvery;
  k[K.biasB0] = biasB0;
  k[K.biasA1] = biasA1;
  k[K.biasA2] = biasA2;
  return k;
}
