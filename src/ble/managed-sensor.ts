import type { SensorModel } from '../protocol/sensor-model.ts';
import { Backoff } from './backoff.ts';
import { NO_KEY } from './control-session.ts';
import { LinkHealth } from './link-health.ts';
import { LostRanges } from './lost-ranges.ts';
import type { Advertisement, Radio } from './radio.ts';
import { SensorLink, type SensorFacts } from './sensor-link.ts';
import type { Pairing, SensorState, SensorStatus } from './sensor-hub.ts';
import type { SerialQueue } from './serial-queue.ts';
import { StreamGuard } from './stream-guard.ts';
import type { TimerHandle, Timers } from './timers.ts';

/** Without a byte for this long a streaming sensor is silent; after the second limit its link is made anew [ms]. */
const SILENT_MS = 2000;
const DEAD_MS = 8000;

export interface ManagedSensorEvents {
  bytes(sensorId: string, bytes: Uint8Array): void;
  /** A paired sensor said its serial number for the first time: to be remembered. */
  identified(pairing: Pairing): void;
  changed(): void;
}

/** One sensor's state machine: seen, connecting, ready, streaming, silent, lost, reconnecting, refused, quarantined, off. */
export class ManagedSensor {
  readonly id: string;
  readonly radio: Radio;
  readonly model: SensorModel;
  pairing: Pairing | undefined;
  #name: string;
  #rssiDbm: number | undefined;
  #lastHeardMs: number | undefined;
  #state: SensorState = 'off';
  #trouble: string | undefined;
  #wanted = false;
  #link: SensorLink | undefined;
  #retry: TimerHandle | undefined;
  #facts: SensorFacts = { batteryPct: undefined, firmware: undefined, serial: undefined, trust: undefined };
  readonly #timers: Timers;
  readonly #queue: SerialQueue;
  readonly #backoff: Backoff;
  readonly #events: ManagedSensorEvents;
  readonly #health = new LinkHealth();
  readonly #lost = new LostRanges();
  #guard = new StreamGuard();

  constructor(options: {
    id: string;
    radio: Radio;
    model: SensorModel;
    name: string;
    timers: Timers;
    queue: SerialQueue;
    random: () => number;
    events: ManagedSensorEvents;
  }) {
    this.id = options.id;
    this.radio = options.radio;
    this.model = options.model;
    this.#name = options.name;
    this.#timers = options.timers;
    this.#queue = options.queue;
    this.#backoff = new Backoff(options.random);
    this.#events = options.events;
  }

