import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { strengthVerdict, verdictOf } from '../../bench/accuracy/simulated-pain.ts';
import { analyseStrength } from '../../src/guidance/strength-analysis.ts';
import { analysePairs, pairVerdict } from '../../src/guidance/trial-analysis.ts';
import { trialOrder } from '../../src/guidance/trial-order.ts';
import { endTrial, newTrial, trialView, withWalk, type Trial } from '../../src/guidance/trial.ts';

describe('trials of pairs', () => {
  test('a useless exercise is said to help in few trials, a strong one is found in most (error rates of the method)', () => {
    const runs = 1500;
    const share = (effect: number, verdicts: string[]) =>
      Array.from({ length: runs }, (_, i) => verdictOf(1000 + i, effect, 1.3)).filter((v) => verdicts.includes(v))
        .length / runs;
    expect(share(0, ['helps'])).toBeLessThanOrEqual(0.015);
    expect(share(0, ['helps', 'probably_helps'])).toBeLessThanOrEqual(0.06);
    expect(share(-2, ['helps', 'probably_helps'])).toBeGreaterThanOrEqual(0.88);
  });

  test('swapping with and without turns the verdict round, the order of blocks changes nothing', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -8, max: 8 }), { minLength: 5, maxLength: 8 }), (differences) => {
        const a = analysePairs(differences);
        const mirrored = analysePairs(differences.map((d) => -d));
        expect(mirrored.mean).toBeCloseTo(-a.mean, 9);
        expect(mirrored.pLess).toBeCloseTo(1 - a.pLess, 9);
        const turned = analysePairs([...differences].reverse());
        expect(turned.pLess).toBeCloseTo(a.pLess, 12);
        expect(turned.pRandomisation).toBe(a.pRandomisation);
      }),
      { numRuns: 100 },
    );
  });

  test('the verdict itself flips with the arms, and no order of blocks changes it', () => {
    const flipped: Record<string, string> = { helps: 'probably_hurts', probably_helps: 'probably_hurts' };
    let helped = 0;
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -5, max: 2 }), { minLength: 6, maxLength: 6 }),
        fc.nat(),
        (differences, turn) => {
          const verdict = pairVerdict(differences, 6, false);
          const mirrored = pairVerdict(
            differences.map((d) => -d),
            6,
            false,
          );
          if (verdict in flipped) {
            helped++;
            expect(mirrored).toBe(flipped[verdict]);
          } else if (verdict === 'probably_hurts') expect(['helps', 'probably_helps']).toContain(mirrored);
          else expect(mirrored).toBe(verdict);
          const k = turn % 6;
          expect(pairVerdict([...differences.slice(k), ...differences.slice(0, k)], 6, false)).toBe(verdict);
        },
      ),
      { numRuns: 300, seed: 7 },
    );
    expect(helped).toBeGreaterThan(50);
  });

  test('the rates of many trials, as they are told in docs/accuracy.md: also with scattered pain', () => {
    const runs = 800;
    const share = (effect: number, sd: number, verdicts: string[]) =>
      Array.from({ length: runs }, (_, i) => verdictOf(50_000 + i, effect, sd)).filter((v) => verdicts.includes(v))
        .length / runs;
    // A useless exercise with pain that scatters by 1.8: three of a hundred more are said to help.
    expect(share(0, 1.8, ['helps', 'probably_helps'])).toBeLessThanOrEqual(0.1);
    expect(share(0, 1, ['helps', 'probably_helps'])).toBeLessThanOrEqual(0.06);
    expect(share(1, 1.3, ['helps'])).toBeLessThanOrEqual(0.005);
  });

  test('no verdict before the planned end, whatever the numbers', () => {
    for (let n = 0; n < 6; n++) expect(pairVerdict(Array<number>(n).fill(-8), 6, false)).toBe('too_early');
    expect(pairVerdict([-8, -8, -8, -8, -8], 6, true)).not.toBe('too_early');
    expect(pairVerdict([-8, -8, -8, -8], 6, true)).toBe('too_early');
  });

  test('the same seed draws the same order, and the extension keeps the first six', () => {
    expect(trialOrder(7, 8).slice(0, 6)).toEqual(trialOrder(7, 6));
    const first = Array.from({ length: 2000 }, (_, seed) => trialOrder(seed * 7919, 1)[0]![0]);
    expect(first.filter((a) => a === 'A').length / 2000).toBeGreaterThan(0.45);
    expect(first.filter((a) => a === 'A').length / 2000).toBeLessThan(0.55);
  });
});

