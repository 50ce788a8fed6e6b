import { describe, expect, test } from 'vitest';
import { secondaryOutcomes } from '../../src/guidance/trial-secondary.ts';
import { newTrial, trialView, withMorning, withWalk, type Trial } from '../../src/guidance/trial.ts';
import type { TrialWalk } from '../../src/guidance/trial-walk.ts';
import { wordsOf } from '../../src/guidance/words/index.ts';

const walk = (arm: 'A' | 'B', more: Partial<TrialWalk>): TrialWalk => ({
  walkId: arm,
  atMs: 0,
  arm,
  pain: 3,
  spoiled: false,
  ...more,
});

describe('secondary outcomes', () => {
  test('minutes to first pain by their ratio, a walk without pain by its length; mornings by their difference', () => {
    const pairs = [
      [
        walk('A', { firstPainMin: 40, durationMin: 100, morningPain: 4, driftMin: 50 }),
        walk('B', { firstPainMin: 80, durationMin: 100, morningPain: 3, driftMin: null }),
      ],
      [
        walk('A', { firstPainMin: 30, durationMin: 90, morningPain: 5, driftMin: null }),
        walk('B', { firstPainMin: null, durationMin: 60, driftMin: null }),
      ],
    ] as const;
    const outcomes = secondaryOutcomes(pairs);
    expect(outcomes.firstPainRatio).toMatchObject({ pairs: 2, atLeast: [0, 1] });
    expect(outcomes.firstPainRatio!.ratio).toBeCloseTo(2, 9);
    expect(outcomes.morningPain).toEqual({ pairs: 1, difference: -1 });
    expect(outcomes.drift).toEqual({ found: [1, 0], walks: [2, 2] });
    expect(wordsOf('en').secondary(outcomes)[0]).toContain('2.0 times the time with it');
    expect(wordsOf('ja').secondary(outcomes)[1]).toContain('−1.0');
    expect(secondaryOutcomes([]).firstPainRatio).toBeNull();
    // Two walks that did not hurt at all: how long they were is no outcome.
    const painless = { firstPainMin: null, durationMin: 60 };
    expect(
      secondaryOutcomes([[walk('A', painless), walk('B', { ...painless, durationMin: 90 })]]).firstPainRatio,
    ).toBeNull();
  });

  test('they are shown once it is over and never change the verdict', () => {
    const run = (more: (arm: 'A' | 'B') => Partial<TrialWalk>) => {
      let trial: Trial = newTrial({
        id: 't',
        exercise: 'insole',
        kind: 'pairs',
        startedAtMs: 0,
        seed: 5,
        usualPain: 4,
      });
      for (let n = 0; trialView(trial).next !== null; n++) {
        expect(trialView(trial).secondary).toBeNull();
        const arm = trialView(trial).next!;
        trial = withWalk(trial, walk(arm, { walkId: `w${n}`, atMs: n * 9e7, pain: arm === 'B' ? 2 : 5, ...more(arm) }));
      }
      return trialView(withMorning(trial, 'w0', 10));
    };
    const silent = run(() => ({}));
    const against = run((arm) => ({
      firstPainMin: arm === 'B' ? 1 : 99,
      durationMin: 100,
      morningPain: arm === 'B' ? 10 : 0,
    }));
    expect(against.verdict).toBe(silent.verdict);
    expect(against.pairs).toEqual(silent.pairs);
    expect(against.secondary!.firstPainRatio!.ratio).toBeLessThan(0.02);
    expect(silent.secondary!.firstPainRatio).toBeNull();
  });

  test('a morning belongs to a walk of the trial and is a number from 0 to 10', () => {
    const trial = newTrial({ id: 't', exercise: 'insole', kind: 'pairs', startedAtMs: 0, seed: 5, usualPain: 4 });
    expect(() => withMorning(trial, 'w0', 3)).toThrow(/not in the trial/);
    const one = withWalk(trial, walk(trialView(trial).next!, { walkId: 'w0' }));
    expect(() => withMorning(one, 'w0', 11)).toThrow(/0 to 10/);
    expect(withMorning(one, 'w0', 3).walks[0]!.morningPain).toBe(3);
  });
});
