import {
  chmodSync,
  closeSync,
  copyFileSync,
  existsSync,
  linkSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3-multiple-ciphers';
import { DATABASE_NAME } from './backup.ts';
import { openDatabase, syncPath } from './database.ts';
import { asStoreError } from './sqlite-errors.ts';
import { StoreError } from './store-error.ts';

/** The copy that gets the new key, and the old file until it is overwritten. */
const PART = 'rekey.part';
const OLD = 'rekey.old';
const PORTION = Buffer.alloc(1024 * 1024);

export interface Rekeying {
  /** Key as it is, undefined for a plain database. */
  readonly key: string | undefined;
  /** Key as it shall be, undefined for a plain database. */
  readonly newKey: string | undefined;
  readonly nowMs: () => number;
}

/**
 * Encrypts a store, gives it another key, or makes it plain. The work is done on a copy, which is read through with the new key
 * before it takes the place of the old file in one step: whenever this is cut off, the store opens with the old key or with
 * the new one. The old file is overwritten. The caller holds the folder's lock.
 * @throws StoreError `not_found`, `key`, `damaged`, `full`, `write_failed`; the store is then as it was
 */
export function rekeyDatabase(folder: string, { key, newKey, nowMs }: Rekeying): void {
  const file = path.join(folder, DATABASE_NAME);
  const part = path.join(folder, PART);
  const old = path.join(folder, OLD);
  if (!existsSync(file)) throw new StoreError('not_found', `There is no ${DATABASE_NAME} in ${folder}.`);
  finishRekeying(folder);
  try {
    const now = openDatabase(file, { key, nowMs });
    try {
      now.pragma('wal_checkpoint(TRUNCATE)');
    } finally {
      now.close();
    }
    copyFileSync(file, part);
    chmodSync(part, 0o600);
    giveKey(part, key, newKey);
    readThrough(part, newKey, nowMs);
    syncPath(part);
    // A second name for the old file, so that it can be overwritten after its place was taken.
    linkSync(file, old);
    renameSync(part, file);
    syncPath(folder);
  } catch (error) {
    throw asStoreError(error);
  } finally {
    finishRekeying(folder);
  }
}

/** Overwrites and removes what a key change that was cut off left behind. Never throws. */
export function finishRekeying(folder: string): void {
  try {
    const old = path.join(folder, OLD);
    if (existsSync(old)) {
      // Cut off between the two names: the old file is still the store's, and only the second name goes.
      const database = path.join(folder, DATABASE_NAME);
      if (!existsSync(database) || statSync(old).ino !== statSync(database).ino) overwrite(old);
      rmSync(old);
    }
    for (const name of ['', '-journal', '-wal', '-shm']) {
      const part = path.join(folder, PART + name);
      if (existsSync(part)) {
        overwrite(part);
        rmSync(part);
      }
    }
  } catch {
    // A disk that refuses: the next start tries again.
  }
}

function giveKey(file: string, key: string | undefined, newKey: string | undefined): void {
  const db = new Database(file);
  try {
    if (key !== undefined) db.key(Buffer.from(key, 'utf8'));
    // The cipher can't be changed under a write-ahead log; opening the store brings that back.
    db.pragma('journal_mode = DELETE');
    db.rekey(Buffer.from(newKey ?? '', 'utf8'));
  } finally {
    db.close();
  }
}

function readThrough(file: string, key: string | undefined, nowMs: () => number): void {
  const db = openDatabase(file, { key, nowMs });
  try {
    const found = db.pragma('quick_check(1)', { simple: true });
    if (found !== 'ok') throw new StoreError('damaged', `The copy with the new key can't be read: ${String(found)}.`);
  } finally {
    db.close();
  }
}

function overwrite(file: string): void {
  const descriptor = openSync(file, 'r+');
  try {
    for (let left = statSync(file).size; left > 0; left -= PORTION.length)
      writeSync(descriptor, PORTION, 0, Math.min(left, PORTION.length));
  } finally {
    closeSync(descriptor);
  }
  syncPath(file);
}
