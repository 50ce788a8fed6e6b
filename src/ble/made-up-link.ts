import type { RadioLink } from './radio.ts';
import { pause, type Timers } from './timers.ts';

/** How long a call over such a link takes [ms]. */
export const CALL_MS = 12;

/** What links of radios without a radio have in common: calls take their time, and the link ends once, however it ends. */
export abstract class MadeUpLink implements RadioLink {
  readonly deviceId: string;
  /** Carries 13 samples: the sensor's own packet size stays the limit. */
  readonly mtu = 185;
  protected readonly timers: Timers;
  readonly #lostListeners: ((reason: string) => void)[] = [];
  #ended: string | undefined;

  constructor(deviceId: string, timers: Timers) {
    this.deviceId = deviceId;
    this.timers = timers;
  }

  abstract read(serviceUuid: string, characteristicUuid: string): Promise<Uint8Array>;
  abstract write(
    serviceUuid: string,
    characteristicUuid: string,
    bytes: Uint8Array,
    withResponse: boolean,
  ): Promise<void>;
  abstract subscribe(
    serviceUuid: string,
    characteristicUuid: string,
    onBytes: (bytes: Uint8Array) => void,
  ): Promise<void>;

  /** What else ends with the link. */
  protected abstract atEnd(): void;

  protected get ended(): boolean {
    return this.#ended !== undefined;
  }

  onLost(callback: (reason: string) => void): void {
    if (this.#ended !== undefined) callback(this.#ended);
    else this.#lostListeners.push(callback);
  }

  disconnect(): Promise<void> {
    this.end('disconnected');
    return Promise.resolve();
  }

  /** Ends the link once, however it ends. */
  end(reason: string): void {
    if (this.#ended !== undefined) return;
    this.#ended = reason;
    this.atEnd();
    for (const listener of this.#lostListeners.splice(0)) listener(reason);
  }

  /** A call takes a connection event, and fails when the link is lost before it's done. */
  protected async soon<T>(call: () => T): Promise<T> {
    if (this.#ended === undefined) await pause(this.timers, CALL_MS);
    if (this.#ended !== undefined) throw new Error(`The link is gone: ${this.#ended}.`);
    return call();
  }
}
