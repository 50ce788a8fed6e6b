import { GATT } from '../../protocol/wire-v1.ts';
import { Rounds } from '../rounds.ts';
import type { Timers } from '../timers.ts';
import type { VirtualPeripheral } from '../virtual-peripheral.ts';
import { advertisingData, type AirDevice, type AirPeer } from './air-device.ts';
import { gaitkeeperServices } from './gaitkeeper-services.ts';
import type { VirtualController } from './virtual-controller.ts';

/** As large as one radio packet carries. */
const DEVICE_MTU = 247;

/** Who wears the sensors: the virtual walker. */
export interface AirWearer {
  readonly peripherals: readonly VirtualPeripheral[];
  /** Its own time [s]. */
  readonly nowS: number;
  /** Somebody listens again. */
  wake(): void;
  /** Makes sure that motion is decided until now. */
  decide(): void;
}

/** The virtual walker's sensors on the air of a virtual controller: the same peripherals as in the simulated radio. */
export class WalkerOnAir {
  readonly #walker: AirWearer;
  readonly #controller: VirtualController;
  readonly #timers: Timers;
  readonly #devices: readonly WalkerDevice[];
  readonly #rounds: Rounds;

  constructor(walker: AirWearer, controller: VirtualController, timers: Timers, deviceMtu = DEVICE_MTU) {
    this.#walker = walker;
    this.#controller = controller;
    this.#timers = timers;
    this.#devices = walker.peripherals.map(
      (peripheral, i) => new WalkerDevice(peripheral, i, deviceMtu, walker, timers, () => this.#keepPolling()),
    );
    this.#rounds = new Rounds(timers, () => this.#round());
    for (const device of this.#devices) controller.add(device);
  }

  /** The walker's own id of a sensor that is known by its address on the air; undefined where it isn't the walker's. */
  walkerIdOf(radioId: string): string | undefined {
    return this.#devices.find((d) => d.radioId === radioId)?.peripheral.identity.deviceId;
  }

  /** The id by which a radio knows a sensor of the walker. @throws where there is none */
  radioIdOf(walkerId: string): string {
    return this.#device(walkerId).radioId;
  }

  /** Loses a sensor's link now; it is out of range for `forMs`. */
  loseLink(walkerId: string, forMs = 0): void {
    const device = this.#device(walkerId);
    device.awayUntilMs = this.#timers.nowMs() + forMs;
    this.#controller.lose(device.address);
  }

  /** A sensor is gone without a word: the controller notices after the link's supervision timeout. */
  vanish(walkerId: string, forMs: number): void {
    const device = this.#device(walkerId);
    device.awayUntilMs = this.#timers.nowMs() + forMs;
    this.#controller.vanish(device.address);
  }

  /** A sensor restarts by itself: its link and its buffer are gone. */
  reboot(walkerId: string): void {
    const device = this.#device(walkerId);
    this.#controller.lose(device.address);
    device.peripheral.reboot(this.#walker.nowS);
  }

  /** No timer is left behind. */
  close(): void {
    this.#rounds.stop();
  }

  #device(walkerId: string): WalkerDevice {
    const found = this.#devices.find((d) => d.peripheral.identity.deviceId === walkerId);
    if (found === undefined) throw new RangeError(`The walker wears no sensor "${walkerId}".`);
    return found;
  }

  #keepPolling(): void {
    if (this.#rounds.running) return;
    this.#walker.wake();
    this.#rounds.start();
  }

  #round(): boolean {
    this.#walker.decide();
    const nowS = this.#walker.nowS;
    let busy = false;
    for (const device of this.#devices) busy = device.advance(nowS) || busy;
    return busy;
  }
}

class WalkerDevice implements AirDevice {
  readonly peripheral: VirtualPeripheral;
  readonly address: string;
  readonly addressType = 'random';
  readonly rssiDbm: number;
  readonly scanResponse: Uint8Array;
  readonly mtu: number;
  readonly services;
  awayUntilMs = -Infinity;
  readonly #walker: AirWearer;
  readonly #timers: Timers;
  readonly #onLinked: () => void;
  #peer: AirPeer | undefined;
  #mtuTold = 0;

  constructor(
    peripheral: VirtualPeripheral,
    index: number,
    mtu: number,
    walker: AirWearer,
    timers: Timers,
    onLinked: () => void,
  ) {
    this.peripheral = peripheral;
    this.address = `c0:ff:ee:00:00:0${index + 1}`;
    this.rssiDbm = -48 - 5 * index;
    this.scanResponse = advertisingData({ name: peripheral.identity.name });
    this.mtu = mtu;
    this.#walker = walker;
    this.#timers = timers;
    this.#onLinked = onLinked;
    this.services = gaitkeeperServices({
      read: (service, characteristic) => peripheral.read(service, characteristic),
      control: (bytes) => {
        walker.decide();
        this.#tellMtu();
        peripheral.control(bytes, walker.nowS, this.#notify);
      },
    });
  }

  /** The address as noble writes it. */
  get radioId(): string {
    return this.address.replaceAll(':', '');
  }

  /** As it is now: charge and taps ride in it. */
  get advertisement(): Uint8Array {
    return advertisingData({ serviceUuid: GATT.service, manufacturer: this.peripheral.advertStatus() });
  }

  get present(): boolean {
    return this.awayUntilMs <= this.#timers.nowMs() && this.peripheral.chargePct > 0;
  }

  linked(peer: AirPeer): void {
    this.#peer = peer;
    this.#mtuTold = 0;
    this.#tellMtu();
    this.#onLinked();
  }

  unlinked(): void {
    this.#peer = undefined;
    this.peripheral.unlinked(this.#walker.nowS);
  }

  /** @returns whether it has anything to do */
  advance(nowS: number): boolean {
    this.#tellMtu();
    this.peripheral.advance(nowS, this.#notify);
    if (this.peripheral.chargePct === 0) this.#peer?.end();
    return this.peripheral.streaming || this.#peer !== undefined;
  }

  readonly #notify = (characteristic: string, bytes: Uint8Array): void => {
    this.#peer?.notify(characteristic, bytes);
  };

  /** The MTU is agreed on after the link is made. */
  #tellMtu(): void {
    const mtu = this.#peer?.mtu ?? 0;
    if (mtu === this.#mtuTold || mtu === 0) return;
    this.#mtuTold = mtu;
    this.peripheral.linked(mtu);
  }
}
