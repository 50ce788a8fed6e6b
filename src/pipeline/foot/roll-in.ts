import { hannTaps } from '../../math/hann.ts';
import { elevationAt, elevationOf, type StanceMotion } from './stance-motion.ts';

/** Roll-in of one stance; radians, medial side down +. */
export interface RollIn {
  atIcRad: number;
  peakRad: number;
  peakVelocityRadps: number;
  /** When the roll-in first comes to its highest, per cent of stance. */
  peakAtPct: number;
}

/** The peak is sought in this first part of stance, the velocity in its first half. */
const PEAK_UNTIL = 0.6;
const VELOCITY_UNTIL = 0.5;
/** The peak counts as reached at this share of the excursion: the maximum itself jumps about on a plateau. */
const REACHED = 0.998;
/** Width of the Hann low-pass of the roll-in velocity [s] (25 Hz). */
const VELOCITY_WIDTH_S = 0.029;

/**
 * @param icIndex contact, @param fcIndex final contact, in samples of the ring
 * @param left the foot's left axis (unit, level at foot-flat, sensor axes)
 * @param sign +1 left shoe, -1 right
 */
export function rollInOf(m: StanceMotion, icIndex: number, fcIndex: number, left: Float64Array, sign: number): RollIn {
  const atIcRad = sign * elevationAt(m, icIndex, left);
  const until = icIndex + PEAK_UNTIL * (fcIndex - icIndex);
  let peakRad = atIcRad;
  const lo = Math.ceil(icIndex);
  const hi = Math.floor(until);
  for (let i = lo; i <= hi; i++) {
    const e = sign * elevationOf(m, i, left);
    if (e > peakRad) peakRad = e;
  }
  const end = sign * elevationAt(m, until, left);
  if (end > peakRad) peakRad = end;
  const goal = atIcRad + REACHED * (peakRad - atIcRad);
  let at = until;
  let before = atIcRad;
  let beforeIndex = icIndex;
  for (let i = lo; i <= hi; i++) {
    const e = sign * elevationOf(m, i, left);
    if (e >= goal) {
      at = e === before ? i : beforeIndex + ((i - beforeIndex) * (goal - before)) / (e - before);
      break;
    }
    before = e;
    beforeIndex = i;
  }
  return {
    atIcRad,
    peakRad,
    peakVelocityRadps: peakVelocity(m, icIndex, icIndex + VELOCITY_UNTIL * (fcIndex - icIndex), left, sign),
    peakAtPct: (100 * (at - icIndex)) / (fcIndex - icIndex),
  };
}

function peakVelocity(m: StanceMotion, from: number, to: number, left: Float64Array, sign: number): number {
  const taps = hannTaps(VELOCITY_WIDTH_S, 1 / m.dtS);
  const half = (taps.length - 1) / 2;
  let peak = -Infinity;
  for (let i = Math.ceil(from); i <= Math.floor(to); i++) {
    let v = 0;
    for (let k = -half; k <= half; k++) {
      const a = Math.min(Math.max(i + k, m.first + 1), m.last - 1);
      v += sign * taps[k + half]! * (elevationOf(m, a + 1, left) - elevationOf(m, a - 1, left));
    }
    if (v > peak) peak = v;
  }
  return peak === -Infinity ? 0 : (peak * 0.5) / m.dtS;
}

/** Roll-in at 51 moments from contact to final contact [rad]. */
export function rollInCurve(
  m: StanceMotion,
  icIndex: number,
  fcIndex: number,
  left: Float64Array,
  sign: number,
): number[] {
  const values: number[] = [];
  for (let k = 0; k <= 50; k++) values.push(sign * elevationAt(m, icIndex + ((fcIndex - icIndex) * k) / 50, left));
  return values;
}
