import fc from 'fast-check';
import { rmSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { WalkEntry } from '../../src/store/walk-entry.ts';
import { openWalkStore } from '../../src/store/open-store.ts';
import type { SqliteWalkStore } from '../../src/store/sqlite-store.ts';
import type { WalkSecond, WalkState } from '../../src/store/walk-store.ts';
import { all, curve, SLOTS, STARTED_AT_MS, step, stride, temporaryFolder } from './walk-data.ts';

/** What a store should hold, in the simplest words. */
interface ModelWalk {
  state: WalkState;
  packets: string[];
  records: string[];
  byWearer: string[];
  marks: Map<string, number | null>;
}

type Operation =
  | { readonly kind: 'create' }
  | { readonly kind: 'append'; readonly walk: number; readonly second: WalkSecond }
  | { readonly kind: 'finish' | 'resume' | 'erase'; readonly walk: number }
  | { readonly kind: 'mark'; readonly walk: number; readonly strength: number | null }
  | { readonly kind: 'undo'; readonly walk: number }
  | { readonly kind: 'tags'; readonly walk: number; readonly shoes: string }
  | { readonly kind: 'replace'; readonly walk: number; readonly count: number }
  | { readonly kind: 'reopen' }
  | { readonly kind: 'move' };

const walk = fc.nat({ max: 3 });
const side = fc.constantFrom('left' as const, 'right' as const);
const time = fc.double({ min: 0, max: 7200, noNaN: true });
const notification = fc.record({
  slot: fc.nat({ max: 2 }),
  receivedS: time,
  bytes: fc.uint8Array({ maxLength: 40 }),
});
const record = fc.oneof(
  fc.tuple(side, time).map(([s, t]) => step(s, t)),
  fc.tuple(side, time).map(([s, t]) => stride(s, t)),
  fc.tuple(side, time).map(([s, t]) => curve(s, t)),
);
const operation: fc.Arbitrary<Operation> = fc.oneof(
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('create' as const) }) },
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('append' as const),
      walk,
      second: fc.record({
        notifications: fc.array(notification, { maxLength: 8 }),
        records: fc.array(record, { maxLength: 4 }),
      }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constantFrom('finish' as const, 'resume' as const, 'erase' as const), walk }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('mark' as const),
      walk,
      strength: fc.option(fc.integer({ min: 0, max: 10 })),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('undo' as const), walk }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('tags' as const), walk, shoes: fc.string({ unit: 'binary' }) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('replace' as const), walk, count: fc.nat({ max: 6 }) }) },
  { weight: 2, arbitrary: fc.constantFrom({ kind: 'reopen' as const }, { kind: 'move' as const }) },
);

const asText = (entry: unknown): string => JSON.stringify(entry);

/** A store beside its model: every operation goes to both, and both must answer alike. */
class Pair {
  readonly model = new Map<string, ModelWalk>();
  readonly #key: string | undefined;
  #folder = temporaryFolder();
  #store: SqliteWalkStore;
  #second = 0;

  constructor(key: string | undefined) {
    this.#key = key;
    this.#store = this.#open();
  }

  #open(): SqliteWalkStore {
    return openWalkStore(this.#folder, { reserveBytes: 0, key: this.#key });
  }

