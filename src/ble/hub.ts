import type { SensorSite } from '../domain/sites.ts';
import { SENSOR_MODELS } from '../protocol/models/index.ts';
import type { SensorModel } from '../protocol/sensor-model.ts';
import { ManagedSensor } from './managed-sensor.ts';
import type { Advertisement, Radio } from './radio.ts';
import {
  OtherSensorsCode,
  type HubNotification,
  type Pairing,
  type SensorHub,
  type SensorStatus,
} from './sensor-hub.ts';
import { SerialQueue } from './serial-queue.ts';
import type { TimerHandle, Timers } from './timers.ts';

/** Where pairings are remembered. */
export interface PairingStore {
  list(): readonly Pairing[];
  /** A site that another sensor had goes to this one. */
  save(pairing: Pairing): void;
  forget(sensorId: string): void;
}

export interface HubOptions {
  /** In the order in which the page offers them: real ones first. */
  readonly radios: readonly Radio[];
  readonly pairings: PairingStore;
  readonly timers: Timers;
  /** 0 to 1; spreads the tries to reconnect. */
  readonly random?: () => number;
}

/** Most sensors shown from a scan: a flood of advertisements must not grow without bound. */
const MOST_SEEN = 64;
/** After pairing or scanning the links stay up for a while, so that the check before a walk sees them [ms]. */
const LINGER_MS = 10 * 60_000;

/** The hub over any number of radios. Only paired sensors are ever connected to; nothing else is handed on. */
export function createSensorHub(options: HubOptions): SensorHub {
  return new RadioHub(options);
}

class RadioHub implements SensorHub {
  readonly #options: HubOptions;
  readonly #random: () => number;
  readonly #sensors = new Map<string, ManagedSensor>();
  readonly #queues = new Map<Radio, SerialQueue>();
  readonly #changeListeners = new Set<() => void>();
  readonly #notificationListeners = new Set<(notification: HubNotification) => void>();
  /** Radios that scan now. */
  readonly #scansOn = new Set<Radio>();
  #scanning = false;
  #streaming = false;
  #lingerUntilMs = -Infinity;
  #tick: TimerHandle | undefined;
  #closed = false;

