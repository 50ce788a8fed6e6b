import { Type, type Static, type TSchema } from 'typebox';
import {
  CurveRecord,
  EventRecord,
  FindingRecord,
  OrientationRecord,
  SiteSchema,
  StepRecord,
  StrideRecord,
  WalkRecord,
} from '../domain/records.ts';
import { WALK_STATES, type WalkEntryType } from './walk-entry.ts';

/** Version of the export's lines (docs/operations.md). */
export const EXPORT_VERSION = 1;

const Json = Type.Unsafe<unknown>({});
const Text = (maxLength: number) => Type.String({ maxLength });
const Whole = Type.Integer({ minimum: 0 });
/** The last moment that a date can say [ms since 1970]. */
const LAST_DATE_MS = 8.64e15;
const Moment = Type.Integer({ minimum: 0, maximum: LAST_DATE_MS });
/** Slots travel as one byte (docs/api.md). */
const Slot = Type.Integer({ minimum: 0, maximum: 255 });
const OrNull = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);

const State = Type.Union(WALK_STATES.map((s) => Type.Literal(s)));
const Tags = Type.Object({
  shoes: Type.Optional(Text(1000)),
  insoles: Type.Optional(Text(1000)),
  luggage_kg: Type.Optional(Type.Number()),
  ground: Type.Optional(Text(1000)),
  route: Type.Optional(Text(1000)),
  cold: Type.Optional(Type.Boolean()),
  notes: Type.Optional(Text(10_000)),
});
const Sensor = Type.Object({
  slot: Slot,
  site: SiteSchema,
  model: Text(100),
  deviceId: Type.Optional(Text(200)),
  name: Type.Optional(Text(200)),
  linkTrust: Type.Optional(Type.Union([Type.Literal('authenticated'), Type.Literal('unprotected')])),
});
const Strength = OrNull(Type.Number({ minimum: 0, maximum: 10 }));

/** What an `entry` line may hold, by the entry's type. */
export const ExportEntries: Readonly<Record<WalkEntryType, TSchema>> = {
  event: EventRecord,
  stride: StrideRecord,
  step: StepRecord,
  finding: FindingRecord,
  walk: WalkRecord,
  orientation: OrientationRecord,
  curve: CurveRecord,
  mark: Type.Object({
    id: Text(26),
    walkId: Text(26),
    atS: Type.Number(),
    place: Text(64),
    strength: Strength,
    note: Text(2000),
    createdAtMs: Moment,
    undone: Type.Boolean(),
  }),
  tags: Type.Object({ at_s: Type.Number(), tags: Tags }),
  pause: Type.Object({ at_s: Type.Number(), paused: Type.Boolean() }),
  state: Type.Object({ at_s: Type.Number(), state: State }),
};

/** The lines of an export by their `type`; times in ms since 1970 or seconds of the walk, bytes as base64. */
export const ExportLines = {
  gaitkeeper_export: Type.Object({ version: Whole }),
  profile: Type.Object({ id: Text(64), name: Text(200), created_at_ms: Moment }),
  setting: Type.Object({ profile_id: Text(64), key: Text(200), value: Json }),
  pairing: Type.Object({
    id: Text(200),
    name: Text(200),
    model: Text(100),
    site: Text(32),
    virtual: Type.Integer({ minimum: 0, maximum: 1 }),
    device_key: OrNull(Text(1000)),
  }),
  walk: Type.Object({
    id: Text(26),
    profile_id: Text(64),
    state: State,
    started_at_ms: Moment,
    ended_at_ms: OrNull(Moment),
    title: Text(1000),
    source: Text(100),
    tags: Tags,
    slots: Type.Array(Sensor),
    summary: OrNull(WalkRecord),
    duration_s: Type.Number({ minimum: 0 }),
    raw_removed: Type.Boolean(),
  }),
  chunk: Type.Object({
    walk_id: Text(26),
    seq: Type.Integer({ minimum: 1 }),
    slot: Slot,
    from_s: Type.Number(),
    to_s: Type.Number(),
    count: Whole,
    crc32c: Whole,
    body: Type.String(),
  }),
  entry: Type.Object({ walk_id: Text(26), entry: Type.Object({ type: Text(32) }) }),
  mark: Type.Object({
    walk_id: Text(26),
    id: Text(26),
    at_s: Type.Number(),
    place: Text(64),
    strength: Strength,
    note: Text(2000),
    created_at_ms: Moment,
    undone: Type.Integer({ minimum: 0, maximum: 1 }),
  }),
  unreadable: Type.Object({ walk_id: Text(26), what: Text(32), number: Whole, why: Text(500) }),
  end: Type.Object({ lines: Whole, sha256: Text(64) }),
};
export type ExportLineType = keyof typeof ExportLines;
export type ExportLine<T extends ExportLineType> = Static<(typeof ExportLines)[T]>;
