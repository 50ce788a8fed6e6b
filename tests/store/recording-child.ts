// Records seconds as fast as it can, and says on stdout which are acknowledged. Killed by the tests.
// Arguments: data folder, `FULL` or `NORMAL` (what a store must not use: the tests must notice).
import { writeSync } from 'node:fs';
import path from 'node:path';
import { openDatabase } from '../../src/store/database.ts';
import { lockFolder } from '../../src/store/owner-lock.ts';
import { SqliteWalkStore } from '../../src/store/sqlite-store.ts';
import { SLOTS, STARTED_AT_MS, walkSecond } from './walk-seconds.ts';

const [folder, synchronous] = process.argv.slice(2) as [string, string];
const unlock = lockFolder(folder);
const db = openDatabase(path.join(folder, 'gaitkeeper.db'), { nowMs: () => STARTED_AT_MS });
if (synchronous === 'NORMAL') db.pragma('synchronous = NORMAL');
const parts = {
  db,
  folder,
  encrypted: false,
  nowMs: () => STARTED_AT_MS,
  reserveBytes: 0,
  unlock,
  setAside: undefined,
};
const store = new SqliteWalkStore(parts);
store.recover();
const [cutOff] = store.walks.list({ state: 'interrupted' }).items;
const walk =
  cutOff === undefined
    ? store.walks.create({ startedAtMs: STARTED_AT_MS, slots: SLOTS })
    : store.walks.resume(cutOff.id);
const recordsSnapshot = (second: number): unknown => ({ second, state: new Float64Array(200).fill(second) });
const pacing = new Int32Array(new SharedArrayBuffer(4));
for (let second = walk.notifications / 20; ; second++) {
  // Slow enough that the tests spend their time on kills, not on reading back.
  Atomics.wait(pacing, 0, 0, 3);
  const result = store.append(walk.id, { ...walkSecond(second), snapshot: recordsSnapshot(second) });
  if (result.stored) writeSync(1, `${second}\n`);
}
