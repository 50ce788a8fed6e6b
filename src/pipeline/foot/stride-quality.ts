import { DEG_PER_RAD } from '../../domain/units.ts';

/** What can be said of a stride's length and angles. */
export interface StrideQuality {
  quality: number;
  lengthSigmaM: number;
}

/** Above these a height difference is rather drift than stairs: rate at foot-flat [rad/s], velocity left over [m/s]. */
const TRUSTED_RADPS = 16 / DEG_PER_RAD;
const TRUSTED_MPS = 0.5;

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
 */
export function strideQuality(stillRadps: number, residualMps: number, driftM: number, holeS: number): StrideQuality {
  const still = stillRadps * DEG_PER_RAD;
  const hole = holeS <= 0 ? 0 : holeS <= 0.022 ? 0.004 : holeS <= 0.045 ? 0.014 : 0.06;
  const lengthSigmaM = Math.hypot(
    0.015,
    0.004 * Math.max(0, still - 12),
    0.1 * Math.max(0, residualMps - 0.4),
    (isTrusted(stillRadps, residualMps) ? 0.05 : 0.3) * Math.max(0, Math.abs(driftM) - 0.1),
    hole,
  );
  // 15 mm is as good as it gets, 90 mm is of no use.
  return { quality: Math.min(1, Math.max(0, 1 - (lengthSigmaM - 0.015) / 0.075)), lengthSigmaM };
}
