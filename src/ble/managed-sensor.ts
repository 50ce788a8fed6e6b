import type { SensorState } from '../domain/sensor-states.ts';
import type { SensorModel } from '../protocol/sensor-model.ts';
import { ConnectPlan } from './connect-plan.ts';
import { NO_KEY } from './control-session.ts';
import { checkIdentity } from './identity-check.ts';
import { LinkHealth } from './link-health.ts';
import { LostRanges } from './lost-ranges.ts';
import type { Advertisement, Radio } from './radio.ts';
import { statusOf } from './sensor-status.ts';
import { SensorLink, SensorRefusal, type SensorFacts } from './sensor-link.ts';
import type { Pairing, SensorStatus } from './sensor-hub.ts';
import type { SerialQueue } from './serial-queue.ts';
import { Sighting } from './sighting.ts';
import { StreamGuard } from './stream-guard.ts';
import type { Timers } from './timers.ts';

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
  #state: SensorState = 'off';
  #trouble: string | undefined;
  #wanted = false;
  #link: SensorLink | undefined;
  /** The link that is being made. */
  #making: SensorLink | undefined;
  #facts: SensorFacts = { batteryPct: undefined, firmware: undefined, serial: undefined, trust: undefined };
  readonly #timers: Timers;
  readonly #queue: SerialQueue;
  readonly #plan: ConnectPlan;
  readonly #sighting: Sighting;
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
    this.#sighting = new Sighting(options.model, options.name);
    this.#timers = options.timers;
    this.#queue = options.queue;
    this.#plan = new ConnectPlan(options.timers, options.random, () => void this.#queue.run(() => this.#connect()));
    this.#events = options.events;
  }

  /** Serial number as it was paired, or as the sensor said it last. */
  get serial(): string | undefined {
    return this.pairing?.serial ?? this.#facts.serial;
  }

  /** It was heard in a scan. */
  seen(advertisement: Advertisement): void {
    this.#sighting.take(advertisement, this.#timers.nowMs());
    if (this.#state === 'off') this.#become('seen');
    if (this.listening) this.#plan.heard();
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
    else if (!this.#isBarred()) this.#plan.now();
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
    if (this.listening) this.#plan.now();
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
      this.#plan.cancel();
      if (link !== undefined) void link.close(false);
      if (this.#wanted && !this.#isBarred()) this.#become('lost', 'Bluetooth is off or its adapter is gone.');
    } else if (this.listening) {
      this.#plan.succeeded();
      this.#plan.now();
    }
  }

  status(): SensorStatus {
    const { id, pairing } = this;
    return statusOf(
      {
        id,
        model: this.model.id,
        virtual: this.radio.kind !== 'noble',
        state: this.#state,
        trouble: this.#trouble,
        pairing,
        sighting: this.#sighting,
        link: this.#link,
        lastFacts: this.#facts,
        health: this.#health,
      },
      this.#timers.nowMs(),
    );
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
            this.#plan.succeeded();
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

  async #connect(): Promise<void> {
    if (!this.listening || this.radio.state !== 'on') return;
    this.#plan.cancel();
    this.#become(this.#plan.tries === 0 ? 'connecting' : 'reconnecting', this.#trouble);
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
      // The same object: what the link reads later, its charge, is known after it too.
      this.#facts = link.facts;
      const { strange, newSerial } = checkIdentity(this.pairing, link.facts);
      if (strange !== undefined) {
        await link.close(false);
        this.#quarantine(strange);
        return;
      }
      if (newSerial !== undefined) this.#remember(newSerial);
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

  /** A serial number that was told for the first time belongs to the pairing from now on. */
  #remember(serial: string): void {
    if (this.pairing === undefined) return;
    this.pairing = { ...this.pairing, serial };
    this.#events.identified(this.pairing);
  }

  #failed(error: unknown, reached: boolean): void {
    const reason = error instanceof Error ? error.message : String(error);
    if (!(error instanceof SensorRefusal) || !this.#wanted) {
      this.#onLost(reason, !reached);
      return;
    }
    this.#become('refused', `${reason} It is asked again from time to time.`);
    this.#plan.afterRefusal();
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
    this.#plan.cancel();
    if (link !== undefined) void link.close(false);
    const mend = this.#facts.trust === 'wrong_key' ? 'give the code of its label' : 'pair it again';
    this.#become('quarantined', `Not trusted: ${reason}. Nothing of it is recorded. If this is your sensor, ${mend}.`);
  }

  /** @param outOfReach its advertisement would tell that it is back */
  #onLost(reason: string, outOfReach: boolean): void {
    if (!this.#wanted) {
      this.#become(this.#restingState());
      return;
    }
    const text = reason.replace(/\.$/, '');
    this.#become('lost', `The link was lost (${text}). Trying again; the walk goes on with a gap.`);
    this.#plan.afterWait(outOfReach);
  }

  async #drop(): Promise<void> {
    this.#plan.cancel();
    const links = [this.#link, this.#making].filter((link) => link !== undefined);
    this.#link = this.#making = undefined;
    if (!this.#isBarred()) this.#become(this.#restingState());
    await Promise.all(links.map((link) => link.close(true)));
  }

  #restingState(): SensorState {
    return this.#sighting.lastHeardMs === undefined ? 'off' : 'seen';
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
