import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { restoreBackup } from '../../src/store/backup.ts';
import { openWalkStore } from '../../src/store/open-store.ts';
import type { SqliteWalkStore } from '../../src/store/sqlite-store.ts';
import { csvCell } from '../../src/store/strides-csv.ts';
import {
  all,
  packetsOfSecond,
  recordWalk,
  SLOTS,
  STARTED_AT_MS,
  storeIn,
  stride,
  temporaryFolder,
} from './walk-data.ts';
import { walkSecond } from './walk-data.ts';

const KEY = 'correct horse battery staple';
const CANARY = 'CANARY-plain-text';

async function packetHash(store: SqliteWalkStore, walkId: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const n of store.walks.notifications(walkId)) hash.update(`${n.slot} ${n.receivedS} `).update(n.bytes);
  return hash.digest('hex');
}

describe('R7: backup', () => {
  for (const key of [undefined, KEY])
    it(`is made while recording, ${key === undefined ? 'plain' : 'encrypted'}, and restores byte by byte`, async () => {
      const folder = temporaryFolder();
      const store = storeIn(folder, { key });
      const before = recordWalk(store, 600);
      const { id } = store.walks.create({ startedAtMs: STARTED_AT_MS, slots: SLOTS });
      const progress = { done: false };
      let seconds = 0;
      const file = path.join(temporaryFolder(), 'copies', 'walks.db');
      const backup = store.backup(file).finally(() => (progress.done = true));
      while (!progress.done) {
        expect(store.append(id, walkSecond(seconds++)).stored).toBe(true);
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
      expect(await backup).toBe(statSync(file).size);
      expect(statSync(file).mode & 0o777).toBe(0o600);
      expect(readdirSync(path.dirname(file))).toEqual(['walks.db']);
      expect(seconds).toBeGreaterThan(2);
      expect(store.walks.get(id).notifications).toBe(seconds * 20);

      const fresh = path.join(temporaryFolder(), 'restored');
      await restoreBackup(file, fresh);
      const restored = storeIn(fresh, { key });
      expect(await packetHash(restored, before)).toBe(await packetHash(store, before));
      expect(restored.entries.after(before, 0, 1000)).toEqual(store.entries.after(before, 0, 1000));
      expect((await restored.integrity()).ok).toBe(true);
      await expect(restoreBackup(file, fresh)).rejects.toMatchObject({ code: 'conflict' });
      await expect(store.backup(file)).rejects.toMatchObject({ code: 'conflict' });
    });
});

describe('P4: encryption at rest', () => {
  it('leaves no plain text in any file; without the key nothing opens and nothing changes', () => {
    const folder = temporaryFolder();
    const store = openWalkStore(folder, { key: KEY, reserveBytes: 0 });
    const { id } = store.walks.create({ startedAtMs: STARTED_AT_MS, slots: SLOTS, title: CANARY });
    store.append(id, { notifications: [{ slot: 0, receivedS: 0, bytes: Buffer.from(CANARY) }], records: [] });
    expect(store.health().encrypted).toBe(true);
    const hasCanary = (): string[] =>
      readdirSync(folder).filter((name) => readFileSync(path.join(folder, name)).includes(CANARY));
    expect(hasCanary()).toEqual([]);
    store.close();
    expect(hasCanary()).toEqual([]);
    const before = readFileSync(path.join(folder, 'gaitkeeper.db'));
    for (const key of [undefined, 'wrong'])
      expect(() => openWalkStore(folder, { key, onDamage: 'set_aside' })).toThrow(
        expect.objectContaining({ code: 'key' }),
      );
    expect(readFileSync(path.join(folder, 'gaitkeeper.db')).equals(before)).toBe(true);
    const again = openWalkStore(folder, { key: KEY, reserveBytes: 0 });
    expect(again.walks.get(id).title).toBe(CANARY);
    again.close();
  });
});

describe('P1: export and import', () => {
  async function rich(store: SqliteWalkStore): Promise<string> {
    const me = store.profiles.first();
    store.profiles.rename(me.id, 'Ich & 私');
    store.settings.set(me.id, 'consent', { given: true, at: 1 });
    store.settings.set(null, 'mirror', { on: false });
    store.pairings.save({
      id: 'aa:01',
      name: 'L',
      model: 'gaitkeeper',
      site: 'left_foot',
      virtual: false,
      deviceKey: new Uint8Array([1, 255]),
    });
    const id = recordWalk(store, 130);
    store.marks.add(id, { atS: 3, place: 'left_knee', strength: null, createdAtMs: STARTED_AT_MS });
    store.marks.undo(
      store.marks.add(id, { atS: 4, place: 'left_knee', strength: 2, createdAtMs: STARTED_AT_MS + 1 }).id,
    );
    store.walks.changeTags(id, 10, { shoes: '=cmd' });
    await store.entries.replace(id, [stride('left', 1), stride('right', 2)]);
    store.walks.create({
      startedAtMs: STARTED_AT_MS + 1,
      slots: SLOTS,
      profileId: store.profiles.create({ name: 'Zwei' }).id,
    });
    return id;
  }

  it('gives the same lines after export, erase, import, export', async () => {
    const store = storeIn(temporaryFolder());
    const id = await rich(store);
    const packets = await packetHash(store, id);
    const lines = await all(store.exportAll());
    await store.eraseAll();
    const report = await store.importAll(from(lines));
    expect(report).toMatchObject({ walks: 2, skippedWalks: 0, chunks: 260 });
    const again = await all(store.exportAll());
    // A walk that was being recorded comes back as interrupted: the only thing that may differ.
    const settled = (text: string): string =>
      text.replace('"state":"recording","started', '"state":"interrupted","started');
    expect(again.slice(0, -1)).toEqual(lines.slice(0, -1).map(settled));
    expect(await all(store.exportAll())).toEqual(again);
    expect(await packetHash(store, id)).toBe(packets);
    expect(store.pairings.list()[0]?.deviceKey).toEqual(new Uint8Array([1, 255]));
    expect(await store.integrity()).toMatchObject({ ok: true });
    expect(await store.importAll(from(again))).toMatchObject({ walks: 0, skippedWalks: 2 });
  });

  it('takes nothing of a file that is cut off, changed or not an export, and says which line', async () => {
    const source = storeIn(temporaryFolder());
    await rich(source);
    const lines = await all(source.exportAll());
    const store = storeIn(temporaryFolder());
    const changed = lines.map((line, i) => (i === 50 ? line.replace(/"body":"..../, '"body":"BBBB') : line));
    const cases: [string[], RegExp][] = [
      [lines.slice(0, 200), /cut off after line 200/],
      [changed, /SHA-256 differs/],
      [[...lines.slice(0, 99), ...lines.slice(100)], /counts/],
      [['{"type":"walk"}'], /Line 1 .*begins with/],
      [['not json'], /Line 1 .*JSON/],
      [[lines[0]!, '{"type":"__proto__"}'], /Line 2/],
      [[lines[0]!, '{"type":"profile","id":5}'], /Line 2/],
      [['{"type":"gaitkeeper_export","version":99}'], /version 1/],
      [[...lines, lines[1]!], /more after the last line/],
    ];
    for (const [wrong, message] of cases) {
      await expect(store.importAll(from(wrong))).rejects.toThrow(message);
      expect(store.walks.list().items).toEqual([]);
    }
    expect(await store.integrity()).toMatchObject({ ok: true, chunks: 0 });
    expect(await store.importAll(from(lines))).toMatchObject({ walks: 2 });
  });
});

describe('S12: CSV', () => {
  it('disarms what a spreadsheet would run, and leaves numbers as they are', () => {
    expect(csvCell('=cmd|/C calc')).toBe("'=cmd|/C calc");
    expect(csvCell('\t=1+1')).toBe("'\t=1+1");
    expect(csvCell('@SUM(A1)')).toBe("'@SUM(A1)");
    expect(csvCell('-5')).toBe("'-5");
    expect(csvCell(-5.25)).toBe('-5.25');
    expect(csvCell('a "b", c\r\nd')).toBe('"a ""b"", c\r\nd"');
    expect(csvCell(NaN)).toBe('');
    expect(csvCell(null)).toBe('');
  });

  it('gives strides with every field of the walk, reasons too', async () => {
    const store = storeIn(temporaryFolder());
    const { id } = store.walks.create({ startedAtMs: STARTED_AT_MS, slots: SLOTS });
    const records = Array.from({ length: 1100 }, (_, i) => stride('left', i, i === 1050 ? { '=evil': 'x,y' } : {}));
    store.append(id, { notifications: packetsOfSecond(0), records });
    const lines = (await all(store.stridesCsv(id))).join('').trimEnd().split('\r\n');
    const header = lines[0]!.split(',');
    expect(lines).toHaveLength(1101);
    expect(header.slice(0, 3)).toEqual(['side', 'ic_s', 'fc_s']);
    expect(header).toContain("'=evil");
    const cells = lines[3]!.split(',');
    expect(cells[header.indexOf('ic_s')]).toBe('2');
    expect(cells[header.indexOf('foot_progression_deg')]).toBe('-6.5');
    expect(cells[header.indexOf('pelvic_drop_deg')]).toBe('');
    expect(cells[header.indexOf('reasons')]).toContain('pelvic_drop_deg: no_pelvis_sensor');
  });
});

async function* from(lines: readonly string[]): AsyncGenerator<string> {
  yield* lines;
}
