import { describe, expect, it } from 'vitest';
import { STANDARD_GRAVITY_MPS2 as G } from '../../../src/domain/units.ts';
import { liveUp } from '../../../src/pipeline/foot/live-tilt.ts';
import { createSampleRing } from '../../../src/pipeline/foot/sample-ring.ts';

const RATE_HZ = 100;
const BIAS = Float64Array.of(0.01, -0.02, 0.005);

/** A shoe that lies tilted about its forward axis, and rolls at a rate from a second before the end on. */
function rolled(startRad: number, rateRadps: number) {
  const ring = createSampleRing(RATE_HZ, 4);
  for (let i = 0; i < 900; i++) {
    const rolling = i >= 800;
    const angle = startRad + (rolling ? (rateRadps * (i - 799)) / RATE_HZ : 0);
    const at = 3 * (i & (ring.capacity - 1));
    // What rolls is also pushed about: its accelerometer is of no use.
    ring.acc.set(rolling ? [7, -9, 2] : [0, G * Math.sin(angle), G * Math.cos(angle)], at);
    ring.gyr.set([BIAS[0]! + (rolling ? rateRadps : 0), BIAS[1]!, BIAS[2]!], at);
    ring.count++;
  }
  return ring;
}

describe('live tilt', () => {
  it('is as felt at rest, and follows the gyro from there', () => {
    const up = new Float64Array(3);
    liveUp(rolled(0.2, 0), BIAS, G, up);
    expect(Math.atan2(up[1]!, up[2]!)).toBeCloseTo(0.2, 6);
    liveUp(rolled(0.2, 0.5), BIAS, G, up);
    expect(Math.atan2(up[1]!, up[2]!)).toBeCloseTo(0.7, 3);
    expect(Math.hypot(up[0]!, up[1]!, up[2]!)).toBeCloseTo(1, 9);
  });

  it('is nowhere before the first sample', () => {
    const up = Float64Array.of(1, 2, 3);
    liveUp(createSampleRing(RATE_HZ, 4), BIAS, G, up);
    expect([...up]).toEqual([0, 0, 0]);
  });
});
