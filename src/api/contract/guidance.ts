import { Type, type Static } from 'typebox';
import { SideSchema } from '../../domain/records.ts';
import { closed, Id, nullable, WallTime, words } from './common.ts';

export const GUIDANCE_LANGUAGES = ['en', 'ja'] as const;
/** Query of everything that comes in words. */
export const LanguageQuery = closed({ lang: Type.Optional(words(GUIDANCE_LANGUAGES)) });

const SAFETY_LEVEL_WORDS = ['emergency', 'doctor_soon', 'talk_first'] as const;
const EXERCISE_WORDS = ['si_release', 'gluteal_ball', 'hip_front_stretch', 'band_deadlift', 'insole'] as const;

/** GET /api/v1/guidance/safety: the nine questions, in words, and where the wearer stands. Answers go to PUT /settings/safety. */
export const SafetyCheck = Type.Object({
  intro: Type.String(),
  questions: Type.Array(Type.Object({ id: Type.String(), level: words(SAFETY_LEVEL_WORDS), text: Type.String() })),
  state: words(['open', 'due', ...SAFETY_LEVEL_WORDS]),
  yes: Type.Array(Type.String()),
  due_because: nullable(Type.String()),
  advice: nullable(Type.String({ description: 'what to do now; null while the plan is open' })),
  no_measurement: Type.String(),
  stop_walk: Type.String({ description: 'when to stop walking and get help' }),
  valid_until: nullable(WallTime),
});
export type SafetyCheck = Static<typeof SafetyCheck>;

/** One thing that changed in a walk, with the words for it. */
export const ReportFinding = Type.Object({
  text: Type.String(),
  size_text: Type.String(),
  since_text: Type.String(),
  metric: Type.String(),
  side: nullable(SideSchema),
  direction: words(['more', 'less']),
  size: Type.Number(),
  range: Type.Array(Type.Number(), { minItems: 2, maxItems: 2 }),
  unit: Type.String(),
  certainty: words(['low', 'medium', 'high']),
  since_min: nullable(Type.Array(Type.Number(), { minItems: 2, maxItems: 2 })),
  sudden: Type.Boolean(),
  may_go_with: Type.Array(
    Type.Object({ id: Type.String(), name: Type.String(), can_say: Type.String(), cant_say: Type.String() }),
  ),
  exercises: Type.Array(words(EXERCISE_WORDS)),
  exercise_names: Type.Array(Type.String(), { description: 'names of the exercises, in their order' }),
});
export type ReportFinding = Static<typeof ReportFinding>;

const Level = nullable(Type.Object({ median: Type.Number(), half_width: Type.Number(), strides: Type.Integer() }));
/** GET /api/v1/walks/{id}/report: a finished walk for its wearer, answer first. report.pdf is the same on paper. */
export const Report = Type.Object({
  result: words(['changed', 'no_clear_change', 'too_short', 'mostly_run', 'not_walking']),
  title: Type.String({ description: 'the sentence that states the result' }),
  quality: Type.Object({
    grade: words(['A', 'B', 'C']),
    reasons: Type.Array(Type.Object({ code: Type.String(), text: Type.String() })),
    valid_share: Type.Number(),
    gap_share: Type.Number(),
    lost_samples: Type.Integer(),
    gaps: Type.Integer(),
  }),
  findings: Type.Array(ReportFinding),
  exercise: nullable(
    Type.Object({
      id: words(EXERCISE_WORDS),
      name: Type.String(),
      why: Type.String(),
      dose: Type.String(),
      evidence: Type.String(),
    }),
  ),
  safety: words(['open', 'due', ...SAFETY_LEVEL_WORDS]),
  first_pain_min: nullable(Type.Number()),
  rows: Type.Array(
    Type.Object({
      metric: Type.String(),
      label: Type.String(),
      side: SideSchema,
      start: Level,
      end: Level,
      change: nullable(Type.Object({ value: Type.Number(), half_width: Type.Number(), clear: Type.Boolean() })),
    }),
  ),
  causes: Type.Array(
    Type.Object({
      id: Type.String(),
      name: Type.String(),
      can_say: Type.String(),
      cant_say: Type.String(),
      measured: words(['measured', 'proxy', 'not_available']),
      self_test: nullable(Type.String()),
      whole_leg: nullable(Type.String({ description: 'a value of the whole leg shown beside it, in words' })),
      exercise_names: Type.Array(Type.String()),
    }),
    { description: 'the five things that can go with such pain, and what sensors can and can not say of each' },
  ),
  whole_leg: Type.Object(
    { left_pct: nullable(Type.Number()), right_pct: nullable(Type.Number()) },
    { description: 'share of the landing shock that the whole leg keeps from the pelvis: never of one joint' },
  ),
  stop_walk: Type.String({ description: 'when to stop walking and get help' }),
  methods: Type.String(),
  limits: Type.String(),
  version: Type.String(),
});
export type Report = Static<typeof Report>;

