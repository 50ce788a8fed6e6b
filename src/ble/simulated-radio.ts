import { GATT } from '../protocol/wire-v1.ts';
import { CALL_MS, MadeUpLink } from './made-up-link.ts';
import type { Advertisement, Radio, RadioLink, RadioState } from './radio.ts';
import { Rounds } from './rounds.ts';
import { pause, type TimerHandle, type Timers } from './timers.ts';
import type { VirtualPeripheral } from './virtual-peripheral.ts';
import type { VirtualWalker } from './virtual-walker.ts';

/** How often a sensor advertises, and how long a connection takes to make [ms]. */
const ADVERTISE_MS = 400;
const CONNECT_MS = 120;

/** A radio in which a virtual walker's three sensors are in range: they advertise, connect, stream and are lost like real ones. */
export class SimulatedRadio implements Radio {
  readonly kind = 'simulated';
  readonly #walker: VirtualWalker;
  readonly #timers: Timers;
  readonly #links = new Map<string, SimulatedLink>();
  /** Sensors out of range until a time [ms]. */
  readonly #away = new Map<string, number>();
  readonly #stateListeners = new Set<(state: RadioState) => void>();
  #state: RadioState = 'on';
  #scan: TimerHandle | undefined;
  readonly #rounds: Rounds;

  constructor(walker: VirtualWalker, timers: Timers) {
    this.#walker = walker;
    this.#timers = timers;
    this.#rounds = new Rounds(timers, () => this.#round());
  }

  get state(): RadioState {
    return this.#state;
  }
  get trouble(): string | undefined {
    return this.#state === 'on' ? undefined : 'The simulated radio was switched off. Switch it on again to go on.';
  }

  onState(callback: (state: RadioState) => void): void {
    this.#stateListeners.add(callback);
  }

