import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, statSync, copyFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { all, packetsOfSecond, storeIn, temporaryFolder } from './walk-data.ts';

const root = path.resolve(import.meta.dirname, '../..');
const child = path.join(import.meta.dirname, 'recording-child.ts');

/** Small reproducible randomness for the moments of the kills. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

interface Recording {
  readonly process: ChildProcess;
  readonly acknowledged: number[];
}

async function startRecording(
  folder: string,
  synchronous: string,
  env: Record<string, string> = {},
): Promise<Recording> {
  const process_ = spawn(process.execPath, ['--import', 'tsx', child, folder, synchronous], {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const acknowledged: number[] = [];
  let rest = '';
  let errors = '';
  process_.stderr.on('data', (data: Buffer) => (errors += data.toString()));
  process_.stdout.on('data', (data: Buffer) => {
    const lines = (rest + data.toString()).split('\n');
    rest = lines.pop() ?? '';
    acknowledged.push(...lines.map(Number));
  });
  await Promise.race([once(process_.stdout, 'data'), once(process_, 'close')]);
  if (process_.exitCode !== null) throw new Error(`The recorder ended by itself: ${errors}`);
  return { process: process_, acknowledged };
}

/** kill -9, and waits until all that it had said has been read. */
async function kill({ process: process_ }: Recording, afterMs: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, afterMs));
  process_.kill('SIGKILL');
  await once(process_, 'close');
}

/** Seconds that a store has, each checked bit for bit against what the recorder was given. */
async function checkedSeconds(folder: string): Promise<number> {
  const store = storeIn(folder);
  const [walk, ...others] = store.walks.list().items;
  expect(others).toEqual([]);
  if (walk === undefined) return 0;
  expect(walk.state).toBe('interrupted');
  const found = await all(store.walks.notifications(walk.id));
  expect(found.length % 20).toBe(0);
  const seconds = found.length / 20;
  const expected = Array.from({ length: seconds }, (_, s) => packetsOfSecond(s)).flat();
  const wrong = found.findIndex((n, i) => comparable(n) !== comparable(expected[i]!));
  expect(wrong).toBe(-1);
  expect(store.entries.count(walk.id, 'stride')).toBe(2 * seconds);
  // The snapshot is that of the very last second: a walk resumed from it goes on without a gap or a double.
  expect(store.walks.resumePoint(walk.id)).toMatchObject({ seq: seconds, snapshot: { second: seconds - 1 } });
  expect((await store.integrity()).ok).toBe(true);
  store.close();
  return seconds;
}

const comparable = (n: { slot: number; receivedS: number; bytes: Uint8Array }): string =>
  `${n.slot} ${n.receivedS} ${Buffer.from(n.bytes).toString('hex')}`;

describe('a crash while recording', () => {
  it('R1: 20 x kill -9 lose nothing that was acknowledged; the walk is there, interrupted, and is resumed', async () => {
    const folder = temporaryFolder();
    const random = randomFrom(20261124);
    let before = 0;
    for (let cycle = 0; cycle < 20; cycle++) {
      const recording = await startRecording(folder, 'FULL');
      await kill(recording, 10 + 100 * random());
      const last = recording.acknowledged.at(-1)!;
      expect(recording.acknowledged[0]).toBe(before);
      before = await checkedSeconds(folder);
      // The second that was just being acknowledged may be there too; nothing else.
      expect(before === last + 1 || before === last + 2).toBe(true);
    }
    expect(before).toBeGreaterThan(100);
  }, 300_000);
});

const compiler = spawnSync('gcc', ['--version']).status === 0;
if (!compiler && process.env['CI'] === 'true') throw new Error('gcc is missing, and with CI=true nothing is skipped.');
const linux = process.platform === 'linux';

describe.skipIf(!compiler || !linux)(
  `a power cut while recording${compiler && linux ? '' : ' (skipped: needs gcc and Linux)'}`,
  () => {
    /** Records with the shim, kills, and gives the folder as the disk would have it. */
    async function cycle(shim: string, synchronous: string, afterMs: number): Promise<[number, string]> {
      const base = temporaryFolder();
      const [folder, image, after] = ['data', 'image', 'after'].map((name) => path.join(base, name)) as [
        string,
        string,
        string,
      ];
      for (const made of [folder, path.join(image, 'content'), after]) mkdirSync(made, { recursive: true });
      const recording = await startRecording(folder, synchronous, {
        LD_PRELOAD: shim,
        POWER_CUT_FOLDER: folder,
        POWER_CUT_IMAGE: image,
      });
      await kill(recording, afterMs);
      expect(statSync(path.join(image, 'names')).isFile()).toBe(true);
      for (const line of readFileSync(path.join(image, 'names'), 'utf8').split('\n')) {
        const [inode, name] = line.split(' ');
        if (inode === undefined || name === undefined) continue;
        const content = path.join(image, 'content', inode);
        if (existsSync(content)) copyFileSync(content, path.join(after, name));
      }
      return [recording.acknowledged.at(-1)! + 1, after];
    }

    function buildShim(): string {
      const shim = path.join(temporaryFolder(), 'power-cut.so');
      const source = path.join(import.meta.dirname, 'power-cut.c');
      const flags = ['-shared', '-fPIC', '-O1', '-Wall', '-Wextra', '-Werror'];
      execFileSync('gcc', [...flags, '-o', shim, source, '-ldl', '-lpthread'], { stdio: 'pipe' });
      return shim;
    }

    it('R2: 10 cuts lose nothing that was acknowledged', async () => {
      const shim = buildShim();
      const random = randomFrom(7);
      let acknowledged = 0;
      for (let i = 0; i < 10; i++) {
        const [promised, after] = await cycle(shim, 'FULL', 20 + 200 * random());
        const kept = await checkedSeconds(after);
        expect(kept).toBeGreaterThanOrEqual(promised);
        acknowledged += promised;
      }
      expect(acknowledged).toBeGreaterThan(100);
    }, 300_000);

    it('R2: the same test notices a store that uses synchronous=NORMAL', async () => {
      const shim = buildShim();
      let lost = 0;
      for (let i = 0; i < 3; i++) {
        const [promised, after] = await cycle(shim, 'NORMAL', 150);
        const kept = existsSync(path.join(after, 'gaitkeeper.db')) ? await checkedSeconds(after).catch(() => 0) : 0;
        lost += promised - kept;
      }
      expect(lost).toBeGreaterThan(0);
    }, 60_000);
  },
);
