import { stat } from 'node:fs/promises';
import path from 'node:path';
import { Command } from 'commander';
import type { SensorSite } from '../../domain/sites.ts';
import { CsvWriter } from '../../recording/csv-writer.ts';
import { beginFile, type WholeFile } from '../../recording/file-writer.ts';
import { RecordingWriter } from '../../recording/mcap-writer.ts';
import type { Recording } from '../../recording/recording.ts';
import { progressBar } from '../progress.ts';
import { forUser } from '../for-user.ts';
import { chooseSlots, openForUser, parseSites } from '../recordings.ts';
import { UserError, type Terminal } from '../terminal.ts';

/** Notifications between two looks at the progress. */
const PROGRESS_EVERY = 500;

/** `gaitkeeper convert`: CSV to MCAP and back; also mends a damaged MCAP as far as it can be read. */
export function convertCommand(terminal: Terminal): Command {
  return new Command('convert')
    .description('turn a recording from CSV into MCAP or back (what the output is, its ending says)')
    .argument('<in>', 'recording to read')
    .argument('<out>', 'file to write, ending in .csv or .mcap')
    .option('--sensors <sites>', 'take only these, for instance pelvis or left_foot,right_foot', parseSites)
    .option('--force', 'overwrite the file if there is one')
    .addHelpText(
      'after',
      `
Examples:
  $ gaitkeeper convert walk.csv walk.mcap
  $ gaitkeeper convert walk.mcap walk.csv
  $ gaitkeeper convert damaged.mcap mended.mcap

Rows of a CSV keep their numbers exactly, also through MCAP. From sensors' packets to CSV each sample gets its time on
the walk's clock; what was lost is a missing row.`,
    )
    .action(async (from: string, to: string, options: { sensors?: readonly SensorSite[]; force?: boolean }) => {
      await forUser(() => convert(terminal, from, to, options));
    });
}

async function convert(
  terminal: Terminal,
  from: string,
  to: string,
  options: { sensors?: readonly SensorSite[]; force?: boolean },
): Promise<void> {
  const kind = path.extname(to).toLowerCase();
  if (kind !== '.csv' && kind !== '.mcap')
    throw new UserError(`"${to}" must end in .csv or .mcap: its ending says what to write.`, 2);
  // A copy keeps what came as it came; a table has no other order than time.
  const recording = await openForUser(from, kind === '.mcap' ? 'as they came' : 'in place');
  await checkPlace(from, to, options.force ?? false);
  const slots = chooseSlots(recording, options.sensors, from);
  const file = await beginFile(to);
  const progress = progressBar(terminal, 'Converting');
  try {
    const chosen = { ...recording, slots, notifications: only(recording, new Set(slots.map((s) => s.slot)), progress) };
    if (kind === '.csv') await writeCsv(chosen, file);
    else await writeMcap(chosen, file);
    await file.finish();
  } finally {
    progress.done();
    await file.abandon();
  }
  for (const warning of recording.warnings) terminal.note(`note: ${warning}\n`);
}

async function checkPlace(from: string, to: string, force: boolean): Promise<void> {
  const there = await stat(to).catch(() => undefined);
  if (there === undefined) return;
  if (there.isDirectory()) throw new UserError(`"${to}" is a folder. Name the file to write.`);
  const source = await stat(from);
  if (source.ino === there.ino && source.dev === there.dev)
    throw new UserError(`"${to}" is the recording itself. Name another file.`);
  if (there.size > 0 && !force)
    throw new UserError(`"${to}" is there already. Name another file, or overwrite it with --force.`);
}

async function* only(
  recording: Recording,
  slots: ReadonlySet<number>,
  progress: ReturnType<typeof progressBar>,
): Recording['notifications'] & AsyncGenerator {
  let count = 0;
  for await (const notification of recording.notifications) {
    if (++count % PROGRESS_EVERY === 0) progress.update(recording.readBytes / recording.sizeBytes);
    if (slots.has(notification.slot)) yield notification;
  }
}

async function writeCsv(recording: Recording, file: WholeFile): Promise<void> {
  const csv = new CsvWriter(recording.slots);
  await file.write(csv.start());
  for await (const notification of recording.notifications) {
    const lines = csv.push(notification);
    if (lines !== '') await file.write(lines);
  }
  await file.write(csv.end());
}

async function writeMcap(recording: Recording, file: WholeFile): Promise<void> {
  const mcap = new RecordingWriter((bytes) => file.write(bytes), recording.slots);
  await mcap.start(recording.meta);
  for await (const notification of recording.notifications) await mcap.add(notification);
  await mcap.end();
}
