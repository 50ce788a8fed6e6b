import { serialize } from 'node:v8';
import type { Connection } from './connection.ts';
import { encodeEntry, type EntryRow } from './entry-codec.ts';
import type { EntryLog } from './entry-log.ts';
import { encodeChunks, type PacketChunk } from './packet-chunk.ts';
import { isDamage, isDiskTrouble } from './sqlite-errors.ts';
import { StoreError } from './store-error.ts';
import type { StoredFeed } from './stored-feed.ts';
import type { StoredEntry } from './walk-entry.ts';
import type { WalkRow, WalkRows } from './walk-rows.ts';
import type { AppendResult, WalkSecond } from './walk-store.ts';

/** A second in the form of its rows: owns its bytes. */
interface HeldSecond {
  readonly chunks: readonly PacketChunk[];
  readonly entries: readonly EntryRow[];
  readonly refused: number;
  readonly notifications: number;
  readonly bytes: number;
  readonly snapshot: Uint8Array | undefined;
}

/** What a full disk may hold up in memory, all walks together: about two hours of three sensors. Later packets are lost, and counted. */
const MOST_HELD_BYTES = 96 * 1024 * 1024;

/** Seconds that waited for space are written so many in one turn: a whole hour at once would hold up everybody else. */
const MOST_IN_A_TURN = 60;

/** Writes a walk's seconds, one transaction each, and holds them in order while the disk refuses. */
export class Appender {
  readonly #connection: Connection;
  readonly #walks: WalkRows;
  readonly #log: EntryLog;
  readonly #feed: StoredFeed;
  readonly #held = new Map<string, HeldSecond[]>();
  readonly #insertChunk;
  readonly #advance;
  readonly #setResumePoint;
  #heldBytes = 0;
  #lostNotifications = 0;
  #trouble: StoreError | undefined;
  /** Set while an erasure needs the last free bytes. */
  paused = false;

