import { closeSync, existsSync, openSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3-multiple-ciphers';
import { makeFolder } from './database.ts';
import { asStoreError, sqliteCode } from './sqlite-errors.ts';
import { StoreError } from './store-error.ts';

/**
 * One process per data folder. The lock is SQLite's own on an empty file beside the database: the system frees it however
 * the process ends. Without it a second service would take the first one's walk for cut off.
 * @returns a function that lets go
 * @throws StoreError `in_use`, `write_failed`, `full`
 */
export function lockFolder(folder: string): () => void {
  const lock = openLock(folder);
  try {
    lock.pragma('journal_mode = MEMORY');
    lock.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    lock.close();
    if (sqliteCode(error) !== 'SQLITE_BUSY') throw asStoreError(error);
    throw new StoreError(
      'in_use',
      `Another Gaitkeeper is using ${folder}. Stop it first, or choose another folder with --data.`,
      { cause: error },
    );
  }
  return () => {
    if (lock.open) lock.close();
  };
}

function openLock(folder: string): Database.Database {
  try {
    makeFolder(folder);
    const file = path.join(folder, 'owner.lock');
    if (!existsSync(file)) closeSync(openSync(file, 'a', 0o600));
    return new Database(file, { timeout: 2000 });
  } catch (error) {
    throw asStoreError(error);
  }
}
