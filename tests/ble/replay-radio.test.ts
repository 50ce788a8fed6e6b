import { describe, expect, it } from 'vitest';
import { ReplayRadio } from '../../src/ble/replay-radio.ts';
import { simulateWalk } from '../../src/simulator/simulate-walk.ts';
import { stageOf } from './hub-stage.ts';
import { ManualTimers } from './virtual-walker-timers.ts';

const walk = simulateWalk({ scenario: 'healthy', seed: 2, seconds: 20 });
const notifications = [...walk.notifications()].map(({ slot, receivedS, bytes }) => ({
  slot,
  receivedS,
  bytes: bytes.slice(),
}));

describe('a recording as a radio', () => {
  it('its sensors are scanned, paired and streamed from; every packet comes once, as it was, at its pace', async () => {
    const timers = new ManualTimers();
    const stage = stageOf(new ReplayRadio(walk.slots, notifications, timers), timers);
    const { hub } = stage;
    const came = new Map<string, string[]>();
    hub.onNotification(({ sensorId, bytes }) => {
      const list = came.get(sensorId) ?? [];
      came.set(sensorId, list);
      list.push(Buffer.from(bytes).toString('hex'));
    });
    await timers.until(hub.startScan());
    await timers.advance(1000);
    expect(hub.sensors().map((s) => [s.name, s.paired, s.virtual])).toEqual(
      walk.slots.map((slot) => [slot.name, false, true]).sort(),
    );
    for (const { id, name } of hub.sensors())
      await timers.until(hub.pair(id, walk.slots.find((slot) => slot.name === name)!.site));
    await timers.until(hub.startStreaming());
    await timers.advance(8000);
    const half = [...came.values()].reduce((n, list) => n + list.length, 0);
    expect(half / notifications.length).toBeGreaterThan(0.25);
    expect(half / notifications.length).toBeLessThan(0.5);
    for (const slot of walk.slots)
      expect(stage.sensor(`replay-${slot.deviceId}`)).toMatchObject({ state: 'streaming' });
    await timers.advance(15_000);
    for (const slot of walk.slots) {
      const sent = notifications.filter((n) => n.slot === slot.slot).map((n) => Buffer.from(n.bytes).toString('hex'));
      const got = came.get(`replay-${slot.deviceId}`)!;
      // Links are made one after the other: the first packets are gone by until the last sensor is there.
      expect(sent.slice(-got.length)).toEqual(got);
      expect(sent.length - got.length).toBeLessThan(20);
    }
    await timers.until(hub.close());
    expect(timers.waiting).toBe(0);
  });

  it('says of samples that were never on the air that they are no radio', async () => {
    const slots = walk.slots.map((slot) => ({ ...slot, model: 'samples' }));
    const radio = new ReplayRadio(slots, [], new ManualTimers());
    expect(radio.state).toBe('unsupported');
    await expect(radio.startScan(() => undefined)).rejects.toThrow('gaitkeeper replay');
  });
});