  async run(op: Operation): Promise<void> {
    if (op.kind === 'create') {
      this.#create();
      return;
    }
    if (op.kind === 'reopen') {
      this.#reopen();
      return;
    }
    if (op.kind === 'move') return this.#move();
    const id = [...this.model.keys()][op.walk];
    const walk = id === undefined ? undefined : this.model.get(id);
    if (id === undefined || walk === undefined) return;
    switch (op.kind) {
      case 'append':
        if (walk.state !== 'recording') {
          this.#refused(() => this.#store.append(id, op.second));
          return;
        }
        expect(this.#store.append(id, op.second)).toMatchObject({ stored: true });
        walk.packets.push(...op.second.notifications.map(packetText));
        walk.records.push(...op.second.records.map(asText));
        return;
      case 'finish':
        if (walk.state === 'finished') {
          this.#refused(() => this.#finish(id));
          return;
        }
        this.#finish(id);
        this.#enter(walk, 'finished');
        return;
      case 'resume':
        if (walk.state !== 'interrupted') {
          this.#refused(() => this.#store.walks.resume(id));
          return;
        }
        this.#store.walks.resume(id);
        this.#enter(walk, 'recording');
        return;
      case 'erase':
        await this.#store.eraseWalk(id);
        this.model.delete(id);
        return;
      case 'mark': {
        const mark = this.#store.marks.add(id, { atS: 1, place: 'left_knee', strength: op.strength, createdAtMs: 1 });
        walk.marks.set(mark.id, op.strength);
        walk.byWearer.push('mark');
        return;
      }
      case 'undo': {
        const [markId] = walk.marks.keys();
        if (markId === undefined) return;
        this.#store.marks.undo(markId);
        walk.marks.delete(markId);
        walk.byWearer.push('mark');
        return;
      }
      case 'tags':
        this.#store.walks.changeTags(id, 3, { shoes: op.shoes });
        walk.byWearer.push('tags');
        return;
      case 'replace': {
        const records = Array.from({ length: op.count }, (_, i) => stride('left', i));
        expect(await this.#store.entries.replace(id, records)).toBe(op.count);
        walk.records = records.map(asText);
        return;
      }
    }
  }

  async check(): Promise<void> {
    const found = this.#store.walks.list({ limit: 1000 }).items;
    expect(found.map((w) => w.id).sort()).toEqual([...this.model.keys()].sort());
    for (const [id, walk] of this.model) {
      expect(this.#store.walks.get(id)).toMatchObject({ state: walk.state, notifications: walk.packets.length });
      expect((await all(this.#store.walks.notifications(id))).map(packetText)).toEqual(walk.packets);
      const entries = this.#store.entries.after(id, 0, 1000);
      const isRecord = ({ type }: WalkEntry): boolean => !['mark', 'tags', 'state'].includes(type);
      expect(
        entries
          .map((e) => e.entry)
          .filter(isRecord)
          .map(asText),
      ).toEqual(walk.records);
      expect(entries.map((e) => e.entry.type).filter((t) => ['mark', 'tags', 'state'].includes(t))).toEqual(
        walk.byWearer,
      );
      expect(entries.map((e) => e.id)).toEqual(entries.map((e) => e.id).sort((a, b) => a - b));
      expect(new Map(this.#store.marks.list(id).map((m) => [m.id, m.strength]))).toEqual(walk.marks);
    }
    expect((await this.#store.integrity()).ok).toBe(true);
  }

  close(): void {
    this.#store.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #create(): void {
    const { id } = this.#store.walks.create({ startedAtMs: STARTED_AT_MS + this.#second++, slots: SLOTS });
    this.model.set(id, { state: 'recording', packets: [], records: [], byWearer: ['state'], marks: new Map() });
  }

  #finish(id: string): void {
    this.#store.walks.finish(id, { endedAtMs: STARTED_AT_MS, summary: null });
  }

  #enter(walk: ModelWalk, state: WalkState): void {
    walk.state = state;
    walk.byWearer.push('state');
  }

  #refused(call: () => unknown): void {
    expect(call).toThrow(expect.objectContaining({ code: 'conflict' }));
  }

  #reopen(): void {
    this.#store.close();
    this.#store = this.#open();
    for (const walk of this.model.values()) if (walk.state === 'recording') this.#enter(walk, 'interrupted');
  }

  /** Everything through an export into a new folder. */
  async #move(): Promise<void> {
    const lines = await all(this.#store.exportAll());
    this.#store.close();
    rmSync(this.#folder, { recursive: true, force: true });
    this.#folder = temporaryFolder();
    this.#store = this.#open();
    await this.#store.importAll(
      (async function* () {
        yield* lines;
      })(),
    );
    // What was being recorded comes back as interrupted.
    for (const walk of this.model.values()) if (walk.state === 'recording') walk.state = 'interrupted';
  }
}

const packetText = (n: { slot: number; receivedS: number; bytes: Uint8Array }): string =>
  `${n.slot} ${n.receivedS} ${Buffer.from(n.bytes).toString('hex')}`;

describe('the laws of a store', () => {
  for (const key of [undefined, 'a key'])
    it(`hold for any sequence of what can be done with it, ${key === undefined ? 'plain' : 'encrypted'}`, async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(operation, { minLength: 5, maxLength: 40 }), async (operations) => {
          const pair = new Pair(key);
          try {
            await pair.run({ kind: 'create' });
            for (const op of operations) await pair.run(op);
            await pair.check();
          } finally {
            pair.close();
          }
        }),
        { numRuns: key === undefined ? 40 : 8 },
      );
    }, 60_000);
});
