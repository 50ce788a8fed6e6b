import { STANDARD_GRAVITY_MPS2 } from '../domain/units.ts';
import { multiplyTransposed, rotate, rotateBack, vectorFromRotation, type Vec3 } from './rotation.ts';

/** Where something is: world-from-body rotation (row-major) and the body's origin in the world [m]. */
export interface Pose {
  readonly rotation: Float64Array;
  readonly position: Float64Array;
}
/** A pose to write into. */
export const newPose = (): Pose => ({ rotation: new Float64Array(9), position: new Float64Array(3) });

/** Half step of the differences [s]. */
const STEP_S = 5e-4;

/**
 * Specific force and angular rate of a point of a smoothly moving body, by central differences of its pose. Good to
 * 1e-4 of the motion below 20 Hz, which holds for everything but a foot's impact.
 */
export class PoseInertial {
  readonly #early = newPose();
  readonly #now = newPose();
  readonly #late = newPose();
  readonly #between = new Float64Array(9);

  /** Adds specific force [m/s²] and angular rate [rad/s] in the body's axes to `out` (6 numbers). */
  addInertial(poseAt: (tS: number, out: Pose) => void, point: Vec3, tS: number, out: Float64Array): void {
    poseAt(tS - STEP_S, this.#early);
    poseAt(tS, this.#now);
    poseAt(tS + STEP_S, this.#late);
    multiplyTransposed(this.#early.rotation, this.#late.rotation, this.#between);
    const turned = vectorFromRotation(this.#between);
    // The turn is expressed alike in the early, middle and late frame, because it is about one axis.
    const a = pointOf(this.#early, point);
    const b = pointOf(this.#now, point);
    const c = pointOf(this.#late, point);
    const k = 1 / (STEP_S * STEP_S);
    const force = rotateBack(this.#now.rotation, [
      k * (a[0] - 2 * b[0] + c[0]),
      k * (a[1] - 2 * b[1] + c[1]),
      k * (a[2] - 2 * b[2] + c[2]) + STANDARD_GRAVITY_MPS2,
    ]);
    for (let i = 0; i < 3; i++) {
      out[i] = out[i]! + force[i as 0 | 1 | 2];
      out[3 + i] = out[3 + i]! + (0.5 * turned[i as 0 | 1 | 2]) / STEP_S;
    }
  }
}

function pointOf(pose: Pose, point: Vec3): Vec3 {
  const [x, y, z] = rotate(pose.rotation, point);
  return [x + pose.position[0]!, y + pose.position[1]!, z + pose.position[2]!];
}
