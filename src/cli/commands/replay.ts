import { Command, InvalidArgumentError } from 'commander';
import { dataFolder } from '../data-folder.ts';
import { progressBar } from '../progress.ts';
import { openForUser } from '../recordings.ts';
import { feedRecording } from '../service/feed-recording.ts';
import { findService } from '../service/running-service.ts';
import type { Terminal } from '../terminal.ts';

interface ReplayOptions {
  readonly speed: number | 'max';
  readonly data?: string;
  readonly url?: string;
  readonly json?: boolean;
}

/** `gaitkeeper replay FILE`: feeds a running service with a recording as a live walk. */
export function replayCommand(terminal: Terminal): Command {
  return new Command('replay')
    .description('feed a running service with a recording, as a live walk')
    .argument('<file>', 'recording: MCAP or CSV')
    .option('--speed <n|max>', 'times real time, or max', speed, 1)
    .option('--data <folder>', 'data folder of the service (default: the one that serve uses)')
    .option('--url <address>', 'address of the service, where it is not the one of the data folder')
    .option('--json', 'print the walk as JSON')
    .addHelpText(
      'after',
      `
Examples:
  $ gaitkeeper replay walk.mcap                 at the speed of the walk
  $ gaitkeeper replay walk.csv --speed 20
  $ gaitkeeper replay walk.mcap --speed max

Receive times travel with the packets: the strides are the same at any speed, and the same as "analyze" prints.`,
    )
    .action(async (file: string, options: ReplayOptions) => {
      const recording = await openForUser(file);
      const service = findService(
        dataFolder(options.data, terminal.env),
        options.url,
        terminal.env['GAITKEEPER_TOKEN'],
      );
      const progress = progressBar(terminal, 'Replaying');
      let result;
      try {
        result = await feedRecording(service, recording, {
          speed: options.speed,
          onProgress: (share, text) => progress.update(share, text),
        });
      } finally {
        progress.done();
      }
      for (const warning of recording.warnings) terminal.note(`${warning}\n`);
      await terminal.out(
        options.json === true
          ? `${JSON.stringify({ walk_id: result.walkId, notifications: result.sent })}\n`
          : `Walk ${result.walkId}: ${result.sent} notifications, all stored.\n`,
      );
    });
}

function speed(text: string): number | 'max' {
  if (text === 'max') return 'max';
  const value = Number(text);
  if (!(value > 0 && value <= 10_000)) throw new InvalidArgumentError('Expected a number above 0, or max.');
  return value;
}
