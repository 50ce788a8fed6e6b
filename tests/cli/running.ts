import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');

/** Built and not older than its sources: starts in a third of the time. */
const built = (() => {
  const stamp = path.join(root, 'dist', '.built');
  if (!existsSync(stamp)) return false;
  const builtMs = statSync(stamp).mtimeMs;
  return !readdirSync(path.join(root, 'src'), { recursive: true, withFileTypes: true }).some(
    (entry) => entry.isFile() && statSync(path.join(entry.parentPath, entry.name)).mtimeMs > builtMs,
  );
})();
const entry = built ? [path.join(root, 'bin/gaitkeeper.js')] : ['--import', 'tsx', path.join(root, 'src/cli/main.ts')];

/** Runs the command line as a user would: as it was built, or from its sources where they are newer. */
export function start(
  args: readonly string[],
  env: Record<string, string> = {},
): ChildProcess & { text: { out: string; note: string } } {
  const child = spawn(process.execPath, [...entry, ...args], {
    cwd: root,
    env: { ...process.env, NO_COLOR: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const text = { out: '', note: '' };
  child.stdout.setEncoding('utf8').on('data', (part: string) => (text.out += part));
  child.stderr.setEncoding('utf8').on('data', (part: string) => (text.note += part));
  onTestFinished(() => {
    if (child.exitCode === null) child.kill('SIGKILL');
  });
  return Object.assign(child, { text });
}

/** Runs a command to its end. */
export async function run(
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<{ code: number | null; out: string; note: string }> {
  const child = start(args, env);
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, ...child.text };
}

/** A data folder that goes with the test. */
export function freshFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'gaitkeeper-cli-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** What the tests read of an answer. */
export interface Answer {
  id: string;
  state: string;
  status: string;
  duration_s: number;
  walk: { duration_s: number };
  summary: { gaps: unknown[] };
  sensors: { virtual: boolean }[];
  items: { id: string; state: string; duration_s: number; ic_s: number; side: string }[];
}

export interface Served {
  child: ReturnType<typeof start>;
  /** As printed. */
  link: string;
  url: string;
  ask: (method: string, address: string, body?: unknown) => Promise<{ status: number; value: Answer }>;
}

/** Starts the service on a free port and waits for its link. */
export async function serve(
  folder: string,
  args: readonly string[] = [],
  env: Record<string, string> = {},
): Promise<Served> {
  const child = start(['serve', '--port', '0', '--data', folder, ...args], env);
  while (!child.text.out.includes('#code=')) {
    if (child.exitCode !== null) throw new Error(`serve ended: ${child.text.note}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const link = child.text.out.trim().split('\n').at(-1)!;
  const url = link.slice(0, link.indexOf('/#'));
  const token = readFileSync(path.join(folder, 'token'), 'utf8').trim();
  return {
    child,
    link,
    url,
    ask: async (method, address, body) => {
      const response = await fetch(`${url}/api/v1${address}`, {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      return { status: response.status, value: (text === '' ? undefined : JSON.parse(text)) as Answer };
    },
  };
}

/** Pairs the virtual walker's sensors and lets it walk. */
export async function pairVirtual({ ask }: Served): Promise<void> {
  await ask('POST', '/sensors/scan');
  for (let seen = 0; seen < 3;) {
    const { value } = await ask('GET', '/sensors');
    seen = value.sensors.filter((s) => s.virtual).length;
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
  for (const site of ['left_foot', 'right_foot', 'pelvis']) {
    const { status, value } = await ask('POST', `/sensors/virtual-${site.replace('_', '-')}/pair`, { site });
    if (status !== 200) throw new Error(JSON.stringify(value));
  }
  await ask('DELETE', '/sensors/scan');
  await ask('PATCH', '/virtual-walker', { walking: true });
}
