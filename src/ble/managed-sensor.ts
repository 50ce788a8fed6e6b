import type { SensorState } from '../domain/sensor-states.ts';
import type { SensorModel } from '../protocol/sensor-model.ts';
import { Backoff } from './backoff.ts';
import { NO_KEY } from './control-session.ts';
import { LinkHealth } from './link-health.ts';
import { LostRanges } from './lost-ranges.ts';
import type { Advertisement, Radio } from './radio.ts';
import { SensorLink, SensorRefusal, type SensorFacts } from './sensor-link.ts';
import type { Pairing, SensorStatus } from './sensor-hub.ts';
import type { SerialQueue } from './serial-queue.ts';
import { StreamGuard } from './stream-guard.ts';
import type { TimerHandle, Timers } from './timers.ts';

/** Without a byte for this long a streaming sensor is silent; after the second limit its link is made anew [ms]. */
const SILENT_MS = 2000;
const DEAD_MS = 8000;
/** A lost sensor that is heard again is tried at once, but not sooner than this after the try before [ms]. */
const HEARD_AGAIN_MS = 1500;

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
  /** The link that is being made. */
  #making: SensorLink | undefined;
  #retry: TimerHandle | undefined;
  /** When the last try ended, where it ended because the sensor wasn't reached. */
  #unreachedMs: number | undefined;
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

  /** Serial number as it was paired, or as the sensor said it last. */
  get serial(): string | undefined {
    return this.pairing?.serial ?? this.#facts.serial;
  }

  /** It was heard in a scan. */
  seen(advertisement: Advertisement): void {
    this.#lastHeardMs = this.#timers.nowMs();
    this.#rssiDbm = advertisement.rssiDbm ?? this.#rssiDbm;
    if (advertisement.name !== undefined) this.#name = advertisement.name.slice(0, 64);
    if (this.#state === 'off') this.#become('seen');
    if (this.listening && this.#unreachedMs !== undefined) {
      const waitMs = this.#unreachedMs + HEARD_AGAIN_MS - this.#lastHeardMs;
      this.#unreachedMs = undefined;
      this.#connectSoon(Math.max(0, waitMs));
    }
  }

  /** It is wanted and has no link: its advertisement says when it is back in range. */
  get listening(): boolean {
    return this.#wanted && !this.#isBarred() && this.#link === undefined && this.#making === undefined;
  }

  /** Links are kept up while they are wanted, and only to a paired sensor. Resolves when a link that isn't wanted has ended. */
  async want(wanted: boolean): Promise<void> {
    const on = wanted && this.pairing !== undefined;
    if (on === this.#wanted) return;
    this.#wanted = on;
    if (!on) await this.#drop();
    else if (!this.#isBarred()) this.#connectSoon(0);
  }

  /** The pairing was made or changed: a refused sensor gets another try, and its counters a new beginning. */
  async paired(pairing: Pairing): Promise<void> {
    const key = this.pairing?.key;
    const serial = pairing.serial ?? this.#facts.serial;
    this.pairing = serial === undefined ? pairing : { ...pairing, serial };
    if (pairing.serial === undefined && serial !== undefined) this.#events.identified(this.pairing);
    this.#guard = new StreamGuard();
    if (this.#isBarred()) this.#become('seen');
    // A session goes by the key that it began with.
    if (!sameKey(key, pairing.key)) await this.#drop();
    if (this.listening) this.#connectSoon(0);
  }

  /** No longer paired: its link ends. */
  async forgotten(): Promise<void> {
    this.pairing = undefined;
    this.#wanted = false;
    this.#facts = { ...this.#facts, trust: undefined };
    if (this.#isBarred()) this.#become('seen');
    await this.#drop();
  }

  /** Makes it blink. @throws with words for the user where it can't be reached */
  async identify(): Promise<boolean> {
    if (this.#link !== undefined) return this.#link.identify();
    return this.#queue.run(async () => {
      // It may have got its link while others had theirs made.
      if (this.#link !== undefined) return this.#link.identify();
      const link = this.#newLink();
      try {
        await link.open(this.id);
        return await link.identify();
      } finally {
        await link.close(false);
      }
    });
  }

  /** Once a second: silence and its end. */
  tick(): void {
    if (
      this.#link === undefined ||
      (this.#state !== 'streaming' && this.#state !== 'silent' && this.#state !== 'ready')
    )
      return;
    this.#link.tick();
    const quietMs = this.#timers.nowMs() - (this.#link.lastBytesMs ?? -Infinity);
    if (quietMs > DEAD_MS) {
      const link = this.#link;
      this.#link = undefined;
      void link.close(false);
      this.#onLost('nothing came for 8 s', true);
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
      if (link !== undefined) void link.close(false);
      if (this.#wanted && !this.#isBarred()) this.#become('lost', 'Bluetooth is off or its adapter is gone.');
    } else if (this.listening) {
      this.#backoff.reset();
      this.#connectSoon(0);
    }
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
      trouble: this.#trouble,
      site: this.pairing?.site,
      paired: this.pairing !== undefined,
      rssiDbm: this.#rssiDbm,
      batteryPct: this.#facts.batteryPct,
      firmware: this.#facts.firmware,
      trust: this.#facts.trust,
      clock: this.#link?.clock,
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
          if (this.#link !== link || this.pairing === undefined || this.#state === 'quarantined') return;
          if (this.#state !== 'streaming') {
            this.#backoff.reset();
            this.#become('streaming');
          }
          this.#events.bytes(this.id, bytes);
        },
        lost: (reason) => {
          if (this.#link !== link) return;
          this.#link = undefined;
          this.#onLost(reason, true);
        },
        suspicious: (reason) => {
          if (this.#link === link) this.#quarantine(reason);
        },
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
    if (!this.listening || this.radio.state !== 'on') return;
    this.#retry?.cancel();
    this.#become(this.#backoff.tries === 0 ? 'connecting' : 'reconnecting', this.#trouble);
    const link = this.#newLink();
    this.#making = link;
    let reached = false;
    try {
      await link.open(this.id);
      reached = true;
      // It may have been let go or forgotten meanwhile.
      if (!this.#stillWanted()) {
        await link.close(true);
        return;
      }
      this.#facts = { ...link.facts };
      const stranger = this.#strangeness(link);
      if (stranger !== undefined) {
        await link.close(false);
        this.#quarantine(stranger);
        return;
      }
      this.#making = undefined;
      this.#link = link;
      this.#health.linkRestarted();
      this.#become('ready');
      await link.stream();
    } catch (error) {
      const current = this.#link === link || this.#making === link;
      if (this.#link === link) this.#link = undefined;
      if (this.#making === link) this.#making = undefined;
      await link.close(false);
      if (current) this.#failed(error, reached);
    } finally {
      if (this.#making === link) this.#making = undefined;
    }
  }

  /** What speaks against its being the sensor that was paired; a serial number told for the first time is remembered. */
  #strangeness(link: SensorLink): string | undefined {
    const known = this.pairing?.serial;
    const { serial, trust } = link.facts;
    if (trust === 'wrong_key')
      return this.pairing?.key === undefined
        ? 'it holds a key that you have not given yet (see its code)'
        : 'it does not hold the key that you gave for it';
    if (known !== undefined && serial === undefined)
      throw new Error('It does not say its serial number, which it did when it was paired.');
    if (known !== undefined && known.toUpperCase() !== serial?.toUpperCase())
      return `it says it is ${serial ?? 'nobody'}, but you paired ${known}`;
    if (known === undefined && serial !== undefined && this.pairing !== undefined) {
      this.pairing = { ...this.pairing, serial };
      this.#events.identified(this.pairing);
    }
    return undefined;
  }

  #failed(error: unknown, reached: boolean): void {
    const reason = error instanceof Error ? error.message : String(error);
    if (!(error instanceof SensorRefusal) || !this.#wanted) {
      this.#onLost(reason, !reached);
      return;
    }
    this.#become('refused', `${reason} It is asked again from time to time.`);
    this.#connectSoon(this.#backoff.longestMs());
  }

  #stillWanted(): boolean {
    return this.#wanted && this.pairing !== undefined;
  }

  /** Not to be connected to until it is paired again. */
  #isBarred(): boolean {
    return this.#state === 'quarantined';
  }

  #quarantine(reason: string): void {
    const link = this.#link;
    this.#link = undefined;
    this.#retry?.cancel();
    if (link !== undefined) void link.close(false);
    this.#become(
      'quarantined',
      `Not trusted: ${reason}. Nothing of it is recorded. If this is your sensor, pair it again.`,
    );
  }

  /** @param outOfReach its advertisement would tell that it is back */
  #onLost(reason: string, outOfReach: boolean): void {
    if (!this.#wanted) {
      this.#become(this.#restingState());
      return;
    }
    const text = reason.replace(/\.$/, '');
    this.#become('lost', `The link was lost (${text}). Trying again; the walk goes on with a gap.`);
    this.#unreachedMs = outOfReach ? this.#timers.nowMs() : undefined;
    this.#connectSoon(this.#backoff.nextMs());
  }

  async #drop(): Promise<void> {
    this.#retry?.cancel();
    const links = [this.#link, this.#making].filter((link) => link !== undefined);
    this.#link = this.#making = undefined;
    if (!this.#isBarred()) this.#become(this.#restingState());
    await Promise.all(links.map((link) => link.close(true)));
  }

  #restingState(): SensorState {
    return this.#lastHeardMs === undefined ? 'off' : 'seen';
  }

  #become(state: SensorState, trouble?: string): void {
    if (state === this.#state && trouble === this.#trouble) return;
    this.#state = state;
    this.#trouble = trouble;
    this.#events.changed();
  }
}

function sameKey(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
