import type { SensorNotification, SensorSlot } from '../../domain/notification.ts';
import type { GaitRecord, WalkRecord } from '../../domain/records.ts';
import type { LiveSnapshot } from '../../walk/live-snapshot.ts';
import { Breather } from './breather.ts';
import { toldOf } from './told-by-wearer.ts';
import { WalkSession } from '../../walk/walk-session.ts';
import type { AppendResult, Walk, WalkStore } from '../../store/walk-store.ts';
import { StoreError } from '../../store/store-error.ts';

/** A snapshot to resume from is stored this often [s of the walk]. */
const SNAPSHOT_EVERY_S = 60;

/** A chunk of packets holds at most this much of the walk [s]. */
export const MOST_IN_A_CHUNK_S = 10;

/**
 * A walk on its way from notifications to the store: what was pushed is analysed at once and written with the next `flush`,
 * all of a second in one transaction. Whoever feeds it (sensors, ingest) calls `flush` about once a second.
 */
export class RecordedWalk {
  readonly id: string;
  readonly #store: WalkStore;
  #session: WalkSession;
  readonly #program: string;
  #notifications: SensorNotification[] = [];
  #records: GaitRecord[] = [];
  #pushed = 0;
  #newestS = 0;
  #snapshotDueS = SNAPSHOT_EVERY_S;
  #heldSeconds = 0;
  #unwrittenBytes = 0;
  /** Pushed since an analysis with other sites has read all that is on the disk; undefined while there is none. */
  #sinceRead: SensorNotification[] | undefined;
  /** Set once the session was ended: a full disk may make the walk wait to be finished. */
  #ending: { readonly summary: WalkRecord | null } | undefined;

  private constructor(store: WalkStore, walk: Walk, session: WalkSession, program: string) {
    this.id = walk.id;
    this.#program = program;
    this.#store = store;
    this.#session = session;
    this.#pushed = walk.notifications;
    this.#newestS = walk.durationS;
  }

  /** A walk that has just been created. `program`: version that writes its snapshots. */
  static begin(store: WalkStore, walk: Walk, program: string): RecordedWalk {
    const session = sessionOf(walk);
    tellWearer(session, store, walk.id);
    return new RecordedWalk(store, walk, session, program);
  }

  /**
   * Goes on with an interrupted walk: from its last snapshot, through what was stored after it. A snapshot of another version
   * of the program is not trusted: the walk is then analysed from its beginning, and its records are replaced.
   */
  static async resume(store: WalkStore, walkId: string, program: string): Promise<RecordedWalk> {
    const walk = store.walks.get(walkId);
    const point = store.walks.resumePoint(walkId);
    const restored = point === undefined ? undefined : restoredSession(walk, point.snapshot, program);
    const session = restored ?? sessionOf(walk);
    tellWearer(session, store, walkId);
    const again: GaitRecord[] = [];
    const breather = new Breather();
    const afterSeq = restored === undefined || point === undefined ? {} : { afterSeq: point.seq };
    for (const batch of store.walks.notificationBatches(walkId, afterSeq)) {
      for (const notification of batch.notifications) again.push(...session.push(notification));
      await breather.breathe();
    }
    let missing: GaitRecord[] = [];
    if (restored === undefined) await store.entries.replace(walkId, again);
    else missing = notYetStored(store, walkId, point?.lastEntryId ?? 0, again);
    const recorded = new RecordedWalk(store, store.walks.resume(walkId), session, program);
    recorded.#records = missing;
    recorded.#snapshotDueS = walk.durationS;
    return recorded;
  }

