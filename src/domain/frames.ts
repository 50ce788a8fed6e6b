import type { Side } from './sites.ts';

/**
 * Frames and signs, the same for every site and both sides: right-handed, x forward (toes), y left, z up; at rest the
 * accelerometer reads z = +g. Quaternions are `[w, x, y, z]` and named for what they turn: `qEarthFromFoot` takes a vector
 * of the foot's frame into the earth's. Mirroring happens once, in the metric, by {@link lateralSign}.
 *
 * | quantity | positive means | left | right |
 * |---|---|---|---|
 * | eversion (roll-in) | medial side of the shoe down | + roll about x | - roll about x |
 * | contralateral pelvic drop | the hip of the swinging leg lower | + roll in left stance | - roll in right stance |
 * | foot pitch | toes up | - rotation about y | - rotation about y |
 * | foot progression | toes out | + yaw about z | - yaw about z |
 */
export const SIGN_TABLE = [
  { quantity: 'eversion', positive: 'medial side of the shoe down', axis: 'x', left: 1, right: -1 },
  { quantity: 'pelvic_drop', positive: 'hip of the swinging leg lower', axis: 'x', left: 1, right: -1 },
  { quantity: 'foot_pitch', positive: 'toes up', axis: 'y', left: -1, right: -1 },
  { quantity: 'foot_progression', positive: 'toes out', axis: 'z', left: 1, right: -1 },
] as const;

/** +1 for the left side, -1 for the right: turns a rotation about x (or z) into eversion, drop or toe-out of that side. */
export const lateralSign = (side: Side): 1 | -1 => (side === 'left' ? 1 : -1);
