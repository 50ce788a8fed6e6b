import { GATT, STANDARD_GATT } from '../../src/protocol/wire-v1.ts';
import type { TimerHandle, Timers } from '../../src/ble/timers.ts';
import type { AirDevice, AirPeer } from '../../src/ble/virtual-controller/air-device.ts';
import { advertisingData } from '../../src/ble/virtual-controller/air-device.ts';
import { gaitkeeperServices } from '../../src/ble/virtual-controller/gaitkeeper-services.ts';
import type { VirtualController } from '../../src/ble/virtual-controller/virtual-controller.ts';
import {
  type VirtualPeripheral,
  type PeripheralAct,
  type PeripheralSample,
} from '../firmware-protocol/virtual-peripheral.ts';

const PERIOD_US = 1e6 / 104;

/** Sample number `i` since the sensor was switched on: every value tells its number. */
export const sampleOf = (i: number): PeripheralSample => ({
  takenUs: i * PERIOD_US,
  counts: [i & 0x7fff, -(i & 0x7fff), (3 * i) & 0x7fff, (i >> 8) & 0x7fff, -1 - (i & 0x7f), 1000],
});

/** The reference firmware's C code on the virtual air: what it sends crosses the controller and noble as its own bytes. */
export class CFirmwareDevice implements AirDevice {
  readonly address = 'c0:de:00:00:00:01';
  readonly addressType = 'random';
  readonly rssiDbm = -55;
  readonly advertisement = advertisingData({ serviceUuid: GATT.service });
  readonly scanResponse = advertisingData({ name: 'Gaitkeeper C' });
  readonly mtu = 247;
  readonly services;
  awayUntilMs = -Infinity;
  readonly #firmware: VirtualPeripheral;
  readonly #controller: VirtualController;
  readonly #timers: Timers;
  #peer: AirPeer | undefined;
  #mtuTold = 0;
  #sampling = false;
  #taken = 0;
  #startMs = 0;
  #poll: TimerHandle | undefined;

  constructor(firmware: VirtualPeripheral, controller: VirtualController, timers: Timers) {
    this.#firmware = firmware;
    this.#controller = controller;
    this.#timers = timers;
    this.services = gaitkeeperServices({
      read: (_service, characteristic) =>
        characteristic === STANDARD_GATT.battery_level
          ? Uint8Array.of(80)
          : new TextEncoder().encode(characteristic === STANDARD_GATT.serial_number ? 'C0DE' : '1.0.0'),
      control: (bytes) => this.#act(this.#firmware.control(this.#nowUs, bytes)),
    });
    const round = (): void => {
      this.#poll = this.#timers.after(15, round);
      this.#advance();
    };
    this.#poll = this.#timers.after(15, round);
  }

  get id(): string {
    return this.address.replaceAll(':', '');
  }
  get present(): boolean {
    return this.awayUntilMs <= this.#timers.nowMs();
  }
  /** Samples that its chip has taken. */
  get taken(): number {
    return this.#taken;
  }
  get #nowUs(): number {
    return this.#timers.nowMs() * 1000;
  }

  linked(peer: AirPeer): void {
    this.#peer = peer;
    this.#mtuTold = 0;
  }
  unlinked(): void {
    this.#peer = undefined;
    this.#act(this.#firmware.disconnect(this.#nowUs));
  }

  loseLink(forMs: number): void {
    this.awayUntilMs = this.#timers.nowMs() + forMs;
    this.#controller.lose(this.address);
  }

  close(): void {
    this.#poll?.cancel();
  }

  #advance(): void {
    const mtu = this.#peer?.mtu ?? 0;
    if (mtu !== this.#mtuTold && mtu > 23) {
      this.#mtuTold = mtu;
      this.#act(this.#firmware.connect(mtu));
    }
    if (this.#sampling) {
      const due = Math.floor(((this.#timers.nowMs() - this.#startMs) * 1000) / PERIOD_US);
      const samples: PeripheralSample[] = [];
      while (this.#taken < due) {
        const { counts } = sampleOf(this.#taken);
        samples.push({ takenUs: this.#startMs * 1000 + this.#taken * PERIOD_US, counts });
        this.#taken++;
      }
      if (samples.length > 0) this.#act(this.#firmware.samples(samples));
    }
    this.#act(this.#firmware.poll(this.#nowUs));
  }

  #act(acts: Promise<PeripheralAct[]>): void {
    acts.then(
      (all) => {
        for (const { kind, bytes } of all) {
          if (kind === 'I') this.#peer?.notify(GATT.imu, bytes);
          else if (kind === 'F') this.#peer?.notify(GATT.backfill, bytes);
          else if (kind === 'A') this.#peer?.notify(GATT.control, bytes);
          else if (kind === 'M') {
            this.#sampling = bytes[0] === 1;
            if (this.#sampling && this.#taken === 0) this.#startMs = this.#timers.nowMs();
          }
        }
      },
      () => undefined,
    );
  }
}
