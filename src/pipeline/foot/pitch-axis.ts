import { mainAxis3 } from '../../math/eigen3.ts';
import { dot3 } from '../../math/rotation.ts';
import type { FootParams } from './foot-params.ts';

/**
 * What is known of the axis, in one array (every sample needs nearly all of it); laid out by {@link A}. The axis itself comes
 * first, so that the array stands for it.
 */
export type PitchAxisState = Float64Array;

const A = {
  /** Unit axis, toes up +, once the sign is known. */
  axis: 0,
  /** Faded sum of rate outer products, upper triangle; time of movement in it, and since it was solved [s]. */
  products: 3,
  movingS: 9,
  sinceSolveS: 10,
  /** Sum of the lobes after quiet spells: plantarflexion, so against the axis; how many; the lobe being watched. */
  lobes: 11,
  lobeCount: 14,
  lobe: 15,
  /** Mean-square rate over the quiet window (one-pole), whether quiet was seen. */
  meanSquare: 18,
  quiet: 19,
  usable: 20,
  /** Mean-square rate of late (one-pole): a lull of the gait lies well below it. */
  level: 21,
  size: 22,
} as const;

/** What the foot was like before a lobe, and the lobe's weight: a quiet spell is surer than a lull within the gait. */
const LULL = 1;
const QUIET = 2;
/** What is kept of the lobes before with each new one; less before the wearer has walked: the shoe may have been in the hand. */
const KEPT = 0.9;
const KEPT_FIRST = 0.7;
/** Lulls add no weight beyond this: a long ride whose pedals have lulls is outvoted by the first steps. */
const MOST_OF_LULLS = 3;
/** What a stance of the walk weighs: surer than the lobe before it. They add no weight beyond the second number. */
const STANCE = 4;
const MOST_OF_STANCES = 3 * STANCE;

export const createPitchAxis = (): PitchAxisState => new Float64Array(A.size);

/** Whether the foot has moved fast since the axis was new. */
export const hasMoved = (s: PitchAxisState): boolean => s[A.movingS]! > 0;

/** Whether the axis is known. */
export const isUsable = (s: PitchAxisState): boolean => s[A.usable] === 1;

/** Reads what the next packet needs, all of it at once: see docs/decisions/002-many-walkers.md. */
export const touchPitchAxis = (s: PitchAxisState): number => s[0]! + s[8]! + s[16]!;

/** Rate of one sample without its bias x y z [rad/s], and the time since the one before [s]: numbers would be boxed one by one. */
export type RateStep = Float64Array;

/**
 * Learns the axis that the foot pitches about from its fast samples; its sign from the lobe that ends a quiet spell, which is
 * push-off, and stances of the walk ({@link confirmByStance}).
 * @param proven whether the wearer has walked with the sensor as it is
 * @returns whether the axis' sign has been found or turned round by this sample
 */
export function watchPitchAxis(s: PitchAxisState, step: RateStep, p: FootParams, proven: boolean): boolean {
  const wx = step[0]!;
  const wy = step[1]!;
  const wz = step[2]!;
  const dtS = step[3]!;
  const sq = wx * wx + wy * wy + wz * wz;
  const k = dtS / p.quietS;
  s[A.meanSquare]! += k * (sq - s[A.meanSquare]!);
  s[A.level]! += (dtS / p.lullLevelS) * (sq - s[A.level]!);
  const quiet = s[A.meanSquare]! < p.quietRadps * p.quietRadps;
  const lull = s[A.movingS]! > p.axisMovingS && s[A.meanSquare]! < p.lullShare * p.lullShare * s[A.level]!;
  if (quiet || lull) {
    s[A.quiet] = quiet ? QUIET : Math.max(LULL, s[A.quiet]!);
    s[A.lobe] = s[A.lobe + 1] = s[A.lobe + 2] = 0;
  }
  const found = s[A.quiet] !== 0 && watchLobe(s, step, p, proven ? KEPT : KEPT_FIRST);
  if (sq > p.movingRateRadps * p.movingRateRadps) {
    const keep = 1 - dtS / (proven ? p.axisMemoryS : p.axisFirstMemoryS);
    const c = A.products;
    s[c] = keep * s[c]! + wx * wx;
    s[c + 1] = keep * s[c + 1]! + wx * wy;
    s[c + 2] = keep * s[c + 2]! + wx * wz;
    s[c + 3] = keep * s[c + 3]! + wy * wy;
    s[c + 4] = keep * s[c + 4]! + wy * wz;
    s[c + 5] = keep * s[c + 5]! + wz * wz;
    s[A.movingS]! += dtS;
    s[A.sinceSolveS]! += dtS;
  }
  if (s[A.movingS]! < p.axisMovingS || s[A.lobeCount] === 0) return false;
  if (s[A.usable] === 0 || s[A.sinceSolveS]! > 0.25 || found) return solve(s, p);
  return false;
}

/** The lobe that ends a quiet spell goes on. @returns whether it has become large enough to count */
function watchLobe(s: PitchAxisState, step: RateStep, p: FootParams, kept: number): boolean {
  let size = 0;
  for (let c = 0; c < 3; c++) {
    s[A.lobe + c]! += step[c]! * step[3]!;
    size += s[A.lobe + c]! * s[A.lobe + c]!;
  }
  size = Math.sqrt(size);
  if (!(size > p.lobeRad)) return false;
  const weight = s[A.quiet]!;
  s[A.quiet] = 0;
  let votes = 0;
  for (let c = 0; c < 3; c++) {
    lobes[c] = kept * s[A.lobes + c]! + (weight * s[A.lobe + c]!) / size;
    votes += lobes[c]! * lobes[c]!;
  }
  if (weight === LULL && votes > MOST_OF_LULLS * MOST_OF_LULLS) return false;
  for (let c = 0; c < 3; c++) s[A.lobes + c] = lobes[c]!;
  s[A.lobeCount]!++;
  return true;
}

/**
 * A stance of the walk in which the foot stood still: with the wrong sign, swing is taken for stance. A foot that lags behind its
 * leg doesn't always push off after it has stood, so its lobes alone would turn the axis round.
 */
export function confirmByStance(s: PitchAxisState): void {
  let along = 0;
  for (let c = 0; c < 3; c++) along += s[A.axis + c]! * s[A.lobes + c]!;
  if (-along >= MOST_OF_STANCES) return;
  for (let c = 0; c < 3; c++) s[A.lobes + c] = s[A.lobes + c]! - STANCE * s[A.axis + c]!;
}

const lobes = new Float64Array(3);
const products = new Float64Array(6);
const fresh = new Float64Array(3);

function solve(s: PitchAxisState, p: FootParams): boolean {
  s[A.sinceSolveS] = 0;
  for (let c = 0; c < 6; c++) products[c] = s[A.products + c]!;
  if (mainAxis3(products, fresh) < p.axisShare) return false;
  let along = 0;
  for (let c = 0; c < 3; c++) along += fresh[c]! * s[A.lobes + c]!;
  const sign = along < 0 ? 1 : -1;
  for (let c = 0; c < 3; c++) fresh[c] = fresh[c]! * sign;
  const turned = s[A.usable] === 0 || dot3(fresh, s) < 0;
  for (let c = 0; c < 3; c++) s[A.axis + c] = fresh[c]!;
  s[A.usable] = 1;
  return turned;
}
