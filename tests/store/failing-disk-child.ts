// Records a short walk again and again, each time with another call to the disk failing (failing-disk.c), and prints a line of
// JSON for each: what was thrown, and what a fresh start finds. Argument: an empty folder, which the shim watches.
import { openSync, rmSync } from 'node:fs';
import path from 'node:path';
import { openWalkStore } from '../../src/store/open-store.ts';
import { StoreError } from '../../src/store/store-error.ts';
import type { SqliteWalkStore } from '../../src/store/sqlite-store.ts';
import { packetsOfSecond, SLOTS, STARTED_AT_MS, walkSecond } from './walk-seconds.ts';

/** What one run of the walk came to. */
export interface FaultRun {
  readonly fault: string;
  readonly at: number;
  /** Whether the fault was met at all: the walk makes only so many calls. */
  readonly met: boolean;
  /** Errors that are not the store's own words. */
  readonly strange: readonly string[];
  readonly acknowledgedS: number;
  readonly keptS: number;
  readonly finishedAcknowledged: boolean;
  readonly finished: boolean;
  readonly wrong: boolean;
  readonly healthy: boolean;
}

const EIO = 5;
const EROFS = 30;
const SECONDS = 12;
const FAULTS = [
  { fault: 'EIO once', code: EIO, many: 1, short: 0 },
  { fault: 'EIO forty times', code: EIO, many: 40, short: 0 },
  { fault: 'half a write', code: EIO, many: 1, short: 1 },
  { fault: 'read-only from here on', code: EROFS, many: 1e6, short: 0 },
];

function knock(name: string): number {
  try {
    openSync(`/failing-disk/${name}`, 'r');
  } catch (error) {
    return -((error as NodeJS.ErrnoException).errno ?? 0);
  }
  throw new Error('failing-disk.so is not loaded');
}

const folder = process.argv[2]!;
for (const fault of FAULTS)
  for (let at = 1, met = true; met && at <= 200; at += at < 40 ? 1 : 3) {
    const run = await once(fault, at);
    met = run.met;
    process.stdout.write(`${JSON.stringify(run)}\n`);
  }

async function once(fault: (typeof FAULTS)[number], at: number): Promise<FaultRun> {
  const data = path.join(folder, `${fault.short}-${fault.many}-${at}`);
  const strange: string[] = [];
  const attempt = <T>(work: () => T): T | undefined => {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof StoreError)) strange.push(String(error));
      return undefined;
    }
  };
  knock(`${at}/${fault.code}/${fault.many}/${fault.short}`);
  const store = attempt(() => openWalkStore(data, { reserveBytes: 0, nowMs: () => STARTED_AT_MS }));
  const walk = attempt(() => store?.walks.create({ startedAtMs: STARTED_AT_MS, slots: SLOTS }));
  let acknowledgedS = 0;
  let finishedAcknowledged = false;
  if (store !== undefined && walk !== undefined) {
    for (let s = 0; s < SECONDS; s++) {
      const result = attempt(() => store.append(walk.id, { ...walkSecond(s), snapshot: { second: s } }));
      acknowledgedS = (result?.storedNotifications ?? 0) / 20 || acknowledgedS;
    }
    finishedAcknowledged =
      attempt(() => store.walks.finish(walk.id, { endedAtMs: STARTED_AT_MS + 1, summary: null })) !== undefined;
    if (finishedAcknowledged) acknowledgedS = SECONDS;
  }
  attempt(() => store?.close());
  const met = knock('count') - 1000 >= at;
  knock('0/0/0/0');
  const after = attempt(() => openWalkStore(data, { reserveBytes: 0, nowMs: () => STARTED_AT_MS }));
  const found = after === undefined ? { keptS: -1, wrong: true, finished: false, healthy: false } : await look(after);
  attempt(() => after?.close());
  rmSync(data, { recursive: true, force: true });
  return { fault: fault.fault, at, met, strange, acknowledgedS, finishedAcknowledged, ...found };
}

async function look(store: SqliteWalkStore): Promise<Pick<FaultRun, 'keptS' | 'wrong' | 'finished' | 'healthy'>> {
  const { ok } = await store.integrity();
  const [walk] = store.walks.list().items;
  if (walk === undefined) return { keptS: 0, wrong: false, finished: false, healthy: ok };
  let n = 0;
  let wrong = false;
  for await (const { slot, receivedS, bytes } of store.walks.notifications(walk.id)) {
    const expected = packetsOfSecond(Math.floor(n / 20))[n % 20]!;
    wrong ||= slot !== expected.slot || receivedS !== expected.receivedS || !Buffer.from(bytes).equals(expected.bytes);
    n++;
  }
  wrong ||= n % 20 !== 0 || store.entries.count(walk.id, 'stride') !== n / 10;
  return { keptS: n / 20, wrong, finished: walk.state === 'finished', healthy: ok };
}
