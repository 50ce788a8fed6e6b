import { Type, type Static, type TSchema } from 'typebox';
import { WALK_STATES } from './walk-entry.ts';

/** Version of the export's lines (docs/operations.md). */
export const EXPORT_VERSION = 1;

const Json = Type.Unsafe<unknown>({});
const Text = (maxLength: number) => Type.String({ maxLength });
const Whole = Type.Integer({ minimum: 0 });
const OrNull = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);

/** The lines of an export by their `type`; times in ms since 1970 or seconds of the walk, bytes as base64. */
export const ExportLines = {
  gaitkeeper_export: Type.Object({ version: Whole }),
  profile: Type.Object({ id: Text(64), name: Text(200), created_at_ms: Whole }),
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
    state: Type.Union(WALK_STATES.map((s) => Type.Literal(s))),
    started_at_ms: Whole,
    ended_at_ms: OrNull(Whole),
    title: Text(1000),
    source: Text(100),
    tags: Type.Object({}),
    slots: Type.Array(Type.Object({ slot: Whole, site: Text(32), model: Text(100) })),
    summary: OrNull(Type.Object({})),
    duration_s: Type.Number({ minimum: 0 }),
    raw_removed: Type.Boolean(),
  }),
  chunk: Type.Object({
    walk_id: Text(26),
    seq: Type.Integer({ minimum: 1 }),
    slot: Whole,
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
    strength: OrNull(Type.Number({ minimum: 0, maximum: 10 })),
    note: Text(2000),
    created_at_ms: Whole,
    undone: Type.Integer({ minimum: 0, maximum: 1 }),
  }),
  unreadable: Type.Object({ walk_id: Text(26), what: Text(32), number: Whole, why: Text(500) }),
  end: Type.Object({ lines: Whole, sha256: Text(64) }),
};
export type ExportLineType = keyof typeof ExportLines;
export type ExportLine<T extends ExportLineType> = Static<(typeof ExportLines)[T]>;
