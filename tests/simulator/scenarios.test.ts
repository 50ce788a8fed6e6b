import { describe, expect, it } from 'vitest';
import { sensorModel } from '../../src/protocol/models/index.ts';
import { simulateWalk } from '../../src/simulator/simulate-walk.ts';
import { SCENARIOS, type ScenarioName } from '../../src/simulator/scenario.ts';
import type { Truth, TruthStride } from '../../src/simulator/truth.ts';

const STILL_LIFE = SCENARIOS.slice(SCENARIOS.indexOf('standing'));
const WALKING = SCENARIOS.slice(0, SCENARIOS.indexOf('standing'));
const truthOf = (scenario: ScenarioName, seed = 1, seconds = 60): Truth =>
  simulateWalk({ scenario, seed, seconds }).truth;
const steady = (truth: Truth): TruthStride[] =>
  truth.strides.filter((s) => s.first === undefined && s.turning === undefined && s.last === undefined);
const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
const meanOf = (truth: Truth, field: keyof TruthStride, side?: string): number =>
  mean(
    steady(truth)
      .filter((s) => side === undefined || s.side === side)
      .map((s) => Number(s[field])),
  );

describe('every scenario', () => {
  it.each(SCENARIOS)('%s: gives whole packets of all three sensors that decode to finite samples', (scenario) => {
    const walk = simulateWalk({ scenario, seed: 3, seconds: 20 });
    const decoders = walk.slots.map((slot) => sensorModel(slot.model).createDecoder());
    const samples = [0, 0, 0];
    let outside = 0;
    let last = 0;
    for (const notification of walk.notifications()) {
      expect(notification.receivedS).toBeGreaterThanOrEqual(last);
      last = notification.receivedS;
      const result = decoders[notification.slot]!.decode(notification.bytes);
      if (!result.ok || result.packet === undefined) throw new Error(`a packet of slot ${notification.slot} is bad`);
      samples[notification.slot]! += result.packet.count;
      const { accMps2, gyrRadps, accRangeMps2, gyrRangeRadps } = result.packet;
      for (let i = 0; i < 3 * result.packet.count; i++) {
        // A comparison with NaN is false: what is no number is counted too.
        if (!(Math.abs(accMps2[i]!) <= accRangeMps2 && Math.abs(gyrRadps[i]!) <= gyrRangeRadps)) outside++;
      }
    }
    expect(outside).toBe(0);
    expect(last).toBeLessThan(21);
    for (const count of samples) expect(count).toBeGreaterThan(0.98 * 20 * 104);
  });

  it.each(WALKING)('%s: contacts alternate, each stance lasts as stances do', (scenario) => {
    const truth = truthOf(scenario, 2);
    const contacts = truth.events.filter((event) => event.kind === 'ic');
    expect(contacts.length).toBeGreaterThan(15);
    contacts.slice(1).forEach((event, i) => expect(event.side).not.toBe(contacts[i]!.side));
    for (const stride of steady(truth)) {
      const stance = (stride.fc_s - stride.ic_s) / (stride.next_ic_s - stride.ic_s);
      expect(stance).toBeGreaterThan(0.53);
      expect(stance).toBeLessThan(0.72);
    }
  });

  it.each(STILL_LIFE)('%s: nothing happens that may be found', (scenario) => {
    const truth = truthOf(scenario);
    expect(truth.events).toEqual([]);
    expect(truth.strides).toEqual([]);
  });

  it('a walk begins and ends with standing', () => {
    const truth = truthOf('healthy', 5, 40);
    expect(truth.events[0]!.time_s).toBeGreaterThan(3);
    expect(truth.events.at(-1)!.time_s).toBeLessThan(38.5);
    expect(truth.strides.filter((s) => s.last === true)).toHaveLength(1);
    expect(truth.strides.filter((s) => s.first === true)).toHaveLength(2);
  });
});