/** One of the five things to try. */
export const PlanExercise = Type.Object({
  id: words(EXERCISE_WORDS),
  ease: Type.Integer({ description: '1 = easiest' }),
  name: Type.String(),
  why: Type.String(),
  steps: Type.Array(Type.String()),
  dose: Type.String(),
  hold_s: nullable(Type.Integer({ description: 'how long to hold on each side; null where nothing is held' })),
  evidence: Type.String(),
  cautions: Type.Array(Type.String()),
  trial: words(['pairs', 'before_after']),
  goes_with: Type.Array(Type.Object({ name: Type.String(), can_say: Type.String(), cant_say: Type.String() })),
  self_test: nullable(Type.String()),
  fits: Type.Boolean({ description: 'a finding of the last walks speaks for it' }),
  ticks: Type.Array(Type.String({ description: 'days done, YYYY-MM-DD' })),
});
export type PlanExercise = Static<typeof PlanExercise>;

/** GET /api/v1/plan. Closed (no exercises) while a safety answer says so. */
export const Plan = Type.Object({
  open: Type.Boolean(),
  safety: SafetyCheck,
  try_first: nullable(words(EXERCISE_WORDS)),
  exercises: Type.Array(PlanExercise),
});
export type Plan = Static<typeof Plan>;

/** PUT /api/v1/plan/ticks: an exercise done (or not) on a day. */
export const TickRequest = closed({
  exercise: words(EXERCISE_WORDS),
  day: Type.String({ pattern: '^\\d{4}-\\d\\d-\\d\\d$' }),
  done: Type.Boolean(),
});
export type TickRequest = Static<typeof TickRequest>;

