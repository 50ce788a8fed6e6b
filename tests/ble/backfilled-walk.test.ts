import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { ServiceClock } from '../../src/api/clock.ts';
import { createSensorHub } from '../../src/ble/hub.ts';
import { NobleRadio } from '../../src/ble/noble-radio.ts';
import type { Pairing } from '../../src/ble/sensor-hub.ts';
import { SimulatedRadio } from '../../src/ble/simulated-radio.ts';
import { WalkerOnAir } from '../../src/ble/virtual-controller/walker-on-air.ts';
import { VirtualWalker } from '../../src/ble/virtual-walker.ts';
import type { StrideRecord, WalkRecord } from '../../src/domain/records.ts';
import { ask } from '../api/walking.ts';
import { startService, type Service } from '../api/service.ts';
import { missing, pairingOf } from './hub-stage.ts';
import { nobleStage } from './noble-stage.ts';
import { ManualTimers, settleTurns } from './virtual-walker-timers.ts';
import {
  foundShare,
  samplesTaken,
  storedSamples,
  storedStrides,
  type Samples,
  type StoredSamples,
} from './walked-samples.ts';

type Way = 'simulated' | 'abandonware' | 'stoprocent';
const WALKER_IDS = ['virtual-left-foot', 'virtual-right-foot', 'virtual-pelvis'] as const;
const SITES = ['left_foot', 'right_foot', 'pelvis'] as const;

/** The service's clocks, driven by the test's. */
const clocksOf = (timers: ManualTimers) => {
  const clock: ServiceClock = {
    wallMs: () => Date.parse('2026-11-24T09:00:00Z') + timers.nowMs(),
    monotonicS: () => timers.nowMs() / 1000,
    every: (intervalMs, call) => {
      let handle = timers.after(intervalMs, function again() {
        handle = timers.after(intervalMs, again);
        call();
      });
      return () => handle.cancel();
    },
  };
  return { clock, walkClock: { nowNs: () => BigInt(Math.round(timers.nowMs() * 1e6)), bootId: 'boot' } };
};

interface Walked {
  readonly summary: WalkRecord;
  readonly live: WalkRecord;
  readonly strides: readonly StrideRecord[];
  /** True strides of the walk, on the walk's clock. */
  readonly truth: readonly { side: string; ic_s: number }[];
  /** Stored samples of each site: the sensor's own counts by their number; how many came twice. */
  readonly stored: ReadonlyMap<string, StoredSamples>;
  /** The samples that each sensor's chip took. */
  readonly taken: ReadonlyMap<string, Samples>;
  readonly walks: number;
}

