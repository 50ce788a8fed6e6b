import type { GaitRecord, WalkRecord } from '../domain/records.ts';
import type { SensorNotification, SensorSlot } from '../domain/notification.ts';
import type { SensorSite, Side } from '../domain/sites.ts';
import type { Pause } from '../domain/wearer-told.ts';
import type { AuditCheck, AuditEntry, NewAuditEntry } from './audit-entry.ts';
import type { DamagedChunk, ImportReport, IntegrityReport, RetentionRule, StoreHealth } from './store-reports.ts';
import type { Mark, StoredEntry, WalkEntry, WalkEntryType, WalkState, WalkTags } from './walk-entry.ts';

export type * from './audit-entry.ts';
export type * from './store-reports.ts';
export type * from './walk-entry.ts';

/**
 * What the store can do; `openWalkStore(folder, options)` in open-store.ts gives one. Calls are synchronous where they take
 * below a few milliseconds and asynchronous (in small portions, so that recording goes on) where they may take longer.
 *
 * Errors: {@link StoreError} with a `code` (store-error.ts). `not_found`, `conflict` and `invalid` are the caller's; `full`
 * means that the disk is full and the call can be repeated once there is space.
 */
export interface WalkStore {
  readonly folder: string;
  readonly walks: Walks;
  readonly entries: Entries;
  readonly marks: Marks;
  readonly profiles: Profiles;
  readonly settings: Settings;
  readonly pairings: Pairings;
  readonly tokens: Tokens;
  readonly audit: AuditTrail;

  /**
   * Stores a second of a walk in one transaction that survives a power cut. When the disk is full the second is held in
   * memory, in order, and every later call tries it again; {@link AppendResult} says what is safe. Never throws for a full disk.
   * At most 4 calls a second in all.
   * @throws StoreError `not_found`; `conflict` where the walk isn't recording
   */
  append(walkId: string, second: WalkSecond): AppendResult;
  /** Tries again what a full disk held up (also done by every `append`). */
  retryHeld(): readonly AppendResult[];

  /** What is degraded and why. Cheap: may be asked every second. */
  health(): StoreHealth;
  /** Reads everything once and checks it: pages, rows, the CRC of every chunk. In portions; minutes on a large store. */
  integrity(): Promise<IntegrityReport>;

  /** Copies the store into one file (0600, same key) while recording goes on. @returns bytes written */
  backup(file: string): Promise<number>;
  /** Everything but tokens as JSON lines (docs/operations.md), the last line with counts and a SHA-256 over the others. */
  exportAll(): AsyncGenerator<string>;
  /** Takes an export in. Walks that are already there are left as they are. Nothing half-imported stays visible. */
  importAll(lines: AsyncIterable<string>): Promise<ImportReport>;
  /** The strides of a walk as CSV, header first, safe to open in a spreadsheet. */
  stridesCsv(walkId: string): AsyncGenerator<string>;

  /** Erases a walk so that none of its bytes stay in the files. Goes on at the next start if cut off. Works while the disk is full. */
  eraseWalk(walkId: string): Promise<void>;
  /** Erases a person: walks, marks, settings, tokens. */
  eraseProfile(profileId: string): Promise<void>;
  /** Erases everything, pairings and tokens too; a fresh profile and the audit trail (which says nothing of walks) are left. */
  eraseAll(): Promise<void>;
  /** Removes what is older than the wearer wants to keep. */
  applyRetention(rule: RetentionRule): Promise<{ readonly rawRemoved: number; readonly walksErased: number }>;

  /** Called after each commit that stored entries, in order: feed of the live stream. @returns unsubscribe */
  onStored(callback: (walkId: string, entries: readonly StoredEntry[]) => void): () => void;
  /** Writes what is held, empties the log file, closes. A recording walk stays `recording` and is `interrupted` at the next open. */
  close(): void;
}

