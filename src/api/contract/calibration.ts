import { Type, type Static } from 'typebox';
import { SideSchema } from '../../domain/records.ts';
import { closed, nullable, WallTime, words } from './common.ts';

export const FIT_GRADES = ['A', 'B', 'C'] as const;
export type FitGrade = (typeof FIT_GRADES)[number];

/** Why a fit isn't an A. */
export const FIT_REASONS = [
  'loss_some',
  'loss_much',
  'silent',
  'sides',
  'swapped',
  'slipped',
  'axes',
  'one_foot',
  'no_pelvis',
  'still_skipped',
] as const;
export type FitReason = (typeof FIT_REASONS)[number];

export const CALIBRATION_PHASES = ['idle', 'still', 'steps', 'graded'] as const;

/** GET, POST and DELETE /api/v1/calibration: stand still for 5 s, walk 10 steps, then a grade with its reasons. */
export const Calibration = Type.Object({
  phase: words(CALIBRATION_PHASES, 'idle: none under way, or given up after five minutes'),
  still_share: Type.Number({ minimum: 0, maximum: 1, description: 'share of the still seconds done' }),
  moved_dps: nullable(Type.Number({ description: 'what last spoilt standing still: RMS angular rate' })),
  still_skipped: Type.Boolean(),
  step_sides: Type.Array(SideSchema, { description: 'the steps so far, in order' }),
  steps_wanted: Type.Integer(),
  grade: nullable(words(FIT_GRADES, 'A: all in order. B: good enough. C: better try again')),
  reasons: Type.Array(words(FIT_REASONS)),
});
export type Calibration = Static<typeof Calibration>;

/** POST /api/v1/calibration: begins, or begins anew; `skip_still` goes on to the steps. */
export const CalibrationStart = closed({ skip_still: Type.Optional(Type.Boolean()) });
export type CalibrationStart = Static<typeof CalibrationStart>;

/** What the last calibration said of a sensor as it is mounted now. */
export const SensorFit = Type.Object({
  at: WallTime,
  grade: words(FIT_GRADES),
  reasons: Type.Array(words(FIT_REASONS)),
  slipped_at: nullable(WallTime),
});