/** A trial of one exercise. Numbers only once it is over; one walk ahead is all that is shown of the drawn order. */
export const TrialInfo = Type.Object({
  id: Id,
  exercise: words(EXERCISE_WORDS),
  exercise_name: Type.String(),
  kind: words(['pairs', 'before_after']),
  started_at: WallTime,
  state: words(['running', 'over', 'safety_stop']),
  verdict: Type.String(),
  verdict_text: Type.String(),
  next: nullable(
    words(['A', 'B'], 'A: as usual; B: with the exercise; null when over or while the safety check closes trials'),
  ),
  complete_blocks: Type.Integer(),
  planned_blocks: Type.Integer(),
  seal: Type.String({ description: 'SHA-256 of the drawn order, fixed at the start' }),
  order: nullable(Type.String({ description: 'the order itself, once the trial is over' })),
  effect: nullable(Type.Object({ mean: Type.Number(), low: nullable(Type.Number()), high: nullable(Type.Number()) })),
  stop_reason: nullable(words(['strong_pain', 'worse_than_usual', 'red_flag'])),
  stop_text: nullable(Type.String()),
  usual_pain: Type.Number(),
  note: Type.String(),
  walks: Type.Array(
    Type.Object({
      walk_id: Type.String(),
      at: WallTime,
      arm: words(['A', 'B']),
      pain: Type.Number(),
      spoiled: Type.Boolean(),
      first_pain_min: nullable(Type.Number({ description: 'null: none marked, or not known' })),
      drift_min: nullable(Type.Number({ description: 'null: none found, or not known' })),
      morning_pain: nullable(Type.Number({ description: 'null: not entered yet' })),
      unchecked: nullable(Type.String({ description: 'what should be alike in the pair and was not tagged in both' })),
    }),
  ),
  secondary: Type.Array(Type.String(), {
    description: 'shown beside the verdict once it is over, in words; none of it changes the verdict',
  }),
});
export type TrialInfo = Static<typeof TrialInfo>;
export const TrialList = Type.Object({ items: Type.Array(TrialInfo) });
/** POST /api/v1/trials: one at a time; 409 while another runs, 403 while the safety check closes it. */
export const TrialRequest = closed({
  exercise: words(EXERCISE_WORDS),
  usual_pain: Type.Number({ minimum: 0, maximum: 10 }),
});
export type TrialRequest = Static<typeof TrialRequest>;
/**
 * POST /api/v1/trials/{id}/walks: the pain of the walk that was next. Walks of a pair are at least 60 minutes long and 24 to 96
 * hours apart and alike in what is tagged (shoes, route, ground, luggage, insoles); others are refused (409) unless `spoiled` says that
 * they are not comparable.
 */
export const TrialWalkRequest = closed({
  walk_id: Id,
  arm: words(['A', 'B']),
  pain: Type.Number({ minimum: 0, maximum: 10 }),
  spoiled: Type.Optional(Type.Boolean()),
});
export type TrialWalkRequest = Static<typeof TrialWalkRequest>;

/** PUT /api/v1/trials/{id}/walks/{walk}/morning */
export const TrialMorningRequest = closed({ pain: Type.Number({ minimum: 0, maximum: 10 }) });
export type TrialMorningRequest = Static<typeof TrialMorningRequest>;

/** GET /api/v1/compare?a=ID,ID&b=ID,ID: matched minutes and speed, B less A. */
export const CompareQuery = closed({
  a: Type.String({ maxLength: 700, pattern: '^[A-Za-z0-9_,-]+$' }),
  b: Type.String({ maxLength: 700, pattern: '^[A-Za-z0-9_,-]+$' }),
  lang: Type.Optional(words(GUIDANCE_LANGUAGES)),
});
export const CompareResult = Type.Object({
  items: Type.Array(
    Type.Object({
      metric: Type.String(),
      label: Type.String(),
      against: words(['own_start', 'value']),
      a: nullable(Type.Number()),
      b: nullable(Type.Number()),
      difference: nullable(Type.Number()),
      half_width: nullable(Type.Number()),
      clear: Type.Boolean(),
      matched_minutes: Type.Integer(),
      reason: nullable(Type.String()),
    }),
  ),
});
export type CompareResult = Static<typeof CompareResult>;

/** GET /api/v1/trends: when drift and pain began, walk by walk. */
export const Trends = Type.Object({
  items: Type.Array(
    Type.Object({
      walk_id: Type.String(),
      started_at: WallTime,
      duration_min: Type.Number(),
      tags: Type.Unsafe<Record<string, unknown>>(Type.Record(Type.String(), Type.Unsafe<unknown>({}))),
      drift_min: nullable(Type.Number({ description: 'earliest onset of a drift found; null: none found' })),
      first_pain_min: nullable(Type.Number({ description: 'null: no pain marked, pain later than this walk' })),
      peak_pain: nullable(Type.Number()),
      cadence_spm: nullable(Type.Number()),
      walking_speed_mps: nullable(Type.Number()),
    }),
  ),
});
export type Trends = Static<typeof Trends>;
