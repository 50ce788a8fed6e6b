import { cross3, dot3, levelUnit, turnAbout } from '../../math/rotation.ts';
import type { FootParams } from './foot-params.ts';
import { createHeadingSpread, oneAxisTurn, type HeadingSpread } from './one-axis.ts';
import type { StanceMotion } from './stance-motion.ts';

export interface FootHeadingState {
  /** The foot's long axis, unit, level at foot-flat, toes +, sensor axes; zero before the first stride. */
  forward: Float64Array;
  /** How the directions that make it lie to each other. */
  spread: HeadingSpread;
  strides: number;
  /** Strides in a row that point elsewhere, and where. */
  odd: number;
  oddForward: Float64Array;
}

export const createFootHeading = (): FootHeadingState => ({
  forward: new Float64Array(3),
  spread: createHeadingSpread(),
  strides: 0,
  odd: 0,
  oddForward: new Float64Array(3),
});

/** A heading further off than this, this many strides long, means that the sensor sits otherwise now. */
const ODD_RAD = (8 * Math.PI) / 180;
const ODD_STRIDES = 5;

const a = new Float64Array(3);
const b = new Float64Array(3);
const main = new Float64Array(3);
const side = new Float64Array(3);
const across = new Float64Array(3);

/** One stride's estimate of the foot's long axis (unit, level), and how the directions that make it lie to each other. */
export interface StrideHeading {
  readonly forward: Float64Array;
  readonly spread: HeadingSpread;
}

export const createStrideHeading = (): StrideHeading => ({
  forward: new Float64Array(3),
  spread: createHeadingSpread(),
});

/**
 * One stride's estimate of the foot's long axis: the mean of four directions, each put right by what it misses in people on
 * average (18 people, 36 feet).
 * @param neutral up at rest, @param path displacement seen from the shoe
 * @param pushOffUp index of final contact
 * @param sign +1 left, -1 right
 */
export function strideHeading(
  m: StanceMotion,
  icIndex: number,
  fcIndex: number,
  neutral: Float64Array,
  travel: Float64Array,
  pitchAxis: Float64Array,
  sign: number,
  p: FootParams,
  into: StrideHeading,
): void {
  const { forward: out, spread } = into;
  cross3(neutral, pitchAxis, main);
  levelUnit(main, neutral);
  cross3(neutral, main, side);
  // 1: where the foot went
  a.set(travel);
  levelUnit(a, neutral);
  spread.travel = sign * angleFrom(main, side, a);
  turnAbout(a, neutral, sign * p.travelOutwardRad);
  for (let k = 0; k < 3; k++) out[k] = p.travelWeight * a[k]!;
  // 2: the direction in which "up" wanders most while the foot stands: pitch, so the rest is the least roll
  leastRollAxis(m, Math.ceil(icIndex), Math.floor(fcIndex), neutral, a, b);
  if (dot3(b, a) < 0) for (let k = 0; k < 3; k++) b[k] = -b[k]!;
  spread.stance = sign * angleFrom(main, side, b);
  turnAbout(b, neutral, sign * p.stanceOutwardRad);
  for (let k = 0; k < 3; k++) out[k] = out[k]! + p.stanceWeight * b[k]!;
  // 3: the direction of the toes when the heel is up
  const q = 3 * (Math.round(fcIndex) - m.first);
  for (let k = 0; k < 3; k++) b[k] = -m.up[q + k]!;
  levelUnit(b, neutral);
  spread.pushOff = sign * angleFrom(main, side, b);
  turnAbout(b, neutral, sign * p.pushOffOutwardRad);
  for (let k = 0; k < 3; k++) out[k] = out[k]! + p.pushOffWeight * b[k]!;
  // 4: across the axis of the fastest rotation
  turnAbout(main, neutral, sign * p.swingOutwardRad);
  for (let k = 0; k < 3; k++) out[k] = out[k]! + p.swingWeight * main[k]!;
  levelUnit(out, neutral);
}

/** Angle of a level vector from one direction towards the one to its left [rad]. */
const angleFrom = (ahead: Float64Array, left: Float64Array, v: Float64Array): number =>
  Math.atan2(dot3(v, left), dot3(v, ahead));

/**
 * Where the toes point, as far as is known. @param sign +1 left, -1 right
 * @param out unit vector, level at foot-flat, sensor axes
 */
export function footForward(
  s: FootHeadingState,
  neutral: Float64Array,
  sign: number,
  p: FootParams,
  out: Float64Array,
): void {
  out.set(s.forward);
  turnAbout(out, neutral, sign * oneAxisTurn(s.spread, p));
  levelUnit(out, neutral);
}

function leastRollAxis(
  m: StanceMotion,
  first: number,
  last: number,
  neutral: Float64Array,
  forward: Float64Array,
  out: Float64Array,
): void {
  cross3(neutral, forward, across);
  let n = 0;
  let sx = 0;
  let sy = 0;
  let xx = 0;
  let xy = 0;
  let yy = 0;
  for (let i = first; i <= last; i++) {
    const q = 3 * (i - m.first);
    const x = m.up[q]! * forward[0]! + m.up[q + 1]! * forward[1]! + m.up[q + 2]! * forward[2]!;
    const y = m.up[q]! * across[0]! + m.up[q + 1]! * across[1]! + m.up[q + 2]! * across[2]!;
    n++;
    sx += x;
    sy += y;
    xx += x * x;
    xy += x * y;
    yy += y * y;
  }
  const cxx = xx - (sx * sx) / n;
  const cxy = xy - (sx * sy) / n;
  const cyy = yy - (sy * sy) / n;
  const angle = 0.5 * Math.atan2(2 * cxy, cxx - cyy);
  for (let k = 0; k < 3; k++) out[k] = Math.cos(angle) * forward[k]! + Math.sin(angle) * across[k]!;
}

/**
 * Takes one straight stride's heading into the running mean.
 * @returns whether the sensor has slipped on the shoe: the mean starts anew there
 */
export function addHeading(s: FootHeadingState, own: StrideHeading, neutral: Float64Array, p: FootParams): boolean {
  const { forward: heading, spread } = own;
  if (s.strides >= p.headingSettled && dot3(heading, s.forward) < Math.cos(ODD_RAD)) {
    if (s.odd > 0 && dot3(heading, s.oddForward) < Math.cos(ODD_RAD) * Math.sqrt(dot3(s.oddForward, s.oddForward)))
      s.odd = 0;
    if (s.odd === 0) s.oddForward.fill(0);
    s.odd++;
    for (let k = 0; k < 3; k++) s.oddForward[k] = s.oddForward[k]! + heading[k]!;
    if (s.odd < ODD_STRIDES) return false;
    s.forward.set(s.oddForward);
    levelUnit(s.forward, neutral);
    s.strides = s.odd;
    Object.assign(s.spread, spread);
    s.odd = 0;
    return true;
  }
  s.odd = 0;
  s.strides++;
  const w = Math.max(1 / s.strides, 1 / p.headingStrides);
  for (let k = 0; k < 3; k++) s.forward[k] = s.forward[k]! + w * (heading[k]! - s.forward[k]!);
  levelUnit(s.forward, neutral);
  s.spread.travel += w * (spread.travel - s.spread.travel);
  s.spread.stance += w * (spread.stance - s.spread.stance);
  s.spread.pushOff += w * (spread.pushOff - s.spread.pushOff);
  return false;
}
