/**
 * `npx tsx bench/ble.ts`: CPU time of one notification from the controller's socket to the adapter's subscriber, through real
 * noble over the virtual controller, as fast as it goes (a flood) and paced as three sensors are; and what 500 advertisements a
 * second of neighbours add (goal B9: at most 20 % of a core). Prints; writes nothing.
 */
import { createSensorHub } from '../src/ble/hub.ts';
import { nobleOverSocket, type Backend } from '../src/ble/load-noble.ts';
import { NobleRadio } from '../src/ble/noble-radio.ts';
import { systemTimers } from '../src/ble/timers.ts';
import { advertisingData, type AirDevice, type AirPeer } from '../src/ble/virtual-controller/air-device.ts';
import { VirtualController } from '../src/ble/virtual-controller/virtual-controller.ts';
import { WalkerOnAir } from '../src/ble/virtual-controller/walker-on-air.ts';
import { VirtualWalker } from '../src/ble/virtual-walker.ts';
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

const FLOOD_S = 8;
const ADVERTS_PER_S = 500;
/** Each device advertises ten times a second. */
const STRANGERS = ADVERTS_PER_S / 10;

/** A neighbour that never stops advertising. @param like us: our own service and a name of ours; else a stranger's */
function neighbour(index: number, likeUs: boolean): AirDevice {
  return {
    address: `c1:00:00:00:00:${(16 + index).toString(16)}`,
    addressType: 'random',
    rssiDbm: -70,
    present: true,
    mtu: 23,
    advertisement: advertisingData({ serviceUuid: likeUs ? GATT.service : '180d' }),
    services: [],
    linked: () => undefined,
    unlinked: () => undefined,
  };
}

/** Share of a core that a scan with a paired sensor streaming takes, beside neighbours that advertise 500 times a second. */
async function besideNeighbours(backend: Backend, neighbours: 'none' | 'strangers' | 'look-alikes'): Promise<number> {
  const timers = systemTimers();
  const controller = new VirtualController({ timers, advertising: { everyMs: 100 } });
  const walker = new VirtualWalker({ seed: 1, timers });
  const air = new WalkerOnAir(walker, controller, timers);
  if (neighbours !== 'none')
    for (let i = 0; i < STRANGERS; i++) controller.add(neighbour(i, neighbours === 'look-alikes'));
  const radio = new NobleRadio(nobleOverSocket(backend, controller.socketClass()), timers);
  while (radio.state !== 'on') await wait(10);
  const ids = walker.peripherals.map(({ identity }) => air.radioIdOf(identity.deviceId));
  const sites = ['left_foot', 'right_foot', 'pelvis'] as const;
  const paired = ids.map((id, i) => ({ id, name: id, model: 'gaitkeeper', site: sites[i]!, virtual: false }));
  const hub = createSensorHub({
    radios: [radio],
    timers,
    pairings: { list: () => paired, save: () => undefined, forget: () => undefined },
  });
  await hub.startStreaming();
  await hub.startScan();
  await wait(4000);
  if (hub.sensors().filter((s) => s.state === 'streaming').length !== 3) throw new Error('Not all sensors stream.');
  let heard = 0;
  hub.onChange(() => heard++);
  const from = cpuUs();
  const fromMs = performance.now();
  await wait(1000 * FLOOD_S);
  // Each advertisement of a sensor like ours is told.
  if (neighbours === 'look-alikes' && heard < 0.9 * ADVERTS_PER_S * FLOOD_S)
    throw new Error(`Only ${heard} advertisements were heard.`);
  const share = (cpuUs() - from) / (1000 * (performance.now() - fromMs));
  await hub.close();
  air.close();
  controller.close();
  return share;
}

const per = (share: number): string => `${(100 * share).toFixed(1)} %`;

for (const backend of ['abandonware', 'stoprocent'] as const) {
  for (const fragmentBytes of [251, 27]) process.stdout.write(await measure(backend, fragmentBytes));
  const quiet = await besideNeighbours(backend, 'none');
  const strangers = await besideNeighbours(backend, 'strangers');
  const alike = await besideNeighbours(backend, 'look-alikes');
  process.stdout.write(
    `${backend}, three sensors streaming and a scan, of a core: ${per(quiet)}; beside ${ADVERTS_PER_S} advertisements a second ` +
      `of strangers ${per(strangers)}, of sensors like ours that are not paired ${per(alike)} (virtual controller and walker included)\n`,
  );
}
process.exit(0);
