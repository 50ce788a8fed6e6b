import { setTimeout as wait } from 'node:timers/promises';
import { nobleOverSocket, type Backend } from '../../src/ble/load-noble.ts';
import { NobleRadio } from '../../src/ble/noble-radio.ts';
import { stopNoble } from '../../src/ble/noble-stop.ts';
import type { NobleLike } from '../../src/ble/noble-types.ts';
import type { AirDevice, AirPeer, AirService } from '../../src/ble/virtual-controller/air-device.ts';
import { advertisingData } from '../../src/ble/virtual-controller/air-device.ts';
import {
  VirtualController,
  type VirtualControllerOptions,
} from '../../src/ble/virtual-controller/virtual-controller.ts';
import { ManualTimers, settleTurns } from './virtual-walker-timers.ts';

/** Both packages; every test of the adapter runs on each. */
export const PACKAGES: readonly Backend[] = ['abandonware', 'stoprocent'];

/** Unmodified noble on a virtual controller, with time that passes only when told to. */
export interface NobleStage {
  readonly timers: ManualTimers;
  readonly controller: VirtualController;
  readonly noble: NobleLike;
  readonly radio: NobleRadio;
  close(): Promise<void>;
}

/** Starts noble and waits until it found the adapter. */
export async function nobleStage(
  backend: Backend,
  options: Omit<VirtualControllerOptions, 'timers'> & { readonly services?: readonly string[] } = {},
): Promise<NobleStage> {
  const exitListeners = new Set(process.listeners('exit'));
  const timers = new ManualTimers(settleTurns);
  const controller = new VirtualController({ timers, ...options });
  const noble = nobleOverSocket(backend, controller.socketClass());
  const radio = new NobleRadio(noble, timers, { services: options.services ?? [] });
  for (let i = 0; i < 100 && radio.state !== 'on'; i++) await timers.advance(1);
  return {
    timers,
    controller,
    noble,
    radio,
    close: async () => {
      await timers.until(radio.close());
      stopNoble(noble);
      controller.close();
      // noble leaves a handler at the process's end behind for each of its instances.
      for (const listener of process.listeners('exit'))
        if (!exitListeners.has(listener)) process.removeListener('exit', listener);
    },
  };
}

/** Real time: noble looks for its adapter once a second by a timer of its own. */
export async function untilTrue(holds: () => boolean, timers: ManualTimers, limitMs = 4000): Promise<void> {
  for (let waited = 0; waited < limitMs && !holds(); waited += 50) {
    await wait(50);
    await timers.advance(50);
  }
}

/** A device of a test's own making. */
export class TestDevice implements AirDevice {
  readonly address: string;
  readonly addressType = 'random';
  readonly rssiDbm = -60;
  readonly advertisement: Uint8Array;
  readonly scanResponse?: Uint8Array;
  readonly mtu: number;
  readonly services: readonly AirService[];
  present = true;
  peer: AirPeer | undefined;
  links = 0;

  constructor(
    services: readonly AirService[],
    options: { address?: string; mtu?: number; name?: string; advertised?: string } = {},
  ) {
    this.services = services;
    this.address = options.address ?? 'c0:00:00:00:00:01';
    this.mtu = options.mtu ?? 247;
    this.advertisement = advertisingData({ serviceUuid: options.advertised ?? services[0]?.uuid ?? '180f' });
    if (options.name !== undefined) this.scanResponse = advertisingData({ name: options.name });
  }

  get id(): string {
    return this.address.replaceAll(':', '');
  }

  linked(peer: AirPeer): void {
    this.peer = peer;
    this.links++;
  }
  unlinked(): void {
    this.peer = undefined;
  }
}
