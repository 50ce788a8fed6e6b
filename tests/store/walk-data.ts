import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach } from 'vitest';
import { openWalkStore, type OpenOptions } from '../../src/store/open-store.ts';
import type { SqliteWalkStore } from '../../src/store/sqlite-store.ts';
import { SLOTS, STARTED_AT_MS, walkSecond } from './walk-seconds.ts';

export * from './walk-seconds.ts';

const folders: string[] = [];
const stores: SqliteWalkStore[] = [];
afterEach(() => {
  for (const store of stores.splice(0)) store.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A folder that is gone after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'gaitkeeper-store-'));
  folders.push(folder);
  return folder;
}

/** A store without the reserve, closed after the test. */
export function storeIn(folder: string, options: OpenOptions = {}): SqliteWalkStore {
  const store = openWalkStore(folder, { reserveBytes: 0, ...options });
  stores.push(store);
  return store;
}

/** A finished walk of so many seconds. */
export function recordWalk(store: SqliteWalkStore, seconds: number, startedAtMs = STARTED_AT_MS): string {
  const { id } = store.walks.create({ startedAtMs, slots: SLOTS });
  for (let s = 0; s < seconds; s++) store.append(id, walkSecond(s));
  return store.walks.finish(id, { endedAtMs: startedAtMs + seconds * 1000, summary: null }).id;
}

/** All items of an iteration. */
export async function all<T>(items: AsyncIterable<T> | Iterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

/** Length of the walk of closedStore [s]. */
export const SECONDS = 40;

/** A closed store with one walk. */
export function closedStore(): { folder: string; file: string; id: string } {
  const folder = temporaryFolder();
  const store = storeIn(folder);
  const id = recordWalk(store, SECONDS);
  store.close();
  return { folder, file: path.join(folder, 'gaitkeeper.db'), id };
}
