import type { NobleCharacteristic, NoblePeripheral } from './noble-types.ts';
import type { RadioLink } from './radio.ts';
import { within, type Timers } from './timers.ts';

/** Bounds on each call: noble leaves a promise open for ever when the link goes in the middle of it [ms]. */
const CALL_MS = 6000;
const DISCOVER_MS = 12_000;
const DISCONNECT_MS = 3000;

/** noble writes 16-bit UUIDs without leading zeros. */
export const paddedUuid = (uuid: string): string => {
  const plain = uuid.toLowerCase().replaceAll('-', '');
  return plain.length < 4 ? plain.padStart(4, '0') : plain;
};

/**
 * One link through noble. Every call has its own time limit and ends when the link does; services and characteristics are found
 * anew on each link, because the objects of the one before are dead.
 */
export class NobleLink implements RadioLink {
  readonly deviceId: string;
  readonly #peripheral: NoblePeripheral;
  readonly #timers: Timers;
  readonly #characteristics = new Map<string, NobleCharacteristic>();
  readonly #pending = new Set<(error: Error) => void>();
  #lostCallback: ((reason: string) => void) | undefined;
  #over: string | undefined;

  constructor(deviceId: string, peripheral: NoblePeripheral, timers: Timers) {
    this.deviceId = deviceId;
    this.#peripheral = peripheral;
    this.#timers = timers;
    peripheral.once('disconnect', this.#onDisconnect);
  }

  /** Finds services and characteristics. */
  async discover(): Promise<void> {
    const { characteristics } = await this.#call(
      DISCOVER_MS,
      'Finding the services',
      this.#peripheral.discoverAllServicesAndCharacteristicsAsync(),
    );
    for (const c of characteristics)
      this.#characteristics.set(`${paddedUuid(c._serviceUuid)} ${paddedUuid(c.uuid)}`, c);
  }

  /** Known once the peer has answered the MTU request, which is after discovery. */
  get mtu(): number | undefined {
    // Both packages ask for 256 and then believe a larger answer; 256 is what is in force.
    return this.#peripheral.mtu === null ? undefined : Math.min(this.#peripheral.mtu, 256);
  }

  async read(serviceUuid: string, characteristicUuid: string): Promise<Uint8Array> {
    const characteristic = this.#find(serviceUuid, characteristicUuid);
    return this.#call(CALL_MS, 'Reading', characteristic.readAsync());
  }

  async write(
    serviceUuid: string,
    characteristicUuid: string,
    bytes: Uint8Array,
    withResponse: boolean,
  ): Promise<void> {
    const characteristic = this.#find(serviceUuid, characteristicUuid);
    // noble takes Buffers only.
    await this.#call(CALL_MS, 'Writing', characteristic.writeAsync(Buffer.from(bytes), !withResponse));
  }

  async subscribe(
    serviceUuid: string,
    characteristicUuid: string,
    onBytes: (bytes: Uint8Array) => void,
  ): Promise<void> {
    const characteristic = this.#find(serviceUuid, characteristicUuid);
    // Each notification comes as 'data' and as 'read': one of them is enough. An answer to a read comes as 'data' too.
    characteristic.on('data', (bytes: Buffer, isNotification: boolean) => {
      if (this.#over === undefined && isNotification) onBytes(bytes);
    });
    await this.#call(CALL_MS, 'Subscribing', characteristic.subscribeAsync());
  }

  onLost(callback: (reason: string) => void): void {
    if (this.#over !== undefined) callback(this.#over);
    else this.#lostCallback = callback;
  }

  async disconnect(): Promise<void> {
    if (this.#over !== undefined) return;
    await within(this.#timers, DISCONNECT_MS, 'Disconnecting', this.#peripheral.disconnectAsync()).catch(
      () => undefined,
    );
    this.end('closed');
  }

  /** The link is over, whatever noble still believes of it. */
  end(reason: string): void {
    if (this.#over !== undefined) return;
    this.#over = reason;
    this.#peripheral.removeListener('disconnect', this.#onDisconnect);
    for (const characteristic of this.#characteristics.values()) characteristic.removeAllListeners('data');
    this.#characteristics.clear();
    const error = new Error(`The link was lost (${reason}).`);
    for (const reject of this.#pending) reject(error);
    this.#pending.clear();
    this.#lostCallback?.(reason);
  }

  #onDisconnect = (reason?: unknown): void => {
    this.end(
      typeof reason === 'string' || typeof reason === 'number' ? `reason ${reason}` : 'out of range or switched off',
    );
  };

  #find(serviceUuid: string, characteristicUuid: string): NobleCharacteristic {
    if (this.#over !== undefined) throw new Error(`The link was lost (${this.#over}).`);
    const found = this.#characteristics.get(`${paddedUuid(serviceUuid)} ${paddedUuid(characteristicUuid)}`);
    if (found === undefined)
      throw new Error(`The sensor has no characteristic ${characteristicUuid}: another device, or another firmware.`);
    return found;
  }

  /** Races a call against its limit and against the loss of the link. */
  #call<T>(limitMs: number, what: string, promise: Promise<T>): Promise<T> {
    if (this.#over !== undefined) return Promise.reject(new Error(`The link was lost (${this.#over}).`));
    let reject: ((error: Error) => void) | undefined;
    const lost = new Promise<never>((_, fail) => {
      reject = fail;
      this.#pending.add(fail);
    });
    promise.catch(() => undefined);
    return within(this.#timers, limitMs, what, Promise.race([promise, lost])).finally(() => {
      if (reject !== undefined) this.#pending.delete(reject);
    });
  }
}
