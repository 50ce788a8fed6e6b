import { createHash } from 'node:crypto';
import type { TSchema } from 'typebox';
import { Compile, type Validator } from 'typebox/compile';
import { breathe, type Connection } from './connection.ts';
import { EXPORT_VERSION, ExportEntries, ExportLines, type ExportLine, type ExportLineType } from './export-format.ts';
import type { EntryLog } from './entry-log.ts';
import { StoreError } from './store-error.ts';
import { isUlid } from './ulid.ts';
import type { WalkEntry, WalkEntryType } from './walk-entry.ts';
import type { ImportReport, Profile, Profiles } from './walk-store.ts';

const compiled = <K extends string>(schemas: Readonly<Record<K, TSchema>>) =>
  Object.fromEntries(Object.entries<TSchema>(schemas).map(([key, schema]) => [key, Compile(schema)])) as Record<
    K,
    Validator
  >;
const lineChecks = compiled(ExportLines);
const entryChecks = compiled(ExportEntries);

/** Lines that go in one transaction. */
const PORTION = 200;
const LONGEST_LINE = 64 * 1024 * 1024;

/** Takes the lines of an export in. Its walks stay hidden until the last line has proved that all came through. */
export class LineImport {
  readonly #connection: Connection;
  readonly #log: EntryLog;
  readonly #hash = createHash('sha256');
  /** Internal numbers of the walks that this import brings; null for those that are there already. */
  readonly #walks = new Map<string, number | null>();
  /** The person whom the hidden walks stand with until the end. */
  readonly #first: Profile;
  /** Whether that person is of a fresh store and unused: it then makes room for those of the export. */
  readonly #fresh: boolean;
  readonly #small: (() => void)[] = [];
  readonly #owners: (() => void)[] = [];
  readonly #profiles = new Map<string, ExportLine<'profile'>>();
  #lines = 0;
  #ended = false;
  #entries = 0;
  #chunks = 0;

  constructor(connection: Connection, log: EntryLog, profiles: Profiles) {
    this.#connection = connection;
    this.#log = log;
    this.#first = profiles.first();
    this.#fresh = profiles.list().length === 1 && this.#first.name === '' && this.#isUnused();
  }

