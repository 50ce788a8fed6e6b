import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { InfluxMirror, type MirrorStatus } from '../../src/store/influx-mirror.ts';
import { pointOf } from '../../src/store/influx-points.ts';
import type { SqliteWalkStore } from '../../src/store/sqlite-store.ts';
import type { WalkRecord } from '../../src/domain/records.ts';
import { FakeInflux } from './fake-influx.ts';
import { recordWalk, SLOTS, STARTED_AT_MS, step, storeIn, stride, temporaryFolder, walkSecond } from './walk-data.ts';

const fakes: FakeInflux[] = [];
const mirrors: InfluxMirror[] = [];
afterEach(async () => {
  for (const fake of fakes.splice(0)) await fake.stop();
  for (const mirror of mirrors.splice(0)) await mirror.stop();
});

async function fakeInflux(): Promise<FakeInflux> {
  const fake = new FakeInflux();
  await fake.start();
  fakes.push(fake);
  return fake;
}

/** A mirror that waits a hundredth of what it would, and notes how long it wanted to. */
function mirrorTo(store: SqliteWalkStore, url: string, waits: number[] = []): InfluxMirror {
  const mirror = new InfluxMirror(store.mirrorOutbox('influx'), {
    url,
    database: 'gait',
    requestTimeoutMs: 200,
    pause: (ms, signal) => {
      waits.push(ms);
      return sleep(ms / 100, undefined, { signal }).catch(() => undefined);
    },
  });
  mirrors.push(mirror);
  return mirror;
}

async function until(condition: () => boolean, mirror?: InfluxMirror): Promise<void> {
  for (let i = 0; i < 1500; i++) {
    if (condition()) return;
    await sleep(10);
  }
  throw new Error(`It did not come so far: ${JSON.stringify(mirror?.status())}`);
}

const upToDate = (mirror: InfluxMirror) => () =>
  mirror.status().state === 'up_to_date' && mirror.status().backlog === 0;

const summary = (walkSeconds: number): WalkRecord => ({
  type: 'walk',
  duration_s: walkSeconds,
  sites: ['left_foot', 'right_foot'],
  steps: 2 * walkSeconds,
  strides: 2 * walkSeconds,
  distance_m: 12.5,
  cadence_spm: null,
  walking_speed_mps: 1.25,
  left: { strides: walkSeconds, valid_strides: walkSeconds, medians: { stride_length_m: 1.3, pelvic_drop_deg: null } },
  right: { strides: walkSeconds, valid_strides: walkSeconds, medians: {} },
  metrics: {},
  gaps: [],
  sensors: [],
  reasons: {},
  known_at_s: walkSeconds,
});

