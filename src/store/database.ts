import {
  chmodSync,
  closeSync,
  copyFileSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  statSync,
} from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3-multiple-ciphers';
import { MIGRATIONS } from './migrations.ts';
import { StoreError } from './store-error.ts';
import { asStoreError, sqliteCode } from './sqlite-errors.ts';

export type Db = Database.Database;

/** Only the owner may read health data. */
const FILE_MODE = 0o600;
const FOLDER_MODE = 0o700;

/** Name of the folder of copies within a data folder. */
export const BACKUPS_NAME = 'backups';
/** Name of the folder of databases that could not be read. */
export const DAMAGED_NAME = 'damaged';

export interface DatabaseOptions {
  readonly key?: string | Uint8Array | undefined;
  /** Steps of the schema; the program's own where left out (tests of upgrades give others). */
  readonly migrations?: readonly string[];
  readonly nowMs: () => number;
}

/**
 * Opens a database file so that what is committed survives a power cut: WAL with synchronous=FULL, both read back, for the
 * driver falls to NORMAL in silence. Brings the schema up to date after copying the file into `backups/`.
 * @throws StoreError `key`, `damaged`, `newer_schema`, `write_failed`, `full`
 */
export function openDatabase(file: string, options: DatabaseOptions): Db {
  const migrations = options.migrations ?? MIGRATIONS;
  let db: Db | undefined;
  try {
    makePrivate(file);
    db = connect(file, options.key);
    const version = schemaVersion(db);
    if (version > migrations.length)
      throw new StoreError(
        'newer_schema',
        `${file} was written by a newer version of Gaitkeeper (schema ${version}, this version knows ${migrations.length}). ` +
          'Install the newer version again, or restore the copy that it made in the folder backups before it upgraded.',
      );
    if (version > 0 && version < migrations.length) {
      db.pragma('wal_checkpoint(TRUNCATE)');
      db.close();
      copyBeforeUpgrade(file, version, options.nowMs());
      db = connect(file, options.key);
    }
    migrate(db, version, migrations);
    return db;
  } catch (error) {
    if (db?.open === true) db.close();
    throw asStoreError(error);
  }
}

/** The schema's version of an open database; 0 for an empty one. */
export const schemaVersion = (db: Db): number => db.pragma('user_version', { simple: true }) as number;

function connect(file: string, key: string | Uint8Array | undefined): Db {
  // A killed predecessor may need a moment until the system lets go of its locks.
  const db = new Database(file, { timeout: 2000 });
  try {
    if (key !== undefined) db.key(typeof key === 'string' ? Buffer.from(key, 'utf8') : Buffer.from(key));
    // One process owns the store; the log's index then stays in its memory and no third file appears.
    db.pragma('locking_mode = EXCLUSIVE');
    db.pragma('secure_delete = ON');
    // On a file that has content this would only write, and change nothing.
    if (statSync(file).size === 0) db.pragma('auto_vacuum = INCREMENTAL');
    expectPragma(db, 'journal_mode', 'wal', db.pragma('journal_mode = WAL', { simple: true }));
    db.pragma('synchronous = FULL');
    expectPragma(db, 'synchronous', 2, db.pragma('synchronous', { simple: true }));
    db.pragma('foreign_keys = ON');
    expectPragma(db, 'foreign_keys', 1, db.pragma('foreign_keys', { simple: true }));
    db.pragma('temp_store = MEMORY');
    db.prepare('SELECT count(*) FROM sqlite_schema').get();
    return db;
  } catch (error) {
    db.close();
    throw openingError(error, file, key !== undefined);
  }
}

function expectPragma(db: Db, name: string, expected: string | number, found: unknown): void {
  if (found !== expected)
    throw new StoreError(
      'write_failed',
      `SQLite would not set ${name} to ${expected} (it is ${String(found)}) for ${db.name}: what is stored might not ` +
        'survive a power cut. Keep the data folder on a local disk.',
    );
}

function openingError(error: unknown, file: string, keyGiven: boolean): unknown {
  const code = sqliteCode(error);
  if (code === 'SQLITE_NOTADB')
    return new StoreError(
      looksPlain(file) && !keyGiven ? 'damaged' : 'key',
      looksPlain(file)
        ? keyGiven
          ? `${file} is not encrypted, but a key was given. Start without the key, or encrypt it first (gaitkeeper rekey).`
          : `${file} is damaged: it begins as a database, but can't be read as one.`
        : keyGiven
          ? `The key does not open ${file} (or the file is damaged). Nothing was changed.`
          : `${file} is encrypted (or damaged), and no key was given. Nothing was changed.`,
      { cause: error },
    );
  return asStoreError(error);
}

function looksPlain(file: string): boolean {
  const descriptor = openSync(file, 'r');
  try {
    const head = Buffer.alloc(16);
    readSync(descriptor, head);
    return head.toString('latin1') === 'SQLite format 3\0';
  } finally {
    closeSync(descriptor);
  }
}

function migrate(db: Db, from: number, migrations: readonly string[]): void {
  if (from >= migrations.length) return;
  db.transaction(() => {
    for (const step of migrations.slice(from)) db.exec(step);
    db.pragma(`user_version = ${migrations.length}`);
  }).immediate();
}

/** SQLite gives its log the rights of the database, so both stay private. */
function makePrivate(file: string): void {
  const folder = path.dirname(file);
  makeFolder(folder);
  if (!existsSync(file)) {
    closeSync(openSync(file, 'wx', FILE_MODE));
    syncPath(folder);
  }
  for (const name of [file, `${file}-wal`])
    if (existsSync(name) && (statSync(name).mode & 0o077) !== 0) chmodSync(name, FILE_MODE);
}

function copyBeforeUpgrade(file: string, version: number, nowMs: number): void {
  const folder = path.join(path.dirname(file), BACKUPS_NAME);
  makeFolder(folder);
  const stamp = new Date(nowMs).toISOString().replaceAll(/[:.]/g, '-');
  const copy = path.join(folder, `before-upgrade-from-schema-${version}-${stamp}.db`);
  const part = `${copy}.part`;
  copyFileSync(file, part);
  chmodSync(part, FILE_MODE);
  syncPath(part);
  renameSync(part, copy);
  syncPath(folder);
}

/** Makes a folder that only its owner may read, so that its name survives a power cut too. */
export function makeFolder(folder: string): void {
  const first = mkdirSync(folder, { recursive: true, mode: FOLDER_MODE });
  if (first !== undefined) syncPath(path.dirname(first));
}

/** Makes a file's content (or a folder's names) survive a power cut. */
export function syncPath(name: string): void {
  const descriptor = openSync(name, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
