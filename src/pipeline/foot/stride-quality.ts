import { DEG_PER_RAD } from '../../domain/units.ts';

/** What can be said of a stride's length and angles. */
export interface StrideQuality {
  quality: number;
  lengthSigmaM: number;
}

/** Above these a height difference is rather drift than stairs: rate at foot-flat [rad/s], velocity left over [m/s]. */
const TRUSTED_RADPS = 16 / DEG_PER_RAD;
const TRUSTED_MPS = 0.5;

/**
 * What a coarse sensor adds to a length's error at this sample time (root mean square of 233 strides of 18 real recordings, every
 * other sample left out): an impact falls between samples. It grows with the square of the sample time.
 */
const COARSE_M = 0.055;
const COARSE_S = 0.02;

/** Whether a foot stood so still at both ends, and so little velocity was left over, that a height difference is a climb. */
export const isTrusted = (stillRadps: number, residualMps: number): boolean =>
  stillRadps < TRUSTED_RADPS && residualMps < TRUSTED_MPS;

/**
 * Expected error of a stride length and a quality from 0 to 1, by what moved at foot-flat, what velocity was left over, and the
 * longest hole (fitted on 1 562 strides with known lengths).
 * @param stillRadps rate at the less still of both flats
 * @param residualMps velocity taken out
 * @param driftM raw height difference
 * @param holeS longest run of bridged samples
 * @param sampleS time from sample to sample; says nothing of how well the foot stood, so quality is without it
 */
export function strideQuality(
  stillRadps: number,
  residualMps: number,
  driftM: number,
  holeS: number,
  sampleS: number,
): StrideQuality {
  const still = stillRadps * DEG_PER_RAD;
  const hole = holeS <= 0 ? 0 : holeS <= 0.022 ? 0.004 : holeS <= 0.045 ? 0.014 : 0.06;
  const stoodM = Math.hypot(
    0.015,
    0.004 * Math.max(0, still - 12),
    0.1 * Math.max(0, residualMps - 0.4),
    (isTrusted(stillRadps, residualMps) ? 0.05 : 0.3) * Math.max(0, Math.abs(driftM) - 0.1),
    hole,
  );
  // 15 mm is as good as it gets, 90 mm is of no use.
  const quality = Math.min(1, Math.max(0, 1 - (stoodM - 0.015) / 0.075));
  return { quality, lengthSigmaM: Math.hypot(stoodM, COARSE_M * (sampleS / COARSE_S) ** 2) };
}
