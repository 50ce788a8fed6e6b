import { readdirSync } from 'node:fs';
import path from 'node:path';
import { Command } from 'commander';
import { BACKUPS_NAME } from '../../store/database.ts';
import { openWalkStore } from '../../store/open-store.ts';
import { lockFolder } from '../../store/owner-lock.ts';
import { rekeyDatabase } from '../../store/rekey.ts';
import { dataFolder, storeKey } from '../data-folder.ts';
import { forUser } from '../for-user.ts';
import { UserError, type Terminal } from '../terminal.ts';

interface Options {
  readonly data?: string;
  readonly plain?: boolean;
}

/** `gaitkeeper rekey`: encrypts the store, changes its key, or makes it plain, while the service is stopped. */
export function rekeyCommand(terminal: Terminal): Command {
  return new Command('rekey')
    .description('encrypt all walks, change their key, or take encryption off')
    .option('--data <folder>', 'data folder (default: the one that serve uses)')
    .option('--plain', 'take encryption off')
    .addHelpText(
      'after',
      `
Examples:
  $ GAITKEEPER_NEW_KEY=... gaitkeeper rekey                         encrypt a plain store
  $ GAITKEEPER_KEY=... GAITKEEPER_NEW_KEY=... gaitkeeper rekey      change its key
  $ GAITKEEPER_KEY=... gaitkeeper rekey --plain                     take encryption off

Stop the service first. Keys come by the environment only: arguments can be read by every user of the machine. When it is cut
off, the store opens with the old key or the new one, whole. Backups stay as they are, under the key of their time.`,
    )
    .action((options: Options) => rekey(terminal, options));
}

async function rekey(terminal: Terminal, options: Options): Promise<void> {
  const folder = dataFolder(options.data, terminal.env);
  const key = storeKey(terminal.env);
  const newKey = terminal.env['GAITKEEPER_NEW_KEY'] || undefined;
  if ((newKey === undefined) === (options.plain !== true))
    throw new UserError('Set GAITKEEPER_NEW_KEY to the new key, or say --plain (one of them, not both).', 2);
  if (options.plain === true && key === undefined)
    throw new UserError('Expected GAITKEEPER_KEY: the key that the store has now.', 2);
  const what = newKey === undefined ? 'encryption taken off' : key === undefined ? 'encrypted' : 'key changed';
  await forUser(() => {
    changeKey(folder, key, newKey);
    noteInTrail(folder, newKey, what);
  });
  await terminal.out(`${folder}: ${what}.\n`);
  const backups = backupsIn(folder);
  if (backups > 0)
    terminal.note(
      `${backups} ${backups === 1 ? 'backup' : 'backups'} in the folder ${BACKUPS_NAME} still ${backups === 1 ? 'has' : 'have'} the key of their time.\n`,
    );
}

function changeKey(folder: string, key: string | undefined, newKey: string | undefined): void {
  const unlock = lockFolder(folder);
  try {
    rekeyDatabase(folder, { key, newKey, nowMs: Date.now });
  } finally {
    unlock();
  }
}

function noteInTrail(folder: string, key: string | undefined, about: string): void {
  const store = openWalkStore(folder, { key, reserveBytes: 0 });
  try {
    store.audit.add({ action: 'rekeyed', who: 'console', about });
  } finally {
    store.close();
  }
}

function backupsIn(folder: string): number {
  try {
    return readdirSync(path.join(folder, BACKUPS_NAME)).filter((name) => name.endsWith('.db')).length;
  } catch {
    return 0;
  }
}
