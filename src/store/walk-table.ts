import { deserialize } from 'node:v8';
import type { SensorNotification } from '../domain/notification.ts';
import type { WalkRecord } from '../domain/records.ts';
import type { Pause } from '../domain/wearer-told.ts';
import type { Appender } from './appender.ts';
import { breathe, type Connection } from './connection.ts';
import { readAround, type ReadRange } from './damage-reading.ts';
import type { EntryLog } from './entry-log.ts';
import { chunkOf, decodeChunk, mergeFrames, type ChunkRow } from './packet-chunk.ts';
import { checkedLimit, pageOf, readCursor } from './paging.ts';
import { StoreError } from './store-error.ts';
import type { StoredFeed } from './stored-feed.ts';
import { isUlid, newUlid } from './ulid.ts';
import type { StateEntry, TagsEntry, WalkEntry, WalkEntryType, WalkState, WalkTags } from './walk-entry.ts';
import { shown, walkOf, type WalkRow, type WalkRows } from './walk-rows.ts';
import type { DamagedChunk, NewWalk, NotificationBatch, Page, ResumePoint, Walk, WalkPatch } from './walk-store.ts';
import type { Profiles, WalkQuery, Walks } from './walk-store.ts';

/** Seconds read at once, and how long a reader keeps others waiting [ms]. */
const SECONDS_A_READ = 20;
const LONGEST_TURN_MS = 8;

/** Table `walks`, with the packets that belong to each. */
export class WalkTable implements Walks {
  readonly #connection: Connection;
  readonly #rows: WalkRows;
  readonly #log: EntryLog;
  readonly #appender: Appender;
  readonly #feed: StoredFeed;
  readonly #profiles: Profiles;
  readonly #chunks;
  /** Chunks found damaged since the start, for health. */
  readonly damaged = new Map<string, DamagedChunk>();

