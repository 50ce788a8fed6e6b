import { Type, type Static, type TSchema } from 'typebox';
import { REASONS, type ReasonCode } from './reasons.ts';
import { SENSOR_SITES, SIDES } from './sites.ts';

/**
 * The records that an analysis gives, live or afterwards. Each is defined here once; TypeScript, JSON, SQLite, Influx,
 * CSV and the docs use the same field names. Times are seconds on the walk's clock; `known_at_s` is the clock of the
 * sample that released the record.
 */
const literals = <T extends readonly string[]>(values: T) =>
  Type.Unsafe<T[number]>(Type.Union(values.map((v) => Type.Literal(v))));
const nullable = (schema: TSchema) => Type.Unsafe<number | null>(Type.Union([schema, Type.Null()]));
const known = (unit: string, description: string) => nullable(Type.Number({ description, 'x-unit': unit }));

export const SideSchema = literals(SIDES);
export const SiteSchema = literals(SENSOR_SITES);
export const ReasonsSchema = Type.Unsafe<Record<string, ReasonCode>>(
  Type.Record(Type.String(), literals(Object.keys(REASONS) as ReasonCode[]), {
    description: 'field name -> why its value is null (or uncertain)',
  }),
);

const KnownAt = Type.Number({ description: 'clock of the sample that released the record', 'x-unit': 's' });

export const EventRecord = Type.Object({
  type: Type.Literal('event'),
  side: SideSchema,
  kind: literals(['ic', 'fc'] as const),
  time_s: Type.Number(),
  known_at_s: KnownAt,
});
export type EventRecord = Static<typeof EventRecord>;

export const StrideRecord = Type.Object(
  {
    type: Type.Literal('stride'),
    side: SideSchema,
    ic_s: Type.Number({ description: 'initial contact', 'x-unit': 's' }),
    fc_s: known('s', 'final contact'),
    next_ic_s: Type.Number({ description: 'next initial contact of the same foot', 'x-unit': 's' }),
    mid_stance_s: known('s', 'middle of the stillest 60 ms of stance'),
    next_mid_stance_s: known('s', 'the same of the next stance'),
    stride_time_s: known('s', 'next_ic_s - ic_s'),
    stance_time_s: known('s', 'fc_s - ic_s'),
    swing_time_s: known('s', 'next_ic_s - fc_s'),
    stride_length_m: known('m', 'horizontal displacement of the foot from mid-stance to the next mid-stance'),
    walking_speed_mps: known('m/s', 'stride_length_m over stride_time_s'),
    foot_clearance_m: known('m', "the sensor's highest point above foot-flat"),
    foot_progression_deg: known('deg', 'toe-out angle of the foot against its displacement, toes out +'),
    pitch_ic_deg: known('deg', 'foot pitch at initial contact against foot-flat, toes up +'),
    pitch_fc_deg: known('deg', 'foot pitch at final contact against foot-flat, toes up +'),
    eversion_at_ic_deg: known('deg', 'roll-in at initial contact, medial side down +'),
    eversion_peak_deg: known('deg', 'highest roll-in in the first 60 % of stance'),
    eversion_excursion_deg: known('deg', 'eversion_peak_deg - eversion_at_ic_deg'),
    eversion_peak_velocity_dps: known('deg/s', 'highest roll-in velocity in the first half of stance'),
    eversion_peak_at_pct_stance: known('%', 'when the roll-in peaks, per cent of stance'),
    pelvic_drop_deg: known('deg', 'pelvic drop in this stance against the rolling neutral (F)'),
    pelvic_drop_excursion_deg: known('deg', 'pelvic drop in this stance against the 80 ms before contact (B80)'),
    turning: Type.Boolean(),
    quality: Type.Number({ minimum: 0, maximum: 1 }),
    reasons: ReasonsSchema,
    known_at_s: KnownAt,
  },
  { additionalProperties: Type.Unsafe<unknown>({}) },
);
/** A stride from initial contact to the next of the same foot. Further metrics of the registry ride beside the named fields. */
export type StrideRecord = Static<typeof StrideRecord> & Record<string, unknown>;

export const StepRecord = Type.Object({
  type: Type.Literal('step'),
  side: SideSchema,
  ic_s: Type.Number(),
  step_time_s: known('s', 'time since the other foot made contact; null for the first step of a bout'),
  known_at_s: KnownAt,
});
export type StepRecord = Static<typeof StepRecord>;