  /** @throws StoreError `invalid` with the line that is wrong; then nothing of it is shown and it can be cleared away */
  async run(lines: AsyncIterable<string>): Promise<ImportReport> {
    let portion: (() => void)[] = [];
    for await (const text of lines) {
      if (text === '') continue;
      portion.push(this.#read(text));
      if (portion.length < PORTION) continue;
      this.#write(portion);
      portion = [];
      await breathe();
    }
    this.#write(portion);
    if (!this.#ended)
      throw new StoreError('invalid', `The export is cut off after line ${this.#lines}: its last line is missing.`);
    this.#connection.write(() => {
      this.#takeProfiles();
      for (const work of this.#small) work();
      for (const work of this.#owners) work();
      if (this.#fresh && !this.#profiles.has(this.#first.id) && this.#profiles.size > 0 && this.#isUnused())
        this.#connection.db.prepare('DELETE FROM profiles WHERE id = ?').run(this.#first.id);
      for (const walk of this.#walks.values())
        if (walk !== null)
          this.#connection.db
            .prepare(
              `UPDATE walks SET hidden = NULL,
                 notifications = (SELECT coalesce(sum(count), 0) FROM chunks c WHERE c.walk = walks.walk),
                 raw_bytes = (SELECT coalesce(sum(length(body)), 0) FROM chunks c WHERE c.walk = walks.walk),
                 last_seq = (SELECT coalesce(max(seq), 0) FROM chunks c WHERE c.walk = walks.walk)
               WHERE walk = ?`,
            )
            .run(walk);
    });
    const all = [...this.#walks.values()];
    const skipped = all.filter((w) => w === null).length;
    return { walks: all.length - skipped, skippedWalks: skipped, entries: this.#entries, chunks: this.#chunks };
  }

  /** Internal numbers of walks of an import that failed. */
  get hidden(): readonly number[] {
    return [...this.#walks.values()].filter((w) => w !== null);
  }

  #write(portion: readonly (() => void)[]): void {
    if (portion.length === 0) return;
    this.#connection.write(() => {
      for (const work of portion) work();
    });
  }

  #read(text: string): () => void {
    this.#lines++;
    if (this.#ended) throw this.#wrong('there is more after the last line');
    if (text.length > LONGEST_LINE) throw this.#wrong('it is longer than any export writes');
    const value = this.#parse(text);
    const type = (value as { type?: unknown }).type;
    if (typeof type !== 'string' || !Object.hasOwn(ExportLines, type)) throw this.#wrong(`its type is not known`);
    if (this.#lines === 1 && type !== 'gaitkeeper_export')
      throw this.#wrong('an export begins with a line of type gaitkeeper_export');
    if (type !== 'end') this.#hash.update(text).update('\n');
    return this.#take(type as ExportLineType, value);
  }

  #parse(text: string): object {
    try {
      const value = JSON.parse(text) as unknown;
      if (typeof value === 'object' && value !== null) return value;
    } catch {
      // told below
    }
    throw this.#wrong('it is not a JSON object');
  }

  #take(type: ExportLineType, value: object): () => void {
    switch (type) {
      case 'gaitkeeper_export':
        if (this.#checked('gaitkeeper_export', value).version !== EXPORT_VERSION)
          throw this.#wrong(`this version of Gaitkeeper reads version ${EXPORT_VERSION} of the export`);
        return () => undefined;
      case 'profile': {
        const line = this.#checked('profile', value);
        this.#profiles.set(line.id, line);
        return () => undefined;
      }
      case 'setting':
        this.#small.push(this.#setting(this.#checked('setting', value)));
        return () => undefined;
      case 'pairing':
        this.#small.push(this.#pairing(this.#checked('pairing', value)));
        return () => undefined;
      case 'walk':
        return this.#walk(this.#checked('walk', value));
      case 'chunk':
        return this.#chunk(this.#checked('chunk', value));
      case 'entry':
        return this.#entry(this.#checked('entry', value));
      case 'mark':
        return this.#mark(this.#checked('mark', value));
      case 'unreadable':
        this.#checked('unreadable', value);
        return () => undefined;
      case 'end': {
        const line = this.#checked('end', value);
        const found = this.#hash.digest('hex');
        if (line.lines !== this.#lines - 1) throw this.#wrong(`it counts ${line.lines} lines before it`);
        if (line.sha256 !== found) throw this.#wrong('the lines before it were changed: their SHA-256 differs');
        this.#ended = true;
        return () => undefined;
      }
    }
  }

  #takeProfiles(): void {
    for (const line of this.#profiles.values()) this.#profile(line);
  }

  #isUnused(): boolean {
    const used = this.#connection.db
      .prepare<[{ id: string }], { n: number }>(
        `SELECT (SELECT count(*) FROM walks WHERE profile_id = :id) + (SELECT count(*) FROM settings WHERE profile_id = :id)
           + (SELECT count(*) FROM tokens WHERE profile_id = :id) AS n`,
      )
      .get({ id: this.#first.id });
    return used?.n === 0;
  }

  #profile(line: ExportLine<'profile'>): void {
    this.#connection.db
      .prepare('INSERT OR IGNORE INTO profiles (id, name, created_at_ms) VALUES (?, ?, ?)')
      .run(line.id, line.name, line.created_at_ms);
  }

  #setting(line: ExportLine<'setting'>): () => void {
    return () =>
      void this.#connection.db
        .prepare('INSERT OR IGNORE INTO settings (profile_id, key, value) VALUES (?, ?, ?)')
        .run(line.profile_id, line.key, JSON.stringify(line.value));
  }

  #pairing(line: ExportLine<'pairing'>): () => void {
    const key = line.device_key === null ? null : Buffer.from(line.device_key, 'base64');
    return () =>
      void this.#connection.db
        .prepare(
          `INSERT OR IGNORE INTO pairings (id, name, model, site, virtual, device_key)
             SELECT :id, :name, :model, :site, :virtual, :key
             WHERE :site = 'sensor' OR NOT EXISTS (SELECT 1 FROM pairings WHERE site = :site)`,
        )
        .run({ id: line.id, name: line.name, model: line.model, site: line.site, virtual: line.virtual, key });
  }

  #walk(line: ExportLine<'walk'>): () => void {
    if (!isUlid(line.id)) throw this.#wrong(`a walk's id is a ULID`);
    if (!this.#profiles.has(line.profile_id))
      throw this.#wrong('its walk belongs to a person that the export does not have');
    return () => {
      const { db } = this.#connection;
      if (db.prepare('SELECT 1 FROM walks WHERE id = ?').get(line.id) !== undefined) {
        this.#walks.set(line.id, null);
        return;
      }
      const { lastInsertRowid } = db
        .prepare(
          `INSERT INTO walks (id, profile_id, state, hidden, started_at_ms, ended_at_ms, title, source, tags, slots, summary,
             duration_s, raw_removed) VALUES (?, ?, ?, 'importing', ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        )
        .run(
          line.id,
          this.#first.id,
          line.state === 'recording' ? 'interrupted' : line.state,
          line.started_at_ms,
          line.ended_at_ms,
          line.title,
          line.source,
          JSON.stringify(line.tags),
          JSON.stringify(line.slots),
          line.summary === null ? null : JSON.stringify(line.summary),
          line.duration_s,
          line.raw_removed ? 1 : 0,
        );
      this.#walks.set(line.id, Number(lastInsertRowid));
      this.#owners.push(() => {
        db.prepare('UPDATE walks SET profile_id = ? WHERE walk = ?').run(line.profile_id, lastInsertRowid);
      });
    };
  }

  #ofWalk(walkId: string, work: (walk: number) => void): () => void {
    const wrong = this.#wrong('the walk it belongs to does not come before it');
    return () => {
      const walk = this.#walks.get(walkId);
      if (walk === undefined) throw wrong;
      if (walk !== null) work(walk);
    };
  }

  #chunk(line: ExportLine<'chunk'>): () => void {
    const body = Buffer.from(line.body, 'base64');
    return this.#ofWalk(line.walk_id, (walk) => {
      this.#connection.db
        .prepare(
          'INSERT INTO chunks (walk, seq, slot, from_s, to_s, count, crc32c, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
        )
        .run(walk, line.seq, line.slot, line.from_s, line.to_s, line.count, line.crc32c, body);
      this.#chunks++;
    });
  }

  #entry(line: ExportLine<'entry'>): () => void {
    const { type } = line.entry;
    if (!Object.hasOwn(entryChecks, type)) throw this.#wrong(`the type of its entry is not known`);
    this.#check(entryChecks[type as WalkEntryType], line.entry);
    return this.#ofWalk(line.walk_id, (walk) => {
      this.#entries += this.#log.insert({ walk, generation: 0 }, [line.entry as unknown as WalkEntry]).length;
    });
  }

  #mark(line: ExportLine<'mark'>): () => void {
    return this.#ofWalk(line.walk_id, (walk) => {
      this.#connection.db
        .prepare(
          `INSERT INTO marks (walk, id, at_s, place, strength, note, created_at_ms, undone) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
        )
        .run(walk, line.id, line.at_s, line.place, line.strength, line.note, line.created_at_ms, line.undone);
    });
  }

  #checked<T extends ExportLineType>(type: T, value: object): ExportLine<T> {
    this.#check(lineChecks[type], value);
    return value as ExportLine<T>;
  }

  #check(check: Validator, value: object): void {
    if (check.Check(value)) return;
    const first = check.Errors(value)[0];
    throw this.#wrong(`${first?.instancePath ?? ''} ${first?.message ?? 'does not fit'}`.trim());
  }

  #wrong(what: string): StoreError {
    return new StoreError(
      'invalid',
      `Line ${this.#lines} of the export can't be taken in: ${what}. Nothing was imported.`,
    );
  }
}
