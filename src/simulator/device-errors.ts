import { radFromDeg, STANDARD_GRAVITY_MPS2 } from '../domain/units.ts';
import type { Random } from './random.ts';
import type { Vec3 } from './rotation.ts';

/** Errors of one device, drawn once. */
export interface DeviceErrors {
  readonly accBiasMps2: Vec3;
  readonly accGain: Vec3;
  readonly accNoiseMps2: number;
  readonly gyrBiasRadps: Vec3;
  /** What the bias creeps by while the device warms up. */
  readonly gyrCreepRadps: Vec3;
  readonly gyrGain: Vec3;
  readonly gyrNoiseRadps: number;
}

/** A device without any. */
export const NO_ERRORS: DeviceErrors = {
  accBiasMps2: [0, 0, 0],
  accGain: [1, 1, 1],
  accNoiseMps2: 0,
  gyrBiasRadps: [0, 0, 0],
  gyrCreepRadps: [0, 0, 0],
  gyrGain: [1, 1, 1],
  gyrNoiseRadps: 0,
};

/** Bias 20 to 50 mg and 1 to 2 deg/s, gain errors of 1 % (in one device of eight up to 7 %), noise as the recordings show at rest. */
export function drawErrors(random: Random): DeviceErrors {
  const sign = () => (random.chance(0.5) ? 1 : -1);
  const three = (draw: () => number): Vec3 => [draw(), draw(), draw()];
  const mg = STANDARD_GRAVITY_MPS2 * 1e-3;
  const offAll = random.chance(0.125) ? random.uniform(0.03, 0.07) * sign() : 0;
  return {
    accBiasMps2: three(() => (sign() * random.uniform(20, 50) * mg) / Math.sqrt(3)),
    accGain: three(() => 1 + offAll + random.trait(0, 0.006)),
    accNoiseMps2: random.uniform(0.015, 0.03),
    gyrBiasRadps: three(() => (sign() * radFromDeg(random.uniform(1, 2))) / Math.sqrt(3)),
    gyrCreepRadps: three(() => radFromDeg(random.trait(0, 0.08))),
    gyrGain: three(() => 1 + random.trait(0, 0.005)),
    gyrNoiseRadps: radFromDeg(random.uniform(0.08, 0.2)),
  };
}
