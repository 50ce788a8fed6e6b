/**
 * Left against right. Positive quantities (times, lengths) are compared by the symmetry angle, which needs no reference
 * side and is bounded; angles, which cross zero, by their plain difference in degrees.
 */

/** Fewest valid strides a side before a symmetry is shown (Riva 2014 and Commandeur 2024: means need 10; shown from 50). */
export const SYMMETRY_MIN_STRIDES = 50;

/**
 * Symmetry angle (Zifchock 2008) [%]: (45° - atan(left / right)) / 90° x 100. 0 = equal, + = right larger, bounded by ±50
 * for positive inputs.
 * @param left a side's median, > 0
 * @param right the other side's median, > 0, same unit
 */
export function symmetryAnglePct(left: number, right: number): number {
  return ((Math.PI / 4 - Math.atan2(left, right)) / (Math.PI / 2)) * 100;
}
