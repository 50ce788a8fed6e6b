import { Type, type Static, type TSchema } from 'typebox';
import { LONGEST_WALK_S } from '../../domain/notification.ts';
import {
  CurveRecord,
  EventRecord,
  FindingRecord,
  SiteSchema,
  StepRecord,
  StrideRecord,
  WalkRecord,
} from '../../domain/records.ts';
import { closed, Id, nullable, text } from './common.ts';
import type { Sensor } from './sensors.ts';
import { Mark, TagChange, Tags, Walk } from './walks.ts';

/**
 * GET /api/v1/live: server-sent events.
 *
 * | event | id | data |
 * |---|---|---|
 * | `walk` | with or without | {@link LiveWalk}: at the start of the stream and whenever a walk starts, stops or changes its tags |
 * | `record` | `<walk id>:<record id>` | {@link LiveRecord}: stored records; a reconnect with Last-Event-ID goes on after it, none lost or doubled |
 * | `caught_up` | - | `{}`: everything stored has been sent; from here it is live |
 * | `rewritten` | - | `{ "walk_id" }`: the walk was analysed again (swapped sensors mended); what was told of it is void, all of it follows |
 * | `frame` | - | {@link LiveFrame}: at most 30 a second, for drawing only |
 * | `sensors` | - | SensorList, when something changed, at most once a second |
 * | `mark` | `<walk id>:<record id>` | {@link LiveMark}: set, changed or undone |
 * | `heartbeat` | - | `{ "time": ISO }` every 5 s: without one for 12 s the line is dead |
 *
 * Query `after=<walk id>:<record id>` does what Last-Event-ID does; `records=all` starts a fresh stream at the first record
 * of the walk under way (default: only what comes). `kinds=stride,finding` leaves the other records out.
 */
export const LiveQuery = closed({
  after: Type.Optional(Type.String({ maxLength: 100 })),
  records: Type.Optional(Type.Unsafe<'all' | 'new'>({ type: 'string', enum: ['all', 'new'] })),
  kinds: Type.Optional(
    Type.String({
      pattern: '^(event|stride|step|finding|curve|walk)(,(event|stride|step|finding|curve|walk)){0,5}$',
      description: 'only these records, comma between; all when left out',
    }),
  ),
});
export type LiveQuery = Static<typeof LiveQuery>;

export const LiveWalk = Type.Object({ walk: nullable(Walk) });
export type LiveWalk = Static<typeof LiveWalk>;

export const LiveRecord = Type.Object({
  id: Type.Integer(),
  walk_id: Id,
  record: Type.Union([EventRecord, StrideRecord, StepRecord, FindingRecord, CurveRecord, WalkRecord]),
});
export interface LiveRecord {
  id: number;
  walk_id: string;
  record: EventRecord | StrideRecord | StepRecord | FindingRecord | CurveRecord | WalkRecord;
}

export const LiveMark = Type.Object({ walk_id: Id, mark_id: Id, mark: nullable(Mark) });
/** `mark` is null when it was undone. */
export type LiveMark = Static<typeof LiveMark>;

const value = nullable(Type.Number());
const FootFrame = Type.Object({
  time_s: Type.Number(),
  eversion_deg: value,
  pitch_deg: value,
  in_stance: nullable(Type.Boolean()),
  provisional: Type.Boolean(),
});
const Recent = Type.Object({ value, strides: Type.Integer() });
const RollIn = Type.Object({
  value,
  strides: Type.Integer(),
  start_level: value,
  start_sd: value,
  start_strides: Type.Integer(),
});
const sides = <S extends TSchema>(schema: S) => Type.Object({ left: schema, right: schema });

