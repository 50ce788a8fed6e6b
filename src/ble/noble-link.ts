import type { NobleCharacteristic, NoblePeripheral } from './noble-types.ts';
import type { RadioLink } from './radio.ts';
import { within, type Timers } from './timers.ts';

/** Bounds on each call: noble leaves a promise open for ever when the link goes in the middle of it [ms]. */
const CALL_MS = 6000;
const DISCOVER_MS = 12_000;
const DISCONNECT_MS = 3000;

/** Both packages ask for this MTU; it is in force whatever larger one the peer offers. */
const OWN_MTU = 256;

/** Why a link ended, by the number of the specification. */
const REASONS: Readonly<Record<number, string>> = {
  0x03: 'the Bluetooth adapter is off or gone',
  0x08: 'out of range or switched off',
  0x13: 'the sensor ended it',
  0x15: 'the sensor switched itself off',
  0x16: 'closed',
  0x3e: 'it could not be made',
};

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
  #overCallback: (() => void) | undefined;
  #over: string | undefined;
  #discovering = false;

  constructor(deviceId: string, peripheral: NoblePeripheral, timers: Timers) {
    this.deviceId = deviceId;
    this.#peripheral = peripheral;
    this.#timers = timers;
    peripheral.once('disconnect', this.#onDisconnect);
  }

  /** Finds services and characteristics. */
  async discover(): Promise<void> {
    this.#discovering = true;
    const { characteristics } = await this.#call(
      DISCOVER_MS,
      'Finding the services',
      this.#peripheral.discoverAllServicesAndCharacteristicsAsync(),
    );
    for (const c of characteristics)
      this.#characteristics.set(`${paddedUuid(c._serviceUuid)} ${paddedUuid(c.uuid)}`, c);
    this.#discovering = false;
  }

  get over(): boolean {
    return this.#over !== undefined;
  }

  /** For the adapter itself, beside {@link onLost}. */
  onOver(callback: () => void): void {
    this.#overCallback = callback;
  }

  /** Known once the peer has answered the MTU request, which is after discovery. */
  get mtu(): number | undefined {
    return this.#peripheral.mtu === null ? undefined : Math.min(this.#peripheral.mtu, OWN_MTU);
  }

  async read(serviceUuid: string, characteristicUuid: string): Promise<Uint8Array> {
    const characteristic = this.#find(serviceUuid, characteristicUuid);
    const bytes = await this.#call(CALL_MS, 'Reading', characteristic.readAsync());
    // Both packages take a larger offer of the peer for the MTU in force and then end a long read too early.
    if ((this.#peripheral.mtu ?? 0) > OWN_MTU && bytes.length === OWN_MTU - 1)
      throw new Error('The value is longer than one packet, and this Bluetooth library would give only its beginning.');
    return bytes;
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
    // What still waits for services would wake up with those of the next link and find everything twice: noble then tells
    // what is read or notified to other objects than those it gave us.
    if (this.#discovering) this.#peripheral.removeAllListeners('servicesDiscover');
    for (const characteristic of this.#characteristics.values()) characteristic.removeAllListeners('data');
    this.#characteristics.clear();
    const error = new Error(`The link was lost (${reason}).`);
    for (const reject of this.#pending) reject(error);
    this.#pending.clear();
    this.#overCallback?.();
    this.#lostCallback?.(reason);
  }

  #onDisconnect = (reason?: unknown): void => {
    const code = typeof reason === 'number' ? reason : parseInt(String(reason), 10);
    this.end(REASONS[code] ?? (Number.isNaN(code) ? 'out of range or switched off' : `reason ${code}`));
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
