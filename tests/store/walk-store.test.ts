import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { crc32c } from '../../src/store/crc32c.ts';
import { openWalkStore } from '../../src/store/open-store.ts';
import type { StrideRecord } from '../../src/domain/records.ts';
import type { Page, StoredEntry } from '../../src/store/walk-store.ts';
import {
  all,
  curve,
  packetsOfSecond,
  recordWalk,
  SLOTS,
  STARTED_AT_MS,
  step,
  storeIn,
  stride,
  temporaryFolder,
} from './walk-data.ts';
import { walkSecond } from './walk-data.ts';

describe('a walk in the store', () => {
  it('gives back every packet, bit for bit and in order of arrival over all slots', async () => {
    const store = storeIn(temporaryFolder());
    const id = recordWalk(store, 45);
    const expected = Array.from({ length: 45 }, (_, s) => packetsOfSecond(s)).flat();
    const found = await all(store.walks.notifications(id));
    expect(found.map((n) => ({ ...n, bytes: [...n.bytes] }))).toEqual(
      expected.map((n) => ({ ...n, bytes: [...n.bytes] })),
    );
    expect(store.walks.get(id)).toMatchObject({ state: 'finished', notifications: 900, durationS: 44.9001 });
  });

  it('gives back batches after a given one', () => {
    const store = storeIn(temporaryFolder());
    const id = recordWalk(store, 30);
    const batches = [...store.walks.notificationBatches(id, { afterSeq: 27 })];
    expect(batches.map((b) => b.seq)).toEqual([28, 29, 30]);
    expect(batches[0]?.notifications[0]?.receivedS).toBe(packetsOfSecond(27)[0]?.receivedS);
  });

  it('keeps bytes of its own: the caller may use its buffer again', async () => {
    const store = storeIn(temporaryFolder());
    const { id } = store.walks.create({ startedAtMs: STARTED_AT_MS, slots: SLOTS });
    const bytes = new Uint8Array([1, 2, 3]);
    store.append(id, { notifications: [{ slot: 0, receivedS: 0.5, bytes }], records: [] });
    bytes.fill(9);
    expect((await all(store.walks.notifications(id)))[0]?.bytes).toEqual(Buffer.from([1, 2, 3]));
  });

  it('gives records ids that only grow, and resumes after any of them', () => {
    const store = storeIn(temporaryFolder());
    const told: StoredEntry[] = [];
    store.onStored((_, entries) => told.push(...entries));
    const id = recordWalk(store, 5);
    const ids = told.map((e) => e.id);
    expect(ids).toEqual([...ids].sort((a, b) => a - b));
    expect(new Set(ids).size).toBe(ids.length);
    expect(store.entries.after(id, 0)).toEqual(told);
    for (const after of ids) expect(store.entries.after(id, after)).toEqual(told.filter((e) => e.id > after));
    expect(store.entries.after(id, ids[2]!, 3)).toEqual(told.slice(3, 6));
    expect(store.entries.lastId(id)).toBe(ids.at(-1));
  });

  it('pages strides by time, side and range, each once', () => {
    const store = storeIn(temporaryFolder());
    const id = recordWalk(store, 30);
    const seen: number[] = [];
    let cursor: string | null = null;
    do {
      const page: Page<StoredEntry<StrideRecord>> = store.entries.page(id, {
        types: ['stride'],
        side: 'right',
        fromS: 3,
        toS: 25,
        limit: 4,
        ...(cursor === null ? {} : { cursor }),
      });
      seen.push(...page.items.map((i) => i.entry.ic_s));
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(seen).toEqual(Array.from({ length: 22 }, (_, i) => i + 3 + 0.52));
    expect(store.entries.count(id, 'stride')).toBe(60);
  });

  it('refuses a cursor or limit that no page gave', () => {
    const store = storeIn(temporaryFolder());
    const id = recordWalk(store, 1);
    for (const cursor of ['', 'x', '1~', '1~2;DROP TABLE walks', `${'9'.repeat(70)}~1`])
      expect(() => store.entries.page(id, { types: ['step'], cursor })).toThrow(
        expect.objectContaining({ code: 'invalid' }),
      );
    for (const limit of [0, -1, 1001, 1.5, NaN])
      expect(() => store.walks.list({ limit })).toThrow(expect.objectContaining({ code: 'invalid' }));
  });

  it('lists walks newest first by pages, also when two began in the same millisecond', () => {
    const store = storeIn(temporaryFolder());
    const ids = [0, 1, 1, 2].map((day) => recordWalk(store, 1, STARTED_AT_MS + day * 86_400_000));
    const first = store.walks.list({ limit: 2 });
    const second = store.walks.list({ limit: 2, cursor: first.nextCursor! });
    expect([...first.items, ...second.items].map((w) => w.id)).toEqual(ids.reverse());
    expect(second.nextCursor).toBeNull();
  });

  it('keeps curves to a hundredth of a degree in 112 bytes, and tells them as they are kept', () => {
    const store = storeIn(temporaryFolder());
    const { id } = store.walks.create({ startedAtMs: STARTED_AT_MS, slots: SLOTS });
    const exact = curve('left', 3);
    const rough = { ...exact, values_deg: exact.values_deg.map((v) => v + 0.0049) };
    const { entries } = store.append(id, { notifications: [], records: [rough] });
    expect(entries[0]?.entry).toEqual(exact);
    expect(store.entries.after(id, 0).at(-1)).toEqual(entries[0]);
  });

  it('stores no number that is none: null, with a reason in a stride', () => {
    const store = storeIn(temporaryFolder());
    const { id } = store.walks.create({ startedAtMs: STARTED_AT_MS, slots: SLOTS });
    const bad = stride('left', 3, { stride_length_m: NaN, walking_speed_mps: Infinity });
    const result = store.append(id, { notifications: [], records: [bad, step('left', NaN)] });
    expect(result).toMatchObject({ stored: true, refusedRecords: 1 });
    const [stored] = store.entries.page(id, { types: ['stride'] }).items;
    expect(stored?.entry).toMatchObject({
      stride_length_m: null,
      walking_speed_mps: null,
      reasons: { stride_length_m: 'impossible', walking_speed_mps: 'impossible', pelvic_drop_deg: 'no_pelvis_sensor' },
    });
  });

  it('takes nothing for a walk that is not there or not recording', () => {
    const store = storeIn(temporaryFolder());
    const id = recordWalk(store, 1);
    expect(() => store.append(id, walkSecond(2))).toThrow(expect.objectContaining({ code: 'conflict' }));
    expect(() => store.append('01ARZ3NDEKTSV4RRFFQ69G5FAV', walkSecond(2))).toThrow(
      expect.objectContaining({ code: 'not_found' }),
    );
    expect(() => store.walks.finish(id, { endedAtMs: 1, summary: null })).toThrow(
      expect.objectContaining({ code: 'conflict' }),
    );
  });

  it('puts a new analysis in the place of the old one, and leaves what the wearer did', async () => {
    const store = storeIn(temporaryFolder());
    const id = recordWalk(store, 20);
    store.marks.add(id, { atS: 5, place: 'left_knee', strength: 3, createdAtMs: STARTED_AT_MS });
    const before = store.entries.lastId(id);
    const fresh = Array.from({ length: 1300 }, (_, i) => step(i % 2 === 0 ? 'left' : 'right', i / 100));
    const written = store.entries.replace(id, fresh);
    expect(store.entries.count(id, 'stride')).toBe(40);
    expect(await written).toBe(1300);
    expect(store.entries.count(id, 'stride')).toBe(0);
    expect(store.entries.count(id, 'step')).toBe(1300);
    expect(store.entries.count(id, 'mark')).toBe(1);
    expect(store.entries.after(id, before, 1000)).toHaveLength(1000);
    expect(store.walks.get(id).generation).toBe(1);
  });

  it('shows nothing of an analysis that failed on its way', async () => {
    const store = storeIn(temporaryFolder());
    const id = recordWalk(store, 20);
    const broken = function* () {
      for (let i = 0; i < 1200; i++) yield step('left', i);
      throw new Error('the analysis broke');
    };
    await expect(store.entries.replace(id, broken())).rejects.toThrow('the analysis broke');
    expect(store.entries.count(id, 'step')).toBe(40);
    await store.entries.replace(id, [step('left', 1)]);
    expect(store.entries.count(id, 'step')).toBe(1);
  });
});

describe('what the wearer does', () => {
  it('sets, changes and undoes marks, each told to the live stream', () => {
    const store = storeIn(temporaryFolder());
    const id = recordWalk(store, 2);
    const told: StoredEntry[] = [];
    store.onStored((_, entries) => told.push(...entries));
    const mark = store.marks.add(id, { atS: 61.5, place: 'right_hip', strength: null, createdAtMs: STARTED_AT_MS });
    store.marks.update(mark.id, { strength: 7 });
    expect(store.marks.list(id)).toMatchObject([{ place: 'right_hip', strength: 7, atS: 61.5 }]);
    store.marks.undo(mark.id);
    store.marks.undo(mark.id);
    expect(store.marks.list(id)).toEqual([]);
    expect(told.map((t) => t.entry)).toMatchObject([
      { type: 'mark', strength: null, undone: false },
      { type: 'mark', strength: 7, undone: false },
      { type: 'mark', strength: 7, undone: true },
    ]);
    for (const strength of [-1, 11, NaN])
      expect(() => store.marks.update(mark.id, { strength })).toThrow(expect.objectContaining({ code: 'invalid' }));
  });

  it('changes tags in mid-walk and corrects them afterwards', () => {
    const store = storeIn(temporaryFolder());
    const { id } = store.walks.create({
      startedAtMs: STARTED_AT_MS,
      slots: SLOTS,
      tags: { shoes: 'old', luggage_kg: 2 },
    });
    store.walks.changeTags(id, 600, { luggage_kg: 9 });
    expect(store.walks.tagChanges(id)).toEqual([{ atS: 600, tags: { luggage_kg: 9 } }]);
    const patched = store.walks.patch(id, { title: 'Round the lake', tags: { shoes: null, ground: 'gravel' } });
    expect(patched).toMatchObject({ title: 'Round the lake', tags: { luggage_kg: 2, ground: 'gravel' } });
    expect(patched.tags).not.toHaveProperty('shoes');
  });

  it('changes tags as often as it likes: all are told', () => {
    const store = storeIn(temporaryFolder());
    const { id } = store.walks.create({ startedAtMs: STARTED_AT_MS, slots: SLOTS });
    const changes = Array.from({ length: 1010 }, (_, s) => ({ atS: s, tags: { luggage_kg: s } }));
    for (const { atS, tags } of changes) store.walks.changeTags(id, atS, tags);
    expect(store.walks.tagChanges(id)).toEqual(changes);
  });

  it('keeps people, settings, pairings apart', () => {
    const store = storeIn(temporaryFolder());
    const me = store.profiles.first();
    const other = store.profiles.create({ name: '花子' });
    store.settings.set(me.id, 'consent', { given: true });
    store.settings.set(null, 'mirror', { on: false });
    expect(store.settings.get(other.id, 'consent')).toBeUndefined();
    expect(store.settings.all(me.id)).toEqual({ consent: { given: true } });
    store.settings.set(me.id, 'consent', undefined);
    expect(store.settings.all(me.id)).toEqual({});
    const left = { id: 'aa:01', name: 'L', model: 'gaitkeeper', site: 'left_foot', virtual: false } as const;
    store.pairings.save({ ...left, deviceKey: new Uint8Array([1, 2]) });
    store.pairings.save({ ...left, id: 'aa:09' });
    expect(store.pairings.list()).toEqual([{ ...left, id: 'aa:09' }]);
  });

  it('knows tokens by their hash, and an expired one never lives again', () => {
    const store = storeIn(temporaryFolder());
    const sha256 = new Uint8Array(32).fill(7);
    const token = store.tokens.create({ name: 'script', role: 'admin', sha256, createdAtMs: 1000, expiresAtMs: 2000 });
    expect(store.tokens.findByHash(sha256, 1999)).toMatchObject({ id: token.id, role: 'admin' });
    expect(store.tokens.findByHash(new Uint8Array(32), 1500)).toBeUndefined();
    expect(store.tokens.findByHash(sha256, 2000)).toBeUndefined();
    expect(store.tokens.findByHash(sha256, 1000)).toBeUndefined();
    expect(store.tokens.list()).toMatchObject([{ revoked: true }]);
  });
});

describe('the files', () => {
  it('are for their owner only (P5)', () => {
    const folder = path.join(temporaryFolder(), 'data');
    const store = storeIn(folder, { reserveBytes: 1024 });
    recordWalk(store, 3);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    const files = readdirSync(folder);
    expect(files.sort()).toEqual(['gaitkeeper.db', 'gaitkeeper.db-wal', 'owner.lock', 'reserve.bin']);
    for (const file of files) expect([file, statSync(path.join(folder, file)).mode & 0o777]).toEqual([file, 0o600]);
  });

  it('belong to one process: a second one is told so', () => {
    const folder = temporaryFolder();
    storeIn(folder);
    expect(() => openWalkStore(folder)).toThrow(expect.objectContaining({ code: 'in_use' }));
  }, 10_000);

  it('are checked by the CRC of RFC 3720', () => {
    expect(crc32c(Buffer.from('123456789'))).toBe(0xe3069283);
    expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
  });
});
