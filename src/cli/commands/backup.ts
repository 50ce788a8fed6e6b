import { createWriteStream } from 'node:fs';
import { rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { Command } from 'commander';
import type { Backup } from '../../api/contract.ts';
import { BACKUPS_NAME } from '../../store/database.ts';
import { dataFolder } from '../data-folder.ts';
import { askService, openAnswer } from '../service/running-service.ts';
import { addServiceOptions, serviceOf, type ServiceOptions } from '../service/service-options.ts';
import { UserError, type Terminal } from '../terminal.ts';

/** A backup waits behind imports, and a large store takes its time [ms]. */
const LONGEST_MS = 30 * 60_000;

/** `gaitkeeper backup [FILE]`: a copy of the store, taken by the running service while it records. */
export function backupCommand(terminal: Terminal): Command {
  return addServiceOptions(new Command('backup'))
    .description('copy all walks into one file, while the service runs')
    .argument('[file]', 'where to put the copy (default: it stays in the folder backups of the data folder)')
    .addHelpText(
      'after',
      `
Examples:
  $ gaitkeeper backup
  $ gaitkeeper backup /media/disk/gaitkeeper-today.db

Recording goes on meanwhile. The copy is as readable as the store: keep it as private (an encrypted store gives an encrypted
copy). "gaitkeeper restore" brings it back.`,
    )
    .action((file: string | undefined, options: ServiceOptions) => backup(terminal, file, options));
}

async function backup(terminal: Terminal, file: string | undefined, options: ServiceOptions): Promise<void> {
  const folder = dataFolder(options.data, terminal.env);
  if (file !== undefined && (await stat(file).catch(() => undefined)) !== undefined)
    throw new UserError(`"${file}" is there already. Name another file.`);
  const service = serviceOf(terminal, options);
  const made = (await askService(service, 'POST', '/api/v1/backups', undefined, LONGEST_MS)) as Backup;
  let where = options.url === undefined ? path.join(folder, BACKUPS_NAME, made.name) : made.name;
  if (file !== undefined) {
    const address = `/api/v1/backups/${made.name}`;
    const part = `${file}.part`;
    try {
      await pipeline(
        await openAnswer(service, 'GET', address, undefined, LONGEST_MS),
        createWriteStream(part, { mode: 0o600, flush: true }),
      );
      const { size } = await stat(part);
      if (size !== made.bytes) throw new Error(`${size} of ${made.bytes} bytes came`);
      await rename(part, file);
    } catch (error) {
      await rm(part, { force: true });
      throw error instanceof UserError
        ? error
        : new UserError(
            `The backup could not be written to "${file}": ${(error as Error).message}. It is kept in the data folder of the service as backups/${made.name}.`,
          );
    }
    await askService(service, 'DELETE', address);
    where = file;
  }
  await terminal.out(
    options.json === true
      ? `${JSON.stringify({ file: where, bytes: made.bytes, created_at: made.created_at })}\n`
      : `${where}: ${made.bytes} bytes.\n`,
  );
}