export interface Walks {
  /** @throws StoreError `conflict` where the id exists */
  create(walk: NewWalk): Walk;
  /** @throws StoreError `not_found` */
  get(walkId: string): Walk;
  find(walkId: string): Walk | undefined;
  /** Newest first. */
  list(query?: WalkQuery): Page<Walk>;
  /**
   * Ends a walk: state, end time, summary. Also closes an interrupted one.
   * @throws StoreError `full` while a full disk holds up its last seconds; `conflict` where it is finished already
   */
  finish(walkId: string, end: { readonly endedAtMs: number; readonly summary: WalkRecord | null }): Walk;
  /** An interrupted walk is recording again. @throws StoreError `conflict` where it isn't interrupted */
  resume(walkId: string): Walk;
  /** The tags of the whole walk, corrected afterwards. Given fields replace, `null` removes. */
  patch(walkId: string, patch: WalkPatch): Walk;
  /** Tags that change in mid-walk; they go into the walk's log. */
  changeTags(walkId: string, atS: number, tags: WalkTags): Walk;
  tagChanges(walkId: string): readonly { readonly atS: number; readonly tags: WalkTags }[];
  /** The wearer paused (`true`) or goes on; saying it twice changes nothing. It goes into the walk's log. */
  pause(walkId: string, atS: number, paused: boolean): void;
  /** Pauses in order; `to_s` of the last is null while it lasts (in a walk that is over: until its end). */
  pauses(walkId: string): readonly Pause[];
  /** What WalkSession.snapshot() was at the last append that carried one, with the state of the log at that time. */
  resumePoint(walkId: string): ResumePoint | undefined;
  /** Notifications as they came, a second at a time, in order of arrival. Each step reads a few rows: let the loop breathe between them. */
  notificationBatches(walkId: string, range?: { readonly afterSeq?: number }): Generator<NotificationBatch>;
  /** The same, one by one, pausing every few milliseconds for others. */
  notifications(walkId: string): AsyncGenerator<SensorNotification>;
}

export interface Entries {
  /** In order of storing, after the given id: what Last-Event-ID asks for. At most `limit` (500). */
  after(walkId: string, id: number, limit?: number): readonly StoredEntry[];
  /** Id of the newest entry of a walk; 0 where there is none. */
  lastId(walkId: string): number;
  /** In order of time (initial contact, event, finding), by pages. */
  page<T extends WalkEntryType>(
    walkId: string,
    query: EntryQuery<T>,
  ): Page<StoredEntry<Extract<WalkEntry, { type: T }>>>;
  count(walkId: string, type: WalkEntryType): number;
  /**
   * Puts the records of a new analysis in the place of the old ones: written in portions beside them, shown at once when all
   * are there. What the wearer did (marks, tags, states) stays. Ids go on growing.
   */
  replace(walkId: string, records: Iterable<GaitRecord> | AsyncIterable<GaitRecord>): Promise<number>;
}

export interface Marks {
  add(walkId: string, mark: NewMark): Mark;
  update(markId: string, patch: Partial<Pick<NewMark, 'place' | 'strength' | 'note' | 'atS'>>): Mark;
  /** Undo is kept as such; `undo` of an undone mark is no error. */
  undo(markId: string): Mark;
  /** @throws StoreError `not_found` */
  get(markId: string): Mark;
  list(walkId: string): readonly Mark[];
  /** All of a person, newest walk first. */
  ofProfile(profileId: string, query?: PageQuery): Page<Mark>;
}

export interface Profiles {
  /** The person of a fresh store: there is always one. */
  first(): Profile;
  list(): readonly Profile[];
  get(profileId: string): Profile;
  create(profile: { readonly name: string }): Profile;
  rename(profileId: string, name: string): Profile;
}

/** Small JSON values: consent, safety answers, preferences; of a person, or (profile `null`) of the service. */
export interface Settings {
  get(profileId: string | null, key: string): unknown;
  all(profileId: string | null): Readonly<Record<string, unknown>>;
  /** `undefined` removes. @throws StoreError `invalid` above 64 KiB */
  set(profileId: string | null, key: string, value: unknown): void;
}

export interface Pairings {
  list(): readonly StoredPairing[];
  find(deviceId: string): StoredPairing | undefined;
  /** Sets or replaces; a site that another sensor had goes to this one. */
  save(pairing: StoredPairing): void;
  forget(deviceId: string): void;
}

/** Tokens are known by the SHA-256 of their secret only. */
export interface Tokens {
  create(token: NewToken): StoredToken;
  /** The living token of this hash: neither revoked nor expired. An expired one is revoked for good, whatever the clock does later. */
  findByHash(sha256: Uint8Array, nowMs: number): StoredToken | undefined;
  list(): readonly StoredToken[];
  /** @returns false where there is no such token */
  revoke(tokenId: string): boolean;
  touch(tokenId: string, nowMs: number): void;
}

/** What was done with access and data: added to, never changed; nothing that was measured. */
export interface AuditTrail {
  add(entry: NewAuditEntry): AuditEntry;
  /** Newest first. */
  list(query?: PageQuery): Page<AuditEntry>;
  /** Follows the chain from its beginning. */
  check(): Promise<AuditCheck>;
}