  startScan(onSeen: (advertisement: Advertisement) => void): Promise<void> {
    this.#scan?.cancel();
    if (this.#state !== 'on') return Promise.reject(new Error(this.trouble));
    const round = (): void => {
      this.#scan = this.#timers.after(ADVERTISE_MS, round);
      this.#walker.peripherals.forEach((peripheral, i) => {
        const { deviceId, name } = peripheral.identity;
        // A sensor with a link doesn't advertise.
        if (this.#links.has(deviceId) || this.#isAway(peripheral)) return;
        const rssiDbm = -48 - 5 * i + Math.round(3 * Math.sin(this.#timers.nowMs() / 700 + i));
        onSeen({
          deviceId,
          name,
          serviceUuids: [GATT.service],
          rssiDbm,
          manufacturerData: peripheral.advertStatus(),
        });
      });
    };
    this.#scan = this.#timers.after(0, round);
    return Promise.resolve();
  }

  stopScan(): Promise<void> {
    this.#scan?.cancel();
    this.#scan = undefined;
    return Promise.resolve();
  }

  async connect(deviceId: string): Promise<RadioLink> {
    await pause(this.#timers, CONNECT_MS);
    const peripheral = this.#walker.peripherals.find((p) => p.identity.deviceId === deviceId);
    if (this.#state !== 'on') throw new Error(this.trouble);
    if (peripheral === undefined || this.#isAway(peripheral)) throw new Error('The sensor is out of range.');
    if (this.#links.has(deviceId)) throw new Error('The sensor has another link.');
    const link = new SimulatedLink(peripheral, this.#walker, this.#timers, () => this.#links.delete(deviceId));
    this.#links.set(deviceId, link);
    peripheral.linked(link.mtu);
    this.#keepPolling();
    return link;
  }

  close(): Promise<void> {
    this.#scan?.cancel();
    this.#rounds.stop();
    this.#scan = undefined;
    for (const link of [...this.#links.values()]) link.end('the radio was closed');
    return Promise.resolve();
  }

  /** Loses a sensor's link now; it is out of range for `forMs` of the radio's clock. */
  loseLink(deviceId: string, forMs = 0, reason = 'the sensor went out of range'): void {
    this.#away.set(deviceId, this.#timers.nowMs() + forMs);
    this.#links.get(deviceId)?.end(reason);
  }

  /** A sensor restarts by itself: its link and its buffer are gone. */
  rebootSensor(deviceId: string): void {
    const peripheral = this.#walker.peripherals.find((p) => p.identity.deviceId === deviceId);
    this.#links.get(deviceId)?.end('the sensor restarted');
    peripheral?.reboot(this.#walker.nowS);
  }

  /** The adapter goes and comes: all links are lost when it goes. */
  setState(state: RadioState): void {
    if (state === this.#state) return;
    this.#state = state;
    if (state !== 'on') {
      this.#scan?.cancel();
      this.#scan = undefined;
      for (const link of [...this.#links.values()]) link.end('the radio was switched off');
    }
    for (const listener of this.#stateListeners) listener(state);
  }

  /** Out of range, or out of power: either way it isn't heard. */
  #isAway(peripheral: VirtualPeripheral): boolean {
    const untilMs = this.#away.get(peripheral.identity.deviceId) ?? -Infinity;
    return untilMs > this.#timers.nowMs() || peripheral.chargePct === 0;
  }

  /** Samples are taken and packets sent as long as a sensor streams, with a link or without. */
  #keepPolling(): void {
    if (this.#rounds.running) return;
    this.#walker.wake();
    this.#rounds.start();
  }

  #round(): boolean {
    this.#walker.decide();
    const nowS = this.#walker.nowS;
    let busy = false;
    for (const peripheral of this.#walker.peripherals) {
      const link = this.#links.get(peripheral.identity.deviceId);
      peripheral.advance(nowS, (characteristic, bytes) => link?.deliver(characteristic, bytes));
      if (peripheral.chargePct === 0) link?.end('its battery is empty');
      busy ||= peripheral.streaming || link !== undefined;
    }
    return busy;
  }
}

class SimulatedLink extends MadeUpLink {
  readonly #peripheral: VirtualPeripheral;
  readonly #walker: VirtualWalker;
  readonly #onEnd: () => void;
  readonly #subscribers = new Map<string, (bytes: Uint8Array) => void>();

  constructor(peripheral: VirtualPeripheral, walker: VirtualWalker, timers: Timers, onEnd: () => void) {
    super(peripheral.identity.deviceId, timers);
    this.#peripheral = peripheral;
    this.#walker = walker;
    this.#onEnd = onEnd;
  }

  read(serviceUuid: string, characteristicUuid: string): Promise<Uint8Array> {
    return this.soon(() => this.#peripheral.read(serviceUuid, characteristicUuid));
  }

  write(serviceUuid: string, characteristicUuid: string, bytes: Uint8Array, _withResponse: boolean): Promise<void> {
    const copy = new Uint8Array(bytes);
    return this.soon(() => {
      if (serviceUuid !== GATT.service || characteristicUuid !== GATT.control) {
        throw new Error(`${this.#peripheral.identity.name} takes no writes at ${characteristicUuid}.`);
      }
      this.#walker.decide();
      this.#peripheral.control(copy, this.#walker.nowS, (characteristic, reply) => {
        // An answer comes with a later connection event, after the write's own response.
        this.timers.after(CALL_MS, () => this.deliver(characteristic, reply));
      });
    });
  }

  subscribe(serviceUuid: string, characteristicUuid: string, onBytes: (bytes: Uint8Array) => void): Promise<void> {
    return this.soon(() => {
      const known: readonly string[] = [GATT.imu, GATT.backfill, GATT.control];
      if (serviceUuid !== GATT.service || !known.includes(characteristicUuid)) {
        throw new Error(`${this.#peripheral.identity.name} sends no notifications from ${characteristicUuid}.`);
      }
      this.#subscribers.set(characteristicUuid, onBytes);
    });
  }

  /** Hands a notification to whoever subscribed; without a subscription nobody hears it. */
  deliver(characteristic: string, bytes: Uint8Array): void {
    if (!this.ended) this.#subscribers.get(characteristic)?.(bytes);
  }

  protected atEnd(): void {
    this.#subscribers.clear();
    this.#peripheral.unlinked(this.#walker.nowS);
    this.#onEnd();
  }
}
