import { cross3, dot3, levelUnit } from '../../math/rotation.ts';
import type { FootFlat } from './foot-flat.ts';
import type { StanceMotion } from './stance-motion.ts';

const load = new Float64Array(3);
const push = new Float64Array(3);
const turned = new Float64Array(3);

/** Angle between both axes that counts as a full vote [rad]. */
const FULL_RAD = (15 * Math.PI) / 180;
/** The foot pitches at least so much while it comes down, or the axis is of no use (sine). */
const LEAST_PITCH = 0.08;
/**
 * A foot that isn't rolled off over its toes doesn't push off about the axis that healthy ones do: people in leg braces or after stroke have
 * it up by 14 to 33 deg when it leaves, healthy ones by 48 to 77, slow walkers too (sine of 38 deg).
 */
const LEAST_PUSH = 0.616;

/**
 * Which foot this is, from the shoe's own motion: while a foot comes down from the heel it rolls in, so the axis it turns about
 * lies 20 to 25 degrees inward of the axis it pushes off about (18 people). No label goes into it.
 * @param neutral up at rest, sensor axes
 * @returns > 0: a left foot, < 0: a right one, -1 to 1; 0 where it can't be known
 */
export function leftness(
  m: StanceMotion,
  icIndex: number,
  fcIndex: number,
  flat: FootFlat,
  neutral: Float64Array,
): number {
  const ic = 3 * (Math.round(icIndex) - m.first);
  const fc = 3 * (Math.round(fcIndex) - m.first);
  for (let k = 0; k < 3; k++) {
    load[k] = m.up[ic + k]! - flat.up[k]!;
    push[k] = flat.up[k]! - m.up[fc + k]!;
  }
  if (levelUnit(load, neutral) < LEAST_PITCH || levelUnit(push, neutral) < LEAST_PUSH) return 0;
  cross3(load, push, turned);
  const angle = Math.atan2(dot3(turned, neutral), dot3(load, push));
  if (Math.abs(angle) > Math.PI / 2) return 0;
  return Math.max(-1, Math.min(1, angle / FULL_RAD));
}
