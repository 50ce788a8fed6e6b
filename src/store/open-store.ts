import { existsSync, renameSync } from 'node:fs';
import path from 'node:path';
import { DATABASE_NAME } from './backup.ts';
import { DAMAGED_NAME, makeFolder, openDatabase, type Db } from './database.ts';
import { lockFolder } from './owner-lock.ts';
import { finishRekeying } from './rekey.ts';
import { RESERVE_BYTES } from './reserve-file.ts';
import { SqliteWalkStore } from './sqlite-store.ts';
import { StoreError } from './store-error.ts';

export interface OpenOptions {
  /** Encrypts the database at rest; the same key is needed at each open. Keep it out of argv and logs. */
  readonly key?: string | Uint8Array | undefined;
  /** Wall clock [ms since 1970], for times of rows that no caller gives. */
  readonly nowMs?: () => number;
  /** What to do with a database that can't be read: refuse (default), or move it into `damaged/` and begin a new one. */
  readonly onDamage?: 'refuse' | 'set_aside';
  /** Space kept back so that erasing works on a full disk [bytes]; 0 for none. */
  readonly reserveBytes?: number;
}

/**
 * Opens (or makes) the store of a data folder: `gaitkeeper.db` in it. Walks that a crash cut off are marked interrupted.
 * Only one process can have a folder open.
 * @throws StoreError `in_use`, `key`, `damaged`, `newer_schema`, `write_failed`, `full`
 */
export function openWalkStore(folder: string, options: OpenOptions = {}): SqliteWalkStore {
  const nowMs = options.nowMs ?? Date.now;
  const unlock = lockFolder(folder);
  finishRekeying(folder);
  try {
    const { db, setAside } = openOrSetAside(folder, options, nowMs);
    const store = new SqliteWalkStore({
      db,
      folder,
      encrypted: options.key !== undefined,
      nowMs,
      reserveBytes: options.reserveBytes ?? RESERVE_BYTES,
      unlock,
      setAside,
    });
    try {
      store.recover();
    } catch (error) {
      store.close();
      throw error;
    }
    return store;
  } catch (error) {
    unlock();
    throw error;
  }
}

function openOrSetAside(
  folder: string,
  options: OpenOptions,
  nowMs: () => number,
): { readonly db: Db; readonly setAside: string | undefined } {
  const file = path.join(folder, DATABASE_NAME);
  const open = (): Db => openDatabase(file, { key: options.key, nowMs });
  try {
    return { db: open(), setAside: undefined };
  } catch (error) {
    if (options.onDamage !== 'set_aside' || !(error instanceof StoreError) || error.code !== 'damaged') throw error;
    const aside = path.join(folder, DAMAGED_NAME, new Date(nowMs()).toISOString().replaceAll(/[:.]/g, '-'));
    makeFolder(aside);
    for (const name of [DATABASE_NAME, `${DATABASE_NAME}-wal`])
      if (existsSync(path.join(folder, name))) renameSync(path.join(folder, name), path.join(aside, name));
    return { db: open(), setAside: aside };
  }
}
