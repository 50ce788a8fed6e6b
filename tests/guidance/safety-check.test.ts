import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  SAFETY_LEVELS,
  SAFETY_QUESTIONS,
  safetyState,
  type SafetyAnswers,
  type SafetyQuestionId,
} from '../../src/guidance/safety-check.ts';

const DAY = 86_400_000;
const allNo = Object.fromEntries(SAFETY_QUESTIONS.map((q) => [q.id, false])) as Record<SafetyQuestionId, boolean>;
const answered = (yes: readonly SafetyQuestionId[] = []): SafetyAnswers => ({
  answeredAtMs: 100 * DAY,
  answers: { ...allNo, ...Object.fromEntries(yes.map((id) => [id, true])) },
});

test('due at first use, open after nine noes, due again after thirty days', () => {
  expect(safetyState(undefined, [], 0)).toMatchObject({ state: 'due', dueBecause: 'first_use' });
  expect(safetyState(answered(), [], 101 * DAY).state).toBe('open');
  expect(safetyState(answered(), [], 131 * DAY)).toMatchObject({ state: 'due', dueBecause: 'thirty_days' });
});

test('any yes closes, the most urgent one speaks, and no time and no quiet walk takes it back', () => {
  fc.assert(
    fc.property(
      fc.subarray(
        SAFETY_QUESTIONS.map((q) => q.id),
        { minLength: 1 },
      ),
      fc.integer({ min: 0, max: 400 }),
      (yes, days) => {
        const { state } = safetyState(answered(yes), [], (100 + days) * DAY);
        const levels = SAFETY_QUESTIONS.filter((q) => yes.includes(q.id)).map((q) => q.level);
        expect(state).toBe(SAFETY_LEVELS.find((l) => levels.includes(l)));
      },
    ),
  );
});

test('an unanswered question is no no', () => {
  const { numb_seat_bladder_bowel: _, ...rest } = allNo;
  expect(safetyState({ answeredAtMs: 0, answers: rest }, [], 1)).toMatchObject({
    state: 'due',
    dueBecause: 'incomplete',
  });
});

test('pain of 7 or more, or pain in a new place, asks again; pain from before does not', () => {
  const mark = (days: number, strength: number | null, place: string | null) => ({ atMs: days * DAY, strength, place });
  const now = 105 * DAY;
  expect(safetyState(answered(), [mark(104, 7, 'back_left')], now).dueBecause).toBe('strong_pain');
  expect(safetyState(answered(), [mark(90, 9, 'back_left')], now).state).toBe('open');
  expect(safetyState(answered(), [mark(90, 3, 'back_left'), mark(104, 3, 'back_left')], now).state).toBe('open');
  expect(safetyState(answered(), [mark(90, 3, 'back_left'), mark(104, 3, 'hip')], now).dueBecause).toBe(
    'new_kind_of_pain',
  );
});
