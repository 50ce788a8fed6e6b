import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { openDatabase } from '../../src/store/database.ts';
import { MIGRATIONS } from '../../src/store/migrations.ts';
import { openWalkStore } from '../../src/store/open-store.ts';
import { all, recordWalk, storeIn, temporaryFolder } from './walk-data.ts';

/** Changes the database behind the store's back, as somebody who may write to the file does. */
function tamper(folder: string, sql: string, ...values: unknown[]): void {
  const db = openDatabase(path.join(folder, 'gaitkeeper.db'), { nowMs: () => 0 });
  const triggers = db.prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").all() as {
    name: string;
    sql: string;
  }[];
  for (const { name } of triggers) db.exec(`DROP TRIGGER ${name}`);
  db.prepare(sql).run(...values);
  for (const trigger of triggers) db.exec(trigger.sql);
  db.close();
}

function folderWithEntries(): string {
  const folder = temporaryFolder();
  const store = openWalkStore(folder, { reserveBytes: 0, nowMs: () => 1000 });
  store.audit.add({ action: 'login', who: 'browser 1', address: '127.0.0.1' });
  store.audit.add({ action: 'token_made', who: 'browser 1', address: '127.0.0.1', about: 'token 7, read' });
  store.audit.add({ action: 'erased', who: 'service token', address: '127.0.0.1', about: 'all, 3 walks' });
  store.close();
  return folder;
}

describe('S15: the audit trail', () => {
  it('is whole over restarts, lists newest first in pages, and outlives erasing everything', async () => {
    const folder = folderWithEntries();
    const store = storeIn(folder);
    recordWalk(store, 2);
    await store.eraseAll();
    store.audit.add({ action: 'backup_made', who: 'console' });
    const first = store.audit.list({ limit: 3 });
    expect(first.items.map((e) => [e.seq, e.action])).toEqual([
      [4, 'backup_made'],
      [3, 'erased'],
      [2, 'token_made'],
    ]);
    const rest = store.audit.list({ limit: 3, cursor: first.nextCursor! });
    expect([rest.items.map((e) => e.seq), rest.nextCursor]).toEqual([[1], null]);
    expect(await store.audit.check()).toEqual({ ok: true, entries: 4, brokenAt: null, head: first.items[0]!.hash });
  });

  it('tells any byte that was changed, whichever field it is in', async () => {
    const fields: Record<string, unknown> = {
      at_ms: 1001,
      action: 'logout',
      who: 'browser 2',
      address: '127.0.0.2',
      about: 'token 8, read',
    };
    for (const [field, value] of Object.entries(fields)) {
      const folder = folderWithEntries();
      tamper(folder, `UPDATE audit SET ${field} = ? WHERE seq = 2`, value);
      expect(await storeIn(folder).audit.check(), field).toMatchObject({ ok: false, entries: 1, brokenAt: 2 });
    }
    for (let byte = 0; byte < 32; byte++) {
      const folder = byte === 0 ? folderWithEntries() : lastFolder;
      lastFolder = folder;
      const db = openDatabase(path.join(folder, 'gaitkeeper.db'), { nowMs: () => 0 });
      const { hash } = db.prepare('SELECT hash FROM audit WHERE seq = 2').get() as { hash: Buffer };
      db.close();
      const flipped = Buffer.from(hash);
      flipped[byte]! ^= 1;
      tamper(folder, 'UPDATE audit SET hash = ? WHERE seq = 2', flipped);
      const store = openWalkStore(folder, { reserveBytes: 0 });
      expect(await store.audit.check(), `byte ${byte}`).toMatchObject({ ok: false, brokenAt: 2 });
      store.close();
      tamper(folder, 'UPDATE audit SET hash = ? WHERE seq = 2', hash);
    }
    expect(await storeIn(lastFolder).audit.check()).toMatchObject({ ok: true });
  });

  it('tells an entry that was taken out, in the middle or at the end', async () => {
    for (const seq of [1, 2, 3]) {
      const folder = folderWithEntries();
      tamper(folder, 'DELETE FROM audit WHERE seq = ?', seq);
      expect(await storeIn(folder).audit.check()).toMatchObject({ ok: false, entries: seq - 1, brokenAt: seq });
    }
  });

  it('refuses changes from within', () => {
    const folder = folderWithEntries();
    const db = openDatabase(path.join(folder, 'gaitkeeper.db'), { nowMs: () => 0 });
    expect(() => db.exec("UPDATE audit SET who = 'x'")).toThrow(/only added to/);
    expect(() => db.exec('DELETE FROM audit')).toThrow(/only added to/);
    db.close();
  });

  it('comes to a store of the first schema, whose walks stay', async () => {
    const folder = temporaryFolder();
    const old = openDatabase(path.join(folder, 'gaitkeeper.db'), {
      nowMs: () => 0,
      migrations: MIGRATIONS.slice(0, 1),
    });
    old.exec("INSERT INTO profiles (id, name, created_at_ms) VALUES ('p', 'Ada', 1)");
    old.close();
    const store = storeIn(folder);
    expect(store.profiles.list()).toMatchObject([{ id: 'p', name: 'Ada' }]);
    expect(await store.audit.check()).toMatchObject({ ok: true, entries: 0 });
    store.audit.add({ action: 'login', who: 'browser 1' });
    expect(await store.audit.check()).toMatchObject({ ok: true, entries: 1 });
    expect((await all(store.exportAll())).some((line) => line.includes('browser 1'))).toBe(false);
  });
});

let lastFolder = '';
