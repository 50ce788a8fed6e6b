import { Type, type Static } from 'typebox';
import { LONGEST_WALK_S } from '../../domain/notification.ts';
import {
  CurveRecord,
  EventRecord,
  FindingRecord,
  SideSchema,
  SiteSchema,
  StepRecord,
  StrideRecord,
  WalkRecord,
} from '../../domain/records.ts';
import { closed, Id, nullable, page, PageQuery, text, WallTime, words } from './common.ts';

/** What is said about a walk: the circumstances in which it may be compared. */
export const Tags = closed({
  shoes: Type.Optional(text(120)),
  insoles: Type.Optional(text(120)),
  luggage_kg: Type.Optional(Type.Number({ minimum: 0, maximum: 100 })),
  ground: Type.Optional(text(120)),
  route: Type.Optional(text(120)),
  cold: Type.Optional(Type.Boolean()),
  notes: Type.Optional(text(4000)),
});
export type Tags = Static<typeof Tags>;

export const WALK_STATES = ['recording', 'finished', 'interrupted'] as const;
/** Where a walk's packets came from. */
export const WALK_SOURCES = ['live', 'virtual', 'ingest', 'import'] as const;

export const WalkSensor = Type.Object({
  slot: Type.Integer(),
  site: SiteSchema,
  model: Type.String(),
  device_id: nullable(Type.String()),
  name: nullable(Type.String()),
  link_trust: nullable(
    words(
      ['authenticated', 'unprotected'],
      'how far its link was trusted, at the least: it proved that it holds our key, or it could not; null: not from the air',
    ),
  ),
});

/** One walk without its records. `summary` is the walk record; null while it is not finished. */
export const Walk = Type.Object({
  id: Id,
  profile_id: Id,
  state: words(WALK_STATES),
  source: words(WALK_SOURCES),
  started_at: WallTime,
  ended_at: nullable(WallTime),
  duration_s: Type.Number({ description: 'recorded so far' }),
  title: Type.String(),
  tags: Tags,
  sensors: Type.Array(WalkSensor),
  summary: nullable(WalkRecord),
  paused_since_s: nullable(Type.Number({ description: 'walk time; of a walk under way that the wearer has paused' })),
  raw_removed: Type.Boolean({ description: 'the packets were removed by retention; the records are still there' }),
  generation: Type.Integer({ description: 'grows with every new analysis: records read before are to be read again' }),
});
export type Walk = Static<typeof Walk>;
export const WalkPage = page(Walk);

/** POST /api/v1/walks: starts a walk with the paired sensors. 409 when one runs or none is paired. */
export const WalkStart = closed({
  title: Type.Optional(text(120)),
  tags: Type.Optional(Tags),
  profile_id: Type.Optional(Id),
});
export type WalkStart = Static<typeof WalkStart>;

/** PATCH /api/v1/walks/{id}: a given tag replaces, null removes; `sites` corrects swapped sensors (slot -> site) and analyses again, a walk under way too (its paired sensors change their sites with it). */
export const WalkPatch = closed({
  title: Type.Optional(text(120)),
  tags: Type.Optional(
    closed({
      shoes: Type.Optional(nullable(text(120))),
      insoles: Type.Optional(nullable(text(120))),
      luggage_kg: Type.Optional(nullable(Type.Number({ minimum: 0, maximum: 100 }))),
      ground: Type.Optional(nullable(text(120))),
      route: Type.Optional(nullable(text(120))),
      cold: Type.Optional(nullable(Type.Boolean())),
      notes: Type.Optional(nullable(text(4000))),
    }),
  ),
  sites: Type.Optional(Type.Array(closed({ slot: Type.Integer(), site: SiteSchema }), { minItems: 1, maxItems: 16 })),
});
export type WalkPatch = Static<typeof WalkPatch>;

/** GET /api/v1/walks: newest first. */
export const WalkQuery = closed({
  ...PageQuery.properties,
  state: Type.Optional(words(WALK_STATES)),
  profile_id: Type.Optional(Id),
  from: Type.Optional(WallTime),
  to: Type.Optional(WallTime),
});
export type WalkQuery = Static<typeof WalkQuery>;

/** GET /api/v1/walks/current: the walk being recorded, or null. */
export const CurrentWalk = Type.Object({ walk: nullable(Walk) });
export type CurrentWalk = Static<typeof CurrentWalk>;

/** GET /api/v1/walks/{id}/{strides,steps,events,findings,curves}: in order of release, with ranges in walk seconds [from_s, to_s). */
export const RecordQuery = closed({
  ...PageQuery.properties,
  from_s: Type.Optional(Type.Number()),
  to_s: Type.Optional(Type.Number()),
  side: Type.Optional(SideSchema),
});
export type RecordQuery = Static<typeof RecordQuery>;

/** Curves: `kind` as in CurveRecord. */
export const CurveQuery = closed({
  ...RecordQuery.properties,
  kind: Type.Optional(words(['eversion_over_stance', 'obliquity_over_cycle'])),
});
export type CurveQuery = Static<typeof CurveQuery>;

export const StridePage = page(StrideRecord);
export const StepPage = page(StepRecord);
export const EventPage = page(EventRecord);
export const FindingPage = page(FindingRecord);
export const CurvePage = page(CurveRecord);