const begin = (seed: number): Trial =>
  newTrial({ id: 't', exercise: 'gluteal_ball', kind: 'pairs', startedAtMs: 0, seed, usualPain: 4 });

function walkOn(trial: Trial, pain: (arm: 'A' | 'B') => number, spoiled = false): Trial {
  const arm = trialView(trial).next!;
  const n = trial.walks.length;
  return withWalk(trial, { walkId: `w${n}`, atMs: n * 86_400_000, arm, pain: pain(arm), spoiled });
}

describe('a trial from start to end', () => {
  test('shows only the next walk and no number until it is over', () => {
    let trial = begin(5);
    while (trialView(trial).next !== null) {
      expect(trialView(trial).pairs).toBeNull();
      expect(trialView(trial).verdict).toBe('too_early');
      trial = walkOn(trial, (arm) => (arm === 'B' ? 1 : 5));
    }
    const view = trialView(trial);
    expect(view.state).toBe('over');
    expect(view.verdict).toBe('helps');
    expect(view.pairs!.mean).toBeLessThan(-2);
    expect(() => walkOn(trial, () => 1)).toThrow();
  });

  test('a spoiled walk sends its block back to its first walk, in the same order', () => {
    let trial = begin(11);
    const first = trialView(trial).next;
    trial = walkOn(trial, () => 3);
    trial = walkOn(trial, () => 3, true);
    expect(trialView(trial).next).toBe(first);
    expect(trialView(trial).completeBlocks).toBe(0);
  });

  test('a walk of the wrong kind is refused with words', () => {
    const trial = begin(3);
    const other = trialView(trial).next === 'A' ? 'B' : 'A';
    expect(() => withWalk(trial, { walkId: 'w', atMs: 1, arm: other, pain: 2, spoiled: false })).toThrow(/lot fell/);
  });

  test('strong pain stops it at once, without a verdict', () => {
    const trial = walkOn(begin(2), () => 8);
    expect(trialView(trial)).toMatchObject({ state: 'safety_stop', verdict: 'too_early', next: null });
    let worse = begin(2);
    for (let i = 0; i < 4; i++) worse = walkOn(worse, (arm) => (arm === 'B' ? 6.9 : 2));
    expect(newTrial({ ...begin(2), usualPain: 3 })).toBeTruthy();
    expect(trialView({ ...worse, usualPain: 3 }).stopReason).toBe('worse_than_usual');
  });

  test('ended early by its wearer it is too early to say', () => {
    const trial = endTrial(
      walkOn(begin(2), () => 3),
      1e9,
    );
    expect(trialView(trial)).toMatchObject({ state: 'over', verdict: 'too_early', pairs: null });
  });
});

describe('before and after, for strength', () => {
  test('it hardly ever says that a useless exercise helps, and never more than probably', () => {
    const verdicts = Array.from({ length: 400 }, (_, i) => strengthVerdict(500 + i, 0, 0));
    expect(verdicts.filter((v) => v === 'probably_helps').length / 400).toBeLessThanOrEqual(0.02);
    const strong = Array.from({ length: 200 }, (_, i) => strengthVerdict(900 + i, -3, 0));
    expect(strong.filter((v) => v === 'probably_helps').length / 200).toBeGreaterThan(0.25);
  });
  test('pain that falls by itself is seldom laid to the exercise', () => {
    const natural = Array.from({ length: 300 }, (_, i) => strengthVerdict(7000 + i, 0, -0.1));
    expect(natural.filter((v) => v === 'probably_helps').length / 300).toBeLessThanOrEqual(0.04);
  });
  test('too early below 16 walks or eight weeks', () => {
    expect(
      analyseStrength(
        [
          { day: 0, pain: 5 },
          { day: 60, pain: 0 },
        ],
        1,
      ).verdict,
    ).toBe('too_early');
  });
});