export interface Walk {
  /** ULID: 26 characters, sorts by start. */
  readonly id: string;
  readonly profileId: string;
  readonly state: WalkState;
  /** Wall clock [ms since 1970]. */
  readonly startedAtMs: number;
  readonly endedAtMs: number | null;
  /** Reading of the monotonic clock at walk time 0 [ns] and the boot it belongs to, for resuming on the same boot. */
  readonly monotonicZeroNs: string | null;
  readonly bootId: string | null;
  /** Newest receive time stored [s]. */
  readonly durationS: number;
  readonly title: string;
  /** `live`, `import`, `ingest`, `virtual`: where it came from. */
  readonly source: string;
  readonly tags: WalkTags;
  readonly slots: readonly SensorSlot[];
  readonly summary: WalkRecord | null;
  /** Notifications stored (all in all), and bytes of their chunks. */
  readonly notifications: number;
  readonly rawBytes: number;
  /** The raw packets were removed by retention; records are still there. */
  readonly rawRemoved: boolean;
  /** Grows with every re-analysis. */
  readonly generation: number;
}

export interface NewWalk {
  /** Made from `startedAtMs` where it is left out. */
  readonly id?: string;
  /** The first profile where it is left out. */
  readonly profileId?: string;
  readonly startedAtMs: number;
  readonly monotonicZeroNs?: string;
  readonly bootId?: string;
  readonly title?: string;
  readonly source?: string;
  readonly tags?: WalkTags;
  readonly slots: readonly SensorSlot[];
}

export interface WalkPatch {
  readonly title?: string;
  readonly tags?: { readonly [K in keyof WalkTags]?: WalkTags[K] | null };
  /** Corrected sites (swapped sensors mended afterwards); analyse again after this. */
  readonly slots?: readonly SensorSlot[];
  /** What a new analysis of a finished walk says. */
  readonly summary?: WalkRecord;
}

/** Everything that one second of a walk brought. */
export interface WalkSecond {
  /** In order of arrival, over all slots. */
  readonly notifications: readonly SensorNotification[];
  readonly records: readonly GaitRecord[];
  /** WalkSession.snapshot() after these notifications: plain data (typed arrays allowed). Leave it out in most seconds if it is large. */
  readonly snapshot?: unknown;
}

export interface AppendResult {
  readonly walkId: string;
  /** True: this second and all before it are on the disk. */
  readonly stored: boolean;
  /** Seconds of this walk still held in memory because the disk is full. */
  readonly heldSeconds: number;
  /** Notifications of this walk that are on the disk: what may be acknowledged. */
  readonly storedNotifications: number;
  /** Entries that this call put on the disk, with their ids (those of held seconds too). */
  readonly entries: readonly StoredEntry[];
  /** Records that can't be placed in a walk because their time is no number. */
  readonly refusedRecords: number;
}

export interface ResumePoint {
  readonly snapshot: unknown;
  /** Batches up to this one went into the snapshot; later ones have to be pushed again. */
  readonly seq: number;
  /** Newest entry id when the snapshot was stored; later records come again from pushing. */
  readonly lastEntryId: number;
}

export interface NotificationBatch {
  /** Number of the second within its walk, from 1. */
  readonly seq: number;
  readonly notifications: readonly SensorNotification[];
  /** Chunks that could not be read: their CRC is wrong. */
  readonly damaged: readonly DamagedChunk[];
}

export interface Page<T> {
  readonly items: readonly T[];
  /** Give it back to get the next page; null at the end. */
  readonly nextCursor: string | null;
}

export interface PageQuery {
  readonly cursor?: string;
  /** 1 to 1000; 100 where it is left out. */
  readonly limit?: number;
}

export interface WalkQuery extends PageQuery {
  readonly profileId?: string;
  readonly state?: WalkState;
  /** Started within [from, to) [ms since 1970]. */
  readonly fromMs?: number;
  readonly toMs?: number;
}

export interface EntryQuery<T extends WalkEntryType = WalkEntryType> extends PageQuery {
  readonly types: readonly T[];
  readonly side?: Side;
  /** Time within [from, to) [s of the walk]. */
  readonly fromS?: number;
  readonly toS?: number;
}

export interface NewMark {
  readonly atS: number;
  readonly place: string;
  /** null: not said (yet) */
  readonly strength: number | null;
  readonly note?: string;
  readonly createdAtMs: number;
}

export interface Profile {
  readonly id: string;
  readonly name: string;
  readonly createdAtMs: number;
}

export interface StoredPairing {
  readonly id: string;
  readonly name: string;
  readonly model: string;
  readonly site: SensorSite;
  readonly virtual: boolean;
  /** Key of this device for control writes, where it has one. */
  readonly deviceKey?: Uint8Array;
}

export interface NewToken {
  readonly name: string;
  /** Scope or role, the API's word. */
  readonly role: string;
  readonly sha256: Uint8Array;
  readonly profileId?: string;
  readonly createdAtMs: number;
  readonly expiresAtMs?: number;
}

export interface StoredToken {
  readonly id: string;
  readonly name: string;
  readonly role: string;
  readonly profileId: string | null;
  readonly createdAtMs: number;
  readonly expiresAtMs: number | null;
  readonly lastUsedMs: number | null;
  readonly revoked: boolean;
}
