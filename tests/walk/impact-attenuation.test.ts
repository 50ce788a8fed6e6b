import { describe, expect, test } from 'vitest';
import type { StrideRecord } from '../../src/domain/records.ts';
import { median } from '../../src/math/median.ts';
import { simulateWalk, type SimulatedWalk } from '../../src/simulator/simulate-walk.ts';
import { WalkSession } from '../../src/walk/walk-session.ts';
import { analysed, pelvisBlocks, stridesOf, contactsOf } from '../pipeline/pelvis/pelvis-walks.ts';

const walk = simulateWalk({ scenario: 'healthy', seed: 7, seconds: 60 });

function strides(w: SimulatedWalk, pelvis = true): StrideRecord[] {
  const slots = w.slots.filter((s) => pelvis || s.site !== 'pelvis');
  const session = new WalkSession({ slots });
  const records = [...w.notifications()].flatMap((n) => (slots.some((s) => s.slot === n.slot) ? session.push(n) : []));
  return [...records, ...session.finish()].filter((r): r is StrideRecord => r.type === 'stride');
}

/** Landing shocks at the pelvis when all that shakes it, beside its mean, is `k` times as large. */
function pelvisShocks(k: number): number[] {
  const samples = walk.samples().find((s) => s.site === 'pelvis')!;
  const mean = [0, 1, 2].map(
    (c) => samples.accMps2.reduce((sum, v, i) => (i % 3 === c ? sum + v : sum), 0) / samples.count,
  );
  const accMps2 = samples.accMps2.map((v, i) => mean[i % 3]! + k * (v - mean[i % 3]!));
  // In portions, as the ring only holds the newest seconds.
  const blocks = pelvisBlocks({ ...samples, accMps2 }, 50);
  const out = stridesOf(analysed(blocks, contactsOf(walk.truth.events)));
  return out.flatMap((s) => (s.impactMps2 === null ? [] : [s.impactMps2]));
}

describe('how much of the landing shock the leg keeps from the pelvis', () => {
  test('nearly every straight stride has it, and it is one less the ratio of both shocks', () => {
    const found = strides(walk).filter((s) => !s.turning);
    const values = found.flatMap((s) => {
      const { foot_impact_mps2: foot, pelvis_impact_mps2: pelvis, impact_attenuation_pct: kept } = s;
      if (typeof kept !== 'number') return [];
      expect(kept).toBeCloseTo(100 * (1 - Number(pelvis) / Number(foot)), 9);
      return [kept];
    });
    expect(values.length / found.length).toBeGreaterThan(0.85);
    expect(median(values)).toBeGreaterThan(40);
    expect(median(values)).toBeLessThan(95);
  });

  test('a pelvis that is shaken by half gets half the shock', () => {
    const whole = pelvisShocks(1);
    const half = pelvisShocks(0.5);
    expect(whole.length).toBeGreaterThan(60);
    expect(median(half) / median(whole)).toBeGreaterThan(0.49);
    expect(median(half) / median(whole)).toBeLessThan(0.51);
  });

  test('without a pelvis sensor it is null, with the reason', () => {
    const alone = strides(walk, false);
    expect(alone.length).toBeGreaterThan(60);
    for (const s of alone) {
      expect(s['impact_attenuation_pct']).toBeNull();
      expect(s.reasons['impact_attenuation_pct']).toBe('no_pelvis_sensor');
    }
  });
});
