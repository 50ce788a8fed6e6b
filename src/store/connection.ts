import type { Db } from './database.ts';
import { asStoreError } from './sqlite-errors.ts';

/** The one connection of a store, with errors in its own words. */
export class Connection {
  readonly db: Db;

  constructor(db: Db) {
    this.db = db;
  }

  /** False once the store was closed, which may happen while a long work goes on. */
  isOpen(): boolean {
    return this.db.open;
  }

  /** Runs in one transaction: all of it is on the disk when this returns, or nothing is. */
  write<T>(work: () => T): T {
    try {
      return this.db.transaction(work).immediate();
    } catch (error) {
      throw asStoreError(error);
    }
  }

  read<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw asStoreError(error);
    }
  }

  /** Empties the write-ahead log into the database, so that old content doesn't stay in it. */
  emptyLog(): void {
    this.read(() => this.db.pragma('wal_checkpoint(TRUNCATE)'));
  }
}

/** Lets timers and sockets have their turn. */
export const breathe = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
