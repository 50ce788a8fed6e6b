import { SENSOR_MODELS } from '../protocol/models/index.ts';
import { NobleLink, paddedUuid } from './noble-link.ts';
import { stopNoble } from './noble-stop.ts';
import type { NobleConnectOptions, NobleLike, NoblePeripheral } from './noble-types.ts';
import type { Advertisement, Radio, RadioLink, RadioState } from './radio.ts';
import { within, type Timers } from './timers.ts';

/** 15 to 30 ms between radio events, none skipped, 4 s until a silent link is given up. */
const CONNECTION: NobleConnectOptions = { minInterval: 12, maxInterval: 24, latency: 0, timeout: 400 };
const CONNECT_MS = 6000;
/** A sensor that was not heard for so long is listened for first: connecting to one that is gone would hold up the others [ms]. */
const FRESH_MS = 3000;
const HEAR_MS = 2500;
const CALL_MS = 5000;
/** Ending what noble still takes for a link after its adapter was gone: no answer comes then [ms]. */
const STALE_MS = 500;
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

/** Services that sensors of any known model advertise. */
const KNOWN_SERVICES = SENSOR_MODELS.flatMap((model) => model.gatt?.advertised ?? []);

export interface NobleRadioOptions {
  /** `simulated` where a virtual controller lies behind noble: its sensors are the virtual walker's. Default `noble`. */
  readonly kind?: 'noble' | 'simulated';
  /** Only devices that advertise one of these are looked at; none: all. Default: those of the known models. */
  readonly services?: readonly string[];
}

/**
 * The radio of this machine through noble, either package. What noble leaves open is bounded here; what it forgets (a link when
 * the adapter goes) is ended here.
 */
export class NobleRadio implements Radio {
  readonly kind: 'noble' | 'simulated';
  readonly #noble: NobleLike;
  readonly #timers: Timers;
  readonly #seen = new Map<string, { readonly peripheral: NoblePeripheral; readonly heardMs: number }>();
  readonly #services: string[];
  readonly #links = new Set<NobleLink>();
  readonly #stateListeners = new Set<(state: RadioState) => void>();
  #state: RadioState;
  #onSeen: ((advertisement: Advertisement) => void) | undefined;
  #connecting = 0;

  constructor(noble: NobleLike, timers: Timers, options: NobleRadioOptions = {}) {
    this.kind = options.kind ?? 'noble';
    this.#services = (options.services ?? KNOWN_SERVICES).map(nobleUuid);
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
    return within(this.#timers, CALL_MS, 'Starting the scan', this.#noble.startScanningAsync(this.#services, true));
  }

  async connect(deviceId: string): Promise<RadioLink> {
    if (this.#state !== 'on') throw new Error(this.trouble);
    const known = this.#seen.get(deviceId);
    const fresh = known !== undefined && this.#timers.nowMs() - known.heardMs < FRESH_MS;
    const peripheral = fresh ? known.peripheral : await this.#hear(deviceId);
    if (peripheral.state === 'connected' || peripheral.state === 'connecting')
      await within(this.#timers, STALE_MS, 'Ending an old link', peripheral.disconnectAsync()).catch(ignore);
    const link = new NobleLink(deviceId, peripheral, this.#timers);
    this.#connecting++;
    try {
      await this.#connect(peripheral, link);
      await link.discover();
    } catch (error) {
      await link.disconnect();
      throw error instanceof Error ? error : new Error(String(error));
    } finally {
      this.#connecting--;
      // Connecting ends a scan on most adapters.
      if (this.#connecting === 0 && this.#onSeen !== undefined && this.#isOn()) void this.#scan().catch(ignore);
    }
    if (link.over) throw new Error('The link was lost while it was being made.');
    this.#links.add(link);
    link.onOver(() => this.#links.delete(link));
    return link;
  }

  async #connect(peripheral: NoblePeripheral, link: NobleLink): Promise<void> {
    try {
      await within(this.#timers, CONNECT_MS, 'Connecting', peripheral.connectAsync(CONNECTION));
    } catch (error) {
      // A connect that hangs blocks every later one until it is cancelled.
      peripheral.cancelConnect();
      link.end('never made');
      throw error;
    }
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
      return await within(this.#timers, HEAR_MS, 'Hearing the sensor', heard);
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
    // Taken out first, so that what was not heard for longest comes first.
    this.#seen.delete(peripheral.id);
    this.#seen.set(peripheral.id, { peripheral, heardMs: this.#timers.nowMs() });
    const { localName, serviceUuids, manufacturerData } = peripheral.advertisement;
    this.#onSeen?.({
      deviceId: peripheral.id,
      name: localName?.slice(0, 64),
      serviceUuids: (serviceUuids ?? []).map(paddedUuid),
      rssiDbm: peripheral.rssi,
      ...(manufacturerData instanceof Uint8Array ? { manufacturerData } : {}),
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

/** Short UUIDs as noble writes them: without leading zeros. */
const nobleUuid = (uuid: string): string => (uuid.length === 4 ? parseInt(uuid, 16).toString(16) : uuid);
