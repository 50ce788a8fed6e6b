import { STANDARD_GRAVITY_MPS2 } from '../../src/domain/units.ts';
import { newPose } from '../../src/simulator/body-pose.ts';
import type { WornSite } from '../../src/simulator/body-motion.ts';
import { multiply, rotate, rotationFromVector } from '../../src/simulator/rotation.ts';
import type { VirtualBody } from '../../src/simulator/virtual-body.ts';

/** Worst disagreement between the pose that a body claims and what its own ideal samples integrate to, from its pose at `fromS` on. */
export function integrate(
  body: VirtualBody,
  site: WornSite,
  fromS: number,
  toS: number,
  rateHz: number,
): { positionMm: number; angleDeg: number } {
  const pose = newPose();
  const place = body.places[site];
  const positionAt = (tS: number): number[] => {
    body.motion.skinPoseAt(site, tS, pose);
    const [x, y, z] = rotate(pose.rotation, place);
    return [x + pose.position[0]!, y + pose.position[1]!, z + pose.position[2]!];
  };
  const h = 1e-4;
  const before = positionAt(fromS - h);
  const after = positionAt(fromS + h);
  const velocity = after.map((value, i) => (value - before[i]!) / (2 * h));
  const position = positionAt(fromS);
  const rotation = Float64Array.from(pose.rotation);
  const half = new Float64Array(9);
  const middle = new Float64Array(9);
  const sample = new Float64Array(6);
  const dt = 1 / rateHz;
  let positionMm = 0;
  let angleDeg = 0;
  const steps = Math.round((toS - fromS) * rateHz);
  for (let k = 0; k < steps; k++) {
    sample.fill(0);
    body.motion.addInertial(site, place, fromS + (k + 0.5) * dt, sample);
    rotationFromVector((sample[3]! * dt) / 2, (sample[4]! * dt) / 2, (sample[5]! * dt) / 2, half);
    multiply(rotation, half, middle);
    const [fx, fy, fz] = rotate(middle, [sample[0]!, sample[1]!, sample[2]!]);
    const acc = [fx, fy, fz - STANDARD_GRAVITY_MPS2];
    multiply(middle, half, rotation);
    for (let i = 0; i < 3; i++) {
      position[i] = position[i]! + velocity[i]! * dt + 0.5 * acc[i]! * dt * dt;
      velocity[i] = velocity[i]! + acc[i]! * dt;
    }
    if (k % 40 !== 39) continue;
    const tS = fromS + (k + 1) * dt;
    const truth = positionAt(tS);
    positionMm = Math.max(positionMm, 1000 * Math.hypot(...truth.map((value, i) => value - position[i]!)));
    body.motion.skinPoseAt(site, tS, pose);
    let trace = 0;
    for (let i = 0; i < 9; i++) trace += pose.rotation[i]! * rotation[i]!;
    angleDeg = Math.max(angleDeg, (Math.acos(Math.min(1, (trace - 1) / 2)) * 180) / Math.PI);
  }
  return { positionMm, angleDeg };
}
