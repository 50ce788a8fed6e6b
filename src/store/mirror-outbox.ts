import type { Connection } from './connection.ts';
import { decodeEntry, type EntryRow } from './entry-codec.ts';
import type { StoredEntry, WalkEntry, WalkTags } from './walk-entry.ts';

/** What a mirror needs to know of a walk. */
export interface MirroredWalk {
  readonly id: string;
  readonly profileId: string;
  readonly startedAtMs: number;
  readonly source: string;
  readonly tags: WalkTags;
}

/** An entry with its walk. */
export interface OutboxEntry<E extends WalkEntry = WalkEntry> extends StoredEntry<E> {
  readonly walk: MirroredWalk;
}

interface OutboxRow extends EntryRow {
  readonly id: number;
  readonly walk_id: string;
  readonly profile_id: string;
  readonly started_at_ms: number;
  readonly source: string;
  readonly tags: string;
}

const SELECT = `SELECT e.id, e.type, e.side, e.at_s, e.body, e.crc32c, w.id AS walk_id, w.profile_id, w.started_at_ms, w.source, w.tags
  FROM entries e JOIN walks w ON w.walk = e.walk
  WHERE w.hidden IS NULL AND e.generation = w.generation AND e.type IN ('stride', 'step', 'walk')`;

/**
 * What a mirror still has to send: the entries after its cursor. Nothing is queued in memory, so nothing is lost when the
 * mirror is down, however long, or when the service ends. Delivery is at least once: points must be idempotent.
 */
export class MirrorOutbox {
  readonly #connection: Connection;
  readonly #mirror: string;

  /** The first time, the cursor begins at 0: all that is stored goes out. */
  constructor(connection: Connection, mirror: string) {
    this.#connection = connection;
    this.#mirror = mirror;
    connection.write(() =>
      connection.db.prepare('INSERT OR IGNORE INTO mirrors (mirror, cursor) VALUES (?, 0)').run(mirror),
    );
  }

  /** The next entries to send, and the cursor to set once all of them are safe on the other side. */
  next(limit: number): { readonly entries: readonly OutboxEntry[]; readonly cursor: number } {
    const { db } = this.#connection;
    return this.#connection.read(() => {
      const cursor = this.cursor;
      const rows = db
        .prepare<[number, number], OutboxRow>(`${SELECT} AND e.id > ? ORDER BY e.id LIMIT ?`)
        .all(cursor, limit);
      return { entries: rows.map(entryOf).filter((e) => e !== undefined), cursor: rows.at(-1)?.id ?? cursor };
    });
  }

  advance(cursor: number): void {
    this.#connection.write(() =>
      this.#connection.db
        .prepare('UPDATE mirrors SET cursor = max(cursor, ?) WHERE mirror = ?')
        .run(cursor, this.#mirror),
    );
  }

  get cursor(): number {
    return (
      this.#connection.db
        .prepare<[string], { cursor: number }>('SELECT cursor FROM mirrors WHERE mirror = ?')
        .get(this.#mirror)?.cursor ?? 0
    );
  }

  /** Entries that wait. */
  get backlog(): number {
    return (
      this.#connection.db
        .prepare<[number], { n: number }>(`SELECT count(*) AS n FROM (${SELECT} AND e.id > ?)`)
        .get(this.cursor)?.n ?? 0
    );
  }

  /** A walk whose points have to be taken back; what is left of it (nothing, or a new analysis) has to be sent anew. */
  nextRewrite(): string | undefined {
    return this.#connection.read(() =>
      this.#connection.db
        .prepare<[string], { walk_id: string }>('SELECT walk_id FROM mirror_rewrites WHERE mirror = ? LIMIT 1')
        .get(this.#mirror),
    )?.walk_id;
  }

  /** Entries of one walk, to send them anew. */
  ofWalk(walkId: string, afterId: number, limit: number): readonly OutboxEntry[] {
    return this.#connection
      .read(() =>
        this.#connection.db
          .prepare<[string, number, number], OutboxRow>(`${SELECT} AND w.id = ? AND e.id > ? ORDER BY e.id LIMIT ?`)
          .all(walkId, afterId, limit),
      )
      .map(entryOf)
      .filter((e) => e !== undefined);
  }

  rewritten(walkId: string): void {
    this.#connection.write(() =>
      this.#connection.db
        .prepare('DELETE FROM mirror_rewrites WHERE mirror = ? AND walk_id = ?')
        .run(this.#mirror, walkId),
    );
  }

  /** Puts an entry aside that the other side refuses, so that it doesn't hold up the rest. */
  park(entryId: number, why: string, nowMs: number): void {
    this.#connection.write(() =>
      this.#connection.db
        .prepare('INSERT OR REPLACE INTO mirror_parked (mirror, entry_id, parked_at_ms, why) VALUES (?, ?, ?, ?)')
        .run(this.#mirror, entryId, Math.round(nowMs), why.slice(0, 500)),
    );
  }

  /** Entries that were put aside, to try them again. */
  parkedEntries(): readonly OutboxEntry[] {
    return this.#connection
      .read(() =>
        this.#connection.db
          .prepare<[string], OutboxRow>(
            `${SELECT} AND e.id IN (SELECT entry_id FROM mirror_parked WHERE mirror = ?) ORDER BY e.id LIMIT 1000`,
          )
          .all(this.#mirror),
      )
      .map(entryOf)
      .filter((e) => e !== undefined);
  }

  unpark(entryId: number): void {
    this.#connection.write(() =>
      this.#connection.db
        .prepare('DELETE FROM mirror_parked WHERE mirror = ? AND entry_id = ?')
        .run(this.#mirror, entryId),
    );
  }

  parked(): readonly { readonly entryId: number; readonly why: string }[] {
    return this.#connection.db
      .prepare<[string], { entryId: number; why: string }>(
        'SELECT entry_id AS entryId, why FROM mirror_parked WHERE mirror = ? ORDER BY entry_id LIMIT 1000',
      )
      .all(this.#mirror);
  }
}

function entryOf(row: OutboxRow): OutboxEntry | undefined {
  const entry = decodeEntry(row);
  if (entry === undefined) return undefined;
  const walk = {
    id: row.walk_id,
    profileId: row.profile_id,
    startedAtMs: row.started_at_ms,
    source: row.source,
    tags: JSON.parse(row.tags) as WalkTags,
  };
  return { id: row.id, entry, walk };
}
