import { decodeBackfillNote } from '../protocol/backfill.ts';
import type { GattPath, PacketDecoder, SensorModel } from '../protocol/sensor-model.ts';
import { BackfillRequests } from './backfill-requests.ts';
import { ClockPings, type ClockCheck } from './clock-pings.ts';
import { ControlSession, type LinkTrust } from './control-session.ts';
import type { LinkHealth } from './link-health.ts';
import type { LostRanges } from './lost-ranges.ts';
import type { Radio, RadioLink } from './radio.ts';
import type { StreamGuard } from './stream-guard.ts';
import { within, type TimerHandle, type Timers } from './timers.ts';

/** Bounds on each call of a radio, beside the adapter's own [ms]. */
const CONNECT_MS = 20_000;
const CALL_MS = 8000;
const STOP_MS = 1000;
/** How often the charge is read where the sensor doesn't tell it, and how often the clocks are compared [ms]. */
const BATTERY_EVERY_MS = 5 * 60_000;
const PING_EVERY_MS = 30_000;

/** What is read of a sensor once its link is up. */
export interface SensorFacts {
  batteryPct: number | undefined;
  firmware: string | undefined;
  serial: string | undefined;
  trust: LinkTrust | undefined;
}

/** The sensor answered, and will not stream as it is now: its battery is too low, or its chip does not answer. */
export class SensorRefusal extends Error {}

export interface SensorLinkEvents {
  /** Bytes of a sample characteristic, as they came. */
  bytes(bytes: Uint8Array): void;
  /** The link is gone, however it ended. */
  lost(reason: string): void;
  /** Its counters do what only a stranger's do. */
  suspicious(reason: string): void;
  changed(): void;
}

/** One link from connect to loss: facts read, notifications subscribed anew each time, streaming started, lost samples asked for. */
export class SensorLink {
  readonly facts: SensorFacts = { batteryPct: undefined, firmware: undefined, serial: undefined, trust: undefined };
  readonly health: LinkHealth;
  readonly #radio: Radio;
  readonly #model: SensorModel;
  readonly #decoder: PacketDecoder;
  readonly #timers: Timers;
  readonly #key: Uint8Array;
  readonly #events: SensorLinkEvents;
  readonly #lost: LostRanges;
  readonly #guard: StreamGuard;
  #link: RadioLink | undefined;
  #control: ControlSession | undefined;
  #backfill: BackfillRequests | undefined;
  readonly #pings = new ClockPings();
  #battery: TimerHandle | undefined;
  #ping: TimerHandle | undefined;
  #over = false;
  /** When the last byte came, or the link was made [ms]. */
  lastBytesMs: number | undefined;

  constructor(options: {
    radio: Radio;
    model: SensorModel;
    timers: Timers;
    key: Uint8Array;
    health: LinkHealth;
    lost: LostRanges;
    guard: StreamGuard;
    events: SensorLinkEvents;
  }) {
    this.#radio = options.radio;
    this.#model = options.model;
    this.#timers = options.timers;
    this.#key = options.key;
    this.#events = options.events;
    this.health = options.health;
    this.#lost = options.lost;
    this.#guard = options.guard;
    this.#decoder = options.model.createDecoder();
  }

  /** How the sensor's clock runs beside ours; undefined for models that can't be asked. */
  get clock(): ClockCheck | undefined {
    return this.#pings.read();
  }

