import fc from 'fast-check';
import { expect, test } from 'vitest';
import { trialWalkTrouble } from '../../src/guidance/trial-walk-check.ts';
import { newTrial, stopByRedFlag, trialView, withWalk, type Trial } from '../../src/guidance/trial.ts';

const HOUR = 3_600_000;
const T0 = 1_000 * HOUR;
const begin = (kind: Trial['kind'] = 'pairs'): Trial =>
  newTrial({ id: 't', exercise: 'gluteal_ball', kind, startedAtMs: T0, seed: 11, usualPain: 5 });
const add = (trial: Trial, atMs: number, more: { spoiled?: boolean } = {}): Trial =>
  withWalk(trial, {
    walkId: String(atMs),
    atMs,
    arm: trialView(trial).next!,
    pain: 3,
    spoiled: more.spoiled ?? false,
  });
const walk = (hours: number, minutes = 60) => ({ startedAtMs: T0 + hours * HOUR, durationS: minutes * 60 });

test('a walk from before the trial, or from before its last walk, is not the next one', () => {
  expect(trialWalkTrouble(begin(), walk(-1))).toBe('before_trial');
  expect(trialWalkTrouble(add(begin(), T0 + 50 * HOUR), walk(50))).toBe('before_last_walk');
  expect(trialWalkTrouble(add(begin(), T0 + 50 * HOUR), walk(49))).toBe('before_last_walk');
});

test('an hour at least; the two of a pair 24 to 96 hours apart, pairs as far apart as one likes', () => {
  expect(trialWalkTrouble(begin(), walk(0, 59.9))).toBe('too_short');
  expect(trialWalkTrouble(begin(), walk(2000))).toBeUndefined();
  fc.assert(
    fc.property(fc.double({ min: 0.1, max: 300, noNaN: true }), (apart) => {
      const trouble = trialWalkTrouble(add(begin(), T0 + HOUR), walk(1 + apart));
      expect(trouble).toBe(apart < 24 ? 'too_soon' : apart > 96 ? 'too_late' : undefined);
    }),
  );
  const pair = add(add(begin(), T0 + HOUR), T0 + 31 * HOUR);
  expect(trialWalkTrouble(pair, walk(32))).toBeUndefined();
  // A spoiled walk puts its pair back: the next one begins it anew.
  const back = add(add(begin(), T0 + HOUR), T0 + 31 * HOUR, { spoiled: true });
  expect(trialWalkTrouble(back, walk(400))).toBeUndefined();
});

test('before and after a start there are no pairs: only the length counts', () => {
  const trial = add(begin('before_after'), T0 + HOUR);
  expect(trialWalkTrouble(trial, walk(2))).toBeUndefined();
  expect(trialWalkTrouble(trial, walk(900))).toBeUndefined();
  expect(trialWalkTrouble(trial, walk(2, 30))).toBe('too_short');
});

test('a red flag stops a running trial for good and without a verdict; one that is over keeps its own', () => {
  const stopped = stopByRedFlag(add(begin(), T0 + HOUR), T0 + 2 * HOUR);
  expect(trialView(stopped)).toMatchObject({ state: 'safety_stop', stopReason: 'red_flag', next: null, pairs: null });
  expect(() => withWalk(stopped, { ...stopped.walks[0]!, walkId: 'x' })).toThrow(RangeError);
  let over = begin();
  for (let i = 1; trialView(over).state === 'running'; i++) over = add(over, T0 + i * 30 * HOUR);
  expect(stopByRedFlag(over, T0)).toBe(over);
});
