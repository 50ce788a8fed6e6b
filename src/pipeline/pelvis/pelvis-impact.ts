import type { WalkSeconds } from '../../domain/samples.ts';
import { landingShock, SHOCK_AFTER_S } from '../../math/landing-shock.ts';
import { BRIDGED, indexAt, oldestIndex, RING_CAPACITY, worstMark, type PelvisRing } from './pelvis-ring.ts';

/** Landing shock as it comes to the pelvis [m/s²]; null where samples are missing. */
export function pelvisImpact(ring: PelvisRing, icS: WalkSeconds): number | null {
  const index = indexAt(ring, icS);
  if (Number.isNaN(index) || worstMark(ring, index, index + SHOCK_AFTER_S * ring.rateHz) >= BRIDGED) return null;
  const { force, rateHz } = ring;
  const view = { force, mask: RING_CAPACITY - 1, rateHz, oldest: oldestIndex(ring), newest: ring.count - 1 };
  const shock = landingShock(view, index);
  return Number.isNaN(shock) ? null : shock;
}
