/** Shock is looked for from a little before the contact [s]: contact rules differ by some 20 ms. */
const BEFORE_S = 0.02;
/** ... to this long after it [s]. */
export const SHOCK_AFTER_S = 0.15;
/** Samples are averaged to a grid of at least this rate, so that a shoe and a belt sensor are heard in one band (to some 25 Hz) [Hz]. */
const GRID_HZ = 50;
/** From here on a sensor of 16 g is at its end; one of a smaller range shows it by two equal samples above the second [m/s²]. */
const RAIL_MPS2 = 155;
const STUCK_MPS2 = 70;

/** Specific force of one sensor in a ring: x0 y0 z0 x1 ..., addressed by `index & mask`. */
export interface ForceRing {
  readonly force: Float32Array;
  readonly mask: number;
  readonly rateHz: number;
  /** First index that is there, and the newest. */
  readonly oldest: number;
  readonly newest: number;
}

/**
 * Root mean square of the specific force about its own straight line, all axes together, around a contact: what the landing shakes,
 * without gravity, posture and the slow swing of walking [m/s²].
 * @param contact index of the contact, fractions allowed
 * @returns NaN where the ring doesn't hold the time or the sensor is too slow for the band
 */
export function landingShock(ring: ForceRing, contact: number): number {
  const { rateHz, force, mask } = ring;
  const each = Math.floor(rateHz / GRID_HZ + 1e-3);
  if (!(each >= 1)) return NaN;
  const points = Math.round(((BEFORE_S + SHOCK_AFTER_S) * rateHz) / each);
  const first = Math.round(contact - BEFORE_S * rateHz);
  if (!(first >= ring.oldest && first + points * each - 1 <= ring.newest)) return NaN;
  let square = 0;
  for (let axis = 0; axis < 3; axis++) {
    let sum = 0;
    let sumSquares = 0;
    let slope = 0;
    for (let g = 0, i = first; g < points; g++) {
      let value = 0;
      for (let k = 0; k < each; k++, i++) value += force[3 * (i & mask) + axis]!;
      value /= each;
      sum += value;
      sumSquares += value * value;
      slope += (g - (points - 1) / 2) * value;
    }
    const spread = (points * (points * points - 1)) / 12;
    square += (sumSquares - (sum * sum) / points - (slope * slope) / spread) / points;
  }
  return Math.sqrt(Math.max(0, square));
}

/** Whether the sensor was at the end of its range around a contact: the shock is then larger than it measured. */
export function shockClipped(ring: ForceRing, contact: number): boolean {
  const { rateHz, force, mask } = ring;
  const last = Math.min(ring.newest, Math.round(contact + SHOCK_AFTER_S * rateHz));
  for (let i = Math.max(ring.oldest + 1, Math.round(contact - BEFORE_S * rateHz)); i <= last; i++)
    for (let axis = 0; axis < 3; axis++) {
      const size = Math.abs(force[3 * (i & mask) + axis]!);
      if (size < STUCK_MPS2) continue;
      if (size >= RAIL_MPS2 || force[3 * ((i - 1) & mask) + axis] === force[3 * (i & mask) + axis]) return true;
    }
  return false;
}
