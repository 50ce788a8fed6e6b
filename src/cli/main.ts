import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { UserError, type Terminal } from './terminal.ts';

/** The only place that reads the process: environment, streams, signals and exit status. */
const terminal: Terminal = {
  env: process.env,
  out: (text) =>
    new Promise((resolve) => {
      if (process.stdout.write(text)) resolve();
      else process.stdout.once('drain', resolve);
    }),
  input: () => process.stdin,
  note: (text) => process.stderr.write(text),
  outIsTty: process.stdout.isTTY,
  noteIsTty: process.stderr.isTTY,
  onStop: (call) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => call(signal));
  },
};

// A reader that has seen enough (`| head`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

const program = new Command('gaitkeeper')
  .description('Reads motion sensors on your shoes, notices what changes during a long walk, and says how sure it is.')
  .version(version)
  .showHelpAfterError('(gaitkeeper --help shows all commands)')
  .exitOverride()
  .addHelpText(
    'after',
    `
Examples:
  $ gaitkeeper serve                                 start the service and print the link to its page
  $ gaitkeeper analyze walk.csv                      what a recording says, as a table
  $ gaitkeeper analyze walk.mcap --format ndjson     one record a line
  $ gaitkeeper simulate --scenario healthy --seed 1 --seconds 60 --out demo
  $ gaitkeeper doctor                                what works here, what doesn't, what to do

Exit status: 0 done, 1 failed, 2 the call was wrong.`,
  );

const { analyzeCommand } = await import('./commands/analyze.ts');
const { auditCommand } = await import('./commands/audit.ts');
const { backupCommand } = await import('./commands/backup.ts');
const { convertCommand } = await import('./commands/convert.ts');
const { doctorCommand } = await import('./commands/doctor.ts');
const { linkCommand } = await import('./commands/link.ts');
const { rekeyCommand } = await import('./commands/rekey.ts');
const { replayCommand } = await import('./commands/replay.ts');
const { restoreCommand } = await import('./commands/restore.ts');
const { sensorsCommand } = await import('./commands/sensors.ts');
const { serveCommand } = await import('./commands/serve.ts');
const { simulateCommand } = await import('./commands/simulate.ts');
for (const make of [
  serveCommand,
  linkCommand,
  sensorsCommand,
  analyzeCommand,
  replayCommand,
  simulateCommand,
  convertCommand,
  backupCommand,
  restoreCommand,
  rekeyCommand,
  auditCommand,
  doctorCommand,
])
  program.addCommand(make(terminal).exitOverride());

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    // Help and version were asked for; anything else was a wrong call.
    process.exitCode = error.exitCode === 0 ? 0 : 2;
  } else if (error instanceof UserError) {
    terminal.note(`gaitkeeper: ${error.message}\n`);
    process.exitCode = error.exitCode;
  } else {
    terminal.note(`gaitkeeper: ${error instanceof Error ? error.message : String(error)}\n`);
    if (terminal.env['GAITKEEPER_DEBUG'] && error instanceof Error) terminal.note(`${error.stack ?? ''}\n`);
    process.exitCode = 1;
  }
}
