import { describe, expect, it } from 'vitest';
import { siteOfSide } from '../../src/domain/sites.ts';
import { SCENARIOS } from '../../src/simulator/scenario.ts';
import { VirtualBody } from '../../src/simulator/virtual-body.ts';
import { integrate } from './inertial-integration.ts';

const WALKING = SCENARIOS.slice(0, SCENARIOS.indexOf('standing'));

describe('the truth agrees with the samples that are made of it', () => {
  it.each(WALKING)('%s: integrating each stride of both shoes gives pose and place back', (scenario) => {
    const body = new VirtualBody(scenario, 11, 24);
    const truth = body.truth(22);
    const strides = truth.strides.filter((_, i) => i % 8 === 0);
    expect(strides.length).toBeGreaterThanOrEqual(3);
    for (const stride of strides) {
      const error = integrate(body, siteOfSide(stride.side), stride.mid_stance_s, stride.next_mid_stance_s, 16000);
      // The acceleration steps at contact: at 16 kHz that alone is worth a millimetre a stride.
      expect(error.positionMm).toBeLessThan(2);
      expect(error.angleDeg).toBeLessThan(0.01);
    }
  });

  it.each(['healthy', 'hip_drop', 'turns', 'stairs'] as const)('%s: and of the pelvis', (scenario) => {
    const body = new VirtualBody(scenario, 5, 30);
    body.decideUntil(30);
    const error = integrate(body, 'pelvis', 4.5, 9.5, 4000);
    expect(error.positionMm).toBeLessThan(2);
    expect(error.angleDeg).toBeLessThan(0.01);
  });

  it.each(['sitting', 'fidgeting', 'car', 'bicycle'] as const)(
    '%s: and of everything that is no walking',
    (scenario) => {
      const body = new VirtualBody(scenario, 5, 30);
      body.decideUntil(30);
      for (const site of ['left_foot', 'right_foot', 'pelvis'] as const) {
        const error = integrate(body, site, 3, 6, 4000);
        expect(error.positionMm).toBeLessThan(5);
        expect(error.angleDeg).toBeLessThan(0.05);
      }
    },
  );

  it('stride length is how far the shoe sensor came, and every stride ends where the next begins', () => {
    const body = new VirtualBody('healthy', 4, 40);
    const truth = body.truth(38);
    for (const side of ['left', 'right'] as const) {
      const strides = truth.strides.filter((stride) => stride.side === side);
      strides.slice(1).forEach((stride, i) => {
        expect(stride.ic_s).toBe(strides[i]!.next_ic_s);
        expect(stride.mid_stance_s).toBe(strides[i]!.next_mid_stance_s);
      });
      const first = strides[1]!;
      const last = strides.at(-2)!;
      const place = body.places[siteOfSide(side)];
      const from = body.motion.feet[side].positionOf(place, first.mid_stance_s);
      const to = body.motion.feet[side].positionOf(place, last.mid_stance_s);
      const sum = strides.slice(1, -2).reduce((total, stride) => total + stride.stride_length_m, 0);
      // The way bends a little: the straight line is shorter, but not by much.
      const straight = Math.hypot(to[0] - from[0], to[1] - from[1]);
      expect(straight).toBeLessThanOrEqual(sum);
      expect(straight).toBeGreaterThan(0.99 * sum);
    }
  });

  it('the angles of a stride are those of the foot at its events', () => {
    const body = new VirtualBody('pronator', 4, 30);
    const rotation = new Float64Array(9);
    for (const stride of body.truth(28).strides.filter((s) => s.first === undefined)) {
      const foot = body.motion.feet[stride.side];
      const neutral = foot.footfalls[0]!.rollNeutralRad;
      foot.rotationAt(stride.ic_s, rotation);
      const sign = stride.side === 'left' ? 1 : -1;
      // Level ground: elevation of the lateral axis of the foot, turned by the rested shoe's own roll.
      const up = [rotation[7]!, rotation[8]!] as const;
      const lateral = sign * Math.asin(up[0] * Math.cos(sign * neutral) - up[1] * Math.sin(sign * neutral));
      expect(stride.eversion_at_ic_deg).toBeCloseTo((lateral * 180) / Math.PI, 6);
      expect(stride.pitch_ic_deg).toBeCloseTo((Math.asin(rotation[6]!) * 180) / Math.PI, 6);
      expect(stride.eversion_excursion_deg).toBeCloseTo(stride.eversion_peak_deg - stride.eversion_at_ic_deg, 9);
    }
  });
});