  /** It was heard in a scan. */
  seen(advertisement: Advertisement): void {
    this.#lastHeardMs = this.#timers.nowMs();
    this.#rssiDbm = advertisement.rssiDbm ?? this.#rssiDbm;
    if (advertisement.name !== undefined) this.#name = advertisement.name.slice(0, 64);
    if (this.#state === 'off') this.#become('seen');
  }

  /** Links are kept up while they are wanted, and only to a paired sensor. */
  want(wanted: boolean): void {
    const on = wanted && this.pairing !== undefined;
    if (on === this.#wanted) return;
    this.#wanted = on;
    if (on) {
      if (this.#state === 'quarantined' || this.#state === 'refused') return;
      this.#connectSoon(0);
    } else void this.#drop(this.#lastHeardMs === undefined ? 'off' : 'seen');
  }

  /** The pairing was made or changed: a refused sensor gets another try, and its counters a new beginning. */
  paired(pairing: Pairing): void {
    this.pairing = pairing;
    this.#guard = new StreamGuard();
    if (this.#state === 'quarantined' || this.#state === 'refused') {
      this.#become('seen');
      if (this.#wanted) this.#connectSoon(0);
    }
  }

  /** No longer paired: its link ends. */
  async forgotten(): Promise<void> {
    this.pairing = undefined;
    this.#wanted = false;
    await this.#drop('seen');
  }

  /** Makes it blink. @throws with words for the user where it can't be reached */
  async identify(): Promise<boolean> {
    if (this.#link !== undefined) return this.#link.identify();
    const link = this.#newLink();
    try {
      return await this.#queue.run(async () => {
        await link.open(this.id);
        return link.identify();
      });
    } finally {
      await link.close();
    }
  }

  /** Once a second: silence and its end. */
  tick(): void {
    if (
      this.#link === undefined ||
      (this.#state !== 'streaming' && this.#state !== 'silent' && this.#state !== 'ready')
    )
      return;
    const quietMs = this.#timers.nowMs() - (this.#link.lastBytesMs ?? -Infinity);
    if (quietMs > DEAD_MS) {
      const link = this.#link;
      this.#link = undefined;
      void link.close();
      this.#onLost('nothing came for 8 s');
    } else if (quietMs > SILENT_MS && this.#state === 'streaming') {
      this.#become('silent', 'The link is up, but nothing comes. If it stays so, the link is made anew.');
    }
  }

  /** The radio is gone or came back. */
  radioChanged(on: boolean): void {
    if (!on) {
      const link = this.#link;
      this.#link = undefined;
      this.#retry?.cancel();
      if (link !== undefined) void link.close();
      if (this.#wanted) this.#become('lost', 'Bluetooth is off or its adapter is gone.');
    } else if (this.#wanted && this.#link === undefined) this.#connectSoon(0);
  }

  status(): SensorStatus {
    const nowMs = this.#timers.nowMs();
    const heardMs = Math.max(this.#lastHeardMs ?? -Infinity, this.#link?.lastBytesMs ?? -Infinity);
    return {
      id: this.id,
      name: this.#name,
      model: this.model.id,
      virtual: this.radio.kind === 'simulated',
      state: this.#state,
      trouble: this.#trouble ?? (this.pairing === undefined ? undefined : this.model.qualityLimit),
      site: this.pairing?.site,
      paired: this.pairing !== undefined,
      rssiDbm: this.#rssiDbm,
      batteryPct: this.#facts.batteryPct,
      firmware: this.#facts.firmware,
      trust: this.#facts.trust,
      lastHeardMsAgo: Number.isFinite(heardMs) ? Math.max(0, nowMs - heardMs) : undefined,
      ...this.#health.read(nowMs),
    };
  }

  #newLink(): SensorLink {
    const link: SensorLink = new SensorLink({
      radio: this.radio,
      model: this.model,
      timers: this.#timers,
      key: this.pairing?.key ?? NO_KEY,
      health: this.#health,
      lost: this.#lost,
      guard: this.#guard,
      events: {
        bytes: (bytes) => {
          if (this.#link !== link || this.#state === 'quarantined') return;
          if (this.#state !== 'streaming') {
            this.#backoff.reset();
            this.#become('streaming');
          }
          this.#events.bytes(this.id, bytes);
        },
        lost: (reason) => {
          if (this.#link !== link) return;
          this.#link = undefined;
          this.#onLost(reason);
        },
        suspicious: (reason) => this.#quarantine(reason),
        changed: () => this.#events.changed(),
      },
    });
    return link;
  }

  #connectSoon(delayMs: number): void {
    this.#retry?.cancel();
    this.#retry = this.#timers.after(delayMs, () => void this.#queue.run(() => this.#connect()));
  }

  async #connect(): Promise<void> {
    if (!this.#wanted || this.#link !== undefined) return;
    this.#become(this.#backoff.tries === 0 ? 'connecting' : 'reconnecting', this.#trouble);
    const link = this.#newLink();
    try {
      await link.open(this.id);
      this.#facts = { ...link.facts };
      const known = this.pairing?.serial;
      if (known !== undefined && link.facts.serial !== undefined && known !== link.facts.serial) {
        await this.#refuse(link, `it says it is ${link.facts.serial}, but you paired ${known}`);
        return;
      }
      if (known === undefined && link.facts.serial !== undefined && this.pairing !== undefined) {
        this.pairing = { ...this.pairing, serial: link.facts.serial };
        this.#events.identified(this.pairing);
      }
      if (link.facts.trust === 'wrong_key') {
        await this.#refuse(link, 'it does not hold the key that you gave for it');
        return;
      }
      this.#link = link;
      this.#health.linkRestarted();
      this.#lost.linkLost();
      this.#become('ready');
      await link.stream();
      // It may have been let go while it was starting.
      if (!this.#stillWanted()) await this.#drop('seen');
    } catch (error) {
      if (this.#link === link) this.#link = undefined;
      await link.close();
      this.#onLost(error instanceof Error ? error.message : String(error));
    }
  }

  #stillWanted(): boolean {
    return this.#wanted;
  }

  async #refuse(link: SensorLink, reason: string): Promise<void> {
    await link.close();
    this.#quarantine(reason);
  }

  #quarantine(reason: string): void {
    const link = this.#link;
    this.#link = undefined;
    this.#retry?.cancel();
    if (link !== undefined) void link.close();
    this.#become(
      'quarantined',
      `Not trusted: ${reason}. Nothing of it is recorded. If this is your sensor, pair it again.`,
    );
  }

  #onLost(reason: string): void {
    this.#lost.linkLost();
    if (!this.#wanted) {
      this.#become(this.#lastHeardMs === undefined ? 'off' : 'seen');
      return;
    }
    this.#become(
      'lost',
      `The link was lost (${reason.replace(/\.$/, '')}). Trying again; the walk goes on with a gap.`,
    );
    this.#connectSoon(this.#backoff.nextMs());
  }

  async #drop(state: SensorState): Promise<void> {
    this.#retry?.cancel();
    const link = this.#link;
    this.#link = undefined;
    this.#become(state);
    await link?.close();
  }

  #become(state: SensorState, trouble?: string): void {
    if (state === this.#state && trouble === this.#trouble) return;
    this.#state = state;
    this.#trouble = trouble;
    this.#events.changed();
  }
}
