import { describe, expect, it } from 'vitest';
import { STANDARD_GRAVITY_MPS2 } from '../../../src/domain/units.ts';
import { FOOT_PARAMS } from '../../../src/pipeline/foot/foot-params.ts';
import { createSampleRing } from '../../../src/pipeline/foot/sample-ring.ts';
import { carried, carryStride, rolling } from '../../../src/pipeline/foot/strapdown.ts';

const RATE_HZ = 100;

/** A second of samples that turn evenly about one axis, while the world pushes with `force` in the sensor's axes at each. */
function turning(rateRadps: readonly number[], force: (i: number) => readonly number[]) {
  const ring = createSampleRing(RATE_HZ, 4);
  for (let i = 0; i < 110; i++) {
    ring.timeS[i] = i / RATE_HZ;
    ring.gyr.set(rateRadps, 3 * i);
    ring.acc.set(force(i), 3 * i);
    ring.count++;
  }
  return ring;
}

const carry = (ring: ReturnType<typeof turning>, from: number, n: number): void =>
  carryStride(ring, from, n, Float64Array.of(0, 0, 1), new Float64Array(3), new Float64Array(3), 1, 1, FOOT_PARAMS);

describe('strapdown of a stride', () => {
  it('a hundred small turns make a quarter of a large one', () => {
    carry(
      turning([0, 0, Math.PI / 2], () => [0, 0, STANDARD_GRAVITY_MPS2]),
      4,
      100,
    );
    const expected = [0, -1, 0, 1, 0, 0, 0, 0, 1];
    for (const [i, value] of expected.entries()) expect(carried.end[i]).toBeCloseTo(value, 7);
    expect(carried.vz[100]).toBeCloseTo(0, 5);
    expect(carried.jumps).toBe(0);
    expect(rolling).toEqual({ x: 0, y: -0 });
  });

  it('a steady push in the world gives its velocity, however the shoe turns meanwhile', () => {
    const rate = 3;
    // 2 m/s² along world x and gravity, seen from a shoe that turns about y: R(t)' f
    const ring = turning([0, rate, 0], (i) => {
      const angle = (rate * (i - 5)) / RATE_HZ;
      const [c, s] = [Math.cos(angle), Math.sin(angle)];
      return [c * 2 - s * STANDARD_GRAVITY_MPS2, 0, s * 2 + c * STANDARD_GRAVITY_MPS2];
    });
    carry(ring, 5, 100);
    const h = FOOT_PARAMS.sensorHeightM;
    expect(carried.vx[100]! - carried.vx[0]!).toBeCloseTo(2, 4);
    expect(carried.vx[0]).toBeCloseTo(-h * carried.begin[4]! * -rate, 6);
    expect(carried.vz[100]).toBeCloseTo(0, 4);
  });
});
