import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nobleOverSocket } from '../../src/ble/load-noble.ts';
import { NobleRadio } from '../../src/ble/noble-radio.ts';
import { systemTimers } from '../../src/ble/timers.ts';
import { VirtualController } from '../../src/ble/virtual-controller/virtual-controller.ts';
import { DEFAULT_IMU_CONFIG, countScales } from '../../src/protocol/imu-packet.ts';
import { compileHostProgram, cTitle, skipsC } from '../firmware-protocol/c-code.ts';
import { VirtualPeripheral } from '../firmware-protocol/virtual-peripheral.ts';
import { CFirmwareDevice, sampleOf } from './c-firmware-device.ts';
import { missing, pairingOf, stageOf } from './hub-stage.ts';
import { PACKAGES } from './noble-stage.ts';

const KEY = Uint8Array.from({ length: 16 }, (_, i) => 200 + i);

describe.skipIf(skipsC)(cTitle('the C firmware behind the virtual controller'), () => {
  let program: ReturnType<typeof compileHostProgram>;
  beforeAll(() => {
    program = compileHostProgram('virtual_peripheral');
  });
  afterAll(() => program.remove());

  it.each(PACKAGES)(
    'its bytes cross real noble: session with key, samples, a lost link, samples again (%s)',
    async (backend) => {
      // Real time: the child process knows no other.
      const timers = systemTimers();
      const firmware = new VirtualPeripheral(program.file);
      await firmware.powerOn({ bootCount: 1, blocks: 256, key: KEY });
      await firmware.battery(3900, 80, false);
      const controller = new VirtualController({ timers });
      const device = new CFirmwareDevice(firmware, controller, timers);
      controller.add(device);
      const radio = new NobleRadio(nobleOverSocket(backend, controller.socketClass()), timers);
      const stage = stageOf(radio, timers, [pairingOf(device.id, 'left_foot', { virtual: false, key: KEY })]);
      await stage.hub.startStreaming();
      const until = async (holds: () => boolean, limitMs: number): Promise<void> => {
        for (let waited = 0; waited < limitMs && !holds(); waited += 50) await wait(50);
      };
      const size = () => stage.heard.get(device.id)?.samples.size ?? 0;
      await until(() => size() > 150, 10_000);
      expect(stage.sensor(device.id)).toMatchObject({ state: 'streaming', trust: 'authenticated', firmware: '1.0.0' });
      device.loseLink(1000);
      await wait(1100);
      const before = size();
      await until(() => size() > before + 250 && missing(stage.heard.get(device.id)!.samples).length === 0, 10_000);
      const { samples, doubled } = stage.heard.get(device.id)!;
      expect(missing(samples)).toEqual([]);
      expect(doubled).toBe(0);
      expect(stage.states.get(device.id)).toContain('lost');
      const { accMps2, gyrRadps } = countScales(DEFAULT_IMU_CONFIG);
      for (const [index, text] of samples) {
        const { counts } = sampleOf(index);
        const truth = counts.map((count, k) => count * (k < 3 ? accMps2 : gyrRadps) + 0);
        expect(text.split(' ').map(Number), `sample ${index}`).toEqual(truth);
      }
      expect(samples.size).toBeGreaterThan(350);
      await stage.hub.close();
      device.close();
      controller.close();
      expect(await firmware.close()).toBe(0);
    },
  );
});
