import { constants, existsSync } from 'node:fs';
import { access, mkdir, statfs, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Command } from 'commander';
import { BACKENDS, backendOf, openMachineRadio } from '../../ble/load-noble.ts';
import { systemTimers } from '../../ble/timers.ts';
import { dataFolder } from '../data-folder.ts';
import { port } from '../service/listen-options.ts';
import { tryVirtualRadio } from '../service/virtual-trial.ts';
import type { Terminal } from '../terminal.ts';

interface Check {
  readonly name: string;
  readonly ok: boolean;
  readonly found: string;
  /** What to do; only where it is not ok. */
  readonly todo?: string;
  /** A walk can be recorded without it. */
  readonly optional?: boolean;
}

/** An adapter that says nothing for this long is told as it is [ms]. */
const RADIO_WITHIN_MS = 2000;
const LOOK_EVERY_MS = 50;

/** `gaitkeeper doctor`: what works here, what doesn't, what to do. */
export function doctorCommand(terminal: Terminal): Command {
  return new Command('doctor')
    .description("what works on this machine, what doesn't, and what to do")
    .option('--data <folder>', 'data folder (default: the one that serve uses)')
    .option('--port <number>', 'port that serve would use', port, 8080)
    .option('--json', 'print the checks as JSON')
    .addHelpText(
      'after',
      `

Examples:
  $ gaitkeeper doctor
  $ gaitkeeper doctor --json

Exit status: 0 where a walk can be recorded (Bluetooth, a free port and the built page can be missing), else 1.`,
    )
    .action(async (options: { data?: string; port: number; json?: boolean }) => {
      const folder = dataFolder(options.data, terminal.env);
      const checks = [
        nodeCheck(),
        await folderCheck(folder),
        await spaceCheck(folder),
        await storeCheck(),
        await radioCheck(terminal.env),
        await libraryCheck(terminal.env),
        await portCheck(options.port),
        pageCheck(),
      ];
      if (options.json === true) await terminal.out(`${JSON.stringify({ checks }, null, 1)}\n`);
      else {
        for (const check of checks) {
          const mark = check.ok ? 'ok     ' : check.optional === true ? 'without' : 'NO     ';
          await terminal.out(`${mark} ${check.name}: ${check.found}\n`);
          if (!check.ok && check.todo !== undefined) await terminal.out(`        ${check.todo}\n`);
        }
      }
      if (checks.some((c) => !c.ok && c.optional !== true)) process.exitCode = 1;
    });
}

function nodeCheck(): Check {
  const [major = 0, minor = 0, patch = 0] = process.versions.node.split('.').map(Number);
  const ok = major > 20 || (major === 20 && (minor > 20 || (minor === 20 && patch >= 2)));
  return { name: 'Node.js', ok, found: process.versions.node, todo: 'Install Node.js 20.20.2 or newer.' };
}

async function folderCheck(folder: string): Promise<Check> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await access(folder, constants.R_OK | constants.W_OK);
    const { mode } = await stat(folder);
    const open = (mode & 0o077) !== 0;
    return {
      name: 'Data folder',
      ok: !open,
      found: open ? `${folder}, readable by other users of this machine` : folder,
      todo: `Gait and pain data are yours alone: chmod 700 "${folder}"`,
      optional: true,
    };
  } catch (error) {
    return {
      name: 'Data folder',
      ok: false,
      found: `${folder} can't be written: ${(error as Error).message}`,
      todo: 'Choose another with --data, or mend its rights.',
    };
  }
}

async function spaceCheck(folder: string): Promise<Check> {
  try {
    const { bavail, bsize } = await statfs(folder);
    const megabytes = (bavail * bsize) / 1e6;
    return {
      name: 'Free space',
      ok: megabytes > 500,
      found: `${Math.round(megabytes)} MB (a walk of two hours takes about 60 MB)`,
      todo: 'Make room: at least 500 MB.',
    };
  } catch (error) {
    return {
      name: 'Free space',
      ok: false,
      found: (error as Error).message,
      todo: 'Choose another folder with --data.',
      optional: true,
    };
  }
}

async function storeCheck(): Promise<Check> {
  try {
    const { default: Database } = await import('better-sqlite3-multiple-ciphers');
    const database = new Database(':memory:');
    const row = database.prepare('select sqlite_version() as version').get() as { version: string };
    database.close();
    return { name: 'Store (SQLite)', ok: true, found: row.version };
  } catch (error) {
    return {
      name: 'Store (SQLite)',
      ok: false,
      found: (error as Error).message,
      todo: 'Run npm rebuild better-sqlite3-multiple-ciphers (needs python3, make and g++).',
    };
  }
}

/** The radio in the words of the service itself: it is opened as `serve` opens it, and let go of again. */
async function radioCheck(env: Terminal['env']): Promise<Check> {
  const name = 'Bluetooth';
  const radio = openMachineRadio(env, systemTimers(1));
  try {
    // An adapter says within moments whether it is on.
    for (let waitedMs = 0; radio.state === 'unknown' && waitedMs < RADIO_WITHIN_MS; waitedMs += LOOK_EVERY_MS)
      await wait(LOOK_EVERY_MS);
    const { trouble, state } = radio;
    if (state === 'on') return { name, ok: true, found: `on, through ${BACKENDS[backendOf(env)]}` };
    return {
      name,
      ok: false,
      found: trouble ?? `the adapter is ${state}`,
      ...(state === 'unauthorized' || /EPERM|EACCES/.test(trouble ?? '')
        ? { todo: `Allow raw Bluetooth once: sudo setcap cap_net_raw+eip "${process.execPath}"` }
        : {}),
      optional: true,
    };
  } finally {
    await radio.close();
  }
}

/** The Bluetooth package, tried without a radio: what is left to fail then is the adapter, or the right to use it. */
async function libraryCheck(env: Terminal['env']): Promise<Check> {
  const { ok, found } = await tryVirtualRadio(env);
  const todo = `Run npm install ${BACKENDS[backendOf(env)]}, or go on without Bluetooth: the virtual walker needs none.`;
  return { name: 'Bluetooth library', ok, found, todo, optional: true };
}

function portCheck(port: number): Promise<Check> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) =>
      resolve({
        name: `Port ${port}`,
        ok: false,
        found: error.code === 'EADDRINUSE' ? 'in use, perhaps by gaitkeeper itself' : error.message,
        todo: 'Use another: gaitkeeper serve --port 8090',
        optional: true,
      }),
    );
    probe.listen(port, '127.0.0.1', () =>
      probe.close(() => resolve({ name: `Port ${port}`, ok: true, found: 'free' })),
    );
  });
}

function pageCheck(): Check {
  const page = path.resolve(import.meta.dirname, '../../dashboard/index.html');
  const built = existsSync(page) || existsSync(path.resolve(import.meta.dirname, '../../../dist/dashboard/index.html'));
  return {
    name: 'Dashboard',
    ok: built,
    found: built ? 'built' : 'not built',
    todo: 'Run npm run build.',
    optional: true,
  };
}
