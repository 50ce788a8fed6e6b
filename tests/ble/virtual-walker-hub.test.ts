import { expect, it } from 'vitest';
import { createSensorHub } from '../../src/ble/hub.ts';
import type { Pairing } from '../../src/ble/sensor-hub.ts';
import { SimulatedRadio } from '../../src/ble/simulated-radio.ts';
import { VirtualWalker } from '../../src/ble/virtual-walker.ts';
import { gaitkeeper } from '../../src/protocol/models/gaitkeeper.ts';
import type { SensorSite } from '../../src/domain/sites.ts';
import type { TimerHandle } from '../../src/ble/timers.ts';
import { seededRandom } from '../timeline/sensor-stream.ts';
import { ManualTimers } from './virtual-walker-timers.ts';

const SITES: readonly (readonly [string, SensorSite])[] = [
  ['virtual-left-foot', 'left_foot'],
  ['virtual-right-foot', 'right_foot'],
  ['virtual-pelvis', 'pelvis'],
];

it('three virtual sensors are found, paired and walked with over the hub; two lost links leave no sample missing', async () => {
  const timers = new ManualTimers();
  const walker = new VirtualWalker({ seed: 4, timers });
  const radio = new SimulatedRadio(walker, timers);
  const saved = new Map<string, Pairing>();
  const hub = createSensorHub({
    radios: [radio],
    timers,
    random: () => 0.5,
    pairings: {
      list: () => [...saved.values()],
      save: (pairing) => void saved.set(pairing.id, pairing),
      forget: (id) => void saved.delete(id),
    },
  });
  const indexes = new Map<string, Set<number>>(SITES.map(([id]) => [id, new Set()]));
  const decoder = gaitkeeper.createDecoder();
  let doubled = 0;
  hub.onNotification(({ sensorId, bytes }) => {
    const result = decoder.decode(bytes);
    if (!result.ok || result.packet === undefined) return;
    const own = indexes.get(sensorId)!;
    for (let i = 0; i < result.packet.count; i++) {
      const index = result.packet.sampleIndex! + i;
      if (own.has(index)) doubled++;
      own.add(index);
    }
  });

  await timers.until(hub.startScan());
  await timers.advance(3000);
  expect(
    hub
      .sensors()
      .map((s) => s.id)
      .sort(),
  ).toEqual(SITES.map(([id]) => id).sort());
  expect(hub.sensors().every((s) => s.virtual)).toBe(true);
  for (const [id, site] of SITES) await timers.until(hub.pair(id, site));
  await timers.until(hub.stopScan());
  await timers.until(hub.startStreaming());
  await timers.advance(8000);
  expect(hub.sensors().map((s) => s.state)).toEqual(['streaming', 'streaming', 'streaming']);
  expect(hub.sensors().every((s) => s.batteryPct! > 60 && s.firmware === '1.1.0')).toBe(true);

  walker.setWalking(true);
  await timers.advance(10_000);
  radio.loseLink('virtual-left-foot', 1000);
  await timers.advance(15_000);
  radio.loseLink('virtual-pelvis', 30_000);
  await timers.advance(90_000);
  for (const [id] of SITES) {
    const own = indexes.get(id)!;
    const last = Math.max(...own);
    expect(last, id).toBeGreaterThan(115 * 104);
    expect(own.size, `${id}: samples of ${last + 1}`).toBe(last + 1);
  }
  expect(doubled).toBe(0);
  expect(walker.truth().strides.length).toBeGreaterThan(100);
  await timers.until(hub.close());
});

/** A machine that is so busy that it comes to everything up to two seconds late. */
class LateTimers extends ManualTimers {
  late = false;
  readonly #random = seededRandom(5);

  override after(delayMs: number, call: () => void): TimerHandle {
    return super.after(delayMs + (this.late ? 2000 * this.#random() : 0), call);
  }
}

it('what a virtual sensor sent is received when it was due, however late a busy machine comes to it', async () => {
  const timers = new LateTimers();
  const hub = createSensorHub({
    radios: [new SimulatedRadio(new VirtualWalker({ seed: 4, timers }), timers)],
    timers,
    random: () => 0.5,
    pairings: { list: () => [], save: () => undefined, forget: () => undefined },
  });
  const decoder = gaitkeeper.createDecoder();
  const delaysMs = new Map<string, number[]>(SITES.map(([id]) => [id, []]));
  hub.onNotification(({ sensorId, bytes }) => {
    const result = decoder.decode(bytes);
    if (timers.late && result.ok && result.packet?.resent === false)
      delaysMs.get(sensorId)!.push(timers.nowMs() - 1000 * result.packet.deviceTimeS!);
  });
  await timers.until(hub.startScan());
  await timers.advance(3000);
  for (const [id, site] of SITES) await timers.until(hub.pair(id, site));
  await timers.until(hub.startStreaming());
  await timers.advance(8000);
  timers.late = true;
  await timers.advance(30_000);
  for (const [id, own] of delaysMs) {
    expect(own.length, id).toBeGreaterThan(250);
    expect(Math.max(...own) - Math.min(...own), id).toBeLessThan(50);
  }
  await timers.until(hub.close());
});
