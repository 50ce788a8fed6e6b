import { RAD_PER_DEG } from '../../domain/units.ts';
import type { FootParams } from './foot-params.ts';

/**
 * Directions of a foot seen from the direction across its main axis of rotation, outward + [rad]: where it travels, the least
 * roll of its stance, its toes at push-off. Means over strides.
 */
export interface HeadingSpread {
  travel: number;
  stance: number;
  pushOff: number;
}

export const createHeadingSpread = (): HeadingSpread => ({ travel: 0, stance: 0, pushOff: 0 });

const deg = RAD_PER_DEG;
/** Share of feet that are expected to turn about one axis. */
const ONE_AXIS = 0.3;
/** What stance and push-off show beside the main axis: people's feet, and feet that turn about one axis. Means and spreads. */
const PEOPLE = { stance: 7.5 * deg, pushOff: 8.5 * deg, stanceSd: 5 * deg, pushOffSd: 5.5 * deg, r: 0.75 };
const SAME = { stance: 1 * deg, pushOff: 1 * deg, stanceSd: 1.6 * deg, pushOffSd: 1.6 * deg, r: 0.3 };
/** Of one axis: share of feet that it lies straight across, and how straight [rad]. */
const ACROSS = 0.3;
const ACROSS_SD = 2 * deg;
/** Spread of how far people's toes point out of their way, and of the axis' lie [rad]. */
const TOE_OUT_SD = 4.9 * deg;
const AXIS_SD = 5.2 * deg;

/**
 * People's feet pitch about one axis in swing and about another while they stand and push off; so each tells something new of
 * where the toes point. A foot that turns about one and the same axis all the time (a stiff sole, an orthosis, a walker made by
 * simple rules) tells its axis three times instead. How far that is the case, and where the foot points then, follows from how
 * the directions lie to each other.
 * @returns what is to be added to the mean of the four directions, outward + [rad]
 */
export function oneAxisTurn(s: HeadingSpread, p: FootParams): number {
  const same = ONE_AXIS * likely(s, SAME);
  const share = same / (same + (1 - ONE_AXIS) * likely(s, PEOPLE) + 1e-9);
  if (share < 1e-4) return 0;
  const mean =
    (p.travelWeight * (s.travel + p.travelOutwardRad) +
      p.stanceWeight * (s.stance + p.stanceOutwardRad) +
      p.pushOffWeight * (s.pushOff + p.pushOffOutwardRad) +
      p.swingWeight * p.swingOutwardRad) /
    (p.travelWeight + p.stanceWeight + p.pushOffWeight + p.swingWeight);
  const axis = (s.stance + s.pushOff) / 3;
  const way = s.travel + p.travelOutwardRad;
  // Straight across the foot, or as oblique as people's: which, the way tells.
  const off = way - axis;
  const across = ACROSS * bell(off, Math.hypot(ACROSS_SD, TOE_OUT_SD));
  const oblique = (1 - ACROSS) * bell(off - p.swingOutwardRad, Math.hypot(AXIS_SD, TOE_OUT_SD));
  const straight = between(way, TOE_OUT_SD, axis, ACROSS_SD);
  const slanted = between(way, TOE_OUT_SD, axis + p.swingOutwardRad, AXIS_SD);
  const points = (across * straight + oblique * slanted) / (across + oblique + 1e-9);
  return share * (points - mean);
}

/** How likely a spread is, but for a factor that both kinds of feet share. */
function likely(s: HeadingSpread, of: typeof PEOPLE): number {
  const a = (s.stance - of.stance) / of.stanceSd;
  const b = (s.pushOff - of.pushOff) / of.pushOffSd;
  const free = 1 - of.r * of.r;
  return Math.exp((-0.5 * (a * a + b * b - 2 * of.r * a * b)) / free) / (of.stanceSd * of.pushOffSd * Math.sqrt(free));
}

const bell = (x: number, sd: number): number => Math.exp(-0.5 * (x / sd) ** 2) / sd;

/** Mean of two estimates by their spreads. */
const between = (a: number, aSd: number, b: number, bSd: number): number => {
  const wa = 1 / aSd ** 2;
  const wb = 1 / bSd ** 2;
  return (wa * a + wb * b) / (wa + wb);
};
