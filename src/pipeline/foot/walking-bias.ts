import type { GyroRestState } from './gyro-rest.ts';
import type { StridePath } from './stride-path.ts';

/** Scatter of the tilt left over after a stride without any bias [rad]. */
const TILT_RAD = 0.02;

const slope = new Float64Array(3);
const gain = new Float64Array(3);

/**
 * Learns the gyro's bias from a stride of someone who has never stood still since the recording began: between two foot-flats the
 * bias tilts what the gyro carries against felt gravity. A rest tells more, so after one nothing is learnt here. The part of
 * the bias that turns the foot about the vertical stays unknown.
 */
export function learnWalkingBias(rest: GyroRestState, path: StridePath): void {
  if (rest.hits > 0) return;
  const p = rest.doubt;
  const { turned, tilt } = path;
  for (let axis = 0; axis < 2; axis++) {
    let left = tilt[axis]!;
    if (axis === 1) for (let k = 0; k < 3; k++) left -= turned[3 + k]! * gain[k]!;
    let variance = TILT_RAD ** 2;
    for (let i = 0; i < 3; i++) {
      slope[i] = 0;
      for (let k = 0; k < 3; k++) slope[i] = slope[i]! + p[3 * i + k]! * turned[3 * axis + k]!;
    }
    for (let k = 0; k < 3; k++) variance += turned[3 * axis + k]! * slope[k]!;
    for (let i = 0; i < 3; i++)
      for (let k = 0; k < 3; k++) p[3 * i + k] = p[3 * i + k]! - (slope[i]! * slope[k]!) / variance;
    for (let k = 0; k < 3; k++) {
      gain[k] = (slope[k]! * left) / variance;
      rest.biasRadps[k] = rest.biasRadps[k]! + gain[k]!;
    }
  }
}
