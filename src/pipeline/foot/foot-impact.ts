import type { ReasonCode } from '../../domain/reasons.ts';
import { landingShock, SHOCK_AFTER_S, shockClipped, type ForceRing } from '../../math/landing-shock.ts';
import { BRIDGED, oldestIndex, type SampleRingState } from './sample-ring.ts';

/** Landing shock at the shoe [m/s²], or why it can't be told. */
export function footImpact(ring: SampleRingState, icIndex: number): number | ReasonCode {
  const view: ForceRing = {
    force: ring.acc,
    mask: ring.capacity - 1,
    rateHz: ring.rateHz,
    oldest: oldestIndex(ring),
    newest: ring.count - 1,
  };
  const shock = landingShock(view, icIndex);
  if (Number.isNaN(shock)) return 'rate_too_low';
  if (shockClipped(view, icIndex)) return 'clipped';
  for (let i = Math.floor(icIndex); i <= icIndex + SHOCK_AFTER_S * ring.rateHz; i++)
    if (ring.mark[i & view.mask]! >= BRIDGED) return 'gap';
  return shock;
}