export const FINDING_KINDS = [
  'sensors_swapped',
  'pelvis_reversed',
  'sensor_slipped',
  'belt_slipped',
  'site_suspect',
  'poor_quality',
  'steps_missing',
  'sensor_lost',
  'sensor_rebooted',
  'sensor_stuck',
  'drift',
  'sudden_change',
] as const;
export const FindingRecord = Type.Object({
  type: Type.Literal('finding'),
  kind: literals(FINDING_KINDS),
  at_s: Type.Number(),
  side: Type.Unsafe<'left' | 'right' | null>(Type.Union([SideSchema, Type.Null()])),
  text: Type.String({ description: 'one plain English sentence; the dashboard translates by kind and data' }),
  confidence: Type.Number({ minimum: 0, maximum: 1 }),
  data: Type.Optional(Type.Record(Type.String(), Type.Unsafe<unknown>({}))),
  known_at_s: KnownAt,
});
export type FindingRecord = Static<typeof FindingRecord>;

const SideSummary = Type.Object({
  strides: Type.Integer(),
  valid_strides: Type.Integer({ description: 'straight strides that count for the medians' }),
  medians: Type.Unsafe<Record<string, number | null>>(Type.Record(Type.String(), nullable(Type.Number()))),
});
export const GapRecord = Type.Object({
  site: SiteSchema,
  from_s: Type.Number(),
  to_s: Type.Number(),
});
export const PauseRecord = Type.Object({
  from_s: Type.Number(),
  to_s: Type.Number(),
  is_break: Type.Boolean({ description: 'longer than five minutes' }),
});
export const RunningRecord = Type.Object(
  {
    strides: Type.Integer({ description: 'of both feet; they count in strides and steps, and in no median' }),
    duration_s: Type.Number({ 'x-unit': 's' }),
    cadence_spm: known('1/min', 'median of the run strides'),
    spans: Type.Array(Type.Object({ from_s: Type.Number(), to_s: Type.Number() })),
  },
  { description: 'what of the walk was run, as the shoes say; left out by older versions' },
);
export const WalkRecord = Type.Object({
  type: Type.Literal('walk'),
  duration_s: Type.Number(),
  sites: Type.Array(SiteSchema),
  steps: Type.Integer(),
  strides: Type.Integer(),
  distance_m: known(
    'm',
    'distance walked: sum of stride lengths; walked strides without a length are filled by the side median, run ones are not in it',
  ),
  distance_share: Type.Optional(
    known(
      '',
      'share of the strides, run ones included, whose length was measured: what distance_m rests on (0 to 1); left out by older versions',
    ),
  ),
  cadence_spm: known('1/min', 'median of the walked strides'),
  walking_speed_mps: known('m/s', 'median over the valid strides'),
  left: SideSummary,
  right: SideSummary,
  metrics: Type.Unsafe<Record<string, unknown>>(Type.Record(Type.String(), Type.Unsafe<unknown>({}))),
  gaps: Type.Array(GapRecord),
  pauses: Type.Optional(
    Type.Array(PauseRecord, { description: 'paused by the wearer; left out where an older version analysed the walk' }),
  ),
  running: Type.Optional(RunningRecord),
  sensors: Type.Array(Type.Unsafe<Record<string, unknown>>(Type.Record(Type.String(), Type.Unsafe<unknown>({})))),
  reasons: ReasonsSchema,
  known_at_s: KnownAt,
});
export type WalkRecord = Static<typeof WalkRecord>;

/** Orientation of one sensor, on request only (`--records orientation`). */
export const OrientationRecord = Type.Object({
  type: Type.Literal('orientation'),
  sensor: SiteSchema,
  time_s: Type.Number(),
  q: Type.Array(Type.Number(), { minItems: 4, maxItems: 4, description: 'qEarthFromSensor [w,x,y,z], earth z up' }),
  known_at_s: KnownAt,
});
export type OrientationRecord = Static<typeof OrientationRecord>;

/** A curve of one stride, 51 points: over stance (IC to FC) or over the gait cycle (IC to IC). Not printed by `analyze` unless asked. */
export const CurveRecord = Type.Object({
  type: Type.Literal('curve'),
  kind: literals(['eversion_over_stance', 'obliquity_over_cycle'] as const),
  side: SideSchema,
  ic_s: Type.Number(),
  values_deg: Type.Array(Type.Number(), { minItems: 51, maxItems: 51 }),
  known_at_s: KnownAt,
});
export type CurveRecord = Static<typeof CurveRecord>;

export type GaitRecord =
  EventRecord | StrideRecord | StepRecord | FindingRecord | WalkRecord | OrientationRecord | CurveRecord;
