import { NobleLink, paddedUuid } from './noble-link.ts';
import { stopNoble } from './noble-stop.ts';
import type { NobleConnectOptions, NobleLike, NoblePeripheral } from './noble-types.ts';
import type { Advertisement, Radio, RadioLink, RadioState } from './radio.ts';
import { within, type Timers } from './timers.ts';

/** 15 to 30 ms between radio events, none skipped, 4 s until a silent link is given up. */
const CONNECTION: NobleConnectOptions = { minInterval: 12, maxInterval: 24, latency: 0, timeout: 400 };
const CONNECT_MS = 12_000;
const CALL_MS = 5000;
/** Devices remembered from a scan at most: a flood of advertisements must not grow without bound. */
const MOST_SEEN = 256;

const STATES: Readonly<Record<string, RadioState>> = {
  poweredOn: 'on',
  poweredOff: 'off',
  resetting: 'off',
  unauthorized: 'unauthorized',
  unsupported: 'unsupported',
};

const TROUBLE: Readonly<Record<RadioState, string | undefined>> = {
  on: undefined,
  unknown: 'Bluetooth is starting.',
  off: 'Bluetooth is off. Switch it on, or plug the adapter in again.',
  unauthorized:
    'This program may not use Bluetooth. On Linux, once: sudo setcap cap_net_raw+eip on the node program, then start again.',
  unsupported: 'This Bluetooth adapter is too old: it has to know Bluetooth 4.0 (low energy).',
  missing: 'This computer has no Bluetooth. Plug in an adapter, replay a recording, or try the virtual walker.',
};

/**
 * The radio of this machine through noble, either package. What noble leaves open is bounded here; what it forgets (a link when
 * the adapter goes) is ended here.
 */
export class NobleRadio implements Radio {
  readonly kind: 'noble' | 'simulated';
  readonly #noble: NobleLike;
  readonly #timers: Timers;
  readonly #seen = new Map<string, NoblePeripheral>();
  readonly #links = new Set<NobleLink>();
  readonly #stateListeners = new Set<(state: RadioState) => void>();
  #state: RadioState;
  #onSeen: ((advertisement: Advertisement) => void) | undefined;
  #connecting = 0;

