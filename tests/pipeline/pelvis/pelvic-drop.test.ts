import { describe, expect, it } from 'vitest';
import type { Side } from '../../../src/domain/sites.ts';
import { radFromDeg } from '../../../src/domain/units.ts';
import { rms } from '../../statistics.ts';
import {
  analysed,
  findingsOf,
  median,
  mounted,
  shoeContacts,
  simulatedPelvis,
  stridesOf,
  takenOff,
  TWISTED,
  UPSIDE_DOWN,
  type SimulationOptions,
} from './pelvis-walks.ts';

/** Errors against truth over the straight strides of a walk. */
function errors(options: SimulationOptions) {
  const { blocks, truth } = simulatedPelvis(options);
  const outputs = analysed(blocks, shoeContacts(truth));
  const strides = stridesOf(outputs);
  const wanted = truth.strides.filter((s) => s.first === undefined && s.turning === undefined);
  const drop: number[] = [];
  let given = 0;
  const excursion: Record<Side, [number[], number[]]> = { left: [[], []], right: [[], []] };
  for (const w of wanted) {
    const s = strides.find((x) => x.side === w.side && Math.abs(x.icS - w.ic_s) < 0.15);
    given += s?.pelvicDropDeg == null ? 0 : 1;
    if (s?.pelvicDropDeg == null || w.pelvic_drop_deg === null) continue;
    drop.push(s.pelvicDropDeg - w.pelvic_drop_deg);
    excursion[w.side][0].push(s.pelvicDropExcursionDeg!);
    excursion[w.side][1].push(w.pelvic_drop_excursion_deg);
  }
  const difference = (k: 0 | 1): number => median(excursion.left[k]) - median(excursion.right[k]);
  return { drop, share: given / wanted.length, difference: difference(0) - difference(1), outputs };
}

describe('pelvic drop of simulated people with 1 deg of skin wobble', () => {
  it.each(['healthy', 'slow', 'fast', 'mixed', 'hip_drop', 'limping', 'camber'] as const)(
    'is right within 0.4 deg RMSE, left against right within 0.3 deg: %s',
    (scenario) => {
      const differences: number[] = [];
      const drops: number[] = [];
      for (const seed of [11, 12, 13]) {
        const e = errors({ scenario, seed, seconds: 60, person: { wobbleRad: radFromDeg(1) } });
        expect(e.share).toBeGreaterThanOrEqual(0.95);
        drops.push(...e.drop);
        differences.push(Math.abs(e.difference));
      }
      expect(rms(drops)).toBeLessThan(0.4);
      expect(median(differences)).toBeLessThan(0.3);
    },
  );

  it('is the same whichever way the sensor is mounted', () => {
    const { blocks, truth } = simulatedPelvis({ scenario: 'hip_drop', seed: 4, seconds: 30 });
    const contacts = shoeContacts(truth);
    const plain = stridesOf(analysed(blocks, contacts));
    for (const rotation of [UPSIDE_DOWN, TWISTED]) {
      const other = stridesOf(analysed(mounted(blocks, rotation), contacts));
      expect(other).toHaveLength(plain.length);
      for (const [i, s] of plain.entries()) {
        // the very first may fall on either side of being sure enough
        if (i === 0) continue;
        if (s.pelvicDropDeg === null) expect(other[i]!.pelvicDropDeg).toBeNull();
        else expect(other[i]!.pelvicDropDeg).toBeCloseTo(s.pelvicDropDeg, 2);
      }
    }
  });

  it('leaves turns out and learns the neutral anew after them', () => {
    const e = errors({ scenario: 'turns', seed: 3, seconds: 90 });
    const strides = stridesOf(e.outputs);
    const turning = strides.filter((s) => s.turning);
    expect(turning.length).toBeGreaterThan(8);
    for (const s of turning) expect(s.reasons['pelvic_drop_deg']).toBe('turning');
    expect(e.share).toBeGreaterThanOrEqual(0.95);
    expect(rms(e.drop)).toBeLessThan(0.5);
  });
});

describe('what goes wrong with the belt', () => {
  it('says when it slipped by 5 deg, and only then', () => {
    const slips = [{ site: 'pelvis' as const, atS: 30, deg: 5, overS: 0.3 }];
    const { outputs } = errors({ scenario: 'healthy', seed: 6, seconds: 60, faults: { slips } });
    const found = findingsOf(outputs);
    expect(found.map((f) => f.kind)).toEqual(['belt_slipped']);
    expect(Math.abs(found[0]!.at_s - 30)).toBeLessThan(3.5);
    for (const seed of [1, 2, 3, 4])
      expect(findingsOf(errors({ scenario: 'healthy', seed, seconds: 60 }).outputs)).toEqual([]);
  });

  it('finds out that the sensor was put on again upside down, and measures on', () => {
    const { blocks, truth } = simulatedPelvis({ scenario: 'healthy', seed: 8, seconds: 60 });
    const outputs = analysed(takenOff(mounted(blocks, UPSIDE_DOWN, 30), 28, 30.5), shoeContacts(truth));
    expect(findingsOf(outputs).map((f) => f.kind)).toEqual(['belt_slipped']);
    const after = stridesOf(outputs).filter((s) => s.icS > 38);
    expect(after.every((s) => s.pelvicDropDeg !== null)).toBe(true);
    for (const w of truth.strides.filter((t) => t.ic_s > 38)) {
      const s = after.find((x) => x.side === w.side && Math.abs(x.icS - w.ic_s) < 0.15);
      if (s !== undefined) expect(Math.abs(s.pelvicDropDeg! - w.pelvic_drop_deg!)).toBeLessThan(0.8);
    }
  });

  it('gives no drop where it moves as a trunk would', () => {
    const { blocks, truth } = simulatedPelvis({
      scenario: 'healthy',
      seed: 9,
      seconds: 60,
      person: { obliquityRad: radFromDeg(-4) },
    });
    const outputs = analysed(blocks, shoeContacts(truth));
    expect(findingsOf(outputs).map((f) => f.kind)).toContain('site_suspect');
    const late = stridesOf(outputs).filter((s) => s.icS > 30);
    for (const s of late) expect(s.reasons['pelvic_drop_deg']).toBe('pelvis_site_suspect');
  });
});

describe('shoes that were swapped', () => {
  it('are found out within 15 strides, and no side value is given', () => {
    const { blocks, truth } = simulatedPelvis({ scenario: 'healthy', seed: 10, seconds: 60 });
    const swapped = shoeContacts(truth).map((c) => ({
      ...c,
      side: c.side === 'left' ? ('right' as const) : ('left' as const),
    }));
    const outputs = analysed(blocks, swapped);
    const found = findingsOf(outputs);
    expect(found.map((f) => f.kind)).toEqual(['sensors_swapped']);
    const strides = stridesOf(outputs);
    expect(strides.filter((s) => s.icS < found[0]!.at_s).length).toBeLessThan(31);
    for (const s of strides) expect(s.pelvicDropDeg).toBeNull();
    expect(strides.at(-1)!.reasons['pelvic_drop_deg']).toBe('sides_conflict');
  });
});