  constructor(parts: {
    readonly connection: Connection;
    readonly rows: WalkRows;
    readonly log: EntryLog;
    readonly appender: Appender;
    readonly feed: StoredFeed;
    readonly profiles: Profiles;
  }) {
    this.#connection = parts.connection;
    this.#rows = parts.rows;
    this.#log = parts.log;
    this.#appender = parts.appender;
    this.#feed = parts.feed;
    this.#profiles = parts.profiles;
    this.#chunks = parts.connection.db.prepare<[number, number, number], ChunkRow>(
      `SELECT seq, slot, from_s, to_s, count, crc32c, body FROM chunks
         WHERE walk = ? AND seq > ? AND seq <= ? ORDER BY seq, slot`,
    );
  }

  create(walk: NewWalk): Walk {
    const id = walk.id ?? newUlid(walk.startedAtMs);
    if (!isUlid(id)) throw new StoreError('invalid', `A walk's id is a ULID (26 characters); found ${shown(id)}.`);
    const profileId = walk.profileId ?? this.#profiles.first().id;
    this.#profiles.get(profileId);
    const entries = this.#connection.write(() => {
      const row = this.#connection.db
        .prepare<[Record<string, string | number | null>], WalkRow>(
          `INSERT INTO walks (id, profile_id, state, started_at_ms, monotonic_zero_ns, boot_id, title, source, tags, slots)
           VALUES (:id, :profileId, 'recording', :startedAtMs, :zero, :bootId, :title, :source, :tags, :slots) RETURNING *`,
        )
        .get({
          id,
          profileId,
          startedAtMs: Math.round(walk.startedAtMs),
          zero: walk.monotonicZeroNs ?? null,
          bootId: walk.bootId ?? null,
          title: walk.title ?? '',
          source: walk.source ?? 'live',
          tags: JSON.stringify(walk.tags ?? {}),
          slots: JSON.stringify(walk.slots),
        });
      return row === undefined ? [] : this.#log.insert(row, [stateEntry('recording', 0)]);
    });
    this.#feed.tell(id, entries);
    return this.get(id);
  }

  get(walkId: string): Walk {
    return walkOf(this.#rows.get(walkId));
  }

  find(walkId: string): Walk | undefined {
    const row = this.#rows.find(walkId);
    return row === undefined ? undefined : walkOf(row);
  }

  list(query: WalkQuery = {}): Page<Walk> {
    const limit = checkedLimit(query.limit);
    const cursor = readCursor(query.cursor);
    const conditions: [string, Record<string, string | number | undefined>][] = [
      ['profile_id = :profileId', { profileId: query.profileId }],
      ['state = :state', { state: query.state }],
      ['started_at_ms >= :fromMs', { fromMs: query.fromMs }],
      ['started_at_ms < :toMs', { toMs: query.toMs }],
      ['(started_at_ms, walk) < (:key, :row)', { key: cursor?.key, row: cursor?.row }],
    ];
    const asked = conditions.filter(([, given]) => !Object.values(given).includes(undefined));
    const where = ['hidden IS NULL', ...asked.map(([text]) => text)].join(' AND ');
    const values = Object.assign({ limit: limit + 1 }, ...asked.map(([, given]) => given)) as Record<
      string,
      string | number
    >;
    const rows = this.#connection.read(() =>
      this.#connection.db
        .prepare<[Record<string, string | number>], WalkRow>(
          `SELECT * FROM walks WHERE ${where} ORDER BY started_at_ms DESC, walk DESC LIMIT :limit`,
        )
        .all(values),
    );
    return pageOf(rows, limit, (r) => ({ key: r.started_at_ms, row: r.walk }), walkOf);
  }

  finish(walkId: string, end: { readonly endedAtMs: number; readonly summary: WalkRecord | null }): Walk {
    if (this.#rows.get(walkId).state === 'finished')
      throw new StoreError('conflict', `The walk ${walkId} is finished already.`);
    this.#appender.settle(walkId);
    return this.#setState(walkId, 'finished', (row) => {
      this.#connection.db
        .prepare('UPDATE walks SET ended_at_ms = ?, summary = ? WHERE walk = ?')
        .run(Math.round(end.endedAtMs), end.summary === null ? null : JSON.stringify(end.summary), row.walk);
      this.#connection.db.prepare('DELETE FROM resume_points WHERE walk = ?').run(row.walk);
    });
  }

  resume(walkId: string): Walk {
    const { state } = this.#rows.get(walkId);
    if (state !== 'interrupted')
      throw new StoreError('conflict', `Only an interrupted walk can be resumed; the walk ${walkId} is ${state}.`);
    return this.#setState(walkId, 'recording');
  }

  patch(walkId: string, patch: WalkPatch): Walk {
    const { tags: before, walk } = this.#rows.get(walkId);
    const tags = new Map<string, unknown>(Object.entries(JSON.parse(before) as WalkTags));
    for (const [key, value] of Object.entries(patch.tags ?? {})) {
      if (value === null) tags.delete(key);
      else tags.set(key, value);
    }
    this.#connection.write(() => {
      this.#connection.db
        .prepare(
          'UPDATE walks SET tags = ?, title = coalesce(?, title), slots = coalesce(?, slots), summary = coalesce(?, summary) WHERE walk = ?',
        )
        .run(
          JSON.stringify(Object.fromEntries(tags)),
          patch.title ?? null,
          patch.slots === undefined ? null : JSON.stringify(patch.slots),
          patch.summary === undefined ? null : JSON.stringify(patch.summary),
          walk,
        );
    });
    return this.get(walkId);
  }

  changeTags(walkId: string, atS: number, tags: WalkTags): Walk {
    if (!Number.isFinite(atS)) throw new StoreError('invalid', `Tags change at a time of the walk [s]; found ${atS}.`);
    const row = this.#rows.get(walkId);
    const entries = this.#connection.write(() => {
      const entry: TagsEntry = { type: 'tags', at_s: atS, tags };
      return this.#log.insert(row, [entry]);
    });
    this.#feed.tell(walkId, entries);
    return this.get(walkId);
  }

  tagChanges(walkId: string): readonly { readonly atS: number; readonly tags: WalkTags }[] {
    return Array.from(this.#entries(walkId, 'tags'), ({ at_s, tags }) => ({ atS: at_s, tags }));
  }

  pause(walkId: string, atS: number, paused: boolean): void {
    if (!Number.isFinite(atS)) throw new StoreError('invalid', `A walk is paused at a time of it [s]; found ${atS}.`);
    const row = this.#rows.get(walkId);
    const last = this.pauses(walkId).at(-1);
    if ((last?.to_s === null) === paused) return;
    // In the order of the log whatever the clock says: a pause never ends before it began.
    const at_s = Math.max(atS, last?.to_s ?? last?.from_s ?? 0);
    const entries = this.#connection.write(() => this.#log.insert(row, [{ type: 'pause', at_s, paused }]));
    this.#feed.tell(walkId, entries);
  }

  pauses(walkId: string): readonly Pause[] {
    const list: { from_s: number; to_s: number | null }[] = [];
    for (const { at_s, paused } of this.#entries(walkId, 'pause')) {
      const last = list.at(-1);
      if (paused && last?.to_s !== null) list.push({ from_s: at_s, to_s: null });
      else if (!paused && last?.to_s === null) last.to_s = at_s;
    }
    return list;
  }

  /** All entries of one type, in the order of time. */
  *#entries<T extends WalkEntryType>(walkId: string, type: T): Generator<Extract<WalkEntry, { type: T }>> {
    let cursor: string | null | undefined;
    while (cursor !== null) {
      const page = this.#log.page(walkId, { types: [type], limit: 1000, ...(cursor === undefined ? {} : { cursor }) });
      for (const { entry } of page.items) yield entry;
      cursor = page.nextCursor;
    }
  }

  resumePoint(walkId: string): ResumePoint | undefined {
    const { walk } = this.#rows.get(walkId);
    const row = this.#connection.read(() =>
      this.#connection.db
        .prepare<[number], { seq: number; last_entry_id: number; snapshot: Uint8Array }>(
          'SELECT seq, last_entry_id, snapshot FROM resume_points WHERE walk = ?',
        )
        .get(walk),
    );
    if (row === undefined) return undefined;
    try {
      return { snapshot: deserialize(row.snapshot) as unknown, seq: row.seq, lastEntryId: row.last_entry_id };
    } catch {
      // Damaged, or of another version of Node: the walk can still be analysed again from its packets.
      return undefined;
    }
  }

  *notificationBatches(walkId: string, range: { readonly afterSeq?: number } = {}): Generator<NotificationBatch> {
    let after = range.afterSeq ?? 0;
    for (;;) {
      const { walk, last_seq: last } = this.#rows.get(walkId);
      if (after >= last) return;
      const until = Math.min(after + SECONDS_A_READ, last);
      const { rows, unreadable } = readAround(this.#connection, after, until, (a, b) => this.#chunks.all(walk, a, b));
      for (let i = 0; i < rows.length;) {
        const { seq } = rows[i]!;
        let end = i;
        while (rows[end]?.seq === seq) end++;
        yield this.#batch(walkId, seq, rows.slice(i, end));
        i = end;
      }
      if (unreadable.length > 0) yield this.#unreadable(walkId, unreadable);
      after = until;
    }
  }

  async *notifications(walkId: string): AsyncGenerator<SensorNotification> {
    let turnMs = performance.now();
    for (const batch of this.notificationBatches(walkId)) {
      yield* batch.notifications;
      if (performance.now() - turnMs < LONGEST_TURN_MS) continue;
      await breathe();
      turnMs = performance.now();
    }
  }

  /** Walks that were being recorded when the last process ended. @returns their number */
  markInterrupted(): number {
    const cut = this.#connection.read(() =>
      this.#connection.db
        .prepare<[], { id: string }>("SELECT id FROM walks WHERE state = 'recording' AND hidden IS NULL")
        .all(),
    );
    for (const { id } of cut) this.#setState(id, 'interrupted');
    return cut.length;
  }

  #setState(walkId: string, state: WalkState, also?: (row: WalkRow) => void): Walk {
    const entries = this.#connection.write(() => {
      const row = this.#rows.get(walkId);
      this.#connection.db.prepare('UPDATE walks SET state = ? WHERE walk = ?').run(state, row.walk);
      also?.(row);
      return this.#log.insert(row, [stateEntry(state, row.duration_s)]);
    });
    this.#feed.tell(walkId, entries);
    return this.get(walkId);
  }

  #batch(walkId: string, seq: number, rows: readonly ChunkRow[]): NotificationBatch {
    const good: Parameters<typeof mergeFrames>[0][number][] = [];
    const damaged: DamagedChunk[] = [];
    for (const row of rows) {
      const decoded = decodeChunk(chunkOf(row));
      if (decoded.ok) good.push(decoded.frames);
      else damaged.push({ walkId, seq, slot: row.slot, fromS: row.from_s, toS: row.to_s, why: decoded.why });
    }
    this.#remember(damaged);
    return { seq, notifications: mergeFrames(good), damaged };
  }

  #unreadable(walkId: string, seconds: ReadRange<ChunkRow>['unreadable']): NotificationBatch {
    const damaged = seconds.map(({ number: seq, why }) => ({ walkId, seq, slot: -1, fromS: seq - 1, toS: seq, why }));
    this.#remember(damaged);
    return { seq: seconds.at(-1)?.number ?? 0, notifications: [], damaged };
  }

  #remember(damaged: readonly DamagedChunk[]): void {
    for (const chunk of damaged) this.damaged.set(`${chunk.walkId}/${chunk.seq}/${chunk.slot}`, chunk);
  }
}

const stateEntry = (state: WalkState, atS: number): StateEntry => ({ type: 'state', at_s: atS, state });
