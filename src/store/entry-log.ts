import type { GaitRecord } from '../domain/records.ts';
import { breathe, type Connection } from './connection.ts';
import { decodeEntry, encodeEntry, type EntryRow } from './entry-codec.ts';
import { checkedLimit, pageOf, readCursor } from './paging.ts';
import { StoreError } from './store-error.ts';
import type { StoredEntry, WalkEntry, WalkEntryType } from './walk-entry.ts';
import type { WalkRow, WalkRows } from './walk-rows.ts';
import type { Entries, EntryQuery, Page } from './walk-store.ts';

interface StoredRow extends EntryRow {
  readonly id: number;
}

/** Rows of a new analysis that are written in one go. */
const REPLACE_PORTION = 500;
const OF_WEARER = ['mark', 'tags', 'pause', 'state'] as const;
/** Shown: what the wearer did, and the records of the newest complete analysis. */
const VISIBLE = '(generation IS NULL OR generation = :generation)';

/** The log of all walks: table `entries`. */
export class EntryLog implements Entries {
  readonly #connection: Connection;
  readonly #walks: WalkRows;
  readonly #replacing = new Set<number>();
  readonly #insert;
  readonly #after;
  readonly #lastId;
  readonly #count;

  constructor(connection: Connection, walks: WalkRows) {
    const { db } = connection;
    this.#connection = connection;
    this.#walks = walks;
    this.#insert = db.prepare<[number, number | null, string, string | null, number, string | Uint8Array, number]>(
      'INSERT INTO entries (walk, generation, type, side, at_s, body, crc32c) VALUES (?, ?, ?, ?, ?, ?, ?)',
    );
    this.#after = db.prepare<[{ walk: number; generation: number; id: number; limit: number }], StoredRow>(
      `SELECT id, type, side, at_s, body, crc32c FROM entries WHERE walk = :walk AND id > :id AND ${VISIBLE} ORDER BY id LIMIT :limit`,
    );
    this.#lastId = db.prepare<[{ walk: number; generation: number }], { id: number }>(
      `SELECT id FROM entries WHERE walk = :walk AND ${VISIBLE} ORDER BY id DESC LIMIT 1`,
    );
    this.#count = db.prepare<[{ walk: number; generation: number; type: string }], { n: number }>(
      `SELECT count(*) AS n FROM entries WHERE walk = :walk AND type = :type AND ${VISIBLE}`,
    );
  }

  after(walkId: string, id: number, limit?: number): readonly StoredEntry[] {
    const row = this.#walks.get(walkId);
    const most = checkedLimit(limit, 500);
    for (let from = id; ;) {
      const rows = this.#connection.read(() =>
        this.#after.all({ walk: row.walk, generation: row.generation, id: from, limit: most }),
      );
      const entries = rows.map(storedOf).filter((e) => e !== undefined);
      const last = rows.at(-1);
      // Nothing at all means to the caller that the log is read to its end: not where only this part of it is damaged.
      if (entries.length > 0 || last === undefined) return entries;
      from = last.id;
    }
  }

  lastId(walkId: string): number {
    return this.lastIdOf(this.#walks.get(walkId));
  }

  lastIdOf({ walk, generation }: Pick<WalkRow, 'walk' | 'generation'>): number {
    return this.#connection.read(() => this.#lastId.get({ walk, generation }))?.id ?? 0;
  }

  page<T extends WalkEntryType>(
    walkId: string,
    query: EntryQuery<T>,
  ): Page<StoredEntry<Extract<WalkEntry, { type: T }>>> {
    const row = this.#walks.get(walkId);
    const limit = checkedLimit(query.limit);
    const cursor = readCursor(query.cursor);
    const where = ['walk = :walk', VISIBLE, `type IN (${query.types.map((_, i) => `:type${i}`).join(', ')})`];
    const values: Record<string, string | number> = { walk: row.walk, generation: row.generation, limit: limit + 1 };
    for (const [i, type] of query.types.entries()) values[`type${i}`] = type;
    const add = (condition: string, given: Record<string, string | number | undefined>): void => {
      if (Object.values(given).includes(undefined)) return;
      where.push(condition);
      Object.assign(values, given);
    };
    add('side = :side', { side: query.side });
    add('at_s >= :fromS', { fromS: query.fromS });
    add('at_s < :toS', { toS: query.toS });
    add('(at_s, id) > (:key, :row)', { key: cursor?.key, row: cursor?.row });
    const rows = this.#connection.read(() =>
      this.#connection.db
        .prepare<[Record<string, string | number>], StoredRow>(
          `SELECT id, type, side, at_s, body, crc32c FROM entries WHERE ${where.join(' AND ')} ORDER BY at_s, id LIMIT :limit`,
        )
        .all(values),
    );
    type Asked = StoredEntry<Extract<WalkEntry, { type: T }>>;
    return pageOf(
      rows,
      limit,
      (r) => ({ key: r.at_s, row: r.id }),
      (r) => storedOf(r) as Asked | undefined,
    );
  }

  count(walkId: string, type: WalkEntryType): number {
    const { walk, generation } = this.#walks.get(walkId);
    return this.#connection.read(() => this.#count.get({ walk, generation, type }))?.n ?? 0;
  }

  /** Puts entries behind the others; to be called within a transaction. @returns them with their ids, without those that have no time */
  insert(row: Pick<WalkRow, 'walk' | 'generation'>, entries: readonly WalkEntry[]): StoredEntry[] {
    const encoded = entries.map(encodeEntry).filter((e) => e !== undefined);
    return this.insertEncoded(row, encoded);
  }

  insertEncoded(row: Pick<WalkRow, 'walk' | 'generation'>, entries: readonly EntryRow[]): StoredEntry[] {
    const stored: StoredEntry[] = [];
    for (const entry of entries) {
      const ofWearer = (OF_WEARER as readonly string[]).includes(entry.type);
      const { type, side, at_s, body, crc32c } = entry;
      const id = Number(
        this.#insert.run(row.walk, ofWearer ? null : row.generation, type, side, at_s, body, crc32c).lastInsertRowid,
      );
      const told = storedOf({ ...entry, id });
      if (told !== undefined) stored.push(told);
    }
    return stored;
  }

  async replace(walkId: string, records: Iterable<GaitRecord> | AsyncIterable<GaitRecord>): Promise<number> {
    const { walk } = this.#walks.get(walkId);
    if (this.#replacing.has(walk))
      throw new StoreError('conflict', `The walk ${walkId} is being analysed already: wait until that is done.`);
    this.#replacing.add(walk);
    try {
      return await this.#replace(walkId, walk, records);
    } finally {
      this.#replacing.delete(walk);
    }
  }

  async #replace(
    walkId: string,
    walk: number,
    records: Iterable<GaitRecord> | AsyncIterable<GaitRecord>,
  ): Promise<number> {
    const { db } = this.#connection;
    // What an analysis that never came to its end left behind must not be shown with this one.
    await this.#removeHidden(walk);
    const generation = this.#walks.get(walkId).generation + 1;
    let written = 0;
    let portion: GaitRecord[] = [];
    const flush = async (): Promise<void> => {
      this.#walks.get(walkId);
      written += this.#connection.write(() => this.insert({ walk, generation }, portion)).length;
      portion = [];
      await breathe();
    };
    for await (const record of records) {
      portion.push(record);
      if (portion.length >= REPLACE_PORTION) await flush();
    }
    await flush();
    this.#connection.write(() => {
      db.prepare('UPDATE walks SET generation = ? WHERE walk = ?').run(generation, walk);
      db.prepare('INSERT OR IGNORE INTO mirror_rewrites (mirror, walk_id) SELECT mirror, ? FROM mirrors').run(walkId);
      db.prepare('DELETE FROM resume_points WHERE walk = ?').run(walk);
    });
    await this.#removeHidden(walk);
    return written;
  }

  /** Removes records of a walk's analyses that were replaced or never completed, in portions. */
  async #removeHidden(walk: number): Promise<void> {
    const remove = this.#connection.db.prepare<[number]>(
      `DELETE FROM entries WHERE id IN (
         SELECT e.id FROM walks w JOIN entries e ON e.walk = w.walk
         WHERE w.walk = ? AND e.generation IS NOT NULL AND e.generation <> w.generation LIMIT ${REPLACE_PORTION})`,
    );
    while (this.#connection.isOpen() && this.#connection.write(() => remove.run(walk)).changes > 0) await breathe();
  }
}

function storedOf(row: StoredRow): StoredEntry | undefined {
  const entry = decodeEntry(row);
  return entry === undefined ? undefined : { id: row.id, entry };
}
