import { hannTaps } from '../../math/hann.ts';
import { elevationOf, type StanceMotion } from './stance-motion.ts';

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

/** Scratch: the foot's roll-in at every sample of a stance [rad], worked out once for all that follows from it. */
const course = { rad: new Float64Array(1024), first: 0, last: 0 };

function readCourse(m: StanceMotion, left: Float64Array, sign: number): void {
  const n = m.last - m.first + 1;
  if (n > course.rad.length) course.rad = new Float64Array(2 * n);
  course.first = m.first;
  course.last = m.last;
  for (let k = 0; k < n; k++) course.rad[k] = sign * elevationOf(m, m.first + k, left);
}

/** Roll-in between two samples [rad]. */
function courseAt(index: number): number {
  const k = Math.min(Math.max(index, course.first), course.last);
  const i = Math.min(Math.floor(k), course.last - 1);
  const a = course.rad[i - course.first]!;
  return a + (k - i) * (course.rad[i - course.first + 1]! - a);
}

/**
 * @param icIndex contact, @param fcIndex final contact, in samples of the ring
 * @param left the foot's left axis (unit, level at foot-flat, sensor axes)
 * @param sign +1 left shoe, -1 right
 */
export function rollInOf(m: StanceMotion, icIndex: number, fcIndex: number, left: Float64Array, sign: number): RollIn {
  readCourse(m, left, sign);
  const { rad, first } = course;
  const atIcRad = courseAt(icIndex);
  const until = icIndex + PEAK_UNTIL * (fcIndex - icIndex);
  let peakRad = atIcRad;
  const lo = Math.ceil(icIndex);
  const hi = Math.floor(until);
  for (let i = lo; i <= hi; i++) {
    const e = rad[i - first]!;
    if (e > peakRad) peakRad = e;
  }
  const end = courseAt(until);
  if (end > peakRad) peakRad = end;
  const goal = atIcRad + REACHED * (peakRad - atIcRad);
  let at = until;
  let before = atIcRad;
  let beforeIndex = icIndex;
  for (let i = lo; i <= hi; i++) {
    const e = rad[i - first]!;
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
    peakVelocityRadps: peakVelocity(icIndex, icIndex + VELOCITY_UNTIL * (fcIndex - icIndex), m.dtS),
    peakAtPct: (100 * (at - icIndex)) / (fcIndex - icIndex),
  };
}

function peakVelocity(from: number, to: number, dtS: number): number {
  const taps = hannTaps(VELOCITY_WIDTH_S, 1 / dtS);
  const half = (taps.length - 1) / 2;
  const { rad, first, last } = course;
  let peak = -Infinity;
  for (let i = Math.ceil(from); i <= Math.floor(to); i++) {
    let v = 0;
    for (let k = -half; k <= half; k++) {
      const a = Math.min(Math.max(i + k, first + 1), last - 1) - first;
      v += taps[k + half]! * (rad[a + 1]! - rad[a - 1]!);
    }
    if (v > peak) peak = v;
  }
  return peak === -Infinity ? 0 : (peak * 0.5) / dtS;
}

/** Roll-in at 51 moments from contact to final contact [rad], of the stance whose {@link rollInOf} was asked last. */
export function rollInCurve(icIndex: number, fcIndex: number): number[] {
  const values: number[] = [];
  for (let k = 0; k <= 50; k++) values.push(courseAt(icIndex + ((fcIndex - icIndex) * k) / 50));
  return values;
}