describe('the Influx mirror', () => {
  it('sends every stride, step and summary once, in bounded writes', async () => {
    const fake = await fakeInflux();
    const store = storeIn(temporaryFolder());
    const { id } = store.walks.create({
      startedAtMs: STARTED_AT_MS,
      slots: SLOTS,
      tags: { shoes: 'red "x"\n\\', luggage_kg: 4 },
    });
    for (let s = 0; s < 400; s++) store.append(id, walkSecond(s));
    store.append(id, { notifications: [], records: [summary(400)] });
    const mirror = mirrorTo(store, fake.url);
    mirror.start();
    await until(upToDate(mirror), mirror);
    expect([fake.count('stride'), fake.count('step'), fake.count('walk')]).toEqual([800, 800, 1]);
    expect(fake.writes).toBe(4);
    expect(fake.lines).toBe(1601);
    const walk = [...fake.points].find(([key]) => key.startsWith('walk,'))!;
    expect(walk[1]).toContain('left_stride_length_m=1.3');
    expect(walk[1]).toContain('shoes="red  x   "');
    expect(walk[1]).not.toContain('cadence_spm');
    expect(mirror.status()).toMatchObject({
      sent: 1601,
      parked: 0,
      trouble: undefined,
    } satisfies Partial<MirrorStatus>);
  });

  it('L7: points equal strides after an outage, 503, resets, hangs and a restart in mid-walk', async () => {
    const fake = await fakeInflux();
    const folder = temporaryFolder();
    let store = storeIn(folder);
    const { id } = store.walks.create({ startedAtMs: STARTED_AT_MS, slots: SLOTS });
    const waits: number[] = [];
    let mirror = mirrorTo(store, fake.url, waits);
    mirror.start();
    let second = 0;
    const walkOn = async (seconds: number): Promise<void> => {
      for (let i = 0; i < seconds; i++) {
        expect(store.append(id, walkSecond(second++)).stored).toBe(true);
        mirror.wake();
        if (i % 10 === 0) await sleep(5);
      }
    };
    await walkOn(50);
    for (const trouble of ['503', 'reset', 'hang', 'stall', 'down'] as const) {
      if (trouble === 'down') await fake.stop();
      else fake.mode = trouble;
      await walkOn(50);
      await until(() => mirror.status().trouble !== undefined, mirror);
      expect(mirror.status().backlog).toBeGreaterThan(0);
      if (trouble === 'down') await fake.start();
      fake.mode = 'up';
      await walkOn(20);
      await until(upToDate(mirror), mirror);
      expect(fake.count('stride')).toBe(2 * second);
    }
    await mirror.stop();
    store.close();
    store = storeIn(folder);
    expect(store.walks.resume(id).state).toBe('recording');
    mirror = mirrorTo(store, fake.url);
    mirror.start();
    await walkOn(50);
    await until(upToDate(mirror), mirror);
    expect(fake.count('stride')).toBe(2 * second);
    expect(fake.count('step')).toBe(2 * second);
    expect(Math.max(...waits)).toBeLessThanOrEqual(15_000);
  });

  it('leaves one point where a write is sent twice, as after a crash before the cursor moved', async () => {
    const fake = await fakeInflux();
    const store = storeIn(temporaryFolder());
    recordWalk(store, 30);
    for (const name of ['first', 'second']) {
      const mirror = new InfluxMirror(store.mirrorOutbox(name), { url: fake.url, database: 'gait' });
      mirrors.push(mirror);
      mirror.start();
      await until(upToDate(mirror), mirror);
    }
    expect(fake.lines).toBe(240);
    expect([fake.count('stride'), fake.count('step')]).toEqual([60, 60]);
  });

  it('puts a point aside that is refused five times, lets the others through, and can try it again', async () => {
    const fake = await fakeInflux();
    const store = storeIn(temporaryFolder());
    const id = recordWalk(store, 100);
    fake.poison = 'ic_s=41.52,';
    const mirror = mirrorTo(store, fake.url);
    mirror.start();
    await until(upToDate(mirror), mirror);
    expect(mirror.status()).toMatchObject({ parked: 2, trouble: undefined });
    expect([fake.count('stride'), fake.count('step')]).toEqual([199, 199]);
    fake.poison = undefined;
    expect(await mirror.retryParked()).toBe(2);
    expect([fake.count('stride'), fake.count('step')]).toEqual([200, 200]);
    expect(mirror.status().parked).toBe(0);
    expect(store.walks.get(id).state).toBe('finished');
  });

  it('takes the points of an erased walk back, and replaces those of one that was analysed again', async () => {
    const fake = await fakeInflux();
    const store = storeIn(temporaryFolder());
    const [gone, again, kept] = [0, 1, 2].map((day) => recordWalk(store, 10, STARTED_AT_MS + day * 86_400_000));
    const mirror = mirrorTo(store, fake.url);
    mirror.start();
    await until(upToDate(mirror), mirror);
    expect(fake.count('stride')).toBe(60);
    await store.eraseWalk(gone!);
    await store.entries.replace(again!, [stride('left', 1.25), step('left', 1.25)]);
    const of = (walk: string): number => [...fake.points.keys()].filter((k) => k.includes(`walk=${walk}`)).length;
    mirror.wake();
    await until(() => of(gone!) === 0 && of(again!) === 2, mirror);
    expect(of(kept!)).toBe(40);
  });

  it('makes points that need no escaping, with times to the nanosecond', () => {
    const walk = {
      id: '01ARZ3NDEKTSV4RRFFQ69G5FAV',
      profileId: '01ARZ3NDEKTSV4RRFFQ69G5FAW',
      startedAtMs: 1_795_510_800_123,
      source: 'live',
      tags: {},
    };
    const bad = stride('left', 7200.123456789, { stride_length_m: NaN, 'a,b\nc': 1, note: 'x\ny', turning: true });
    const point = pointOf({ id: 1, entry: bad, walk });
    expect(point).toMatchObject({ measurement: 'stride', timestamp: '1795518000246456789' });
    expect(Object.keys(point!.fields!).filter((k) => !/^[a-z0-9_]+$/.test(k))).toEqual([]);
    expect(point!.fields).not.toHaveProperty('stride_length_m');
    expect(point!.fields).not.toHaveProperty('note');
    expect(point!.fields).toMatchObject({ turning: true, stride_time_s: 1.04 });
  });
});
