import { statSync } from 'node:fs';
import { Appender } from './appender.ts';
import { AuditTable } from './audit-table.ts';
import { backupDatabase, removeUnfinishedCopies } from './backup.ts';
import { Connection } from './connection.ts';
import { schemaVersion, type Db } from './database.ts';
import { EntryLog } from './entry-log.ts';
import { Erasure } from './erasure.ts';
import { exportLines } from './export-lines.ts';
import { LineImport } from './import-lines.ts';
import { checkIntegrity } from './integrity.ts';
import { MarkTable } from './mark-table.ts';
import { MirrorOutbox } from './mirror-outbox.ts';
import { PairingTable } from './pairing-table.ts';
import { ProfileTable, SettingTable } from './profile-table.ts';
import { freeBytes, ReserveFile } from './reserve-file.ts';
import { isDiskTrouble } from './sqlite-errors.ts';
import { StoreError } from './store-error.ts';
import { StoredFeed, type StoredCallback } from './stored-feed.ts';
import { stridesAsCsv } from './strides-csv.ts';
import { TokenTable } from './token-table.ts';
import { Troubles } from './troubles.ts';
import { TurnTaking } from './turn-taking.ts';
import { WalkRows } from './walk-rows.ts';
import type { AppendResult, ImportReport, IntegrityReport, RetentionRule } from './walk-store.ts';
import type { StoreHealth, WalkSecond, WalkStore } from './walk-store.ts';
import { WalkTable } from './walk-table.ts';

/** Below this much free space the wearer is told [bytes]: about four hours of three sensors. */
const LOW_SPACE_BYTES = 200 * 1024 * 1024;

export interface StoreParts {
  readonly db: Db;
  readonly folder: string;
  readonly encrypted: boolean;
  readonly nowMs: () => number;
  readonly reserveBytes: number;
  /** Lets go of the folder. */
  readonly unlock: () => void;
  /** Where a damaged database was moved to at this start. */
  readonly setAside: string | undefined;
}

/** The store over one SQLite connection. Made by `openWalkStore`. */
export class SqliteWalkStore implements WalkStore {
  readonly folder: string;
  readonly walks: WalkTable;
  readonly entries: EntryLog;
  readonly marks: MarkTable;
  readonly profiles: ProfileTable;
  readonly settings: SettingTable;
  readonly pairings: PairingTable;
  readonly tokens: TokenTable;
  readonly audit: AuditTable;
  readonly #connection: Connection;
  readonly #appender: Appender;
  readonly #erasure: Erasure;
  readonly #feed = new StoredFeed();
  readonly #turns = new TurnTaking();
  readonly #reserve: ReserveFile;
  readonly #troubles: Troubles;
  readonly #parts: StoreParts;
  readonly #ending = new AbortController();

