import { existsSync } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { Command } from 'commander';
import { DATABASE_NAME, restoreBackup } from '../../store/backup.ts';
import { openWalkStore } from '../../store/open-store.ts';
import { StoreError } from '../../store/store-error.ts';
import { dataFolder, storeKey } from '../data-folder.ts';
import { forUser } from '../for-user.ts';
import { UserError, type Terminal } from '../terminal.ts';

/** `gaitkeeper restore FILE`: puts a backup into a data folder that has no store yet. */
export function restoreCommand(terminal: Terminal): Command {
  return new Command('restore')
    .description('put a backup into a data folder that has no walks yet')
    .argument('<file>', 'backup (gaitkeeper-....db), or a copy of a gaitkeeper.db')
    .option('--data <folder>', 'data folder to fill (default: the one that serve uses)')
    .option('--json', 'print what was restored as JSON')
    .addHelpText(
      'after',
      `
Examples:
  $ gaitkeeper restore /media/disk/gaitkeeper-today.db --data ~/gaitkeeper-again
  $ gaitkeeper serve --data ~/gaitkeeper-again

Nothing is ever overwritten: a folder that has a store is refused. All tokens and signed-in browsers of the backup are
revoked: some may have been revoked since it was made. An encrypted backup needs GAITKEEPER_KEY as it was then.`,
    )
    .action((file: string, options: { data?: string; json?: boolean }) => restore(terminal, file, options));
}

async function restore(terminal: Terminal, file: string, options: { data?: string; json?: boolean }): Promise<void> {
  const folder = dataFolder(options.data, terminal.env);
  const found = await stat(file).catch(() => undefined);
  if (found === undefined) throw new UserError(`There is no file "${file}".`);
  if (!found.isFile() || found.size === 0)
    throw new UserError(`"${file}" is ${found.isFile() ? 'empty' : 'no file'}. Expected a backup (gaitkeeper-....db).`);
  await forUser(() => restoreBackup(file, folder));
  try {
    const { walks, revoked } = await inspect(folder, storeKey(terminal.env));
    await terminal.out(
      options.json === true
        ? `${JSON.stringify({ folder, walks, revoked })}\n`
        : `${folder}: ${walks} walks. Start there with: gaitkeeper serve --data "${folder}"\n`,
    );
    if (options.json !== true && revoked > 0) terminal.note(`${revoked} tokens and browsers were signed out.\n`);
  } catch (error) {
    // What cannot be opened is no store: the folder is left as it was.
    for (const name of [DATABASE_NAME, `${DATABASE_NAME}-wal`, `${DATABASE_NAME}-shm`])
      await rm(path.join(folder, name), { force: true });
    if (error instanceof StoreError)
      throw new UserError(
        `"${file}" can't be restored: ${error.message.replaceAll(path.join(folder, DATABASE_NAME), file)}`,
      );
    throw error;
  }
}

/** Opens the restored store once: brings its schema up to date, reads it through, signs everybody out. */
async function inspect(folder: string, key: string | undefined): Promise<{ walks: number; revoked: number }> {
  const reserveWasThere = existsSync(path.join(folder, 'reserve.bin'));
  const store = openWalkStore(folder, { key, ...(reserveWasThere ? {} : { reserveBytes: 0 }) });
  try {
    const { pages, badEntries, damaged } = await store.integrity();
    if (pages.length > 0) throw new StoreError('damaged', `it is damaged (${pages[0]}).`);
    let walks = 0;
    let cursor: string | null | undefined;
    while (cursor !== null) {
      const page: { items: readonly unknown[]; nextCursor: string | null } = store.walks.list({
        limit: 1000,
        ...(cursor === undefined ? {} : { cursor }),
      });
      walks += page.items.length;
      cursor = page.nextCursor;
    }
    let revoked = 0;
    for (const token of store.tokens.list()) if (!token.revoked && store.tokens.revoke(token.id)) revoked++;
    store.audit.add({
      action: 'backup_restored',
      who: 'console',
      about: `${walks} walks${badEntries + damaged.length > 0 ? ', some of it is damaged' : ''}`,
    });
    return { walks, revoked };
  } finally {
    store.close();
  }
}
