import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { rekeyDatabase } from '../../src/store/rekey.ts';
import { StoreError } from '../../src/store/store-error.ts';
import { all, SLOTS, STARTED_AT_MS, storeIn, temporaryFolder, walkSecond } from './walk-data.ts';

const CANARY = 'canary-of-a-walk-7c1d';
const SECONDS = 200;
const child = path.join(import.meta.dirname, 'rekey-child.ts');

/** A closed store with one walk, whose title can be looked for in the files. */
function closed(key: string | undefined): { folder: string; id: string } {
  const folder = temporaryFolder();
  const store = storeIn(folder, { key });
  const { id } = store.walks.create({ startedAtMs: STARTED_AT_MS, slots: SLOTS, title: CANARY });
  for (let s = 0; s < SECONDS; s++) store.append(id, walkSecond(s));
  store.walks.finish(id, { endedAtMs: STARTED_AT_MS + 1, summary: null });
  store.close();
  return { folder, id };
}

const filesWithCanary = (folder: string): string[] =>
  readdirSync(folder).filter((name) => readFileSync(path.join(folder, name)).includes(CANARY));

async function expectWhole(folder: string, id: string, key: string | undefined): Promise<void> {
  const store = storeIn(folder, { key });
  expect(store.walks.get(id).title).toBe(CANARY);
  expect(await all(store.walks.notifications(id))).toHaveLength(SECONDS * 20);
  expect((await store.integrity()).ok).toBe(true);
  store.close();
}

describe('P4: another key', () => {
  it('encrypts a plain store, changes its key and makes it plain again; all is there each time', async () => {
    const { folder, id } = closed(undefined);
    expect(filesWithCanary(folder)).toEqual(['gaitkeeper.db']);
    for (const [key, newKey] of [
      [undefined, 'first key'],
      ['first key', 'second key'],
      ['second key', undefined],
    ]) {
      rekeyDatabase(folder, { key, newKey, nowMs: Date.now });
      expect(filesWithCanary(folder)).toEqual(newKey === undefined ? ['gaitkeeper.db'] : []);
      expect(readdirSync(folder).filter((name) => name.startsWith('rekey'))).toEqual([]);
      expect(() => storeIn(folder, { key })).toThrow(expect.objectContaining({ code: 'key' }));
      await expectWhole(folder, id, newKey);
    }
  });

  it('changes nothing without the right key, and says so', async () => {
    const { folder, id } = closed('right');
    const before = readFileSync(path.join(folder, 'gaitkeeper.db'));
    for (const key of ['wrong', undefined])
      expect(() => {
        rekeyDatabase(folder, { key, newKey: 'new', nowMs: Date.now });
      }).toThrow(expect.objectContaining({ code: 'key' }));
    expect(readFileSync(path.join(folder, 'gaitkeeper.db')).equals(before)).toBe(true);
    await expectWhole(folder, id, 'right');
  });

  it('opens with the old key or the new one whenever it is killed, and leaves nothing plain behind', async () => {
    const { folder: original, id } = closed(undefined);
    const opened = new Set<string>();
    for (let i = 0; i < 10; i++) {
      const folder = temporaryFolder();
      cpSync(original, folder, { recursive: true });
      const process_ = spawn(process.execPath, ['--import', 'tsx', child, folder, '-', 'new'], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const closed = once(process_, 'close');
      await once(process_.stdout, 'data');
      await new Promise((resolve) => setTimeout(resolve, 8 * i));
      process_.kill('SIGKILL');
      await closed;
      const key = opensWith(folder, ['new', undefined]);
      opened.add(key ?? 'none');
      await expectWhole(folder, id, key);
      expect(filesWithCanary(folder)).toEqual(key === undefined ? ['gaitkeeper.db'] : []);
      expect(readdirSync(folder).filter((name) => name.startsWith('rekey'))).toEqual([]);
    }
    expect(opened).toContain('none');
  }, 120_000);
});

function opensWith(folder: string, keys: readonly (string | undefined)[]): string | undefined {
  for (const key of keys)
    try {
      storeIn(folder, { key }).close();
      return key;
    } catch (error) {
      if (!(error instanceof StoreError) || error.code !== 'key') throw error;
    }
  throw new Error('The store opens with no key.');
}
