/**
 * `npx tsx bench/ble.ts`: CPU time of one notification from the controller's socket to the adapter's subscriber, through real
 * noble over the virtual controller, as fast as it goes (a flood) and paced as three sensors are. Prints; writes nothing.
 */
import { nobleOverSocket, type Backend } from '../src/ble/load-noble.ts';
import { NobleRadio } from '../src/ble/noble-radio.ts';
import { systemTimers } from '../src/ble/timers.ts';
import { advertisingData, type AirDevice, type AirPeer } from '../src/ble/virtual-controller/air-device.ts';
import { VirtualController } from '../src/ble/virtual-controller/virtual-controller.ts';
import { GATT } from '../src/protocol/wire-v1.ts';

const FLOOD = 60_000;
const AT_ONCE = 500;
const PACED_S = 5;
/** Three sensors at 208 Hz, nine samples a packet. */
const PACED_PER_S = 69;

class Flooder implements AirDevice {
  readonly address = 'c0:00:00:00:00:01';
  readonly addressType = 'random';
  readonly rssiDbm = -50;
  readonly present = true;
  readonly mtu = 247;
  readonly advertisement = advertisingData({ serviceUuid: GATT.service });
  readonly services = [{ uuid: GATT.service, characteristics: [{ uuid: GATT.imu, notifies: true }] }];
  peer: AirPeer | undefined;
  linked(peer: AirPeer): void {
    this.peer = peer;
  }
  unlinked(): void {
    this.peer = undefined;
  }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const cpuUs = (): number => {
  const { user, system } = process.cpuUsage();
  return user + system;
};

async function measure(backend: Backend, fragmentBytes: number): Promise<string> {
  const timers = systemTimers();
  const controller = new VirtualController({ timers, pace: { intervalMs: 0, fragmentBytes } });
  const device = new Flooder();
  controller.add(device);
  const radio = new NobleRadio(nobleOverSocket(backend, controller.socketClass()), timers);
  while (radio.state !== 'on') await wait(10);
  const link = await radio.connect('c00000000001');
  let got = 0;
  await link.subscribe(GATT.service, GATT.imu, () => got++);
  const bytes = new Uint8Array(232);
  const send = async (count: number): Promise<void> => {
    for (let i = 0; i < count; i += AT_ONCE) {
      for (let k = 0; k < AT_ONCE; k++) device.peer?.notify(GATT.imu, bytes);
      await turn();
    }
  };
  await send(10_000);
  got = 0;
  const start = cpuUs();
  await send(FLOOD);
  const flood = (cpuUs() - start) / FLOOD;
  if (got !== FLOOD) throw new Error(`${FLOOD - got} notifications were lost`);
  const pacedFrom = cpuUs();
  for (let i = 0; i < PACED_S * PACED_PER_S; i++) {
    device.peer?.notify(GATT.imu, bytes);
    await wait(1000 / PACED_PER_S);
  }
  const paced = (cpuUs() - pacedFrom) / (PACED_S * 1e6);
  await link.disconnect();
  await radio.close();
  controller.close();
  return `${backend}, packets of ${fragmentBytes} bytes: ${flood.toFixed(1)} us a notification in a flood; ${(100 * paced).toFixed(2)} % of a core at ${PACED_PER_S} a second\n`;
}

for (const backend of ['abandonware', 'stoprocent'] as const)
  for (const fragmentBytes of [251, 27]) process.stdout.write(await measure(backend, fragmentBytes));
