import type { WalkStore } from './walk-store.ts';

export interface OpenOptions {
  /** Encrypts the database at rest; the same key is needed at each open. Keep it out of argv and logs. */
  readonly key?: string | Uint8Array;
  /** Wall clock [ms since 1970], for times of rows that no caller gives. */
  readonly nowMs?: () => number;
  /** What to do with a database that can't be read: refuse (default), or move it into `damaged/` and begin a new one. */
  readonly onDamage?: 'refuse' | 'set_aside';
}

/**
 * Opens (or makes) the store of a data folder: `gaitkeeper.db` in it. Walks that a crash cut off are marked interrupted.
 * Only one process can have a folder open.
 * @throws StoreError `in_use`, `key`, `damaged`, `newer_schema`, `write_failed`
 */
export declare function openWalkStore(folder: string, options?: OpenOptions): WalkStore;
