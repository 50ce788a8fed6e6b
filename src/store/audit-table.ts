import { createHash } from 'node:crypto';
import { breathe, type Connection } from './connection.ts';
import type { AuditAction, AuditCheck, AuditEntry, AuditTrail, NewAuditEntry, Page, PageQuery } from './walk-store.ts';
import { StoreError } from './store-error.ts';

interface AuditRow {
  readonly seq: number;
  readonly at_ms: number;
  readonly action: string;
  readonly who: string;
  readonly address: string;
  readonly about: string;
  readonly hash: Uint8Array;
}

/** Longest text of a field [characters]. */
const LONGEST = 120;
const CHECKED_AT_ONCE = 500;
const MOST_A_PAGE = 1000;
const USUAL_PAGE = 100;
/** What the first entry's hash follows. */
const BEGINNING = Buffer.alloc(32);

/**
 * Table `audit`: what was done with access and data, never a value that was measured. Each entry's hash covers the one before
 * it, so a byte changed, an entry taken out or put between is found; triggers refuse changes by this program itself. Somebody
 * who may write to the file can forge the whole chain: who wants to notice that keeps a `head` elsewhere.
 */
export class AuditTable implements AuditTrail {
  readonly #connection: Connection;
  readonly #nowMs: () => number;

  constructor(connection: Connection, nowMs: () => number) {
    this.#connection = connection;
    this.#nowMs = nowMs;
  }

  add(entry: NewAuditEntry): AuditEntry {
    const { db } = this.#connection;
    return this.#connection.write(() => {
      const last = db.prepare<[], AuditRow>('SELECT * FROM audit ORDER BY seq DESC LIMIT 1').get();
      const row = {
        seq: (last?.seq ?? 0) + 1,
        at_ms: Math.round(this.#nowMs()),
        action: entry.action,
        who: entry.who.slice(0, LONGEST),
        address: (entry.address ?? '').slice(0, LONGEST),
        about: (entry.about ?? '').slice(0, LONGEST),
      };
      const hash = hashOf(last?.hash ?? BEGINNING, row);
      db.prepare('INSERT INTO audit (seq, at_ms, action, who, address, about, hash) VALUES (?, ?, ?, ?, ?, ?, ?)').run(
        row.seq,
        row.at_ms,
        row.action,
        row.who,
        row.address,
        row.about,
        hash,
      );
      return entryOf({ ...row, hash });
    });
  }

  list(query: PageQuery = {}): Page<AuditEntry> {
    const limit = query.limit ?? USUAL_PAGE;
    if (!Number.isInteger(limit) || limit < 1 || limit > MOST_A_PAGE)
      throw new StoreError('invalid', `Expected a page of 1 to ${MOST_A_PAGE} entries, found ${limit}.`);
    if (query.cursor !== undefined && !/^\d{1,15}$/.test(query.cursor))
      throw new StoreError('invalid', 'The cursor is not one that a page gave. Begin again without a cursor.');
    const before = query.cursor === undefined ? Number.MAX_SAFE_INTEGER : Number(query.cursor);
    const rows = this.#connection.read(() =>
      this.#connection.db
        .prepare<[number, number], AuditRow>('SELECT * FROM audit WHERE seq < ? ORDER BY seq DESC LIMIT ?')
        .all(before, limit + 1),
    );
    const items = rows.slice(0, limit).map(entryOf);
    return { items, nextCursor: rows.length > limit ? String(items.at(-1)?.seq) : null };
  }

  async check(): Promise<AuditCheck> {
    const rows = this.#connection.db.prepare<[number, number], AuditRow>(
      'SELECT * FROM audit WHERE seq > ? ORDER BY seq LIMIT ?',
    );
    let previous: Uint8Array = BEGINNING;
    let seq = 0;
    for (;;) {
      const part = this.#connection.read(() => rows.all(seq, CHECKED_AT_ONCE));
      for (const row of part) {
        const right = row.seq === seq + 1 && Buffer.from(hashOf(previous, row)).equals(row.hash);
        if (!right) return { ok: false, entries: seq, brokenAt: seq + 1, head: hex(previous) };
        previous = row.hash;
        seq = row.seq;
      }
      if (part.length < CHECKED_AT_ONCE) break;
      await breathe();
      if (!this.#connection.isOpen()) break;
    }
    // SQLite remembers the highest number that was ever given: entries cut off at the end are missed.
    const given = this.#connection.db
      .prepare<[], { seq: number }>("SELECT seq FROM sqlite_sequence WHERE name = 'audit'")
      .get();
    const ok = (given?.seq ?? 0) === seq;
    return { ok, entries: seq, brokenAt: ok ? null : seq + 1, head: hex(previous) };
  }
}

function hashOf(previous: Uint8Array, row: Omit<AuditRow, 'hash'>): Uint8Array {
  const text = JSON.stringify([row.seq, row.at_ms, row.action, row.who, row.address, row.about]);
  return createHash('sha256').update(previous).update(text, 'utf8').digest();
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

const entryOf = (row: AuditRow): AuditEntry => ({
  seq: row.seq,
  atMs: row.at_ms,
  action: row.action as AuditAction,
  who: row.who,
  address: row.address,
  about: row.about,
  hash: hex(row.hash),
});
