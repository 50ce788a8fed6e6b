import { describe, expect, it } from 'vitest';
import { radFromDeg } from '../../../src/domain/units.ts';
import type { FootFlat } from '../../../src/pipeline/foot/foot-flat.ts';
import { leftness } from '../../../src/pipeline/foot/side-vote.ts';

const UP = new Float64Array([0, 0, 1]);
const FLAT: FootFlat = { index: 1, timeS: 0, stillRadps: 0, up: UP, forceMps2: 9.8 };

/** World up seen from a shoe that is pitched about a level axis. @param axisDeg where the axis points, from the shoe's left */
function tilted(pitchDeg: number, axisDeg: number): number[] {
  const size = Math.sin(radFromDeg(pitchDeg));
  return [size * Math.cos(radFromDeg(axisDeg)), size * Math.sin(radFromDeg(axisDeg)), Math.cos(radFromDeg(pitchDeg))];
}

/** The vote of a stance that comes down about one axis and pushes off about another. */
function vote(loadDeg: number, pushDeg: number, betweenDeg: number): number {
  const up = new Float64Array([...tilted(loadDeg, 0), 0, 0, 1, ...tilted(-pushDeg, betweenDeg)]);
  return leftness({ first: 0, last: 2, dtS: 0.3, up }, 0, 2, FLAT, UP);
}

describe('which foot a shoe is on, by its own motion', () => {
  it('is told by healthy feet, slow ones too: they leave the ground pitched by 48 degrees and more', () => {
    for (const pushDeg of [45, 55, 75]) {
      expect(vote(22, pushDeg, 22)).toBe(1);
      expect(vote(18, pushDeg, -22)).toBe(-1);
      expect(vote(18, pushDeg, 7.5)).toBeCloseTo(0.5, 6);
    }
  });

  it('is not told by a foot that is not rolled off over its toes (leg braces, a foot that lags behind its leg)', () => {
    for (const pushDeg of [14, 21, 29, 33])
      for (const betweenDeg of [-35, 22]) expect(vote(15, pushDeg, betweenDeg)).toBe(0);
  });

  it('is not told by a foot that is put down flat', () => {
    expect(vote(4, 60, -30)).toBe(0);
  });
});