  constructor(parts: StoreParts) {
    const connection = new Connection(parts.db);
    const rows = new WalkRows(connection);
    this.#parts = parts;
    this.folder = parts.folder;
    this.#connection = connection;
    this.#reserve = new ReserveFile(parts.folder, parts.reserveBytes);
    this.#troubles = new Troubles(parts.nowMs);
    this.profiles = new ProfileTable(connection, parts.nowMs);
    this.settings = new SettingTable(connection);
    this.pairings = new PairingTable(connection);
    this.tokens = new TokenTable(connection);
    this.audit = new AuditTable(connection, parts.nowMs);
    this.entries = new EntryLog(connection, rows);
    this.#appender = new Appender(connection, rows, this.entries, this.#feed);
    this.marks = new MarkTable(connection, rows, this.entries, this.#feed);
    this.walks = new WalkTable({
      connection,
      rows,
      log: this.entries,
      appender: this.#appender,
      feed: this.#feed,
      profiles: this.profiles,
    });
    this.#erasure = new Erasure({
      connection,
      rows,
      appender: this.#appender,
      reserve: this.#reserve,
      profiles: this.profiles,
      turns: this.#turns,
    });
  }

  /** What a start has to put in order: cut-off walks, unfinished erasures and imports, the reserve. */
  recover(): void {
    try {
      this.#putInOrder();
    } catch (error) {
      if (!isDiskTrouble(error) || !this.#reserve.held) throw error;
      // A full disk must not keep the owner out: only from inside can walks be erased.
      this.#reserve.free();
      this.#putInOrder();
    }
    this.#reserve.take();
    removeUnfinishedCopies(this.folder);
    if (this.#erasure.pending)
      this.#erasure.finish().catch((error: unknown) => {
        // It is tried again at the next start and with the next erasure; health says that it is pending.
        if (!(error instanceof StoreError)) throw error;
      });
  }

  #putInOrder(): void {
    this.profiles.first();
    this.walks.markInterrupted();
    this.#connection.write(() =>
      this.#connection.db.exec("UPDATE walks SET hidden = 'erasing' WHERE hidden = 'importing'"),
    );
  }

  append(walkId: string, second: WalkSecond): AppendResult {
    return this.#appender.append(walkId, second);
  }

  retryHeld(): readonly AppendResult[] {
    return this.#appender.retry();
  }

  onStored(callback: StoredCallback): () => void {
    return this.#feed.subscribe(callback);
  }

  health(): StoreHealth {
    const free = freeBytes(this.folder);
    const { trouble, heldSeconds, lostNotifications } = this.#appender;
    const lost = lostNotifications === 0 ? '' : ` ${lostNotifications} packets did not fit and are lost.`;
    const waiting = `${heldSeconds} s of the walk wait in memory; they are stored as soon as it works again.${lost}`;
    const full = trouble?.code === 'full';
    const damaged = this.walks.damaged.size;
    const { setAside } = this.#parts;
    const troubles = this.#troubles.now({
      disk_full: full ? `The disk is full: free some space now. ${waiting}` : undefined,
      write_failed: trouble !== undefined && !full ? `${trouble.message} ${waiting}` : undefined,
      disk_low:
        !full && free < LOW_SPACE_BYTES
          ? `Only ${Math.floor(free / 1024 / 1024)} MB are free on the disk of ${this.folder}: free some before the next walk.`
          : undefined,
      damaged_chunks:
        damaged > 0
          ? `${damaged} seconds of recorded packets can't be read any more; the disk may be failing. Make a backup.`
          : undefined,
      set_aside:
        setAside === undefined
          ? undefined
          : `The database was damaged and was moved to ${setAside}; a new one was begun. Restore a backup if you have one.`,
      erase_pending: this.#erasure.pending
        ? 'An erasure is not finished yet; it goes on at the next start.'
        : undefined,
    });
    return {
      ok: troubles.length === 0,
      troubles,
      heldSeconds,
      freeBytes: free,
      databaseBytes: sizeOf(this.#connection.db.name) + sizeOf(`${this.#connection.db.name}-wal`),
      encrypted: this.#parts.encrypted,
      schemaVersion: schemaVersion(this.#connection.db),
    };
  }

  integrity(): Promise<IntegrityReport> {
    return this.#turns.run(() => checkIntegrity(this.#connection));
  }

  backup(file: string): Promise<number> {
    return this.#turns.run(() => backupDatabase(this.#connection, file, this.#ending.signal));
  }

  exportAll(): AsyncGenerator<string> {
    return exportLines(this.#connection);
  }

  async importAll(lines: AsyncIterable<string>): Promise<ImportReport> {
    const taking = new LineImport(this.#connection, this.entries, this.profiles);
    try {
      return await taking.run(lines);
    } catch (error) {
      this.#connection.write(() => {
        for (const walk of taking.hidden)
          this.#connection.db.prepare("UPDATE walks SET hidden = 'erasing' WHERE walk = ?").run(walk);
      });
      await this.#erasure.finish();
      throw error;
    }
  }

  stridesCsv(walkId: string): AsyncGenerator<string> {
    return stridesAsCsv(this.entries, walkId);
  }

  eraseWalk(walkId: string): Promise<void> {
    return this.#erasure.eraseWalk(walkId);
  }

  eraseProfile(profileId: string): Promise<void> {
    return this.#erasure.eraseProfile(profileId);
  }

  eraseAll(): Promise<void> {
    return this.#erasure.eraseAll();
  }

  applyRetention(rule: RetentionRule): Promise<{ readonly rawRemoved: number; readonly walksErased: number }> {
    return this.#erasure.applyRetention(rule);
  }

  mirrorOutbox(mirror: string): MirrorOutbox {
    return new MirrorOutbox(this.#connection, mirror);
  }

  close(): void {
    if (!this.#connection.db.open) return;
    this.#ending.abort();
    try {
      this.retryHeld();
      this.#connection.emptyLog();
    } catch (error) {
      // What is committed is safe in the log; the next start brings it in.
      if (!(error instanceof StoreError)) throw error;
    } finally {
      this.#connection.db.close();
      this.#parts.unlock();
    }
  }
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}
