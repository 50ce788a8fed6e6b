import type { WalkTrouble } from '../../guidance/trial-walk-check.ts';

/** Why a walk is not taken into a trial as it is, in words. */
export const WALK_TROUBLE: Readonly<Record<WalkTrouble, string>> = {
  before_trial: 'Expected a walk made after the trial began; this one is older.',
  before_last_walk: 'Expected a walk made after the last one of the trial; this one is older.',
  too_short: 'Expected a walk of at least 60 minutes; this one is shorter.',
  too_soon: 'Expected 24 to 96 hours between the two walks of a pair; this one came sooner.',
  too_late: 'Expected 24 to 96 hours between the two walks of a pair; this one came later.',
  other_shoes: 'Expected the same shoes in both walks of a pair; the tags name others.',
  other_route: 'Expected the same route in both walks of a pair; the tags name another.',
  other_ground: 'Expected the same ground in both walks of a pair; the tags name another.',
  other_luggage: 'Expected the same luggage in both walks of a pair (within 2 kg); the tags say otherwise.',
  other_insoles: 'Expected the same insoles in both walks of a pair; the tags say otherwise.',
  insoles_not_as_drawn: 'Expected insoles as the lot fell for this walk; the tags say otherwise.',
};
