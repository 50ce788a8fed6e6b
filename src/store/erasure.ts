import type { Appender } from './appender.ts';
import { breathe, type Connection } from './connection.ts';
import type { ReserveFile } from './reserve-file.ts';
import { isDiskTrouble } from './sqlite-errors.ts';
import type { TurnTaking } from './turn-taking.ts';
import type { WalkRows } from './walk-rows.ts';
import type { Profiles, RetentionRule } from './walk-store.ts';

/** Rows that go in one transaction: short enough for the recording beside it. */
const CHUNKS_AT_ONCE = 100;
const ENTRIES_AT_ONCE = 1000;
const PAGES_AT_ONCE = 500;
const MS_A_DAY = 24 * 3600 * 1000;

/**
 * Removes walks so that nothing of them stays in the files: SQLite overwrites what it deletes (secure_delete), the file
 * shrinks, the log is emptied. A walk is hidden first; what is hidden when the process ends is removed at the next start.
 */
export class Erasure {
  readonly #connection: Connection;
  readonly #rows: WalkRows;
  readonly #appender: Appender;
  readonly #reserve: ReserveFile;
  readonly #profiles: Profiles;
  readonly #turns: TurnTaking;

  constructor(parts: {
    readonly connection: Connection;
    readonly rows: WalkRows;
    readonly appender: Appender;
    readonly reserve: ReserveFile;
    readonly profiles: Profiles;
    readonly turns: TurnTaking;
  }) {
    this.#connection = parts.connection;
    this.#rows = parts.rows;
    this.#appender = parts.appender;
    this.#reserve = parts.reserve;
    this.#profiles = parts.profiles;
    this.#turns = parts.turns;
  }

  eraseWalk(walkId: string): Promise<void> {
    const { walk } = this.#rows.get(walkId);
    this.#appender.forget(walkId);
    return this.#erase('walk = ?', walk);
  }

  async eraseProfile(profileId: string): Promise<void> {
    this.#profiles.get(profileId);
    await this.#erase('profile_id = ?', profileId);
    const { db } = this.#connection;
    this.#withSpace(() => {
      db.prepare('DELETE FROM settings WHERE profile_id = ?').run(profileId);
      db.prepare('DELETE FROM profiles WHERE id = ?').run(profileId);
    });
    this.#profiles.first();
    await this.finish();
  }

  async eraseAll(): Promise<void> {
    await this.#erase('1 = ?', 1);
    this.#withSpace(() => {
      for (const table of ['settings', 'tokens', 'pairings', 'profiles'])
        this.#connection.db.exec(`DELETE FROM ${table}`);
    });
    this.#profiles.first();
    await this.finish();
  }

  async applyRetention(rule: RetentionRule): Promise<{ readonly rawRemoved: number; readonly walksErased: number }> {
    const { db } = this.#connection;
    const old = (days: number | undefined, also: string): { walk: number; id: string }[] =>
      days === undefined
        ? []
        : db
            .prepare<[number], { walk: number; id: string }>(
              `SELECT walk, id FROM walks WHERE hidden IS NULL AND state = 'finished' AND started_at_ms < ? ${also}`,
            )
            .all(rule.nowMs - days * MS_A_DAY);
    const walks = old(rule.walkDays, '');
    for (const { walk } of walks) await this.#erase('walk = ?', walk);
    const raw = old(rule.rawDays, 'AND raw_removed = 0');
    for (const { walk } of raw) {
      this.#withSpace(() =>
        db.prepare('UPDATE walks SET raw_removed = 1, raw_bytes = 0, notifications = 0 WHERE walk = ?').run(walk),
      );
      await this.finish();
    }
    return { rawRemoved: raw.length, walksErased: walks.length };
  }

  /** Removes what is hidden or marked as removed. Does nothing where there is nothing. */
  finish(): Promise<void> {
    return this.#turns.run(async () => {
      const { db } = this.#connection;
      if (!this.#connection.isOpen()) return;
      const gone = db.prepare<[], { walk: number; whole: number }>(
        `SELECT walk, hidden IS NOT NULL AS whole FROM walks WHERE hidden = 'erasing'
           OR (raw_removed = 1 AND EXISTS (SELECT 1 FROM chunks c WHERE c.walk = walks.walk))`,
      );
      for (let row = gone.get(); row !== undefined; row = gone.get()) {
        await this.#remove(row.walk, row.whole === 1);
        if (!this.#connection.isOpen()) return;
      }
      await this.#shrink();
      this.#appender.paused = false;
      this.#reserve.take();
    });
  }

  get pending(): boolean {
    return (
      this.#connection.db.prepare<[], { n: number }>("SELECT count(*) AS n FROM walks WHERE hidden = 'erasing'").get()
        ?.n !== 0
    );
  }

  #erase(where: string, value: string | number): Promise<void> {
    const { db } = this.#connection;
    const ids = db.prepare<[string | number], { id: string }>(`SELECT id FROM walks WHERE ${where}`).all(value);
    for (const { id } of ids) this.#appender.forget(id);
    this.#withSpace(() => {
      db.prepare(
        `INSERT OR IGNORE INTO mirror_rewrites (mirror, walk_id) SELECT m.mirror, w.id FROM mirrors m, walks w WHERE ${where}`,
      ).run(value);
      db.prepare(`UPDATE walks SET hidden = 'erasing' WHERE ${where}`).run(value);
    });
    return this.finish();
  }

  async #remove(walk: number, whole: boolean): Promise<void> {
    const { db } = this.#connection;
    const portions = [
      `DELETE FROM chunks WHERE chunk IN (SELECT chunk FROM chunks WHERE walk = ? LIMIT ${CHUNKS_AT_ONCE})`,
    ];
    if (whole)
      portions.push(
        `DELETE FROM mirror_parked WHERE entry_id IN (SELECT id FROM entries WHERE walk = ?)`,
        `DELETE FROM entries WHERE id IN (SELECT id FROM entries WHERE walk = ? LIMIT ${ENTRIES_AT_ONCE})`,
        'DELETE FROM marks WHERE walk = ?',
        'DELETE FROM resume_points WHERE walk = ?',
        'DELETE FROM walks WHERE walk = ?',
      );
    for (const sql of portions) {
      const statement = db.prepare<[number]>(sql);
      while (this.#withSpace(() => statement.run(walk).changes) > 0) {
        await breathe();
        if (!this.#connection.isOpen()) return;
      }
    }
  }

  /** Gives free pages back to the disk and empties the log. */
  async #shrink(): Promise<void> {
    const { db } = this.#connection;
    while ((db.pragma('freelist_count', { simple: true }) as number) > 0) {
      this.#withSpace(() => db.pragma(`incremental_vacuum(${PAGES_AT_ONCE})`));
      await breathe();
      if (!this.#connection.isOpen()) return;
    }
    this.#connection.emptyLog();
  }

  /** A write that has to work on a full disk too: with the space of the reserve, and while recording waits in memory. */
  #withSpace<T>(work: () => T): T {
    try {
      return this.#connection.write(work);
    } catch (error) {
      if (!isDiskTrouble(error) || !this.#reserve.held) throw error;
      this.#appender.paused = true;
      this.#reserve.free();
      return this.#connection.write(work);
    }
  }
}
