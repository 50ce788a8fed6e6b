import { spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { openDatabase, type Db } from '../../src/store/database.ts';
import { SqliteWalkStore } from '../../src/store/sqlite-store.ts';
import { all, packetsOfSecond, recordWalk, SLOTS, STARTED_AT_MS, storeIn, temporaryFolder } from './walk-data.ts';
import { walkSecond } from './walk-data.ts';

const noTrouble = (store: SqliteWalkStore): string[] => store.health().troubles.map((t) => t.code);

/** A store whose file may not grow: SQLite itself says SQLITE_FULL. */
function storeWithLimit(): { store: SqliteWalkStore; db: Db; limit: (pages: number) => void } {
  const folder = temporaryFolder();
  const db = openDatabase(path.join(folder, 'gaitkeeper.db'), { nowMs: () => STARTED_AT_MS });
  const parts = { db, folder, encrypted: false, nowMs: () => STARTED_AT_MS, unlock: () => undefined };
  const store = new SqliteWalkStore({ ...parts, reserveBytes: 0, setAside: undefined });
  store.recover();
  const limit = (pages: number): void => {
    db.pragma(`max_page_count = ${pages}`);
  };
  return { store, db, limit };
}

describe('R3: a disk that fills up (SQLITE_FULL)', () => {
  it('holds what does not fit, says so, and stores it in order when there is space again', async () => {
    const { store, db, limit } = storeWithLimit();
    const { id } = store.walks.create({ startedAtMs: STARTED_AT_MS, slots: SLOTS });
    for (let s = 0; s < 10; s++) expect(store.append(id, walkSecond(s)).stored).toBe(true);
    limit(db.pragma('page_count', { simple: true }) as number);
    let acknowledged = 0;
    let held = 0;
    for (let s = 10; s < 60; s++) {
      const result = store.append(id, walkSecond(s));
      acknowledged = result.storedNotifications;
      held = result.heldSeconds;
      expect(result.stored).toBe(held === 0);
    }
    expect(held).toBeGreaterThan(40);
    expect(acknowledged).toBe((60 - held) * 20);
    expect(store.walks.get(id).notifications).toBe(acknowledged);
    expect(store.health()).toMatchObject({ ok: false, heldSeconds: held, troubles: [{ code: 'disk_full' }] });
    expect(() => store.walks.finish(id, { endedAtMs: 1, summary: null })).toThrow(
      expect.objectContaining({ code: 'full' }),
    );
    limit(100_000);
    const result = store.append(id, walkSecond(60));
    expect(result).toMatchObject({ stored: true, heldSeconds: 0, storedNotifications: 61 * 20 });
    expect(result.entries).toHaveLength((held + 1) * 4);
    expect(noTrouble(store)).toEqual([]);
    const found = await all(store.walks.notifications(id));
    const expected = Array.from({ length: 61 }, (_, s) => packetsOfSecond(s)).flat();
    expect(found.map((n) => n.receivedS)).toEqual(expected.map((n) => n.receivedS));
    store.close();
  });

  it('writes what waited in portions, so that nobody else waits for an hour of it; the end of the walk takes the rest', async () => {
    const { store, db, limit } = storeWithLimit();
    const { id } = store.walks.create({ startedAtMs: STARTED_AT_MS, slots: SLOTS });
    expect(store.append(id, walkSecond(0)).stored).toBe(true);
    limit(db.pragma('page_count', { simple: true }) as number);
    for (let s = 1; s < 200; s++) store.append(id, walkSecond(s));
    const held = store.health().heldSeconds;
    expect(held).toBeGreaterThan(180);
    limit(100_000);
    const first = store.append(id, walkSecond(200));
    expect(first.heldSeconds).toBe(held + 1 - 60);
    expect(store.append(id, walkSecond(201)).heldSeconds).toBe(held + 2 - 120);
    store.walks.finish(id, { endedAtMs: 1, summary: null });
    const found = await all(store.walks.notifications(id));
    expect(found.map((n) => n.receivedS)).toEqual(
      Array.from({ length: 202 }, (_, s) => packetsOfSecond(s))
        .flat()
        .map((n) => n.receivedS),
    );
    store.close();
  });

  it('tells others that the disk is full, and changes nothing', () => {
    const { store, db, limit } = storeWithLimit();
    const id = recordWalk(store, 3);
    limit(db.pragma('page_count', { simple: true }) as number);
    const fill = (): void => {
      for (let i = 0; i < 2000; i++) store.settings.set(null, `key${i}`, 'x'.repeat(1000));
    };
    expect(fill).toThrow(expect.objectContaining({ code: 'full' }));
    const settings = Object.keys(store.settings.all(null)).length;
    expect(() => store.settings.set(null, 'more', 'y'.repeat(5000))).toThrow();
    expect(Object.keys(store.settings.all(null))).toHaveLength(settings);
    expect(store.entries.count(id, 'stride')).toBe(6);
    store.close();
  });

  it('erases while it is full', async () => {
    const { store, db, limit } = storeWithLimit();
    const first = recordWalk(store, 100);
    const { id } = store.walks.create({ startedAtMs: STARTED_AT_MS, slots: SLOTS });
    limit(db.pragma('page_count', { simple: true }) as number);
    for (let s = 0; s < 20; s++) store.append(id, walkSecond(s));
    expect(noTrouble(store)).toEqual(['disk_full']);
    await store.eraseWalk(first);
    expect(store.walks.find(first)).toBeUndefined();
    expect(store.append(id, walkSecond(20))).toMatchObject({ stored: true, storedNotifications: 21 * 20 });
    store.close();
  });
});

const mount = path.join('/tmp', `gaitkeeper-tmpfs-${process.pid}`);
function mountSmallDisk(megabytes: number): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  mkdirSync(mount, { recursive: true });
  return spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'none', mount]).status === 0;
}
function unmount(): void {
  spawnSync('umount', [mount]);
  rmSync(mount, { recursive: true, force: true });
}
const mayMount = mountSmallDisk(1);
unmount();
afterEach(unmount);

