import { once } from 'node:events';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { restoreCommand } from '../../src/cli/commands/restore.ts';
import { openWalkStore } from '../../src/store/open-store.ts';
import { recordWalk } from '../store/walk-data.ts';
import { runCommand, type Run } from './run-command.ts';
import { freshFolder, pairVirtual, run, serve } from './running.ts';

const LIMIT = { timeout: 60_000 };

test(
  'backup copies the store of a running service in mid-walk; restore brings it back elsewhere, with nobody signed in',
  LIMIT,
  async () => {
    const folder = freshFolder();
    const first = await serve(folder, ['--virtual-speed', '10']);
    await pairVirtual(first);
    const { value: walk } = await first.ask('POST', '/walks', { title: 'To the harbour' });
    const { value: token } = await first.ask('POST', '/tokens', { name: 'tablet', scopes: ['read'] });
    const secret = (token as unknown as { secret: string }).secret;
    let seconds = 0;
    while (seconds < 12) {
      ({ duration_s: seconds } = (await first.ask('GET', `/walks/${walk.id}`)).value);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    const kept = await run(['backup', '--data', folder]);
    expect([kept.code, kept.out]).toEqual([0, expect.stringMatching(/backups\/gaitkeeper-.*\.db: \d+ bytes/)]);
    const file = path.join(freshFolder(), 'copy.db');
    const made = await run(['backup', file, '--data', folder, '--json']);
    expect([made.code, made.note]).toEqual([0, '']);
    expect(JSON.parse(made.out)).toMatchObject({ file, bytes: statSync(file).size });
    expect(statSync(file).mode & 0o077).toBe(0);
    // The copy that was fetched doesn't stay behind as well.
    expect(readdirSync(path.join(folder, 'backups'))).toHaveLength(1);
    const twice = await run(['backup', file, '--data', folder]);
    expect([twice.code, twice.note]).toEqual([1, expect.stringContaining('is there already')]);
    const trail = await run(['audit', 'list', '--data', folder]);
    expect([trail.code, trail.out]).toEqual([0, expect.stringMatching(/backup_downloaded .*service token/)]);
    const whole = await run(['audit', 'verify', '--data', folder]);
    expect([whole.code, whole.out]).toEqual([0, expect.stringMatching(/^Whole: \d+ entries, head [0-9a-f]{64}\n$/)]);
    first.child.kill('SIGTERM');
    await once(first.child, 'close');

    const again = path.join(freshFolder(), 'again');
    const restored = await run(['restore', file, '--data', again]);
    expect([restored.code, restored.out]).toEqual([0, expect.stringContaining('1 walks')]);
    expect(restored.note).toContain('signed out');
    expect(statSync(path.join(again, 'gaitkeeper.db')).mode & 0o077).toBe(0);
    const over = await run(['restore', file, '--data', again]);
    expect([over.code, over.note]).toEqual([1, expect.stringContaining('already has a database')]);
    const second = await serve(again);
    const { value } = await second.ask('GET', '/walks');
    expect(value.items).toMatchObject([{ id: walk.id, title: 'To the harbour', state: 'interrupted' }]);
    expect(value.items[0]!.duration_s).toBeGreaterThanOrEqual(12);
    const refused = await fetch(`${second.url}/api/v1/walks`, { headers: { authorization: `Bearer ${secret}` } });
    expect(refused.status).toBe(401);
  },
);

/** In this process: three starts of a process each would take most of the time. */
const restore = (env: Record<string, string>, ...args: string[]): Promise<Run> =>
  runCommand((terminal) => restoreCommand({ ...terminal, env }), ...args);

test('restore refuses what is no backup and leaves the folder as it was', LIMIT, async () => {
  const source = freshFolder();
  const store = openWalkStore(source, { reserveBytes: 0, key: 'right horse' });
  recordWalk(store, 2);
  store.close();
  const locked = path.join(source, 'gaitkeeper.db');
  const cut = path.join(source, 'cut.db');
  const plain = freshFolder();
  const open = openWalkStore(plain, { reserveBytes: 0 });
  recordWalk(open, 30);
  open.close();
  copyFileSync(path.join(plain, 'gaitkeeper.db'), cut);
  truncateSync(cut, Math.floor(statSync(cut).size / 2));
  const text = path.join(source, 'letter.db');
  writeFileSync(text, 'Dear Ada, this is no database at all. '.repeat(500));
  const target = path.join(freshFolder(), 'new');
  for (const [file, env, why] of [
    [path.join(source, 'nothing.db'), {}, /There is no file/],
    [source, {}, /is no file/],
    [text, {}, /can't be restored/],
    [cut, {}, /can't be restored: .*damaged/],
    [locked, {}, /encrypted/],
    [locked, { GAITKEEPER_KEY: 'wrong horse' }, /key does not open/],
  ] as const) {
    const tried = await restore(env, file, '--data', target);
    expect([tried.exitCode, tried.notes]).toEqual([1, expect.stringMatching(why)]);
    expect(existsSync(path.join(target, 'gaitkeeper.db'))).toBe(false);
  }
  const right = await restore({ GAITKEEPER_KEY: 'right horse' }, locked, '--data', target);
  expect([right.exitCode, right.out]).toEqual([0, expect.stringContaining('1 walks')]);
  expect((await restore({})).exitCode).toBe(2);
});

test('restore takes the log of a copied database along', LIMIT, async () => {
  const source = freshFolder();
  const store = openWalkStore(source, { reserveBytes: 0 });
  const copy = path.join(freshFolder(), 'gaitkeeper.db');
  mkdirSync(path.dirname(copy), { recursive: true });
  recordWalk(store, 3);
  // As after a power cut: what was committed is in the log still.
  for (const end of ['', '-wal'])
    writeFileSync(`${copy}${end}`, readFileSync(path.join(source, `gaitkeeper.db${end}`)));
  store.close();
  const target = freshFolder();
  const restored = await restore({}, copy, '--data', target, '--json');
  expect([restored.exitCode, JSON.parse(restored.out)]).toEqual([0, { folder: target, walks: 1, revoked: 0 }]);
});