  /** The wearer has just said something that the store now knows: a change of tags, a pause. */
  wearerSaid(): void {
    tellWearer(this.#session, this.#store, this.id);
  }

  /** Newest receive time [s of the walk]. */
  get newestS(): number {
    return this.#newestS;
  }

  /** Notifications pushed so far, those of before a resume too. */
  get pushed(): number {
    return this.#pushed;
  }

  /** Seconds that a full disk holds in memory. */
  get heldSeconds(): number {
    return this.#heldSeconds;
  }

  /** Bytes of the packets that wait for the next `flush`. */
  get unwrittenBytes(): number {
    return this.#unwrittenBytes;
  }

  /** What comes after the end (while a full disk holds it up) is not of the walk any more. */
  push(notification: SensorNotification): void {
    if (this.#ending !== undefined) return;
    this.#notifications.push(notification);
    this.#pushed++;
    this.#unwrittenBytes += notification.bytes.length;
    if (notification.receivedS > this.#newestS) this.#newestS = notification.receivedS;
    this.#sinceRead?.push(notification);
    for (const record of this.#session.push(notification)) this.#records.push(record);
  }

  /**
   * Swapped sensors, mended while the walk goes on: it is analysed from its first packet with these sites, and goes on with them.
   * Packets are written all the while; until the new analysis stands whole on the disk, the old one goes on, and is the walk's
   * own where that never comes. It must not be ended meanwhile.
   * @throws StoreError `full` where packets wait for room on the disk
   */
  async correctSites(slots: readonly SensorSlot[]): Promise<void> {
    const session = sessionOf({ slots });
    tellWearer(session, this.#store, this.id);
    try {
      await this.#store.entries.replace(this.id, this.#analysedAgain(session));
      this.#store.walks.patch(this.id, { slots });
      const since = this.#sinceRead ?? [];
      this.#records = [];
      for (const notification of since) for (const record of session.push(notification)) this.#records.push(record);
      tellWearer(session, this.#store, this.id);
      this.#session = session;
      // The old snapshot went with the old records.
      this.#snapshotDueS = this.#newestS;
    } finally {
      this.#sinceRead = undefined;
    }
  }

  async *#analysedAgain(session: WalkSession): AsyncGenerator<GaitRecord> {
    const breather = new Breather();
    let seq = 0;
    for (const batch of this.#store.walks.notificationBatches(this.id)) {
      for (const notification of batch.notifications) yield* session.push(notification);
      ({ seq } = batch);
      await breather.breathe();
    }
    // The rest in one go, so that nothing comes between it and what is pushed from now on.
    this.flush();
    if (this.#heldSeconds > 0)
      throw new StoreError(
        'full',
        'The disk is full: seconds of this walk wait in memory. Make room, then swap again.',
      );
    const rest: GaitRecord[] = [];
    for (const batch of this.#store.walks.notificationBatches(this.id, { afterSeq: seq }))
      for (const notification of batch.notifications) rest.push(...session.push(notification));
    this.#sinceRead = [];
    yield* rest;
  }

  /**
   * Writes what came since the last call: live a second, from a fast client more, in portions that a damaged chunk may cost.
   * @returns how far the walk is on the disk; undefined where there was nothing to write
   */
  flush(): AppendResult | undefined {
    const notifications = this.#notifications;
    // While sites are being corrected it is not settled whose records count: they wait, the packets don't.
    const settled = this.#sinceRead === undefined;
    const records = settled ? this.#records : [];
    if (notifications.length === 0 && records.length === 0) return undefined;
    this.#notifications = [];
    if (settled) this.#records = [];
    this.#unwrittenBytes = 0;
    let start = 0;
    for (let end = 1; end < notifications.length; end++) {
      if (notifications[end]!.receivedS - notifications[start]!.receivedS < MOST_IN_A_CHUNK_S) continue;
      this.#store.append(this.id, { notifications: notifications.slice(start, end), records: [] });
      start = end;
    }
    const last = { notifications: start === 0 ? notifications : notifications.slice(start), records };
    const withSnapshot = settled && this.#newestS >= this.#snapshotDueS && this.#ending === undefined;
    if (withSnapshot) this.#snapshotDueS = this.#newestS + SNAPSHOT_EVERY_S;
    const result = this.#store.append(
      this.id,
      withSnapshot ? { ...last, snapshot: { program: this.#program, session: this.#session.snapshot() } } : last,
    );
    this.#heldSeconds = result.heldSeconds;
    return result;
  }

  /**
   * Ends the walk: what was still held back is written, then the walk record. Where the disk refuses, it can be called again
   * once there is space; the session ends only once.
   * @throws StoreError `full`, `write_failed`
   */
  finish(endedAtMs: number): Walk {
    this.#ending ??= this.#endSession();
    this.flush();
    return this.#store.walks.finish(this.id, { endedAtMs, summary: this.#ending.summary });
  }

  #endSession(): { readonly summary: WalkRecord | null } {
    const records = this.#session.finish();
    this.#records.push(...records);
    return { summary: walkRecordOf(records) };
  }

  /** Since when the wearer has paused [s]; null while the walk goes on. */
  get pausedSinceS(): number | null {
    return this.#session.pausedSinceS;
  }

  live(): LiveSnapshot {
    return this.#session.live();
  }

  /** The walk record as it would be if the walk ended now. The walk itself goes on untouched. */
  summaryNow(): WalkRecord {
    if (this.#ending?.summary != null) return this.#ending.summary;
    const walk = this.#store.walks.get(this.id);
    const copy = sessionOf(walk);
    copy.restore(this.#session.snapshot());
    const record = walkRecordOf(copy.finish());
    if (record === null) throw new Error('A finished session gave no walk record.');
    return record;
  }
}

/** The session as a snapshot has it; undefined where it can't be gone on with. */
function restoredSession(walk: Walk, snapshot: unknown, program: string): WalkSession | undefined {
  const from = snapshot as { program?: unknown; session?: unknown } | null;
  if (from?.program !== program) return undefined;
  try {
    const session = sessionOf(walk);
    session.restore(from.session);
    return session;
  } catch {
    return undefined;
  }
}

/** Tells a session what the wearer said so far; saying it twice changes nothing. */
export function tellWearer(session: WalkSession, store: WalkStore, walkId: string): void {
  session.told(toldOf(store, walkId));
}

/** The session of a walk: curves are kept too. */
export const sessionOf = (walk: Pick<Walk, 'slots'>): WalkSession =>
  new WalkSession({ slots: walk.slots, curves: true });

export const walkRecordOf = (records: readonly GaitRecord[]): WalkRecord | null =>
  records.findLast((record): record is WalkRecord => record.type === 'walk') ?? null;

/** Pushing again gives records anew that were stored after the snapshot: those are left out, by their number. */
function notYetStored(store: WalkStore, walkId: string, afterId: number, again: GaitRecord[]): GaitRecord[] {
  let stored = 0;
  let id = afterId;
  for (;;) {
    const entries = store.entries.after(walkId, id);
    const last = entries.at(-1);
    if (last === undefined) break;
    id = last.id;
    for (const { entry } of entries) if (ANALYSED.has(entry.type)) stored++;
  }
  return again.slice(stored);
}

/** Entries that come from the analysis, not from the wearer. */
const ANALYSED: ReadonlySet<string> = new Set(['event', 'stride', 'step', 'finding', 'curve', 'walk']);
