import { Command, Option } from 'commander';
import type { GaitRecord } from '../../domain/records.ts';
import { wearerToldOf } from '../../domain/wearer-told.ts';
import type { SensorSite } from '../../domain/sites.ts';
import { WalkSession } from '../../walk/walk-session.ts';
import { progressBar } from '../progress.ts';
import { RECORD_FORMATS, recordFormat, type RecordFormatName } from '../record-formats.ts';
import { RecordOrder } from '../record-order.ts';
import { forUser } from '../for-user.ts';
import { chooseSlots, openForUser, parseSites } from '../recordings.ts';
import { UserError, type Terminal } from '../terminal.ts';

const EXTRA_RECORDS = ['orientation', 'curve'] as const;
type ExtraRecord = (typeof EXTRA_RECORDS)[number];

/** Text gathered before it's handed on [characters]. */
const PORTION = 32 * 1024;
interface AnalyzeOptions {
  format: RecordFormatName;
  sensors?: readonly SensorSite[];
  records?: readonly ExtraRecord[];
}

/** `gaitkeeper analyze`: a whole recording through the same session as a live walk. */
export function analyzeCommand(terminal: Terminal): Command {
  return new Command('analyze')
    .description('what a recorded walk says: strides, steps, findings and a summary')
    .argument('<file>', 'recording (MCAP, or CSV in the interchange form), or a folder with a walk.mcap or walk.csv')
    .addOption(new Option('--format <format>', 'how to print it').choices(RECORD_FORMATS).default('table'))
    .option('--sensors <sites>', 'use only these, for instance pelvis or left_foot,right_foot', parseSites)
    .option('--records <kinds>', `print these as well, as ndjson: ${EXTRA_RECORDS.join(', ')}`, parseRecords)
    .addHelpText(
      'after',
      `
Examples:
  $ gaitkeeper analyze walk.mcap
  $ gaitkeeper analyze walk.csv --format ndjson | grep '"type":"stride"'
  $ gaitkeeper analyze walk.csv --format csv > strides.csv
  $ gaitkeeper analyze walk.mcap --sensors pelvis
  $ gaitkeeper analyze bench.csv --records orientation

ndjson: one record a line in the order in which each was known (known_at_s), the walk record last.
csv: one stride a line.`,
    )
    .action(async (file: string, options: AnalyzeOptions, command: Command) => {
      let { format } = options;
      if (options.records !== undefined) {
        if (command.getOptionValueSource('format') === 'default') format = 'ndjson';
        if (format !== 'ndjson')
          throw new UserError(`--records goes with --format ndjson; ${format} has no place for them.`, 2);
      }
      await forUser(() => analyze(terminal, file, { ...options, format }));
    });
}

async function analyze(terminal: Terminal, file: string, options: AnalyzeOptions): Promise<void> {
  const recording = await openForUser(file);
  const slots = chooseSlots(recording, options.sensors, file);
  const session = new WalkSession({
    slots,
    curves: options.records?.includes('curve') ?? false,
    orientation: options.records?.includes('orientation') ?? false,
  });
  session.told(wearerToldOf(recording.meta));
  const chosen = new Set(slots.map((slot) => slot.slot));
  const order = new RecordOrder();
  const format = recordFormat(options.format);
  const progress = progressBar(terminal, 'Reading');
  let text = format.head;
  const print = async (records: readonly GaitRecord[]): Promise<void> => {
    for (const record of records) text += format.line(record);
    if (text.length < PORTION) return;
    const portion = text;
    text = '';
    await terminal.out(portion);
  };
  try {
    for await (const batch of recording.batches) {
      for (const notification of batch) {
        if (!chosen.has(notification.slot)) continue;
        const records = session.push(notification);
        if (records.length > 0) await print(order.push(records));
      }
      progress.update(recording.readBytes / recording.sizeBytes);
    }
  } finally {
    progress.done();
  }
  await print(order.push(session.finish()));
  await print(order.flush());
  await terminal.out(text);
  for (const warning of recording.warnings) terminal.note(`note: ${warning}\n`);
}

function parseRecords(text: string): readonly ExtraRecord[] {
  return text.split(',').map((part) => {
    const name = part.trim();
    const kind = EXTRA_RECORDS.find((k) => k === name);
    if (kind === undefined)
      throw new UserError(`There are no further records "${name}". Choose from: ${EXTRA_RECORDS.join(', ')}.`, 2);
    return kind;
  });
}
