import { expect, it } from 'vitest';
import { createSensorHub } from '../../src/ble/hub.ts';
import type { Pairing } from '../../src/ble/sensor-hub.ts';
import { SimulatedRadio } from '../../src/ble/simulated-radio.ts';
import { VirtualWalker } from '../../src/ble/virtual-walker.ts';
import { formatSensorKey } from '../../src/protocol/sensor-key.ts';
import type { Sensor, SensorList } from '../../src/api/contract.ts';
import { startService } from '../api/service.ts';
import { ask } from '../api/walking.ts';
import { pairingOf } from './hub-stage.ts';
import { ManualTimers } from './virtual-walker-timers.ts';

const KEY = Uint8Array.from({ length: 16 }, (_, i) => 17 * i);
const RIGHT = 'virtual-right-foot';

it('a sensor’s code opens it over the API; that of another sensor, or half a code, does not; no key is ever told', async () => {
  const timers = new ManualTimers();
  const walker = new VirtualWalker({ seed: 3, timers, keys: { right_foot: KEY } });
  const saved = new Map<string, Pairing>([[RIGHT, pairingOf(RIGHT, 'right_foot')]]);
  const hub = createSensorHub({
    radios: [new SimulatedRadio(walker, timers)],
    timers,
    pairings: {
      list: () => [...saved.values()],
      save: (pairing) => void saved.set(pairing.id, pairing),
      forget: (id) => void saved.delete(id),
    },
  });
  const service = await startService({ hub });
  await timers.until(hub.startStreaming());
  await timers.advance(5000);
  const put = async (key: string, status: number): Promise<unknown> => {
    const asked = ask<unknown>(service, 'PUT', `/sensors/${RIGHT}/key`, { body: { key }, status });
    // The answer waits for the old link to end, which takes the hub's time, not ours.
    const progress = { done: false };
    void asked.finally(() => (progress.done = true)).catch(() => undefined);
    for (let i = 0; i < 400 && !progress.done; i++) {
      await timers.advance(20);
      await new Promise((resolve) => setImmediate(resolve));
    }
    return asked;
  };
  const sensor = async (): Promise<Sensor> =>
    (await ask<SensorList>(service, 'GET', '/sensors')).sensors.find((s) => s.id === RIGHT)!;
  expect(await sensor()).toMatchObject({
    state: 'quarantined',
    trust: 'wrong_key',
    trouble: expect.stringContaining('If this is your sensor, give the code of its label.'),
  });
  const code = formatSensorKey({ serial: 'VW-2', key: KEY });
  await put(code.slice(0, -1), 400);
  const refused = JSON.stringify(await put(formatSensorKey({ serial: 'VW-1', key: KEY }), 409));
  expect(refused).toContain('This is the code of sensor VW-1, but the paired one is VW-2.');
  expect(refused).toContain('urn:gaitkeeper:problem:other_label');
  expect(refused).not.toContain(Buffer.from(KEY).toString('hex'));
  const list = JSON.stringify(await put(code, 200));
  expect(list).not.toContain(Buffer.from(KEY).toString('hex'));
  await timers.advance(5000);
  expect(await sensor()).toMatchObject({ state: 'streaming', trust: 'authenticated' });
  expect(service.logs.join('')).not.toContain(Buffer.from(KEY).toString('hex'));
  await timers.until(hub.close());
});