/** A walk through the whole service, three minutes long unless said otherwise; `losses`: sensor, when [s], for how long [ms]. */
async function walk(
  way: Way,
  losses: readonly (readonly [number, number, number])[],
  ringSamples?: number,
  lengthS = 180,
): Promise<Walked> {
  const noble = way === 'simulated' ? undefined : await nobleStage(way);
  const timers = noble?.timers ?? new ManualTimers(settleTurns);
  const walker = new VirtualWalker({ seed: 11, timers, ...(ringSamples === undefined ? {} : { ringSamples }) });
  const taken = samplesTaken(walker);
  const simulated = new SimulatedRadio(walker, timers);
  const air = noble === undefined ? undefined : new WalkerOnAir(walker, noble.controller, timers);
  const ids = WALKER_IDS.map((id) => air?.radioIdOf(id) ?? id);
  const saved = new Map<string, Pairing>(
    ids.map((id, i) => [id, pairingOf(id, SITES[i]!, { virtual: noble === undefined })]),
  );
  const hub = createSensorHub({
    radios: [noble?.radio ?? simulated],
    timers,
    random: () => 0.5,
    pairings: {
      list: () => [...saved.values()],
      save: (pairing) => void saved.set(pairing.id, pairing),
      forget: (id) => void saved.delete(id),
    },
  });
  expect(noble === undefined || noble.radio instanceof NobleRadio).toBe(true);
  const service = await startService({ hub, ...clocksOf(timers) });
  await timers.until(hub.startStreaming());
  await timers.advance(10_000);
  const startS = timers.nowMs() / 1000;
  const { id } = await ask<{ id: string }>(service, 'POST', '/walks', { body: {}, status: 201 });
  await timers.advance(5000);
  walker.setWalking(true);
  const due = [...losses].sort((a, b) => a[1] - b[1]);
  for (let s = 0; s < lengthS; s++) {
    for (const [sensor, atS, forMs] of due) {
      if (atS !== s) continue;
      if (air === undefined) simulated.loseLink(WALKER_IDS[sensor]!, forMs);
      else air.loseLink(WALKER_IDS[sensor]!, forMs);
    }
    await timers.advance(1000);
  }
  walker.setWalking(false);
  await timers.advance(8000);
  const stopped = await ask<{ summary?: unknown }>(service, 'POST', `/walks/${id}/stop`);
  expect(stopped).toBeDefined();
  const live = service.context.store.walks.get(id).summary!;
  await jobsDone(service);
  const stored = await storedSamples(service.context.store, id);
  const strides = storedStrides(service.context.store, id);
  const truth = walker.truth().strides.map((t) => ({ side: t.side, ic_s: t.ic_s - startS }));
  const walks = service.context.store.walks.list({ limit: 10 }).items.length;
  const summary = service.context.store.walks.get(id).summary!;
  await service.app.close();
  await timers.until(hub.close());
  air?.close();
  await noble?.close();
  return { summary, live, strides, truth, stored, taken, walks };
}

/** The queue of long work is empty. */
async function jobsDone(service: Service): Promise<void> {
  await service.context.jobs.run(() => Promise.resolve());
  await turn();
}

const counts = (record: WalkRecord, site: string): Record<string, number> =>
  record.sensors.find((s) => s['site'] === site) as Record<string, number>;

const LOSSES = [
  [0, 40, 1000],
  [1, 90, 30_000],
] as const;

describe.each<Way>(['abandonware', 'stoprocent'])(
  'a walk of three minutes through noble with two lost links (%s)',
  (way) => {
    it('is one walk without a hole: what was missed came again and stands where it belongs', async () => {
      const torn = await walk(way, LOSSES);
      expect(torn.walks).toBe(1);
      // Live, the samples of the long loss were too late; afterwards nothing is missing.
      expect(torn.live.gaps.map((g) => g.site)).toContain('right_foot');
      expect(foundShare(torn.truth, torn.strides)).toBeGreaterThanOrEqual(0.99);
      expect(torn.live.strides).toBeLessThan(torn.summary.strides - 10);
      expect(torn.summary.gaps).toEqual([]);
      for (const site of SITES) {
        const { samples, doubled } = torn.stored.get(site)!;
        expect(missing(samples), site).toEqual([]);
        expect(doubled, site).toBe(0);
        expect(samples.size, site).toBeGreaterThan(185 * 104);
        for (const [index, hex] of samples) expect(hex, `${site} ${index}`).toBe(torn.taken.get(site)!.get(index));
        expect(counts(torn.summary, site), site).toMatchObject({ lostSamples: 0, lateSamples: 0, duplicates: 0 });
      }
      expect(torn.truth.length).toBeGreaterThan(250);
    });
  },
);

it('what the sensor no longer held is counted, sample by sample, and stays a marked gap', async () => {
  const torn = await walk('simulated', [[1, 20, 30_000]], 1000, 70);
  const { samples, doubled } = torn.stored.get('right_foot')!;
  const holes = missing(samples);
  expect(holes.length).toBeGreaterThan(1900);
  expect(counts(torn.summary, 'right_foot')['lostSamples']).toBe(holes.length);
  expect(doubled).toBe(0);
  expect(torn.summary.gaps.map((g) => g.site)).toEqual(['right_foot']);
  const [gap] = torn.summary.gaps;
  expect(gap!.to_s - gap!.from_s).toBeCloseTo(holes.length / 104, 0);
});