describe.skipIf(!mayMount)(
  `R3: a real disk that fills up${mayMount ? '' : ' (skipped: this user may not mount a tmpfs)'}`,
  () => {
    it('loses nothing that was acknowledged, and goes on when space is back', async () => {
      mountSmallDisk(6);
      const store = storeIn(path.join(mount, 'data'));
      const { id } = store.walks.create({ startedAtMs: STARTED_AT_MS, slots: SLOTS });
      const filler = path.join(mount, 'filler');
      const descriptor = openSync(filler, 'w');
      let acknowledged = 0;
      let heldSeconds = 0;
      for (let s = 0; s < 400; s++) {
        if (s === 100) fillUp(descriptor);
        ({ storedNotifications: acknowledged, heldSeconds } = store.append(id, walkSecond(s)));
      }
      expect(heldSeconds).toBeGreaterThan(0);
      expect(noTrouble(store)).toContain('disk_full');
      expect(await all(store.walks.notifications(id))).toHaveLength(acknowledged);
      closeSync(descriptor);
      rmSync(filler);
      // Each of the next seconds takes sixty of those that waited along.
      let last = 400;
      while (!store.append(id, walkSecond(last)).stored) expect(++last).toBeLessThan(400 + Math.ceil(heldSeconds / 59));
      expect(store.walks.get(id).notifications).toBe((last + 1) * 20);
      expect((await all(store.walks.notifications(id))).map((n) => n.receivedS)).toEqual(
        Array.from({ length: last + 1 }, (_, s) => packetsOfSecond(s))
          .flat()
          .map((n) => n.receivedS),
      );
      expect((await store.integrity()).ok).toBe(true);
      store.close();
    });

    it('erases with the space of the reserve while not a byte is free, and takes the reserve again', async () => {
      mountSmallDisk(40);
      const store = storeIn(path.join(mount, 'data'), { reserveBytes: 4 * 1024 * 1024 });
      const old = recordWalk(store, 1500);
      const { id } = store.walks.create({ startedAtMs: STARTED_AT_MS, slots: SLOTS });
      const descriptor = openSync(path.join(mount, 'filler'), 'w');
      fillUp(descriptor);
      let result = store.append(id, walkSecond(0));
      for (let s = 1; result.stored && s < 2000; s++) result = store.append(id, walkSecond(s));
      expect(result.stored).toBe(false);
      await store.eraseWalk(old);
      expect(store.walks.find(old)).toBeUndefined();
      closeSync(descriptor);
      rmSync(path.join(mount, 'filler'));
      expect(store.retryHeld()).toMatchObject([{ stored: true }]);
      await store.eraseWalk(id);
      expect((await store.integrity()).ok).toBe(true);
      store.close();
    });

    it('starts while not a byte is free, though a crash left a walk to put in order', async () => {
      mountSmallDisk(40);
      const folder = path.join(mount, 'data');
      const reserveBytes = 4 * 1024 * 1024;
      const before = storeIn(folder, { reserveBytes });
      const { id } = before.walks.create({ startedAtMs: STARTED_AT_MS, slots: SLOTS });
      for (let s = 0; s < 20; s++) before.append(id, walkSecond(s));
      before.close();
      const descriptor = openSync(path.join(mount, 'filler'), 'w');
      fillUp(descriptor);
      const store = storeIn(folder, { reserveBytes });
      expect(store.walks.get(id)).toMatchObject({ state: 'interrupted', notifications: 400 });
      await store.eraseWalk(id);
      expect(store.walks.find(id)).toBeUndefined();
      closeSync(descriptor);
      store.close();
    });
  },
);

function fillUp(descriptor: number): void {
  for (const size of [65536, 4096, 1])
    try {
      for (;;) writeSync(descriptor, Buffer.alloc(size));
    } catch {
      // full to this size
    }
}
