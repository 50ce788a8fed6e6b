import type { Connection } from './connection.ts';
import type { EntryLog } from './entry-log.ts';
import { checkedLimit, pageOf, readCursor } from './paging.ts';
import { StoreError } from './store-error.ts';
import type { StoredFeed } from './stored-feed.ts';
import { newUlid } from './ulid.ts';
import { shown, type WalkRows } from './walk-rows.ts';
import type { Mark, Marks, NewMark, Page, PageQuery } from './walk-store.ts';

interface MarkRow {
  readonly mark: number;
  readonly id: string;
  readonly walk_id: string;
  readonly started_at_ms: number;
  readonly at_s: number;
  readonly place: string;
  readonly strength: number | null;
  readonly note: string;
  readonly created_at_ms: number;
  readonly undone: number;
}

const SELECT = `SELECT m.*, w.id AS walk_id, w.started_at_ms FROM marks m JOIN walks w ON w.walk = m.walk WHERE w.hidden IS NULL`;
const LONGEST_PLACE = 64;
const LONGEST_NOTE = 2000;

/** Table `marks`; every change also goes into the walk's log. */
export class MarkTable implements Marks {
  readonly #connection: Connection;
  readonly #walks: WalkRows;
  readonly #log: EntryLog;
  readonly #feed: StoredFeed;

  constructor(connection: Connection, walks: WalkRows, log: EntryLog, feed: StoredFeed) {
    this.#connection = connection;
    this.#walks = walks;
    this.#log = log;
    this.#feed = feed;
  }

  add(walkId: string, mark: NewMark): Mark {
    check(mark);
    const { walk } = this.#walks.get(walkId);
    const id = newUlid(mark.createdAtMs);
    return this.#change(id, () => {
      this.#connection.db
        .prepare(
          'INSERT INTO marks (id, walk, at_s, place, strength, note, created_at_ms) VALUES (?, ?, ?, ?, ?, ?, ?)',
        )
        .run(id, walk, mark.atS, mark.place, mark.strength, mark.note ?? '', Math.round(mark.createdAtMs));
    });
  }

  update(markId: string, patch: Partial<Pick<NewMark, 'place' | 'strength' | 'note' | 'atS'>>): Mark {
    const before = this.get(markId);
    const after = { ...before, ...patch };
    check(after);
    return this.#change(markId, () => {
      this.#connection.db
        .prepare('UPDATE marks SET at_s = ?, place = ?, strength = ?, note = ? WHERE id = ?')
        .run(after.atS, after.place, after.strength, after.note, markId);
    });
  }

  undo(markId: string): Mark {
    const before = this.get(markId);
    if (before.undone) return before;
    return this.#change(markId, () => {
      this.#connection.db.prepare('UPDATE marks SET undone = 1 WHERE id = ?').run(markId);
    });
  }

  get(markId: string): Mark {
    const row = this.#connection.read(() =>
      this.#connection.db.prepare<[string], MarkRow>(`${SELECT} AND m.id = ?`).get(markId),
    );
    if (row === undefined) throw new StoreError('not_found', `There is no mark ${shown(markId)}.`);
    return markOf(row);
  }

  list(walkId: string): readonly Mark[] {
    const { walk } = this.#walks.get(walkId);
    return this.#connection
      .read(() =>
        this.#connection.db
          .prepare<[number], MarkRow>(`${SELECT} AND m.walk = ? AND m.undone = 0 ORDER BY m.at_s, m.mark`)
          .all(walk),
      )
      .map(markOf);
  }

  ofProfile(profileId: string, query: PageQuery = {}): Page<Mark> {
    const limit = checkedLimit(query.limit);
    const cursor = readCursor(query.cursor);
    const rows = this.#connection.read(() =>
      this.#connection.db
        .prepare<[string, number, number, number], MarkRow>(
          `${SELECT} AND w.profile_id = ? AND m.undone = 0 AND (w.started_at_ms, m.mark) < (?, ?)
           ORDER BY w.started_at_ms DESC, m.mark DESC LIMIT ?`,
        )
        .all(profileId, cursor?.key ?? Number.MAX_SAFE_INTEGER, cursor?.row ?? Number.MAX_SAFE_INTEGER, limit + 1),
    );
    return pageOf(rows, limit, (r) => ({ key: r.started_at_ms, row: r.mark }), markOf);
  }

  #change(markId: string, work: () => void): Mark {
    const { mark, entries } = this.#connection.write(() => {
      work();
      const changed = this.get(markId);
      const entry = { type: 'mark' as const, ...changed };
      return { mark: changed, entries: this.#log.insert(this.#walks.get(changed.walkId), [entry]) };
    });
    this.#feed.tell(mark.walkId, entries);
    return mark;
  }
}

function check(mark: Pick<NewMark, 'atS' | 'place' | 'strength' | 'note'>): void {
  const wrong = (what: string): StoreError => new StoreError('invalid', `This mark can't be stored: ${what}.`);
  if (!Number.isFinite(mark.atS)) throw wrong(`its time should be seconds of the walk, is ${mark.atS}`);
  if (mark.strength !== null && !(mark.strength >= 0 && mark.strength <= 10))
    throw wrong(`strength should be 0 to 10, is ${mark.strength}`);
  if (mark.place.length > LONGEST_PLACE) throw wrong(`the place has over ${LONGEST_PLACE} characters`);
  if ((mark.note ?? '').length > LONGEST_NOTE) throw wrong(`the note has over ${LONGEST_NOTE} characters`);
}

const markOf = (row: MarkRow): Mark => ({
  id: row.id,
  walkId: row.walk_id,
  atS: row.at_s,
  place: row.place,
  strength: row.strength,
  note: row.note,
  createdAtMs: row.created_at_ms,
  undone: row.undone === 1,
});
