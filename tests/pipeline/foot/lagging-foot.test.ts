import { describe, expect, it } from 'vitest';
import { RAD_PER_DEG } from '../../../src/domain/units.ts';
import { FOOT_PARAMS } from '../../../src/pipeline/foot/foot-params.ts';
import { createPitchAxis, isUsable, confirmByStance, watchPitchAxis } from '../../../src/pipeline/foot/pitch-axis.ts';

const RATE_HZ = 100;
const step = new Float64Array(4);
step[3] = 1 / RATE_HZ;

type Axis = ReturnType<typeof createPitchAxis>;

/** A half wave of pitch about y (toes up +) [rad, s]. */
function pitch(axis: Axis, rad: number, seconds: number): void {
  const n = Math.round(seconds * RATE_HZ);
  for (let i = 0; i < n; i++) {
    step[1] = ((rad * Math.PI) / (2 * seconds)) * Math.sin((Math.PI * (i + 0.5)) / n);
    watchPitchAxis(axis, step, FOOT_PARAMS, false);
  }
}

function stand(axis: Axis): void {
  step[1] = 0;
  for (let i = 0; i < 0.6 * RATE_HZ; i++) watchPitchAxis(axis, step, FOOT_PARAMS, false);
}

/** A stride of a foot that pushes off as feet do. */
function sound(axis: Axis): void {
  stand(axis);
  pitch(axis, -60 * RAD_PER_DEG, 0.3);
  pitch(axis, 60 * RAD_PER_DEG, 0.4);
}

/** A stride of a foot whose toes come up first. */
function lagging(axis: Axis): void {
  stand(axis);
  pitch(axis, 15 * RAD_PER_DEG, 0.2);
  pitch(axis, -45 * RAD_PER_DEG, 0.3);
  pitch(axis, 30 * RAD_PER_DEG, 0.3);
}

describe('the sign of the pitch axis', () => {
  it('holds by its stances where the toes come up before push-off', () => {
    const axis = createPitchAxis();
    for (let k = 0; k < 4; k++) sound(axis);
    expect(isUsable(axis)).toBe(true);
    expect(axis[1]).toBeCloseTo(1, 6);
    for (let k = 0; k < 40; k++) {
      confirmByStance(axis);
      lagging(axis);
      expect(axis[1]).toBeCloseTo(1, 6);
    }
  });

  it('gives in to push-offs that go on against it once the foot no longer stands', () => {
    const axis = createPitchAxis();
    for (let k = 0; k < 40; k++) {
      if (axis[1]! > 0) confirmByStance(axis);
      sound(axis);
    }
    let strides = 0;
    for (; axis[1]! > 0 && strides < 20; strides++) lagging(axis);
    expect(strides).toBeLessThanOrEqual(8);
  });
});
