import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { insolesAsDrawn, pairDifference, uncheckedTags } from '../../src/guidance/pair-context.ts';
import { trialWalkTrouble } from '../../src/guidance/trial-walk-check.ts';
import { newTrial, trialView, withWalk } from '../../src/guidance/trial.ts';

describe('the two walks of a pair are like for like, as far as they are tagged', () => {
  test('shoes, route and ground are the same, whatever the case and the blanks', () => {
    const walk = { shoes: 'Trail shoes', route: 'River', ground: 'gravel' };
    expect(
      pairDifference('gluteal_ball', walk, { shoes: ' trail SHOES', route: 'river ', ground: 'gravel' }),
    ).toBeUndefined();
    expect(pairDifference('gluteal_ball', walk, { ...walk, shoes: 'Sandals' })).toBe('other_shoes');
    expect(pairDifference('gluteal_ball', walk, { ...walk, route: 'Hill' })).toBe('other_route');
    expect(pairDifference('gluteal_ball', walk, { ...walk, ground: 'pavement' })).toBe('other_ground');
  });

  test('luggage may differ by 2 kg; insoles only where they are what is tried', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 20, noNaN: true }), fc.double({ min: 0, max: 20, noNaN: true }), (a, b) => {
        expect(pairDifference('insole', { luggage_kg: a }, { luggage_kg: b }) === 'other_luggage').toBe(
          Math.abs(a - b) > 2,
        );
      }),
    );
    expect(pairDifference('gluteal_ball', { insoles: 'in' }, { insoles: 'out' })).toBe('other_insoles');
    expect(pairDifference('insole', { insoles: 'in' }, { insoles: 'out' })).toBeUndefined();
    expect(insolesAsDrawn('insole', 'B', { insoles: 'in' })).toBe(true);
    expect(insolesAsDrawn('insole', 'A', { insoles: 'in' })).toBe(false);
    expect(insolesAsDrawn('insole', 'B', { insoles: 'out' })).toBe(false);
    expect(insolesAsDrawn('gluteal_ball', 'A', { insoles: 'in' })).toBe(true);
  });

  test('what nobody tagged is no difference, but is said to be unchecked', () => {
    expect(pairDifference('gluteal_ball', {}, { shoes: 'a', route: 'b', ground: 'c', luggage_kg: 9 })).toBeUndefined();
    expect(uncheckedTags({ shoes: 'a' }, { shoes: 'a', ground: 'c' })).toEqual(['route', 'ground']);
    expect(uncheckedTags({ shoes: 'a', route: 'b', ground: 'c' }, { shoes: 'x', route: 'b', ground: 'c' })).toEqual([]);
  });

  test('in a trial the second walk is held against the first; the first of the next pair may be anything', () => {
    const day = 86_400_000;
    const begun = newTrial({ id: 't', exercise: 'gluteal_ball', kind: 'pairs', startedAtMs: 0, seed: 3, usualPain: 4 });
    const walk = (n: number, shoes: string) => ({ startedAtMs: n * day, durationS: 4000, tags: { shoes } });
    const taken = (trial: typeof begun, n: number) =>
      withWalk(trial, { walkId: `w${n}`, atMs: n * day, arm: trialView(trial).next!, pain: 3, spoiled: false });
    const tagsOf = (id: string) => (id === 'w1' ? { shoes: 'boots' } : undefined);
    const half = taken(begun, 1);
    expect(trialWalkTrouble(half, walk(2.5, 'sandals'), tagsOf)).toBe('other_shoes');
    expect(trialWalkTrouble(half, walk(2.5, 'boots'), tagsOf)).toBeUndefined();
    // The first walk is gone: nothing can be said against the second.
    expect(trialWalkTrouble(half, walk(2.5, 'sandals'))).toBeUndefined();
    expect(trialWalkTrouble(taken(half, 2.5), walk(9, 'sandals'), tagsOf)).toBeUndefined();
  });
});
