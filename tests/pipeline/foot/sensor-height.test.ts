import { describe, expect, it } from 'vitest';
import { findFootFlat } from '../../../src/pipeline/foot/foot-flat.ts';
import { FOOT_PARAMS } from '../../../src/pipeline/foot/foot-params.ts';
import { createSampleRing, MEASURED } from '../../../src/pipeline/foot/sample-ring.ts';
import { createSensorHeight, learnSensorHeight, sensorHeightM } from '../../../src/pipeline/foot/sensor-height.ts';

const RATE_HZ = 104;
const WAVE_HZ = 4;
const PEAK_RAD = 0.03;
const WAVE_RADPS = 2 * Math.PI * WAVE_HZ;
const G = 9.80665;

/** A shoe that rolls to and fro on the ground; its sensor sits straight over the axis it rolls on. z of the sensor is up. */
function rolling(heightM: number) {
  const ring = createSampleRing(RATE_HZ, 4);
  for (let i = 0; i < 120; i++) {
    const t = i / RATE_HZ;
    const roll = PEAK_RAD * Math.sin(WAVE_RADPS * t);
    const rate = PEAK_RAD * WAVE_RADPS * Math.cos(WAVE_RADPS * t);
    const change = -(WAVE_RADPS ** 2) * roll;
    ring.timeS[i] = t;
    ring.acc[3 * i + 1] = G * Math.sin(roll) - heightM * change;
    ring.acc[3 * i + 2] = G * Math.cos(roll) - heightM * rate ** 2;
    ring.gyr[3 * i] = rate;
    ring.mark[i] = MEASURED;
    ring.count++;
  }
  return ring;
}
const bias = new Float64Array(3);
/** Roll turns round here: the stillest moment. */
const still = Math.round((0.25 / WAVE_HZ) * RATE_HZ);
const tiltDeg = (up: Float64Array) => (Math.atan2(up[1]!, up[2]!) * 180) / Math.PI;
const flatOf = (heightM: number, assumedM: number) =>
  findFootFlat(rolling(heightM), still - 8, still + 8, bias, assumedM, FOOT_PARAMS)!;

describe('a shoe that turns while it stands', () => {
  it('tells how high its sensor sits', () => {
    for (const heightM of [0.03, 0.06, 0.1]) {
      const state = createSensorHeight();
      const ring = rolling(heightM);
      for (let k = 0; k < 20; k++) {
        const flat = findFootFlat(ring, still - 8, still + 8, bias, sensorHeightM(state), FOOT_PARAMS)!;
        learnSensorHeight(state, ring, flat, bias);
      }
      expect(Math.abs(sensorHeightM(state) - heightM)).toBeLessThan(0.01);
    }
  });

  it('feels gravity where it is, not where the sensor is pushed to', () => {
    const trueDeg = (PEAK_RAD * 180) / Math.PI;
    expect(Math.abs(tiltDeg(flatOf(0.07, 0).up) - trueDeg)).toBeGreaterThan(4);
    expect(Math.abs(tiltDeg(flatOf(0.07, 0.07).up) - trueDeg)).toBeLessThan(0.4);
  });

  it('learns nothing from a shoe that truly stands', () => {
    const ring = rolling(0.07);
    ring.gyr.fill(0);
    const state = createSensorHeight();
    learnSensorHeight(state, ring, findFootFlat(ring, still - 8, still + 8, bias, 0.05, FOOT_PARAMS)!, bias);
    expect(sensorHeightM(state)).toBeCloseTo(0.05, 9);
  });
});