  constructor(connection: Connection, walks: WalkRows, log: EntryLog, feed: StoredFeed) {
    const { db } = connection;
    this.#connection = connection;
    this.#walks = walks;
    this.#log = log;
    this.#feed = feed;
    this.#insertChunk = db.prepare<[number, number, number, number, number, number, number, Uint8Array]>(
      'INSERT INTO chunks (walk, seq, slot, from_s, to_s, count, crc32c, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
    );
    this.#advance = db.prepare<[{ walk: number; seq: number; toS: number; count: number; bytes: number }]>(
      `UPDATE walks SET last_seq = :seq, duration_s = max(duration_s, :toS), notifications = notifications + :count,
         raw_bytes = raw_bytes + :bytes WHERE walk = :walk`,
    );
    this.#setResumePoint = db.prepare<[number, number, number, Uint8Array]>(
      `INSERT INTO resume_points (walk, seq, last_entry_id, snapshot) VALUES (?, ?, ?, ?)
         ON CONFLICT (walk) DO UPDATE SET seq = excluded.seq, last_entry_id = excluded.last_entry_id, snapshot = excluded.snapshot`,
    );
  }

  /** @throws StoreError `not_found`, `conflict`, `invalid`, never for a full disk */
  append(walkId: string, second: WalkSecond): AppendResult {
    const row = this.#walks.recording(walkId);
    for (const n of second.notifications)
      if (!Number.isFinite(n.receivedS) || !Number.isInteger(n.slot) || n.slot < 0 || n.slot > 0xffff)
        throw new StoreError('invalid', `A notification has slot ${n.slot} and time ${n.receivedS} s: not a number.`);
    this.#hold(walkId, encodeSecond(second));
    return this.#writeHeld(row);
  }

  /** Tries again what is held. */
  retry(): readonly AppendResult[] {
    const results: AppendResult[] = [];
    for (const walkId of this.#held.keys()) {
      const row = this.#walks.find(walkId);
      if (row === undefined) this.forget(walkId);
      else results.push(this.#writeHeld(row));
    }
    return results;
  }

  /** Writes what a walk has waiting. @throws StoreError `full` or `write_failed` where that fails */
  settle(walkId: string): void {
    const row = this.#walks.find(walkId);
    if (row === undefined || !this.#held.has(walkId)) return;
    const result = this.#writeHeld(row, true);
    if (!result.stored)
      throw this.#trouble ?? new StoreError('full', 'The last seconds of the walk are not on the disk yet: try again.');
  }

  forget(walkId: string): void {
    for (const second of this.#held.get(walkId) ?? []) this.#heldBytes -= second.bytes;
    this.#held.delete(walkId);
  }

  get heldSeconds(): number {
    let n = 0;
    for (const seconds of this.#held.values()) n += seconds.length;
    return n;
  }

  /** Notifications that were lost because the disk was full for longer than memory lasted. */
  get lostNotifications(): number {
    return this.#lostNotifications;
  }

  /** Why the last write failed; undefined once one succeeded. */
  get trouble(): StoreError | undefined {
    return this.#trouble;
  }

  #hold(walkId: string, second: HeldSecond): void {
    const seconds = this.#held.get(walkId);
    const tooMuch = this.#heldBytes + second.bytes > MOST_HELD_BYTES;
    const kept = tooMuch ? { ...second, chunks: [], notifications: 0, bytes: 0 } : second;
    if (tooMuch) this.#lostNotifications += second.notifications;
    this.#heldBytes += kept.bytes;
    if (seconds === undefined) this.#held.set(walkId, [kept]);
    else seconds.push(kept);
  }

  #writeHeld(row: WalkRow, all = false): AppendResult {
    const seconds = this.#held.get(row.id) ?? [];
    const entries: StoredEntry[] = [];
    let refused = 0;
    let { last_seq: seq, notifications } = row;
    let turn = 0;
    while (seconds.length > 0 && !this.paused && (all || turn++ < MOST_IN_A_TURN)) {
      const second = seconds[0]!;
      const at = seq + 1;
      try {
        entries.push(...this.#connection.write(() => this.#write(row, at, second)));
      } catch (error) {
        if (!isDiskTrouble(error) && !isDamage(error)) {
          // Nothing that a retry could mend: it must not hold up what comes after it.
          seconds.shift();
          this.#heldBytes -= second.bytes;
          throw error;
        }
        this.#trouble = error;
        break;
      }
      seq = at;
      notifications += second.notifications;
      refused += second.refused;
      seconds.shift();
      this.#heldBytes -= second.bytes;
      this.#trouble = undefined;
    }
    if (seconds.length === 0) this.#held.delete(row.id);
    this.#feed.tell(row.id, entries);
    return {
      walkId: row.id,
      stored: seconds.length === 0,
      heldSeconds: seconds.length,
      storedNotifications: notifications,
      entries,
      refusedRecords: refused,
    };
  }

  #write(row: WalkRow, seq: number, second: HeldSecond): StoredEntry[] {
    let toS = 0;
    let bytes = 0;
    for (const c of second.chunks) {
      this.#insertChunk.run(row.walk, seq, c.slot, c.fromS, c.toS, c.count, c.crc32c, c.body);
      toS = Math.max(toS, c.toS);
      bytes += c.body.length;
    }
    const entries = this.#log.insertEncoded(row, second.entries);
    this.#advance.run({ walk: row.walk, seq, toS, count: second.notifications, bytes });
    if (second.snapshot !== undefined)
      this.#setResumePoint.run(row.walk, seq, entries.at(-1)?.id ?? this.#log.lastIdOf(row), second.snapshot);
    return entries;
  }
}

function encodeSecond(second: WalkSecond): HeldSecond {
  const chunks = encodeChunks(second.notifications);
  const entries = second.records.map(encodeEntry).filter((e) => e !== undefined);
  const snapshot = second.snapshot === undefined ? undefined : serialize(second.snapshot);
  const bytes =
    chunks.reduce((sum, c) => sum + c.body.length, 0) +
    entries.reduce((sum, e) => sum + e.body.length, 0) +
    (snapshot?.length ?? 0);
  const refused = second.records.length - entries.length;
  return { chunks, entries, refused, notifications: second.notifications.length, bytes, snapshot };
}