  constructor(options: HubOptions) {
    this.#options = options;
    this.#random = options.random ?? Math.random;
    for (const radio of options.radios) {
      this.#queues.set(radio, new SerialQueue());
      radio.onState((state) => {
        for (const sensor of this.#sensors.values()) if (sensor.radio === radio) sensor.radioChanged(state === 'on');
        // A scan does not outlive its adapter.
        this.#scansOn.delete(radio);
        this.#updateScans();
        this.#changed();
      });
    }
    for (const pairing of options.pairings.list()) this.#remember(pairing);
    this.#nextTick();
  }

  radios(): readonly { readonly kind: string; readonly state: string; readonly trouble: string | undefined }[] {
    return this.#options.radios.map((r) => ({ kind: r.kind, state: r.state, trouble: r.trouble }));
  }

  sensors(): readonly SensorStatus[] {
    return [...this.#sensors.values()]
      .map((s) => s.status())
      .sort(
        (a, b) =>
          Number(b.paired) - Number(a.paired) || Number(a.virtual) - Number(b.virtual) || (a.id < b.id ? -1 : 1),
      );
  }

  onChange(callback: () => void): () => void {
    this.#changeListeners.add(callback);
    return () => this.#changeListeners.delete(callback);
  }

  onNotification(callback: (notification: HubNotification) => void): () => void {
    this.#notificationListeners.add(callback);
    return () => this.#notificationListeners.delete(callback);
  }

  async startScan(): Promise<void> {
    this.#scanning = true;
    this.#updateWanted();
    // Begun anew even where one runs: sensors that were heard before are told again.
    await Promise.all(this.#options.radios.map((radio) => this.#scanOn(radio)));
  }

  async stopScan(): Promise<void> {
    this.#scanning = false;
    this.#linger();
    const idle = this.#options.radios.filter((radio) => !this.#listens(radio));
    await Promise.all(idle.map((radio) => this.#endScan(radio)));
  }

  async pair(sensorId: string, site: SensorSite): Promise<Pairing> {
    const sensor = this.#sensor(sensorId);
    const status = sensor.status();
    const before = sensor.pairing;
    const pairing: Pairing = {
      ...(before?.key === undefined ? {} : { key: before.key }),
      id: sensorId,
      name: status.name,
      model: sensor.model.id,
      site,
      virtual: status.virtual,
    };
    this.#options.pairings.save(pairing);
    for (const other of this.#sensors.values())
      if (other !== sensor && other.pairing?.site === site && site !== 'sensor') await other.forgotten();
    await sensor.paired(pairing);
    this.#linger();
    this.#changed();
    return pairing;
  }

  async moveTo(sites: ReadonlyMap<string, SensorSite>): Promise<void> {
    const moved = [...this.#sensors.values()].flatMap((sensor) => {
      const site = sites.get(sensor.id);
      const { pairing } = sensor;
      return site === undefined || pairing === undefined || pairing.site === site
        ? []
        : [{ sensor, pairing: { ...pairing, site } }];
    });
    // All are saved before any is told: a site that one leaves is the other's.
    for (const { pairing } of moved) this.#options.pairings.save(pairing);
    for (const { sensor, pairing } of moved) await sensor.paired(pairing);
    if (moved.length > 0) this.#changed();
  }

  async forget(sensorId: string): Promise<void> {
    const sensor = this.#sensor(sensorId);
    this.#options.pairings.forget(sensorId);
    await sensor.forgotten();
    this.#changed();
  }

  async setKey(sensorId: string, key: Uint8Array, serial?: string): Promise<void> {
    const sensor = this.#sensor(sensorId);
    if (sensor.pairing === undefined) throw new Error('Pair the sensor before you give its key.');
    const known = sensor.serial;
    if (serial !== undefined && known !== undefined && serial.toUpperCase() !== known.toUpperCase())
      throw new OtherSensorsCode(`This is the code of sensor ${serial}, but the paired one is ${known}.`);
    const pairing = { ...sensor.pairing, key, ...(serial === undefined ? {} : { serial }) };
    this.#options.pairings.save(pairing);
    await sensor.paired(pairing);
    this.#changed();
  }

  async identify(sensorId: string): Promise<void> {
    const sensor = this.#sensor(sensorId);
    if (!(await sensor.identify()))
      throw new Error(`${sensor.model.name} can't blink. Tap it: its card jumps when it moves.`);
  }

  startStreaming(): Promise<void> {
    this.#streaming = true;
    this.#updateWanted();
    return Promise.resolve();
  }

  stopStreaming(): Promise<void> {
    this.#streaming = false;
    this.#linger();
    return Promise.resolve();
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#tick?.cancel();
    this.#streaming = false;
    this.#scanning = false;
    this.#lingerUntilMs = -Infinity;
    // Each sensor is told to stop before its radio goes.
    await Promise.all([...this.#sensors.values()].map((sensor) => sensor.want(false)));
    await Promise.all(this.#options.radios.map((radio) => radio.close().catch(() => undefined)));
  }

  async #scanOn(radio: Radio): Promise<void> {
    if (radio.state !== 'on') return;
    this.#scansOn.add(radio);
    // A radio that can't scan now says so by its state; the others go on.
    await radio.startScan((advertisement) => this.#seen(radio, advertisement)).catch(() => this.#scansOn.delete(radio));
  }

  async #endScan(radio: Radio): Promise<void> {
    this.#scansOn.delete(radio);
    await radio.stopScan().catch(() => undefined);
  }

  /** A wanted sensor without a link is listened for: what it advertises says that it is back. */
  #listens(radio: Radio): boolean {
    if (this.#closed) return false;
    return [...this.#sensors.values()].some((sensor) => sensor.radio === radio && sensor.listening);
  }

  #updateScans(): void {
    for (const radio of this.#options.radios) {
      const wanted = this.#scanning || this.#listens(radio);
      if (wanted && !this.#scansOn.has(radio)) void this.#scanOn(radio);
      else if (!wanted && this.#scansOn.has(radio)) void this.#endScan(radio);
    }
  }

  #seen(radio: Radio, advertisement: Advertisement): void {
    const model = modelOf(advertisement);
    if (model === undefined) return;
    let sensor = this.#sensors.get(advertisement.deviceId);
    if (sensor === undefined) {
      // Strangers are shown when the user looks for sensors, not when we listen for one that was lost.
      if (!this.#scanning || this.#sensors.size >= MOST_SEEN) return;
      sensor = this.#add(advertisement.deviceId, radio, model, advertisement.name ?? model.name);
    }
    // A known address that speaks another language or on another radio is somebody else: its advertisement is passed over.
    if (sensor.radio !== radio || sensor.model !== model) return;
    sensor.seen(advertisement);
    this.#changed();
  }

  #remember(pairing: Pairing): void {
    const radio = this.#options.radios.find((r) => (r.kind !== 'noble') === pairing.virtual);
    const model = SENSOR_MODELS.find((m) => m.id === pairing.model);
    if (radio === undefined || model === undefined) return;
    this.#add(pairing.id, radio, model, pairing.name).pairing = pairing;
  }

  #add(id: string, radio: Radio, model: SensorModel, name: string): ManagedSensor {
    const sensor = new ManagedSensor({
      id,
      radio,
      model,
      name: name.slice(0, 64),
      timers: this.#options.timers,
      queue: this.#queues.get(radio)!,
      random: this.#random,
      events: {
        bytes: (sensorId, bytes) => {
          for (const listener of this.#notificationListeners) listener({ sensorId, bytes });
        },
        identified: (pairing) => this.#options.pairings.save(pairing),
        changed: () => this.#changed(),
      },
    });
    this.#sensors.set(id, sensor);
    return sensor;
  }

  #sensor(id: string): ManagedSensor {
    const sensor = this.#sensors.get(id);
    if (sensor === undefined)
      throw new UnknownSensorError(`No sensor ${id.slice(0, 64)} was heard. Scan again, and wake it with a firm tap.`);
    return sensor;
  }

  #linger(): void {
    this.#lingerUntilMs = this.#options.timers.nowMs() + LINGER_MS;
    this.#updateWanted();
  }

  #updateWanted(): void {
    const wanted = this.#streaming || this.#scanning || this.#options.timers.nowMs() < this.#lingerUntilMs;
    for (const sensor of this.#sensors.values()) void sensor.want(wanted);
    this.#updateScans();
  }

  #nextTick(): void {
    this.#tick = this.#options.timers.after(1000, () => {
      if (this.#closed) return;
      for (const sensor of this.#sensors.values()) sensor.tick();
      this.#updateWanted();
      this.#nextTick();
    });
  }

  #changed(): void {
    for (const listener of this.#changeListeners) listener();
  }
}

/** A sensor that isn't there was asked for. */
export class UnknownSensorError extends Error {}

function modelOf(advertisement: Advertisement): SensorModel | undefined {
  return SENSOR_MODELS.find((m) => m.gatt?.advertised.some((uuid) => advertisement.serviceUuids.includes(uuid)));
}
