import { describe, expect, it } from 'vitest';
import { STANDARD_GRAVITY_MPS2 } from '../../src/domain/units.ts';
import { newPose } from '../../src/simulator/body-pose.ts';
import { rotate } from '../../src/simulator/rotation.ts';
import { VirtualBody } from '../../src/simulator/virtual-body.ts';

/** k-th harmonic over one stride: real and imaginary part of the mean of signal * exp(-i k phase). */
function harmonic(signal: (share: number) => number, k: number): readonly [number, number] {
  let re = 0;
  let im = 0;
  const n = 200;
  for (let i = 0; i < n; i++) {
    const phase = (2 * Math.PI * k * (i + 0.5)) / n;
    const value = signal((i + 0.5) / n);
    re += (value * Math.cos(phase)) / n;
    im -= (value * Math.sin(phase)) / n;
  }
  return [re, im];
}
const angleDeg = ([re, im]: readonly [number, number]): number => (Math.atan2(im, re) * 180) / Math.PI;

describe('a virtual pelvis moves as people’s do (pelvis-pipeline.md 0.1 and 1)', () => {
  it('forward leads vertical by about 108 deg, the trunk is pushed away from the standing foot, the left hip is forward at left contact', () => {
    const leads: number[] = [];
    let sides = 0;
    let strides = 0;
    for (let seed = 1; seed <= 12; seed++) {
      const body = new VirtualBody('healthy', seed, 24);
      for (const stride of body
        .truth(22)
        .strides.filter((s) => s.side === 'left' && s.first === undefined && s.last === undefined)) {
        const T = stride.next_ic_s - stride.ic_s;
        const out = new Float64Array(6);
        const pose = newPose();
        const world = (share: number): readonly [number, number, number] => {
          const tS = stride.ic_s + share * T;
          out.fill(0);
          body.motion.addInertial('pelvis', [0, 0, 0], tS, out);
          body.motion.skinPoseAt('pelvis', tS, pose);
          const [x, y, z] = rotate(pose.rotation, [out[0]!, out[1]!, out[2]!]);
          return [x, y, z - STANDARD_GRAVITY_MPS2];
        };
        const vertical = harmonic((u) => world(u)[2], 2);
        const forward = harmonic((u) => world(u)[0], 2);
        let lead = angleDeg(forward) - angleDeg(vertical);
        lead -= 360 * Math.floor(lead / 360);
        leads.push(lead);
        const lateral = harmonic((u) => world(u)[1], 1);
        const turn = (-80 * Math.PI) / 180;
        if (lateral[0] * Math.cos(turn) - lateral[1] * Math.sin(turn) > 0) sides++;
        strides++;
        const yawAt = (tS: number) => {
          body.motion.pelvis.poseAt(tS, pose);
          return Math.atan2(pose.rotation[3]!, pose.rotation[0]!);
        };
        // Turned to the right: the left hip is ahead.
        expect(yawAt(stride.ic_s)).toBeLessThan(yawAt(stride.ic_s + 0.5 * T));
        expect(Math.hypot(...vertical)).toBeGreaterThan(0.7);
        expect(Math.hypot(...vertical)).toBeLessThan(2.2);
      }
    }
    leads.sort((a, b) => a - b);
    expect(leads[Math.floor(leads.length / 2)]).toBeGreaterThan(95);
    expect(leads[Math.floor(leads.length / 2)]).toBeLessThan(121);
    // 89 to 137 from person to person; single strides scatter a little further, starting and ending ones more.
    expect(leads[Math.floor(0.05 * leads.length)]).toBeGreaterThan(80);
    expect(leads[Math.floor(0.95 * leads.length)]).toBeLessThan(140);
    expect(sides / strides).toBeGreaterThan(0.98);
  });

  it('the hip of the swinging leg sinks in each stance', () => {
    const body = new VirtualBody('healthy', 3, 24);
    for (const stride of body.truth(22).strides.filter((s) => s.first === undefined && s.last === undefined)) {
      const roll = body.motion.pelvis.rollAt(stride.ic_s + 0.3 * (stride.fc_s - stride.ic_s));
      expect(stride.side === 'left' ? roll : -roll).toBeGreaterThan(0);
    }
  });

  it('skin and belt wobble by about a degree after each contact, the bones do not', () => {
    const body = new VirtualBody('healthy', 3, 24);
    const skin = newPose();
    const bone = newPose();
    const peaks: number[] = [];
    for (const stride of body.truth(22).strides.filter((s) => s.first === undefined)) {
      let most = 0;
      for (let tS = stride.ic_s; tS < stride.ic_s + 0.3; tS += 0.01) {
        body.motion.pelvis.skinPoseAt(tS, skin);
        body.motion.pelvis.poseAt(tS, bone);
        let trace = 0;
        for (let i = 0; i < 9; i++) trace += skin.rotation[i]! * bone.rotation[i]!;
        most = Math.max(most, (Math.acos(Math.min(1, (trace - 1) / 2)) * 180) / Math.PI);
      }
      peaks.push(most);
    }
    peaks.sort((a, b) => a - b);
    expect(peaks[Math.floor(peaks.length / 2)]).toBeGreaterThan(0.5);
    expect(peaks[Math.floor(peaks.length / 2)]).toBeLessThan(1.8);
  });
});
