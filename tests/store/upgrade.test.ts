import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3-multiple-ciphers';
import { describe, expect, it } from 'vitest';
import { openDatabase } from '../../src/store/database.ts';
import { MIGRATIONS } from '../../src/store/migrations.ts';
import { openWalkStore } from '../../src/store/open-store.ts';
import { LATER_STEPS } from './later-steps.ts';
import { all, closedStore, SECONDS, storeIn, temporaryFolder } from './walk-data.ts';

/** Copies made before upgrades. */
const copiesIn = (folder: string): string[] =>
  existsSync(path.join(folder, 'backups'))
    ? readdirSync(path.join(folder, 'backups'))
        .filter((name) => name.endsWith('.db'))
        .map((name) => path.join(folder, 'backups', name))
    : [];

const migratingChild = path.join(import.meta.dirname, 'migrating-child.ts');

describe('R6: upgrades', () => {
  it('copies the file first, then changes it in one go; all data stay', async () => {
    const { folder, file, id } = closedStore();
    const before = readFileSync(file);
    const db = openDatabase(file, { migrations: LATER_STEPS, nowMs: () => 0 });
    expect(db.pragma('user_version', { simple: true })).toBe(LATER_STEPS.length);
    expect(db.prepare('SELECT count(*) AS n FROM chunks').get()).toEqual({ n: 2 * SECONDS });
    db.close();
    const [copy] = readdirSync(path.join(folder, 'backups'));
    expect(copy).toBe(`before-upgrade-from-schema-${MIGRATIONS.length}-1970-01-01T00-00-00-000Z.db`);
    expect(readFileSync(path.join(folder, 'backups', copy!)).equals(before)).toBe(true);
    const restored = path.join(temporaryFolder(), 'old');
    mkdirSync(restored);
    copyFileSync(path.join(folder, 'backups', copy!), path.join(restored, 'gaitkeeper.db'));
    expect(await all(storeIn(restored).walks.notifications(id))).toHaveLength(SECONDS * 20);
  });

  it('leaves the old schema whole when a step fails', async () => {
    const { folder, file, id } = closedStore();
    const broken = [...LATER_STEPS, 'CREATE TABLE walks (again INTEGER)'];
    expect(() => openDatabase(file, { migrations: broken, nowMs: () => 0 })).toThrow(/walks/);
    const store = storeIn(folder);
    expect(store.health().schemaVersion).toBe(MIGRATIONS.length);
    expect(await all(store.walks.notifications(id))).toHaveLength(SECONDS * 20);
  });

  it('refuses a database of a newer version in words, and leaves it as it is', () => {
    const { folder, file } = closedStore();
    openDatabase(file, { migrations: LATER_STEPS, nowMs: () => 0 }).close();
    const before = readFileSync(file);
    expect(() => openWalkStore(folder, { onDamage: 'set_aside' })).toThrow(`schema ${LATER_STEPS.length}`);
    expect(readFileSync(file).equals(before)).toBe(true);
    expect(existsSync(path.join(folder, 'damaged'))).toBe(false);
  });

  it('leaves no copy behind that was cut off and that nobody would erase', () => {
    const { folder } = closedStore();
    mkdirSync(path.join(folder, 'backups'));
    const part = path.join(folder, 'backups', 'before-upgrade-from-schema-1-x.db.part');
    writeFileSync(part, 'health data');
    storeIn(folder);
    expect(existsSync(part)).toBe(false);
  });

  it('is on the old schema or the new one whenever it is killed, and then upgrades to the end', async () => {
    const { folder, file, id } = closedStore();
    const whole = readFileSync(file);
    const versions: number[] = [];
    for (let i = 0; i < 6; i++) {
      writeFileSync(file, whole);
      rmSync(`${file}-wal`, { force: true });
      const child = spawn(process.execPath, ['--import', 'tsx', migratingChild, file], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const closed = once(child, 'close');
      await once(child.stdout, 'data');
      await new Promise((resolve) => setTimeout(resolve, 25 * i));
      child.kill('SIGKILL');
      await closed;
      const db = new Database(file);
      versions.push(db.pragma('user_version', { simple: true }) as number);
      db.close();
      // A copy that was cut off has no name by which it could be taken for one.
      for (const copy of copiesIn(folder)) expect(readFileSync(copy).equals(whole)).toBe(true);
      openDatabase(file, { migrations: LATER_STEPS, nowMs: Date.now }).close();
      const after = openDatabase(file, { migrations: LATER_STEPS, nowMs: Date.now });
      expect(after.prepare('SELECT count(*) AS n FROM later').get()).toEqual({ n: 60_000 });
      expect(after.prepare('SELECT weather, notifications AS n FROM walks WHERE id = ?').get(id)).toEqual({
        weather: 'rain',
        n: SECONDS * 20,
      });
      expect(after.pragma('integrity_check', { simple: true })).toBe('ok');
      after.close();
    }
    expect(versions.every((v) => v === MIGRATIONS.length || v === LATER_STEPS.length)).toBe(true);
    expect(versions).toContain(MIGRATIONS.length);
  }, 120_000);
});
