import type { Vec3 } from './rotation.ts';

/** The foot's points in its own frame: origin on the sole under the heel, x to the toes, y left, z up [m]. */
export interface FootShape {
  /** About where the toes bend: the foot turns over this point until it leaves the ground. */
  readonly ball: Vec3;
  readonly toe: Vec3;
  readonly ankle: Vec3;
}
/** A shoe's points for a foot of a length [m]. */
export const footShape = (footLengthM: number): FootShape => ({
  ball: [0.83 * footLengthM, 0, 0],
  toe: [0.98 * footLengthM, 0, 0.012],
  ankle: [0.19 * footLengthM, 0, 0.075],
});

/** Where a foot is and how it moves: world from foot, turning rate [rad/s] in the foot's frame, and one point's motion. */
export interface FootState {
  readonly rotation: Float64Array;
  rate: Vec3;
  rateChange: Vec3;
  /** The point (in the foot's frame) of which position, velocity and acceleration are given in the world. */
  anchor: Vec3;
  position: Vec3;
  velocity: Vec3;
  acceleration: Vec3;
}
