import { copyFileSync, mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { openWalkStore } from '../../src/store/open-store.ts';
import { StoreError } from '../../src/store/store-error.ts';
import {
  all,
  closedStore,
  packetsOfSecond,
  recordsOfSecond,
  recordWalk,
  SECONDS,
  storeIn,
  temporaryFolder,
} from './walk-data.ts';

const TRUE_PACKETS = Array.from({ length: SECONDS }, (_, s) => packetsOfSecond(s)).flat();
const TRUE_RECORDS = Array.from({ length: SECONDS }, (_, s) => recordsOfSecond(s)).flat();

type Reading = 'right' | 'reported' | 'refused' | 'set aside' | 'silently wrong';

/** Opens a damaged file as the service does, reads all of it, and judges what it got. */
async function read(folder: string, id: string): Promise<Reading> {
  let store;
  try {
    store = openWalkStore(folder, { reserveBytes: 0, onDamage: 'set_aside' });
  } catch (error) {
    if (error instanceof StoreError) return 'refused';
    throw error;
  }
  try {
    if (store.health().troubles.some((t) => t.code === 'set_aside')) return 'set aside';
    const integrity = await store.integrity();
    const packets = await all(store.walks.notifications(id));
    const { items } = store.entries.page(id, { types: ['step', 'stride'], limit: 1000 });
    const same =
      JSON.stringify(packets.map((n) => [n.slot, n.receivedS, Buffer.from(n.bytes).toString('hex')])) ===
        JSON.stringify(TRUE_PACKETS.map((n) => [n.slot, n.receivedS, Buffer.from(n.bytes).toString('hex')])) &&
      JSON.stringify(items.map((i) => i.entry).sort(byTime)) === JSON.stringify([...TRUE_RECORDS].sort(byTime));
    if (same) return 'right';
    return integrity.ok ? 'silently wrong' : 'reported';
  } catch (error) {
    if (error instanceof StoreError) return 'reported';
    throw error;
  } finally {
    store.close();
  }
}

async function* toAsync(lines: readonly string[]): AsyncGenerator<string> {
  yield* lines;
}

const byTime = (a: object, b: object): number => JSON.stringify(a).localeCompare(JSON.stringify(b));

describe('R5: a damaged database', () => {
  it('is read right or reported, never silently wrong: one byte changed at 100 places', async () => {
    const { file, id } = closedStore();
    const whole = readFileSync(file);
    const readings = new Map<Reading, number>();
    let state = 12345;
    for (let i = 0; i < 100; i++) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      // The first page too: every tenth change hits it.
      const at = i % 10 === 0 ? state % 4096 : state % whole.length;
      const folder = path.join(temporaryFolder(), 'data');
      mkdirSync(folder);
      const bytes = Buffer.from(whole);
      bytes[at] = bytes[at]! ^ (1 << (i % 8));
      writeFileSync(path.join(folder, 'gaitkeeper.db'), bytes);
      const reading = await read(folder, id);
      readings.set(reading, (readings.get(reading) ?? 0) + 1);
      expect([at, reading]).not.toEqual([at, 'silently wrong']);
    }
    expect(readings.get('right') ?? 0).toBeGreaterThan(0);
    expect((readings.get('reported') ?? 0) + (readings.get('set aside') ?? 0)).toBeGreaterThan(10);
  }, 60_000);

  it('is read right or reported when it is cut off at 20 places', async () => {
    const { file, id } = closedStore();
    const { length } = readFileSync(file);
    for (let i = 0; i < 20; i++) {
      const folder = path.join(temporaryFolder(), 'data');
      mkdirSync(folder);
      copyFileSync(file, path.join(folder, 'gaitkeeper.db'));
      truncateSync(path.join(folder, 'gaitkeeper.db'), Math.floor((length * i) / 20) + i);
      const reading = await read(folder, id);
      expect([i, reading]).not.toEqual([i, 'silently wrong']);
    }
  }, 60_000);

  it('reports a bad chunk, gives the rest of the walk, and health says so', async () => {
    const { folder, file, id } = closedStore();
    const bytes = readFileSync(file);
    const needle = Buffer.from(packetsOfSecond(20)[0]!.bytes);
    bytes[bytes.indexOf(needle) + 5]! ^= 1;
    writeFileSync(file, bytes);
    const store = storeIn(folder);
    const batches = [...store.walks.notificationBatches(id)];
    const damaged = batches.flatMap((b) => b.damaged);
    expect(damaged).toMatchObject([{ walkId: id, seq: 21, why: expect.stringContaining('CRC-32C') }]);
    expect(batches.flatMap((b) => b.notifications)).toHaveLength(SECONDS * 20 - 10);
    expect(store.health().troubles).toMatchObject([{ code: 'damaged_chunks' }]);
    expect(await store.integrity()).toMatchObject({ ok: false, damaged });
  });

  it('gives all but the seconds of a page that is gone, the other walks whole, and an export of both', async () => {
    const folder = temporaryFolder();
    const first = storeIn(folder);
    const ids = [recordWalk(first, SECONDS), recordWalk(first, SECONDS)];
    first.close();
    const file = path.join(folder, 'gaitkeeper.db');
    const bytes = readFileSync(file);
    const page = Math.floor(bytes.indexOf(Buffer.from(packetsOfSecond(20)[0]!.bytes)) / 4096);
    bytes.fill(0, page * 4096, (page + 1) * 4096);
    writeFileSync(file, bytes);
    const store = storeIn(folder, { onDamage: 'set_aside' });
    const batches = ids.map((id) => [...store.walks.notificationBatches(id)]);
    const gone = batches[0]!.flatMap((b) => b.damaged).length;
    expect(gone).toBeGreaterThan(0);
    expect(batches[0]!.flatMap((b) => b.notifications).length).toBeGreaterThanOrEqual((SECONDS - 6) * 20);
    expect(batches[1]!.flatMap((b) => b.notifications)).toHaveLength(SECONDS * 20);
    expect((await store.integrity()).ok).toBe(false);
    const lines = await all(store.exportAll());
    expect(lines.filter((line) => line.includes('"unreadable"')).length).toBe(gone);
    const fresh = storeIn(temporaryFolder());
    expect(await fresh.importAll(toAsync(lines))).toMatchObject({ walks: 2 });
    expect(fresh.entries.count(ids[0]!, 'stride')).toBe(2 * SECONDS);
    expect(await fresh.integrity()).toMatchObject({ ok: true });
  });

  it('gives what stands behind hundreds of damaged entries, however few are asked for at a time', () => {
    const { file, folder, id } = closedStore();
    const bytes = readFileSync(file);
    for (let second = 10; second < 30; second++)
      for (const record of recordsOfSecond(second)) {
        const at = bytes.indexOf(JSON.stringify(record).slice(0, 60));
        if (at >= 0) bytes[at + 20]! ^= 1;
      }
    writeFileSync(file, bytes);
    const store = storeIn(folder);
    const wholeIds = (limit: number): number[] => {
      const ids: number[] = [];
      for (let last = 0; ;) {
        const entries = store.entries.after(id, last, limit);
        if (entries.length === 0) return ids;
        ids.push(...entries.map((e) => e.id));
        last = entries.at(-1)!.id;
      }
    };
    expect(wholeIds(1)).toEqual(wholeIds(1000));
    expect(wholeIds(1).length).toBeLessThan(TRUE_RECORDS.length);
    expect(wholeIds(1).at(-1)).toBe(store.entries.lastId(id));
  });

  it('is moved aside whole, never overwritten, where it cannot be opened; or refused', () => {
    const { folder, file } = closedStore();
    const bytes = readFileSync(file);
    bytes.fill(0x5a, 100, 4096);
    writeFileSync(file, bytes);
    expect(() => openWalkStore(folder)).toThrow(expect.objectContaining({ code: 'damaged' }));
    expect(readFileSync(file).equals(bytes)).toBe(true);
    const store = storeIn(folder, { onDamage: 'set_aside' });
    const [aside] = readdirSync(path.join(folder, 'damaged'));
    expect(readFileSync(path.join(folder, 'damaged', aside!, 'gaitkeeper.db')).equals(bytes)).toBe(true);
    expect(store.health().troubles).toMatchObject([{ code: 'set_aside', text: expect.stringContaining(aside!) }]);
    expect(recordWalk(store, 2)).toHaveLength(26);
  });
});