describe('what the scenarios are about', () => {
  it('healthy: speed, length, times and drop as in healthy adults, with their variability', () => {
    for (let seed = 1; seed <= 8; seed++) {
      const truth = truthOf('healthy', seed, 90);
      const times = steady(truth)
        .filter((s) => s.side === 'left')
        .map((s) => s.next_ic_s - s.ic_s);
      const m = mean(times);
      const cv = Math.sqrt(mean(times.map((t) => (t - m) ** 2))) / m;
      expect(m).toBeGreaterThan(0.95);
      expect(m).toBeLessThan(1.22);
      expect(cv).toBeGreaterThan(0.006);
      expect(cv).toBeLessThan(0.03);
      expect(meanOf(truth, 'stride_length_m')).toBeGreaterThan(1.1);
      expect(meanOf(truth, 'stride_length_m')).toBeLessThan(1.65);
      expect(meanOf(truth, 'foot_clearance_m')).toBeGreaterThan(0.08);
      expect(meanOf(truth, 'foot_clearance_m')).toBeLessThan(0.25);
      expect(meanOf(truth, 'pitch_ic_deg')).toBeGreaterThan(15);
      expect(meanOf(truth, 'pitch_fc_deg')).toBeLessThan(-45);
      expect(meanOf(truth, 'pelvic_drop_excursion_deg')).toBeGreaterThan(2.5);
      expect(meanOf(truth, 'pelvic_drop_excursion_deg')).toBeLessThan(8);
    }
  });

  it('pronator: rolls in more than the same person otherwise would', () => {
    for (const seed of [1, 2, 3]) {
      const more =
        meanOf(truthOf('pronator', seed), 'eversion_excursion_deg') -
        meanOf(truthOf('healthy', seed), 'eversion_excursion_deg');
      expect(more).toBeGreaterThan(4);
      expect(more).toBeLessThan(9);
    }
  });

  it('hip_drop: one side drops by 4 to 5 deg more, the other as before', () => {
    for (const seed of [1, 2, 3, 4]) {
      const plain = truthOf('healthy', seed);
      const dropping = truthOf('hip_drop', seed);
      const more = (['left', 'right'] as const).map(
        (side) =>
          meanOf(dropping, 'pelvic_drop_excursion_deg', side) - meanOf(plain, 'pelvic_drop_excursion_deg', side),
      );
      expect(Math.max(...more)).toBeGreaterThan(2.8);
      expect(Math.max(...more)).toBeLessThan(5.5);
      expect(Math.abs(Math.min(...more))).toBeLessThan(0.3);
    }
  });

  it('fatigue: nothing changes before the onset; afterwards roll-in and drop grow, as stated', () => {
    const walk = simulateWalk({ scenario: 'fatigue', seed: 4, seconds: 600 });
    const change = walk.person.change!;
    const plain = simulateWalk({ scenario: 'healthy', seed: 4, seconds: 600 }).truth;
    const at = (truth: Truth, fromS: number, toS: number, side: string, field: keyof TruthStride) =>
      mean(
        steady(truth)
          .filter((s) => s.side === side && s.ic_s >= fromS && s.ic_s < toS)
          .map((s) => Number(s[field])),
      );
    for (const side of ['left', 'right'] as const) {
      for (const [field, rise] of [
        ['eversion_excursion_deg', change.rollIn[side]],
        ['pelvic_drop_excursion_deg', change.drop[side]],
      ] as const) {
        const before = at(walk.truth, 0, change.onsetS, side, field) - at(plain, 0, change.onsetS, side, field);
        const after = at(walk.truth, 550, 600, side, field) - at(plain, 550, 600, side, field);
        expect(Math.abs(before)).toBeLessThan(0.02);
        expect(after).toBeGreaterThan((0.5 * (rise * 180)) / Math.PI);
        expect(after).toBeLessThan((1.15 * (rise * 180)) / Math.PI);
      }
    }
    expect(change.onsetS).toBe(240);
  });

  it('slow and fast: speed, stance share and impact follow', () => {
    const [slow, plain, fast] = (['slow', 'healthy', 'fast'] as const).map((scenario) => truthOf(scenario, 2));
    const speed = (t: Truth) => mean(steady(t).map((s) => s.stride_length_m / (s.next_ic_s - s.ic_s)));
    const stance = (t: Truth) => mean(steady(t).map((s) => (s.fc_s - s.ic_s) / (s.next_ic_s - s.ic_s)));
    expect(speed(slow!)).toBeLessThan(0.7 * speed(plain!));
    expect(speed(fast!)).toBeGreaterThan(1.3 * speed(plain!));
    expect(stance(slow!)).toBeGreaterThan(stance(plain!));
    expect(stance(plain!)).toBeGreaterThan(stance(fast!));
  });

  it('limping: the sore foot is left early and the other steps short', () => {
    for (const seed of [1, 2, 3]) {
      const truth = truthOf('limping', seed);
      const share = (side: string) =>
        mean(
          steady(truth)
            .filter((s) => s.side === side)
            .map((s) => (s.fc_s - s.ic_s) / (s.next_ic_s - s.ic_s)),
        );
      expect(Math.abs(share('left') - share('right'))).toBeGreaterThan(0.03);
    }
  });

  it('turns: half turns are marked, with at least four steps each; straight strides are not', () => {
    const truth = truthOf('turns', 3, 90);
    const turning = truth.strides.filter((s) => s.turning === true).length;
    expect(turning).toBeGreaterThan(10);
    expect(steady(truth).length).toBeGreaterThan(turning);
  });

  it('stops: several bouts, each with its first and its last stride', () => {
    const truth = truthOf('stops', 3, 90);
    expect(truth.strides.filter((s) => s.last === true).length).toBeGreaterThanOrEqual(2);
  });

  it('camber: both shoes lie 1.15 deg to the same side when flat, which the truth does not count as roll-in', () => {
    const difference = (scenario: ScenarioName) =>
      meanOf(truthOf(scenario, 6), 'eversion_at_ic_deg', 'left') -
      meanOf(truthOf(scenario, 6), 'eversion_at_ic_deg', 'right');
    // At contact the feet still hang in the world, so against the tilted ground left and right part.
    expect(Math.abs(difference('camber') - difference('healthy'))).toBeGreaterThan(1);
    expect(Math.abs(difference('camber') - difference('healthy'))).toBeLessThan(2.5);
  });
});
