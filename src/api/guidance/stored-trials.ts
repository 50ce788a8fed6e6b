import { Type } from 'typebox';
import { EXERCISE_IDS } from '../../guidance/exercises.ts';
import type { Trial } from '../../guidance/trial.ts';
import { words } from '../contract/common.ts';

const Moment = Type.Number({ minimum: 0, maximum: 8.64e15 });
const Pain = Type.Number({ minimum: 0, maximum: 10 });
const Minutes = Type.Optional(Type.Union([Type.Number(), Type.Null()]));

/** Trials as a setting of the profile holds them. A setting may have come with an export from elsewhere: it is checked when it is read. */
export const StoredTrials = Type.Unsafe<readonly Trial[]>(
  Type.Array(
    Type.Object({
      id: Type.String(),
      exercise: words(EXERCISE_IDS),
      kind: words(['pairs', 'before_after']),
      startedAtMs: Moment,
      seed: Type.Integer(),
      plannedBlocks: Type.Integer({ minimum: 1, maximum: 100 }),
      walks: Type.Array(
        Type.Object({
          walkId: Type.String(),
          atMs: Moment,
          arm: words(['A', 'B']),
          pain: Pain,
          spoiled: Type.Boolean(),
          enteredAtMs: Type.Optional(Moment),
          durationMin: Type.Optional(Type.Number()),
          firstPainMin: Minutes,
          driftMin: Minutes,
          morningPain: Type.Optional(Pain),
          unchecked: Type.Optional(Type.Array(Type.String())),
        }),
      ),
      usualPain: Pain,
      endedAtMs: Type.Union([Moment, Type.Null()]),
      redFlagAtMs: Type.Optional(Moment),
    }),
  ),
);
