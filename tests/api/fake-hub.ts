import type { HubNotification, Pairing, SensorHub, SensorStatus } from '../../src/ble/sensor-hub.ts';
import type { SensorSite } from '../../src/domain/sites.ts';

/** A hub without radios: sensors are declared, and the test itself sends what they would. */
export class FakeHub implements SensorHub {
  readonly #sensors = new Map<string, SensorStatus>();
  readonly #changes = new Set<() => void>();
  readonly #listeners = new Set<(notification: HubNotification) => void>();
  streaming = false;
  scanning = false;
  identified: string[] = [];

  add(id: string, more: Partial<SensorStatus> = {}): void {
    this.#sensors.set(id, { ...NEW, id, name: `Sensor ${id}`, ...more });
    this.#tell();
  }

  send(sensorId: string, bytes: Uint8Array): void {
    for (const call of this.#listeners) call({ sensorId, bytes });
  }

  get listeners(): number {
    return this.#listeners.size + this.#changes.size;
  }

  radios() {
    return [{ kind: 'simulated', state: 'on', trouble: undefined }];
  }
  sensors() {
    return [...this.#sensors.values()];
  }
  onChange(callback: () => void) {
    this.#changes.add(callback);
    return () => void this.#changes.delete(callback);
  }
  onNotification(callback: (notification: HubNotification) => void) {
    this.#listeners.add(callback);
    return () => void this.#listeners.delete(callback);
  }
  async startScan() {
    this.scanning = true;
  }
  async stopScan() {
    this.scanning = false;
  }
  async pair(id: string, site: SensorSite): Promise<Pairing> {
    const sensor = this.#sensors.get(id);
    if (sensor === undefined) throw new Error(`No sensor ${id} is in range.`);
    for (const other of this.#sensors.values())
      if (other.site === site) this.#sensors.set(other.id, { ...other, site: undefined, paired: false });
    this.#sensors.set(id, { ...sensor, site, paired: true, state: 'ready' });
    this.#tell();
    return { id, name: sensor.name, model: sensor.model, site, virtual: sensor.virtual };
  }
  async moveTo(sites: ReadonlyMap<string, SensorSite>) {
    for (const [id, site] of sites) {
      const sensor = this.#sensors.get(id);
      if (sensor?.paired === true) this.#sensors.set(id, { ...sensor, site });
    }
    this.#tell();
  }
  async forget(id: string) {
    const sensor = this.#sensors.get(id);
    if (sensor !== undefined) this.#sensors.set(id, { ...sensor, site: undefined, paired: false, state: 'seen' });
    this.#tell();
  }
  async identify(id: string) {
    this.identified.push(id);
  }
  keys: [string, string][] = [];
  async setKey(id: string, key: Uint8Array) {
    this.keys.push([id, Buffer.from(key).toString('hex')]);
  }
  async startStreaming() {
    this.streaming = true;
  }
  async stopStreaming() {
    this.streaming = false;
  }
  async close() {}

  #tell(): void {
    for (const call of this.#changes) call();
  }
}

const NEW: SensorStatus = {
  id: '',
  name: '',
  model: 'gaitkeeper',
  virtual: false,
  state: 'seen',
  trouble: undefined,
  site: undefined,
  paired: false,
  rssiDbm: -60,
  batteryPct: 80,
  firmware: '1.0.0',
  trust: 'unprotected',
  lastHeardMsAgo: 10,
  rateHz: 104,
  lossShare: 0,
  motionDps: 1,
};
