import { createHash } from 'node:crypto';
import { breathe, type Connection } from './connection.ts';
import { readAround } from './damage-reading.ts';
import { decodeEntry, type EntryRow } from './entry-codec.ts';
import { EXPORT_VERSION } from './export-format.ts';
import type { ChunkRow } from './packet-chunk.ts';
import type { WalkRow } from './walk-rows.ts';

const SECONDS_AT_ONCE = 20;
const ENTRIES_AT_ONCE = 500;

/**
 * Everything that belongs to the wearer, as JSON lines without line ends, in an order and form that depend on the content
 * alone: exporting what was imported gives the same lines. Ids of entries and tokens stay behind.
 */
export async function* exportLines(connection: Connection): AsyncGenerator<string> {
  const hash = createHash('sha256');
  let lines = 0;
  for await (const line of content(connection)) {
    hash.update(line).update('\n');
    lines++;
    yield line;
  }
  yield JSON.stringify({ type: 'end', lines, sha256: hash.digest('hex') });
}

async function* content(connection: Connection): AsyncGenerator<string> {
  const { db } = connection;
  yield JSON.stringify({ type: 'gaitkeeper_export', version: EXPORT_VERSION });
  for (const row of db
    .prepare<[], object>('SELECT id, name, created_at_ms FROM profiles ORDER BY created_at_ms, id')
    .all())
    yield JSON.stringify({ type: 'profile', ...row });
  const settings = db.prepare<[], { profile_id: string; key: string; value: string }>(
    'SELECT profile_id, key, value FROM settings ORDER BY profile_id, key',
  );
  for (const row of settings.all())
    yield JSON.stringify({ type: 'setting', ...row, value: JSON.parse(row.value) as unknown });
  const pairings = db.prepare<[], { device_key: Uint8Array | null }>(
    'SELECT id, name, model, site, virtual, device_key FROM pairings ORDER BY id',
  );
  for (const row of pairings.all())
    yield JSON.stringify({ type: 'pairing', ...row, device_key: row.device_key && base64(row.device_key) });
  const walks = db.prepare<[], { walk: number }>(
    'SELECT walk FROM walks WHERE hidden IS NULL ORDER BY started_at_ms, id',
  );
  for (const { walk } of walks.all()) yield* walkLines(connection, walk);
}

async function* walkLines(connection: Connection, walk: number): AsyncGenerator<string> {
  const { db } = connection;
  const row = db.prepare<[number], WalkRow>('SELECT * FROM walks WHERE walk = ? AND hidden IS NULL').get(walk);
  if (row === undefined) return;
  const { id } = row;
  yield JSON.stringify({
    type: 'walk',
    id,
    profile_id: row.profile_id,
    state: row.state,
    started_at_ms: row.started_at_ms,
    ended_at_ms: row.ended_at_ms,
    title: row.title,
    source: row.source,
    tags: JSON.parse(row.tags) as unknown,
    slots: JSON.parse(row.slots) as unknown,
    summary: row.summary === null ? null : (JSON.parse(row.summary) as unknown),
    duration_s: row.duration_s,
    raw_removed: row.raw_removed === 1,
  });
  const unreadable = (what: string, number: number, why: string): string =>
    JSON.stringify({ type: 'unreadable', walk_id: id, what, number, why });
  const chunks = db.prepare<[number, number, number], ChunkRow>(
    `SELECT seq, slot, from_s, to_s, count, crc32c, body FROM chunks
       WHERE walk = ? AND seq > ? AND seq <= ? ORDER BY seq, slot`,
  );
  for (let after = 0; after < row.last_seq; after += SECONDS_AT_ONCE) {
    const until = Math.min(after + SECONDS_AT_ONCE, row.last_seq);
    const read = readAround(connection, after, until, (a, b) => chunks.all(walk, a, b));
    for (const r of read.rows) yield JSON.stringify({ type: 'chunk', walk_id: id, ...r, body: base64(r.body) });
    for (const { number, why } of read.unreadable) yield unreadable('second', number, why);
    await breathe();
  }
  const entries = db.prepare<[number, number, number, number], EntryRow & { id: number }>(
    `SELECT id, type, side, at_s, body, crc32c FROM entries
       WHERE walk = ? AND id > ? AND id <= ? AND (generation IS NULL OR generation = ?) ORDER BY id`,
  );
  const ids = db
    .prepare<[number], { first: number | null; last: number | null }>(
      'SELECT min(id) AS first, max(id) AS last FROM entries WHERE walk = ?',
    )
    .get(walk);
  const last = ids?.last ?? 0;
  for (let after = (ids?.first ?? 1) - 1; after < last; after += ENTRIES_AT_ONCE) {
    const until = Math.min(after + ENTRIES_AT_ONCE, last);
    const read = readAround(connection, after, until, (a, b) => entries.all(walk, a, b, row.generation));
    for (const r of read.rows) {
      const entry = decodeEntry(r);
      yield entry === undefined
        ? unreadable('entry', r.id, 'its CRC-32C is wrong')
        : JSON.stringify({ type: 'entry', walk_id: id, entry });
    }
    for (const { number, why } of read.unreadable) yield unreadable('entry', number, why);
    await breathe();
  }
  const marks = db.prepare<[number], object>(
    'SELECT id, at_s, place, strength, note, created_at_ms, undone FROM marks WHERE walk = ? ORDER BY id',
  );
  for (const r of marks.all(walk)) yield JSON.stringify({ type: 'mark', walk_id: id, ...r });
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
