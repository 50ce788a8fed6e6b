import { execFile } from 'node:child_process';
import { existsSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Connection } from './connection.ts';
import { BACKUPS_NAME, makeFolder, syncPath } from './database.ts';
import { asStoreError } from './sqlite-errors.ts';
import { StoreError } from './store-error.ts';

/**
 * Copies a file and makes the copy durable. It runs in a process of its own: were this process to open and close the
 * database file once more, the system would drop SQLite's locks on it.
 */
const COPY = `
  const fs = require('node:fs');
  const [, from, to] = process.argv;
  fs.copyFileSync(from, to, fs.constants.COPYFILE_EXCL);
  fs.chmodSync(to, 0o600);
  const descriptor = fs.openSync(to, 'r+');
  fs.fsyncSync(descriptor);
`;
const SQLITE_DEFAULT_CHECKPOINT_PAGES = 1000;

/**
 * Copies the database while recording goes on: everything is brought into the main file, which then stays as it is while
 * it is copied, for new commits only go to the log. Works with encryption too, for bytes are copied as they are.
 * @returns bytes of the copy
 */
export async function backupDatabase(connection: Connection, file: string, signal: AbortSignal): Promise<number> {
  if (existsSync(file)) throw new StoreError('conflict', `${file} exists already: choose another name for the backup.`);
  const { db } = connection;
  const part = `${file}.part`;
  makeFolder(path.dirname(file));
  rmSync(part, { force: true });
  db.pragma('wal_autocheckpoint = 0');
  try {
    connection.emptyLog();
    await runCopy(db.name, part, signal);
    renameSync(part, file);
    syncPath(path.dirname(file));
    return statSync(file).size;
  } catch (error) {
    throw asStoreError(error);
  } finally {
    rmSync(part, { force: true });
    if (db.open) db.pragma(`wal_autocheckpoint = ${SQLITE_DEFAULT_CHECKPOINT_PAGES}`);
  }
}

/**
 * Puts a backup into an empty data folder, from which the service can then start.
 * @throws StoreError `conflict` where the folder already has a database
 */
export async function restoreBackup(backup: string, folder: string): Promise<void> {
  const file = path.join(folder, DATABASE_NAME);
  makeFolder(folder);
  const there = readdirSync(folder).filter((name) => name.startsWith(DATABASE_NAME));
  if (there.length > 0)
    throw new StoreError(
      'conflict',
      `${folder} already has a database (${there.join(', ')}). Restore into an empty folder, or move it away first.`,
    );
  const part = path.join(folder, 'restore.part');
  const { signal } = new AbortController();
  rmSync(part, { force: true });
  try {
    // The log of a database that was copied by hand belongs to it; it has to be there before the database is.
    if (existsSync(`${backup}-wal`)) {
      await runCopy(`${backup}-wal`, part, signal);
      renameSync(part, `${file}-wal`);
    }
    await runCopy(backup, part, signal);
    renameSync(part, file);
    syncPath(folder);
  } catch (error) {
    for (const name of [part, `${file}-wal`]) rmSync(name, { force: true });
    throw error;
  }
}

/** Throws away copies that a crash cut off: nobody lists them, so nobody would erase them. Never throws. */
export function removeUnfinishedCopies(folder: string): void {
  const backups = path.join(folder, BACKUPS_NAME);
  try {
    for (const name of readdirSync(backups))
      if (name.endsWith('.part')) rmSync(path.join(backups, name), { force: true });
  } catch {
    // No such folder yet, or a disk that refuses: the next start tries again.
  }
}

/** Name of the database within a data folder. */
export const DATABASE_NAME = 'gaitkeeper.db';

function runCopy(from: string, to: string, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    // No environment: nothing of this process (a key, a token) is the copier's business.
    execFile(process.execPath, ['-e', COPY, from, to], { signal, env: {} }, (error, _stdout, stderr) => {
      if (error === null) resolve();
      else if (/ENOSPC|EDQUOT/.test(stderr))
        reject(new StoreError('full', `There is not enough space for ${to}.`, { cause: error }));
      else
        reject(
          new StoreError('write_failed', `Could not copy ${from} to ${to}: ${reasonOf(stderr) ?? error.message}`, {
            cause: error,
          }),
        );
    });
  });
}

const reasonOf = (stderr: string): string | undefined => /Error: (E[A-Z]+: .*)/.exec(stderr)?.[1];