/** The walk as of its newest samples; nothing of it is stored. `walk_id` null: no walk runs, only the sensors move. */
export const LiveFrame = Type.Object({
  walk_id: nullable(Id),
  time_s: Type.Number({ description: "walk's clock" }),
  steps: Type.Integer(),
  paused_since_s: nullable(Type.Number({ description: 'the wearer has paused since then' })),
  paused_steps: Type.Integer({ description: 'steps seen in this pause; they do not count' }),
  running_since_s: nullable(
    Type.Number({
      description: "the wearer runs since then: the cadence is the run's, and what holds for walking waits",
    }),
  ),
  cadence_spm: value,
  walking_speed_mps: value,
  feet: sides(nullable(FootFrame)),
  pelvis: nullable(
    Type.Object({ time_s: Type.Number(), roll_deg: value, tilt_deg: value, provisional: Type.Boolean() }),
  ),
  roll_in: sides(RollIn),
  pelvic_drop: sides(Recent),
  stance_time_s: sides(Recent),
  sensors: Type.Array(
    Type.Object({
      id: Type.String(),
      site: nullable(SiteSchema),
      state: Type.String(),
      motion_dps: value,
      last_heard_ms_ago: value,
      loss_share: value,
      rate_hz: value,
      battery_pct: value,
    }),
  ),
});
export type LiveFrame = Static<typeof LiveFrame>;
export type LiveFoot = Static<typeof FootFrame>;

/** Everything that can come down the live stream, by event name. */
export interface LiveEvents {
  walk: LiveWalk;
  record: LiveRecord;
  rewritten: { walk_id: string };
  caught_up: Record<string, never>;
  frame: LiveFrame;
  sensors: { radios: unknown[]; scanning: boolean; sensors: Sensor[]; virtual_walker: unknown };
  mark: LiveMark;
  heartbeat: { time: string };
}

/**
 * GET /api/v1/ingest (WebSocket, scope `ingest` or `record`; a page's Origin, or a bearer token): feeds a walk with packets.
 *
 * 1. `{ "type": "start", "slots": [...] }` as text -> `{ "type": "started", "walk_id", "stored": 0 }`.
 *    Or, within a minute after the line was cut: `{ "type": "resume", "walk_id" }` -> `started` with the count that is safe.
 * 2. Binary messages, one notification each: slot u8, receive time f64 little-endian [s, walk's clock], then the bytes as the
 *    sensor sent them -> from time to time `{ "type": "stored", "count" }`: so many, all in all, are on the disk. No more than
 *    32768 notifications or 8 MiB may be on their way unacknowledged.
 * 3. `{ "type": "end" }` -> `{ "type": "finished", "walk_id" }`.
 *
 * Whatever is wrong is told as `{ "type": "error", "detail" }` before the socket is closed (1007, 1008, 1009).
 */
const WalkTime = Type.Number({ minimum: 0, maximum: LONGEST_WALK_S });
export const IngestHello = closed({
  type: Type.Literal('start'),
  slots: Type.Array(
    closed({
      slot: Type.Integer({ minimum: 0, maximum: 255 }),
      model: Type.String({ maxLength: 64 }),
      site: SiteSchema,
      device_id: Type.Optional(Type.String({ maxLength: 64 })),
      name: Type.Optional(text(64)),
    }),
    { minItems: 1, maxItems: 16 },
  ),
  title: Type.Optional(text(120)),
  tags: Type.Optional(Tags),
  pauses: Type.Optional(
    Type.Array(closed({ from_s: WalkTime, to_s: nullable(WalkTime) }), {
      maxItems: 1000,
      description: 'of a recording that is told again: when its wearer had paused',
    }),
  ),
  tag_changes: Type.Optional(
    Type.Array(closed(TagChange.properties), { maxItems: 1000, description: 'and what changed in mid-walk' }),
  ),
});
export type IngestHello = Static<typeof IngestHello>;
export const IngestResume = closed({ type: Type.Literal('resume'), walk_id: Id });
export type IngestResume = Static<typeof IngestResume>;
export const IngestEnd = closed({ type: Type.Literal('end') });
export type IngestAnswer =
  | { type: 'started'; walk_id: string; stored: number }
  | { type: 'stored'; count: number }
  | { type: 'finished'; walk_id: string }
  | { type: 'error'; detail: string };
