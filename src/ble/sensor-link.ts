import { decodeBackfillNote } from '../protocol/backfill.ts';
import type { GattPath, PacketDecoder, SensorModel } from '../protocol/sensor-model.ts';
import { ControlSession, type LinkTrust } from './control-session.ts';
import { type LinkHealth } from './link-health.ts';
import { type LostRanges } from './lost-ranges.ts';
import type { Radio, RadioLink } from './radio.ts';
import type { StreamGuard } from './stream-guard.ts';
import { within, type Timers } from './timers.ts';

/** Bounds on each call of a radio, beside the adapter's own [ms]. */
const CONNECT_MS = 20_000;
const CALL_MS = 8000;
/** How often the charge is read where the sensor doesn't tell it, and how often the clocks are compared [ms]. */
const BATTERY_EVERY_MS = 5 * 60_000;

/** What is read of a sensor once its link is up. */
export interface SensorFacts {
  batteryPct: number | undefined;
  firmware: string | undefined;
  serial: string | undefined;
  trust: LinkTrust | undefined;
}

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
  #over = false;
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

  /** Connects and reads what the sensor says of itself. @throws with words for the user; the link is closed then */
  async open(deviceId: string): Promise<void> {
    const link = await within(this.#timers, CONNECT_MS, 'Connecting', this.#radio.connect(deviceId));
    if (this.#over) {
      await link.disconnect().catch(() => undefined);
      throw new Error('The link was closed while it was being made.');
    }
    this.#link = link;
    link.onLost((reason) => this.#end(reason));
    const gatt = this.#model.gatt;
    if (gatt === undefined) throw new Error(`${this.#model.name} has no Bluetooth service.`);
    this.facts.serial = await this.#text(gatt.serial);
    this.facts.firmware = await this.#text(gatt.firmware);
    await this.#readBattery();
    if (gatt.control === 'gaitkeeper') {
      this.#control = new ControlSession(link, this.#timers, this.#key);
      this.facts.trust = await within(this.#timers, CALL_MS, 'Opening a session', this.#control.open());
    } else this.facts.trust = 'unprotected';
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
        throw new Error(`The sensor refused to start: ${answer.status.replaceAll('_', ' ')}.`);
    }
    this.lastBytesMs = this.#timers.nowMs();
    this.#batteryLater();
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

  /** Ends the link on purpose. */
  async close(): Promise<void> {
    this.#over = true;
    const link = this.#link;
    this.#link = undefined;
    if (link === undefined) return;
    if (this.#control !== undefined)
      await within(this.#timers, 1000, 'Stopping', this.#control.send({ op: 'stop' })).catch(() => undefined);
    for (const w of this.#model.gatt?.stop ?? [])
      await within(
        this.#timers,
        1000,
        'Stopping',
        link.write(w.service, w.characteristic, w.bytes, w.withResponse),
      ).catch(() => undefined);
    await within(this.#timers, CALL_MS, 'Disconnecting', link.disconnect()).catch(() => undefined);
  }

  #call<T>(what: string, promise: Promise<T>): Promise<T> {
    return within(this.#timers, CALL_MS, what, promise);
  }

  #onBytes(bytes: Uint8Array): void {
    if (this.#over) return;
    this.lastBytesMs = this.#timers.nowMs();
    const note = decodeBackfillNote(bytes);
    if (note !== undefined) {
      if (note.type === 'gone') this.#lost.gone(note.firstIndex);
      else this.#lost.done();
      this.#askForLost();
    } else {
      const result = this.#decoder.decode(bytes);
      if (result.ok && result.packet !== undefined) {
        const suspicion = this.#guard.check(result.packet);
        if (suspicion !== undefined) {
          this.#events.suspicious(suspicion);
          return;
        }
        if (result.packet.resent !== true) {
          this.health.packet(result.packet, this.lastBytesMs);
          this.#lost.live(result.packet);
          this.#askForLost();
        } else this.#lost.resent(result.packet);
      }
    }
    this.#events.bytes(bytes);
  }

  /** One lost range at a time, never while one is under way: live samples come first. */
  #askForLost(): void {
    if (this.#control === undefined) return;
    const range = this.#lost.next();
    if (range === undefined) return;
    this.#control
      .send({ op: 'resend', fromIndex: range.fromIndex, count: range.count })
      .then((answer) => {
        if (answer.status !== 'ok') this.#lost.refused();
      })
      .catch(() => this.#lost.refused());
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
    this.#timers.after(BATTERY_EVERY_MS, () => {
      if (this.#over || this.#link === undefined) return;
      void this.#readBattery().then(() => this.#batteryLater());
    });
  }

  #end(reason: string): void {
    if (this.#over) return;
    this.#over = true;
    this.#link = undefined;
    this.#events.lost(reason);
  }
}
