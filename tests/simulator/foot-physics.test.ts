import { describe, expect, it } from 'vitest';
import { SIDES, siteOfSide } from '../../src/domain/sites.ts';
import { VirtualBody } from '../../src/simulator/virtual-body.ts';
import { SCENARIOS } from '../../src/simulator/scenario.ts';

const DEG = 180 / Math.PI;
const WALKING = SCENARIOS.slice(0, SCENARIOS.indexOf('standing'));

describe('a virtual foot', () => {
  it.each(WALKING)('%s: stands truly still in every stance', (scenario) => {
    const body = new VirtualBody(scenario, 2, 40);
    const truth = body.truth(38);
    const out = new Float64Array(6);
    for (const stride of truth.strides) {
      const foot = body.motion.feet[stride.side];
      for (let tS = stride.mid_stance_s - 0.02; tS <= stride.mid_stance_s + 0.02; tS += 0.005) {
        out.fill(0);
        foot.addInertial([0, 0, 0], tS, out);
        expect(Math.hypot(out[3]!, out[4]!, out[5]!) * DEG).toBeLessThan(3);
        expect(Math.hypot(...foot.velocityOf([0, 0, 0], tS))).toBeLessThan(0.001);
      }
    }
  });

  it('never slides: while a foot is on the ground, the point it turns about stays where it is', () => {
    const body = new VirtualBody('mixed', 6, 40);
    const strides = body.truth(38).strides;
    expect(strides.length).toBeGreaterThan(20);
    for (const stride of strides) {
      const foot = body.motion.feet[stride.side];
      for (let tS = stride.mid_stance_s; tS < stride.fc_s; tS += 0.01) {
        expect(Math.hypot(...foot.velocityOf(foot.shape.ball, tS))).toBeLessThan(1e-9);
      }
    }
  });

  it('clears the ground with its toes in mid-swing, by a centimetre or two', () => {
    const body = new VirtualBody('healthy', 3, 40);
    for (const stride of body.truth(38).strides.filter((s) => s.first === undefined && s.last === undefined)) {
      const foot = body.motion.feet[stride.side];
      let least = Infinity;
      for (let u = 0.3; u <= 0.75; u += 0.05) {
        const tS = stride.fc_s + u * (stride.next_ic_s - stride.fc_s);
        least = Math.min(least, foot.positionOf(foot.shape.toe, tS)[2]);
      }
      expect(least).toBeGreaterThan(0.005);
      expect(least).toBeLessThan(0.045);
    }
  });

  it('moves smoothly: no jump of place or speed anywhere, of acceleration only at an impact', () => {
    const body = new VirtualBody('healthy', 9, 20);
    body.decideUntil(20);
    for (const side of SIDES) {
      const foot = body.motion.feet[side];
      const place = body.places[siteOfSide(side)];
      for (const at of foot.footfalls.slice(1, 8)) {
        for (const tS of [at.icS, at.flatS, at.heelOffS, at.fcS]) {
          const e = 1e-7;
          const a = foot.positionOf(place, tS - e);
          const b = foot.positionOf(place, tS + e);
          expect(Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2])).toBeLessThan(1e-5);
          const v = foot.velocityOf(place, tS - e);
          const w = foot.velocityOf(place, tS + e);
          expect(Math.hypot(v[0] - w[0], v[1] - w[1], v[2] - w[2])).toBeLessThan(1e-3);
          if (tS === at.icS) continue;
          const early = new Float64Array(6);
          const late = new Float64Array(6);
          foot.addInertial(place, tS - e, early);
          foot.addInertial(place, tS + e, late);
          for (let i = 0; i < 6; i++) expect(Math.abs(early[i]! - late[i]!)).toBeLessThan(i < 3 ? 0.5 : 0.01);
        }
      }
    }
  });

  /** Where the heel-toe line lies outward of what is measured, over a population of 36 people: foot-pipeline.md 1.2. */
  it('pitches about oblique axes that lie, over a population, where 18 people’s lie', () => {
    const travel: number[] = [];
    const swing: number[] = [];
    const push: number[] = [];
    const load: number[] = [];
    const stance: number[] = [];
    for (let seed = 1; seed <= 36; seed++) {
      const body = new VirtualBody('healthy', seed, 18);
      const truth = body.truth(16);
      for (const side of SIDES) {
        const sign = side === 'left' ? 1 : -1;
        const foot = body.motion.feet[side];
        const rotation = new Float64Array(9);
        const out = new Float64Array(6);
        const c = [0, 0, 0];
        const s = [0, 0, 0];
        let n = 0;
        let atFc = 0;
        let atIc = 0;
        let out3 = 0;
        for (const stride of truth.strides.filter((x) => x.side === side && x.first === undefined).slice(1, 6)) {
          n++;
          for (let tS = stride.fc_s; tS < stride.next_ic_s; tS += 0.005) {
            out.fill(0);
            foot.addInertial([0, 0, 0], tS, out);
            if (Math.hypot(out[3]!, out[4]!, out[5]!) * DEG < 80) continue;
            c[0]! += out[3]! ** 2;
            c[1]! += out[3]! * out[4]!;
            c[2]! += out[4]! ** 2;
          }
          for (let tS = stride.ic_s; tS < stride.fc_s; tS += 0.005) {
            foot.rotationAt(tS, rotation);
            s[0]! += rotation[6]! ** 2;
            s[1]! += rotation[6]! * rotation[7]!;
            s[2]! += rotation[7]! ** 2;
          }
          foot.rotationAt(stride.fc_s, rotation);
          atFc += Math.atan2(-rotation[7]!, -rotation[6]!);
          foot.rotationAt(stride.ic_s, rotation);
          atIc += Math.atan2(rotation[7]!, rotation[6]!);
          out3 += stride.foot_progression_deg;
        }
        const axis = 0.5 * Math.atan2(2 * c[1]!, c[0]! - c[2]!) - Math.PI / 2;
        swing.push(-sign * Math.atan(Math.tan(axis)) * DEG);
        stance.push(-sign * Math.atan(Math.tan(0.5 * Math.atan2(2 * s[1]!, s[0]! - s[2]!))) * DEG);
        push.push((-sign * atFc * DEG) / n);
        load.push((-sign * atIc * DEG) / n);
        travel.push(out3 / n);
      }
    }
    const near = (list: number[], mean: number, sd: number) => {
      const m = list.reduce((a, b) => a + b, 0) / list.length;
      const spread = Math.sqrt(list.reduce((a, b) => a + (b - m) ** 2, 0) / list.length);
      expect(Math.abs(m - mean)).toBeLessThan(0.6 * sd);
      expect(spread).toBeGreaterThan(0.6 * sd);
      expect(spread).toBeLessThan(1.3 * sd);
    };
    near(swing, 11.6, 5.2);
    near(travel, 6.0, 4.9);
    near(stance, -2.0, 4.8);
    near(push, 0.5, 5.7);
    near(load, 22, 8);
  });

  it('rolls in as shoes do: inverted at contact, its peak within the first 60 % of stance', () => {
    const excursion: number[] = [];
    for (let seed = 1; seed <= 20; seed++) {
      const strides = new VirtualBody('healthy', seed, 14).truth(13).strides.filter((s) => s.first === undefined);
      for (const stride of strides) {
        expect(stride.eversion_peak_at_pct_stance).toBeGreaterThan(15);
        expect(stride.eversion_peak_at_pct_stance).toBeLessThanOrEqual(60);
        excursion.push(stride.eversion_excursion_deg);
      }
    }
    const mean = excursion.reduce((a, b) => a + b, 0) / excursion.length;
    const sd = Math.sqrt(excursion.reduce((a, b) => a + (b - mean) ** 2, 0) / excursion.length);
    expect(mean).toBeGreaterThan(7.5);
    expect(mean).toBeLessThan(12);
    expect(sd).toBeGreaterThan(2);
    expect(sd).toBeLessThan(4.5);
  });
});
