import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { openWalkStore } from '../../src/store/open-store.ts';
import { recordWalk, SLOTS, STARTED_AT_MS, stride, storeIn, temporaryFolder, walkSecond } from './walk-data.ts';

const CANARY = 'CANARY-8d1f-secret';
const DAY_MS = 86_400_000;

/** Files of a folder in which the text can be found. */
function filesWith(folder: string, text: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((f) => f.isFile())
    .map((f) => path.join(f.parentPath, f.name))
    .filter((file) => readFileSync(file).includes(text));
}

describe('P2: erasing', () => {
  it('leaves no byte of a walk in any file, and the other walks whole', async () => {
    const folder = temporaryFolder();
    const store = storeIn(folder);
    const kept = recordWalk(store, 200);
    const tags = { shoes: CANARY, notes: `${CANARY} `.repeat(300) };
    const { id } = store.walks.create({ startedAtMs: STARTED_AT_MS, slots: SLOTS, tags, title: CANARY });
    for (let s = 0; s < 300; s++) {
      const second = walkSecond(s);
      const bytes = Buffer.from(`${CANARY} ${s} `.repeat(20));
      store.append(id, {
        notifications: [...second.notifications, { slot: 0, receivedS: s + 0.99, bytes }],
        records: [...second.records, stride('left', s + 0.5, { [CANARY]: s })],
        snapshot: { text: `${CANARY} `.repeat(200) },
      });
    }
    for (let i = 0; i < 30; i++)
      store.marks.add(id, { atS: i, place: CANARY, strength: 3, note: CANARY, createdAtMs: STARTED_AT_MS });
    store.walks.changeTags(id, 7, { notes: CANARY });
    store.walks.patch(id, { title: `${CANARY}!`, tags: { ground: CANARY } });
    expect(filesWith(folder, CANARY).length).toBeGreaterThan(0);
    await store.eraseWalk(id);
    expect(filesWith(folder, CANARY)).toEqual([]);
    expect(store.walks.find(id)).toBeUndefined();
    expect(store.entries.count(kept, 'stride')).toBe(400);
    expect(await store.integrity()).toMatchObject({ ok: true, chunks: 400 });
  });

  it('erases a person with walks, settings and tokens', async () => {
    const folder = temporaryFolder();
    const store = storeIn(folder);
    const mine = recordWalk(store, 3);
    const other = store.profiles.create({ name: CANARY });
    store.settings.set(other.id, 'consent', CANARY);
    const walk = store.walks.create({ startedAtMs: STARTED_AT_MS, slots: SLOTS, profileId: other.id, title: CANARY });
    const sha256 = new Uint8Array(32).fill(1);
    store.tokens.create({ name: CANARY, role: 'viewer', sha256, profileId: other.id, createdAtMs: 1 });
    await store.eraseProfile(other.id);
    expect(store.walks.list().items.map((w) => w.id)).toEqual([mine]);
    expect(store.walks.find(walk.id)).toBeUndefined();
    expect(store.tokens.list()).toEqual([]);
    expect(store.profiles.list()).toHaveLength(1);
    expect(filesWith(folder, CANARY)).toEqual([]);
  });

  it('erases everything and is usable afterwards', async () => {
    const folder = temporaryFolder();
    const store = storeIn(folder);
    store.profiles.rename(store.profiles.first().id, CANARY);
    recordWalk(store, 30);
    store.pairings.save({ id: CANARY, name: CANARY, model: 'm', site: 'pelvis', virtual: true });
    store.settings.set(null, 'a', CANARY);
    await store.eraseAll();
    expect(filesWith(folder, CANARY)).toEqual([]);
    expect(store.walks.list().items).toEqual([]);
    expect(recordWalk(store, 2)).toHaveLength(26);
  });

  it('goes on at the next start when it was cut off', async () => {
    const folder = temporaryFolder();
    const first = storeIn(folder);
    const id = recordWalk(first, 800);
    void first.eraseWalk(id).catch(() => undefined);
    first.close();
    const second = openWalkStore(folder, { reserveBytes: 0 });
    expect(second.walks.find(id)).toBeUndefined();
    await second.integrity();
    expect(second.health().troubles.map((t) => t.code)).not.toContain('erase_pending');
    expect(await second.integrity()).toMatchObject({ ok: true, chunks: 0 });
    second.close();
  });

  it('goes on beside a recording', async () => {
    const store = storeIn(temporaryFolder());
    const old = recordWalk(store, 500);
    const { id } = store.walks.create({ startedAtMs: STARTED_AT_MS + DAY_MS, slots: SLOTS });
    const progress = { done: false };
    const erased = store.eraseWalk(old).then(() => (progress.done = true));
    let seconds = 0;
    while (!progress.done) {
      expect(store.append(id, walkSecond(seconds++)).stored).toBe(true);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await erased;
    expect(seconds).toBeGreaterThan(5);
    expect(store.walks.get(id).notifications).toBe(seconds * 20);
  });
});

describe('P3: retention', () => {
  it('removes raw packets of old walks, then the walks, by the clock it is given', async () => {
    const store = storeIn(temporaryFolder());
    const [a, b, c] = [0, 20, 40].map((day) => recordWalk(store, 4, STARTED_AT_MS + day * DAY_MS));
    const nowMs = STARTED_AT_MS + 45 * DAY_MS;
    expect(await store.applyRetention({ nowMs })).toEqual({ rawRemoved: 0, walksErased: 0 });
    expect(await store.applyRetention({ nowMs, rawDays: 10, walkDays: 30 })).toEqual({ rawRemoved: 1, walksErased: 1 });
    expect(store.walks.find(a!)).toBeUndefined();
    expect(store.walks.get(b!)).toMatchObject({ rawRemoved: true, notifications: 0, rawBytes: 0 });
    expect(store.entries.count(b!, 'stride')).toBe(8);
    expect([...store.walks.notificationBatches(b!)]).toEqual([]);
    expect([...store.walks.notificationBatches(c!)]).toHaveLength(4);
    expect(await store.applyRetention({ nowMs, rawDays: 10, walkDays: 30 })).toEqual({ rawRemoved: 0, walksErased: 0 });
    expect((await store.integrity()).ok).toBe(true);
  });
});
