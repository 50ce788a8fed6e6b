import { cross3, dot3, levelUnit, turnAbout } from '../../math/rotation.ts';
import type { FootParams } from './foot-params.ts';
import type { StanceMotion } from './stance-motion.ts';

export interface FootHeadingState {
  /** The foot's long axis, unit, level at foot-flat, toes +, sensor axes; zero before the first stride. */
  forward: Float64Array;
  strides: number;
  /** Strides in a row that point elsewhere, and where. */
  odd: number;
  oddForward: Float64Array;
}

export const createFootHeading = (): FootHeadingState => ({
  forward: new Float64Array(3),
  strides: 0,
  odd: 0,
  oddForward: new Float64Array(3),
});

/** A heading further off than this, this many strides long, means that the sensor sits otherwise now. */
const ODD_RAD = (8 * Math.PI) / 180;
const ODD_STRIDES = 5;

const a = new Float64Array(3);
const b = new Float64Array(3);

/**
 * One stride's estimate of the foot's long axis: the mean of three directions, each put right by what it misses in people on
 * average (18 people, 36 feet).
 * @param neutral up at rest, @param path displacement seen from the shoe
 * @param pushOffUp index of final contact
 * @param sign +1 left, -1 right
 * @param out unit vector
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
  out: Float64Array,
): void {
  // 1: where the foot went
  a.set(travel);
  levelUnit(a, neutral);
  turnAbout(a, neutral, sign * p.travelOutwardRad);
  for (let k = 0; k < 3; k++) out[k] = p.travelWeight * a[k]!;
  // 2: the direction in which "up" wanders most while the foot stands: pitch, so the rest is the least roll
  leastRollAxis(m, Math.ceil(icIndex), Math.floor(fcIndex), neutral, a, b);
  if (dot3(b, a) < 0) for (let k = 0; k < 3; k++) b[k] = -b[k]!;
  turnAbout(b, neutral, sign * p.stanceOutwardRad);
  for (let k = 0; k < 3; k++) out[k] = out[k]! + p.stanceWeight * b[k]!;
  // 3: the direction of the toes when the heel is up
  const q = 3 * (Math.round(fcIndex) - m.first);
  for (let k = 0; k < 3; k++) b[k] = -m.up[q + k]!;
  levelUnit(b, neutral);
  turnAbout(b, neutral, sign * p.pushOffOutwardRad);
  for (let k = 0; k < 3; k++) out[k] = out[k]! + p.pushOffWeight * b[k]!;
  // 4: across the axis of the fastest rotation
  cross3(neutral, pitchAxis, b);
  levelUnit(b, neutral);
  turnAbout(b, neutral, sign * p.swingOutwardRad);
  for (let k = 0; k < 3; k++) out[k] = out[k]! + p.swingWeight * b[k]!;
  levelUnit(out, neutral);
}

const side = new Float64Array(3);

function leastRollAxis(
  m: StanceMotion,
  first: number,
  last: number,
  neutral: Float64Array,
  forward: Float64Array,
  out: Float64Array,
): void {
  cross3(neutral, forward, side);
  let n = 0;
  let sx = 0;
  let sy = 0;
  let xx = 0;
  let xy = 0;
  let yy = 0;
  for (let i = first; i <= last; i++) {
    const q = 3 * (i - m.first);
    const x = m.up[q]! * forward[0]! + m.up[q + 1]! * forward[1]! + m.up[q + 2]! * forward[2]!;
    const y = m.up[q]! * side[0]! + m.up[q + 1]! * side[1]! + m.up[q + 2]! * side[2]!;
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
  for (let k = 0; k < 3; k++) out[k] = Math.cos(angle) * forward[k]! + Math.sin(angle) * side[k]!;
}

/**
 * Takes one straight stride's heading into the running mean.
 * @returns whether the sensor has slipped on the shoe: the mean starts anew there
 */
export function addHeading(s: FootHeadingState, heading: Float64Array, neutral: Float64Array, p: FootParams): boolean {
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
    s.odd = 0;
    return true;
  }
  s.odd = 0;
  s.strides++;
  const w = Math.max(1 / s.strides, 1 / p.headingStrides);
  for (let k = 0; k < 3; k++) s.forward[k] = s.forward[k]! + w * (heading[k]! - s.forward[k]!);
  levelUnit(s.forward, neutral);
  return false;
}
