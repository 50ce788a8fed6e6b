import { Type, type Static, type TProperties, type TSchema } from 'typebox';

/** What a caller sends: an unknown field is an error, so that a typing mistake is told. */
export const closed = <P extends TProperties>(properties: P) =>
  Type.Object(properties, { additionalProperties: false });

/** One of a fixed list of words. */
export const words = <const T extends readonly string[]>(values: T, description?: string) =>
  Type.Unsafe<T[number]>({ type: 'string', enum: [...values], ...(description === undefined ? {} : { description }) });

/** A value that can be unknown: null, never 0 or -1. */
export const nullable = <S extends TSchema>(schema: S) =>
  Type.Unsafe<Static<S> | null>(Type.Union([schema, Type.Null()]));

/** Free text of the wearer: shown as text only. No control characters but line breaks. */
export const text = (maxLength: number, description?: string) =>
  Type.String({
    maxLength,
    pattern: '^[^\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f]*$',
    ...(description === undefined ? {} : { description }),
  });

/** Identity of a walk, mark, profile, token, import: letters, digits, - and _. */
export const Id = Type.String({ pattern: '^[A-Za-z0-9_-]{1,64}$' });
/** Identity of a sensor (radio address or virtual id). */
export const SensorId = Type.String({ pattern: '^[A-Za-z0-9:._-]{1,64}$' });
/** Wall time, ISO 8601 in UTC. */
export const WallTime = Type.String({ pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d{1,3})?Z$' });

/** RFC 9457 problem. `detail` says what was expected and what was found; `what_to_do` how to mend it. */
export const Problem = Type.Object({
  type: Type.String({ description: 'about:blank or urn:gaitkeeper:problem:<code>' }),
  title: Type.String(),
  status: Type.Integer(),
  detail: Type.String({ description: 'expected and found, in words' }),
  what_to_do: Type.Optional(Type.String()),
  errors: Type.Optional(
    Type.Array(Type.Object({ field: Type.String(), expected: Type.String(), found: Type.Optional(Type.String()) })),
  ),
});
export type Problem = Static<typeof Problem>;

/** A list is given in pages: ask again with `cursor=next_cursor` until it is null. */
export const page = <S extends TSchema>(item: S) =>
  Type.Object({ items: Type.Array(item), next_cursor: nullable(Type.String()) });
export interface Page<T> {
  items: T[];
  next_cursor: string | null;
}

/** Query of every paged list. */
export const PageQuery = closed({
  cursor: Type.Optional(Type.String({ maxLength: 200 })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, default: 200 })),
});
export type PageQuery = Static<typeof PageQuery>;

/** What a caller may do. `admin` includes all; `record` includes `read`; `ingest` only feeds packets and follows its walk. */
export const SCOPES = ['read', 'record', 'ingest', 'admin'] as const;
export type Scope = (typeof SCOPES)[number];
export const ScopeSchema = words(SCOPES);
