import { sideOfSite, type SensorSite, type Side } from '../domain/sites.ts';
import { ActivityMotion } from './activity-motion.ts';
import { PoseInertial, type Pose } from './body-pose.ts';
import { FootMotion } from './foot-motion.ts';
import { footShape } from './foot-shape.ts';
import type { GaitPlan } from './gait-plan.ts';
import { PelvisMotion } from './pelvis-motion.ts';
import type { Random } from './random.ts';
import type { Vec3 } from './rotation.ts';

/** Sites that a virtual walker can wear a sensor at. */
export type WornSite = Exclude<SensorSite, 'sensor'>;
/** In the order in which slots are numbered. */
export const WORN_SITES = ['left_foot', 'right_foot', 'pelvis'] as const satisfies readonly WornSite[];

/** All motions of one walker. Ask only for times that the plan has decided (`GaitPlan.planUntil` 3 s ahead). */
export class BodyMotion {
  readonly feet: Readonly<Record<Side, FootMotion>>;
  readonly pelvis: PelvisMotion;
  readonly #activities: Readonly<Record<WornSite, ActivityMotion>>;
  readonly #inertial = new PoseInertial();

  constructor(plan: GaitPlan, random: Random) {
    const shape = footShape(plan.person.footLengthM);
    this.feet = {
      left: new FootMotion('left', plan.footfalls.left, shape),
      right: new FootMotion('right', plan.footfalls.right, shape),
    };
    this.pelvis = new PelvisMotion(() => plan.person, plan.nodes);
    const activity = (site: WornSite) => new ActivityMotion(site, plan.activities, random);
    this.#activities = {
      left_foot: activity('left_foot'),
      right_foot: activity('right_foot'),
      pelvis: activity('pelvis'),
    };
  }

  /** Adds specific force [m/s²] and angular rate [rad/s] at a point of the foot or pelvis, in its axes, to `out` (6 numbers). */
  addInertial(site: WornSite, point: Vec3, tS: number, out: Float64Array): void {
    const activity = this.#activities[site].spanAt(tS);
    const side = sideOfSite(site);
    if (side !== undefined && activity === undefined) this.feet[side].addInertial(point, tS, out);
    else this.#inertial.addInertial((t, pose) => this.skinPoseAt(site, t, pose), point, tS, out);
  }

  /** Pose of what the sensor is fixed to: the shoe, or the skin and belt over the pelvis. */
  skinPoseAt(site: WornSite, tS: number, out: Pose): void {
    const side = sideOfSite(site);
    if (side === undefined) this.pelvis.skinPoseAt(tS, out);
    else this.#footPose(side, tS, out);
    const motion = this.#activities[site];
    const span = motion.spanAt(tS);
    if (span !== undefined) motion.addTo(span, tS, out);
  }

  /** true where the signal holds more than a sensor's band: an impact. */
  isSharp(site: WornSite, tS: number, marginS: number): boolean {
    const side = sideOfSite(site);
    return side !== undefined && this.feet[side].isSharp(tS, marginS);
  }

  #footPose(side: Side, tS: number, out: Pose): void {
    const foot = this.feet[side];
    foot.rotationAt(tS, out.rotation);
    out.position.set(foot.positionOf([0, 0, 0], tS));
  }
}

/** A sensor's axes against the body part it sits on: rows of the sensor's axes in the part's frame, from a random rotation. */
export function drawMounting(random: Random): Float64Array {
  // A uniform rotation from four normal deviates.
  const q = [random.normal(), random.normal(), random.normal(), random.normal()] as const;
  const n = Math.hypot(...q);
  const [w, x, y, z] = [q[0] / n, q[1] / n, q[2] / n, q[3] / n];
  return Float64Array.of(
    1 - 2 * (y * y + z * z),
    2 * (x * y - w * z),
    2 * (x * z + w * y),
    2 * (x * y + w * z),
    1 - 2 * (x * x + z * z),
    2 * (y * z - w * x),
    2 * (x * z - w * y),
    2 * (y * z + w * x),
    1 - 2 * (x * x + y * y),
  );
}