  /** Connects and reads what the sensor says of itself. @throws with words for the user; `close` is for the caller to call */
  async open(deviceId: string): Promise<void> {
    const making = this.#radio.connect(deviceId).then((made) => {
      if (this.#over) {
        // It comes when nobody waits for it any more.
        void made.disconnect().catch(() => undefined);
        throw new Error('The link was closed while it was being made.');
      }
      this.#link = made;
      return made;
    });
    const link = await within(this.#timers, CONNECT_MS, 'Connecting', making).catch((error: unknown) => {
      this.#over = true;
      throw error;
    });
    link.onLost((reason) => this.#end(reason));
    const gatt = this.#model.gatt;
    if (gatt === undefined) throw new Error(`${this.#model.name} has no Bluetooth service.`);
    this.facts.serial = await this.#text(gatt.serial);
    this.facts.firmware = await this.#text(gatt.firmware);
    await this.#readBattery();
    if (gatt.control === 'gaitkeeper') {
      this.#control = new ControlSession(link, this.#timers, this.#key);
      this.facts.trust = await within(this.#timers, CALL_MS, 'Opening a session', this.#control.open());
      this.#backfill = new BackfillRequests(this.#control, this.#lost, this.#timers);
    } else this.facts.trust = 'unprotected';
    this.lastBytesMs = this.#timers.nowMs();
  }

  /** Subscribes and makes the sensor stream. */
  async stream(): Promise<void> {
    const gatt = this.#model.gatt;
    const link = this.#link;
    if (gatt === undefined || link === undefined) throw new Error('There is no link.');
    this.#decoder.reset();
    for (const path of gatt.samples)
      await this.#call(
        'Subscribing',
        link.subscribe(path.service, path.characteristic, (b) => this.#onBytes(b)),
      );
    for (const write of gatt.start)
      await this.#call('Starting', link.write(write.service, write.characteristic, write.bytes, write.withResponse));
    if (this.#control !== undefined) {
      const answer = await this.#call('Starting', this.#control.send({ op: 'start' }));
      if (answer.status !== 'ok')
        throw new SensorRefusal(`The sensor refused to start: ${answer.status.replaceAll('_', ' ')}.`);
      void this.#pingNow(this.#control);
    }
    this.lastBytesMs = this.#timers.nowMs();
    this.#batteryLater();
  }

  /** Called about once a second while the link is up. */
  tick(): void {
    this.#backfill?.tick();
  }

  /** Makes the sensor blink or buzz. @returns false where it can't: then the user taps it */
  async identify(): Promise<boolean> {
    if (this.#control !== undefined) {
      const answer = await this.#call('Blinking', this.#control.send({ op: 'identify', seconds: 5 }));
      return answer.status === 'ok';
    }
    const writes = this.#model.gatt?.identify;
    if (writes === undefined || this.#link === undefined) return false;
    for (const w of writes)
      await this.#call('Blinking', this.#link.write(w.service, w.characteristic, w.bytes, w.withResponse));
    return true;
  }

  /**
   * Ends the link on purpose.
   * @param rest the sensor is to rest. Without it, it goes on sampling into its buffer: a new link finds nothing missing
   */
  async close(rest: boolean): Promise<void> {
    this.#over = true;
    this.#cancelTimers();
    const link = this.#link;
    this.#link = undefined;
    if (link === undefined) return;
    if (rest) await this.#stopSensor(link);
    await within(this.#timers, CALL_MS, 'Disconnecting', link.disconnect()).catch(() => undefined);
  }

  async #stopSensor(link: RadioLink): Promise<void> {
    const patience = (call: Promise<unknown>): Promise<unknown> =>
      within(this.#timers, STOP_MS, 'Stopping', call).catch(() => undefined);
    if (this.#control !== undefined) await patience(this.#control.send({ op: 'stop' }));
    for (const w of this.#model.gatt?.stop ?? [])
      await patience(link.write(w.service, w.characteristic, w.bytes, w.withResponse));
  }

  #call<T>(what: string, promise: Promise<T>): Promise<T> {
    return within(this.#timers, CALL_MS, what, promise);
  }

  #onBytes(bytes: Uint8Array): void {
    if (this.#over) return;
    this.lastBytesMs = this.#timers.nowMs();
    const note = decodeBackfillNote(bytes);
    if (note !== undefined) this.#backfill?.note(note);
    else {
      const result = this.#decoder.decode(bytes);
      if (result.ok && result.packet !== undefined) {
        const suspicion = this.#guard.check(result.packet);
        if (suspicion !== undefined) {
          this.#events.suspicious(suspicion);
          return;
        }
        if (result.packet.resent === true) this.#lost.resent(result.packet);
        else {
          this.health.packet(result.packet, this.lastBytesMs);
          this.#lost.live(result.packet);
        }
        this.#backfill?.packet(result.packet);
      }
    }
    this.#events.bytes(bytes);
  }

  async #text(path: GattPath | undefined): Promise<string | undefined> {
    if (path === undefined || this.#link === undefined) return undefined;
    try {
      const bytes = await this.#call('Reading', this.#link.read(path.service, path.characteristic));
      // Text of a stranger: bounded, without control characters.
      const printable = new TextDecoder().decode(bytes.subarray(0, 64)).replace(/[^\x20-\x7e]/g, '');
      return printable === '' ? undefined : printable;
    } catch {
      return undefined;
    }
  }

  async #readBattery(): Promise<void> {
    const battery = this.#model.gatt?.battery;
    if (battery === undefined || this.#link === undefined) return;
    try {
      const bytes = await this.#call('Reading the charge', this.#link.read(battery.service, battery.characteristic));
      this.facts.batteryPct = battery.decodePct(bytes);
      this.#events.changed();
    } catch {
      // The charge is nice to know; a link without it is still a link.
    }
  }

  #batteryLater(): void {
    if (this.#over || this.#link === undefined) return;
    this.#battery = this.#timers.after(BATTERY_EVERY_MS, () => {
      void this.#readBattery().then(() => this.#batteryLater());
    });
  }

  /** Asks the sensor for its clock, now and every 30 s. One that doesn't answer is left to the silence watchdog. */
  async #pingNow(control: ControlSession): Promise<void> {
    const sentMs = this.#timers.nowMs();
    try {
      const { given } = await control.send({ op: 'time_ping', token: Math.floor(sentMs) >>> 0 });
      if (given?.op === 'time_ping') this.#pings.add(sentMs, this.#timers.nowMs(), given.deviceUs);
    } catch {
      // Its clock is a check, not a need.
    }
    if (!this.#over) this.#ping = this.#timers.after(PING_EVERY_MS, () => void this.#pingNow(control));
  }

  #cancelTimers(): void {
    this.#battery?.cancel();
    this.#ping?.cancel();
  }

  #end(reason: string): void {
    this.#cancelTimers();
    if (this.#over) return;
    this.#over = true;
    this.#link = undefined;
    this.#events.lost(reason);
  }
}