/** GET /api/v1/walks/{id}/curves/summary: median and band (10th, 90th percentile) of each curve in a time range, 51 points. */
export const CurveSummary = Type.Object({
  items: Type.Array(
    Type.Object({
      kind: words(['eversion_over_stance', 'obliquity_over_cycle']),
      side: SideSchema,
      strides: Type.Integer(),
      median_deg: Type.Array(Type.Number()),
      p10_deg: Type.Array(Type.Number()),
      p90_deg: Type.Array(Type.Number()),
    }),
  ),
});
export type CurveSummary = Static<typeof CurveSummary>;

/** GET /api/v1/walks/{id}/timeline?bin_s=30: medians a bin, for drawing a whole walk at once. */
export const TimelineQuery = closed({
  bin_s: Type.Optional(Type.Number({ minimum: 5, maximum: 600, default: 30 })),
  fields: Type.Optional(
    Type.String({ maxLength: 600, description: 'stride fields, comma between; all numeric ones when left out' }),
  ),
});
export type TimelineQuery = Static<typeof TimelineQuery>;
export const Timeline = Type.Object({
  bin_s: Type.Number(),
  from_s: Type.Array(Type.Number({ description: 'start of each bin' })),
  fields: Type.Unsafe<Record<string, Record<'left' | 'right', (number | null)[]>>>(
    Type.Record(Type.String(), Type.Unsafe<unknown>({}), {
      description: 'field -> side -> median a bin, null where there is none',
    }),
  ),
  strides: Type.Object({ left: Type.Array(Type.Integer()), right: Type.Array(Type.Integer()) }),
  turning: Type.Array(Type.Integer({ description: 'strides of the bin in a turn' })),
  running: Type.Array(Type.Integer({ description: 'strides of the bin that were run: in no median' })),
});
export type Timeline = Static<typeof Timeline>;

/** GET /api/v1/walks/{id}/summary: of a walk under way, as it stands now. */
export const Summary = Type.Object({ final: Type.Boolean(), walk: WalkRecord });
export type Summary = Static<typeof Summary>;

export const Place = text(
  64,
  'where it hurts: back_left, back_right, buttock_left, buttock_right, hip, other, or free text; empty: not said',
);
const Strength = nullable(Type.Integer({ minimum: 0, maximum: 10, description: 'null: not said (yet)' }));

/** Pain at a moment of a walk. */
export const Mark = Type.Object({
  id: Id,
  walk_id: Id,
  at_s: Type.Number({ description: 'walk time' }),
  place: Place,
  strength: Strength,
  note: Type.String(),
  created_at: WallTime,
});
export type Mark = Static<typeof Mark>;
export const MarkList = Type.Object({ items: Type.Array(Mark) });

/** POST /api/v1/walks/{id}/marks; `{}` is enough (one tap). Without `at_s`: now (walk under way). DELETE .../marks/{mark_id} undoes it. */
export const MarkRequest = closed({
  at_s: Type.Optional(Type.Number({ minimum: 0, maximum: LONGEST_WALK_S })),
  place: Type.Optional(Place),
  strength: Type.Optional(Strength),
  note: Type.Optional(text(1000)),
});
export type MarkRequest = Static<typeof MarkRequest>;
/** PATCH .../marks/{mark_id} */
export const MarkPatch = MarkRequest;
export type MarkPatch = MarkRequest;

/** GET /api/v1/marks: the pain diary, marks across walks, newest first. */
export const MarkPage = page(Mark);

/** POST and GET /api/v1/walks/{id}/tag-changes: what changed in mid-walk (took the rucksack off, changed insoles). */
export const TagChangeRequest = closed({
  at_s: Type.Optional(Type.Number({ minimum: 0, maximum: LONGEST_WALK_S })),
  tags: Tags,
});
export type TagChangeRequest = Static<typeof TagChangeRequest>;
export const TagChange = Type.Object({ at_s: Type.Number(), tags: Tags });
export type TagChange = Static<typeof TagChange>;
/** GET /api/v1/walks/{id}/pauses: in order; `to_s` is null while the last one lasts. POST .../pause and .../resume. */
export const Pause = Type.Object({ from_s: Type.Number(), to_s: nullable(Type.Number()) });
export type Pause = Static<typeof Pause>;
export const PauseList = Type.Object({ items: Type.Array(Pause) });
export type PauseList = Static<typeof PauseList>;
export const TagChangeList = Type.Object({ items: Type.Array(TagChange) });

/** POST /api/v1/walks/import (body: the file as it is; application/vnd.mcap or text/csv) answers 202 with this. */
export const ImportJob = Type.Object({
  id: Id,
  state: words(['analysing', 'done', 'failed']),
  share: Type.Number({ minimum: 0, maximum: 1 }),
  walk_id: nullable(Id),
  warnings: Type.Array(Type.String()),
  problem: nullable(Type.String()),
});
export type ImportJob = Static<typeof ImportJob>;

/** GET /api/v1/metrics: every number that a stride can carry, with all that a reader needs to trust it. */
export const MetricInfo = Type.Object({
  id: Type.String({ description: 'field of the stride record' }),
  label: Type.String(),
  unit: Type.String(),
  kind: words(['positive', 'angle']),
  definition: Type.String(),
  frame: nullable(Type.String()),
  rule: Type.String(),
  range: Type.Array(Type.Number(), { minItems: 2, maxItems: 2 }),
  source: Type.String(),
  limits: Type.String(),
});
export type MetricInfo = Static<typeof MetricInfo>;
export const MetricList = Type.Object({ items: Type.Array(MetricInfo) });