  /** @param kind `simulated` where a virtual controller lies behind noble: its sensors are the virtual walker's */
  constructor(noble: NobleLike, timers: Timers, kind: 'noble' | 'simulated' = 'noble') {
    this.kind = kind;
    this.#noble = noble;
    this.#timers = timers;
    noble.on('stateChange', this.#onState);
    noble.on('discover', this.#onDiscover);
    noble.on('warning', ignore);
    this.#state = STATES[noble.state] ?? 'unknown';
  }

  get state(): RadioState {
    return this.#state;
  }
  get trouble(): string | undefined {
    return TROUBLE[this.#state];
  }

  onState(callback: (state: RadioState) => void): void {
    this.#stateListeners.add(callback);
  }

  async startScan(onSeen: (advertisement: Advertisement) => void): Promise<void> {
    this.#onSeen = onSeen;
    if (this.#state !== 'on') throw new Error(this.trouble);
    await this.#scan();
  }

  async stopScan(): Promise<void> {
    this.#onSeen = undefined;
    if (this.#state === 'on')
      await within(this.#timers, CALL_MS, 'Ending the scan', this.#noble.stopScanningAsync()).catch(ignore);
  }

  #isOn(): boolean {
    return this.#state === 'on';
  }

  /** Duplicates allowed: a name that comes late, in a scan response, is told only so. */
  #scan(): Promise<void> {
    return within(this.#timers, CALL_MS, 'Starting the scan', this.#noble.startScanningAsync([], true));
  }

  async connect(deviceId: string): Promise<RadioLink> {
    if (this.#state !== 'on') throw new Error(this.trouble);
    const peripheral = this.#seen.get(deviceId) ?? (await this.#hear(deviceId));
    if (peripheral.state === 'connected' || peripheral.state === 'connecting')
      await within(this.#timers, CALL_MS, 'Ending an old link', peripheral.disconnectAsync()).catch(ignore);
    const link = new NobleLink(deviceId, peripheral, this.#timers);
    this.#connecting++;
    try {
      await within(this.#timers, CONNECT_MS, 'Connecting', peripheral.connectAsync(CONNECTION)).catch(
        (error: unknown) => {
          // A connect that hangs blocks every later one until it is cancelled.
          peripheral.cancelConnect();
          throw error;
        },
      );
      await link.discover();
    } catch (error) {
      await link.disconnect();
      throw error instanceof Error ? error : new Error(String(error));
    } finally {
      this.#connecting--;
      // Connecting ends a scan on most adapters.
      if (this.#connecting === 0 && this.#onSeen !== undefined && this.#isOn()) void this.#scan().catch(ignore);
    }
    this.#links.add(link);
    return link;
  }

  async close(): Promise<void> {
    await this.stopScan();
    await Promise.all([...this.#links].map((link) => link.disconnect()));
    this.#links.clear();
    this.#noble.removeListener('stateChange', this.#onState);
    this.#noble.removeListener('discover', this.#onDiscover);
    stopNoble(this.#noble);
  }

  /** A sensor paired in an earlier run was not heard yet in this one: scan until it is. */
  async #hear(deviceId: string): Promise<NoblePeripheral> {
    let take: ((peripheral: NoblePeripheral) => void) | undefined;
    const heard = new Promise<NoblePeripheral>((resolve) => {
      take = (peripheral) => {
        if (peripheral.id === deviceId) resolve(peripheral);
      };
      this.#noble.on('discover', take);
    });
    try {
      await this.#scan();
      return await within(this.#timers, CONNECT_MS, 'Hearing the sensor', heard);
    } finally {
      if (take !== undefined) this.#noble.removeListener('discover', take);
      if (this.#onSeen === undefined) await this.#noble.stopScanningAsync().catch(ignore);
    }
  }

  #onDiscover = (peripheral: NoblePeripheral): void => {
    if (!this.#seen.has(peripheral.id) && this.#seen.size >= MOST_SEEN) {
      const oldest = this.#seen.keys().next().value;
      if (oldest !== undefined) this.#seen.delete(oldest);
    }
    this.#seen.set(peripheral.id, peripheral);
    const { localName, serviceUuids } = peripheral.advertisement;
    this.#onSeen?.({
      deviceId: peripheral.id,
      name: localName?.slice(0, 64),
      serviceUuids: (serviceUuids ?? []).map(paddedUuid),
      rssiDbm: peripheral.rssi,
    });
  };

  #onState = (name: string): void => {
    const state = STATES[name] ?? 'unknown';
    if (state === this.#state) return;
    this.#state = state;
    if (state !== 'on') {
      // noble keeps believing in links and peripherals of an adapter that is gone; new ones have to be heard.
      for (const link of this.#links) link.end('the Bluetooth adapter is off or gone');
      this.#links.clear();
      this.#seen.clear();
    }
    for (const listener of this.#stateListeners) listener(state);
  };
}

/** A machine without a usable noble: says why, offers nothing. */
export class MissingRadio implements Radio {
  readonly kind = 'noble';
  readonly state = 'missing';
  readonly trouble: string;

  constructor(why: string | undefined) {
    this.trouble = why ?? TROUBLE.missing!;
  }

  onState(): void {
    // It stays missing.
  }
  startScan(): Promise<void> {
    return Promise.reject(new Error(this.trouble));
  }
  stopScan(): Promise<void> {
    return Promise.resolve();
  }
  connect(): Promise<RadioLink> {
    return Promise.reject(new Error(this.trouble));
  }
  close(): Promise<void> {
    return Promise.resolve();
  }
}

const ignore = (): void => undefined;
