import type { BackfillNote } from '../protocol/backfill.ts';
import type { DecodedPacket } from '../protocol/sensor-model.ts';
import type { ControlSession } from './control-session.ts';
import type { LostRanges } from './lost-ranges.ts';
import type { Timers } from './timers.ts';

/** A sensor that is busy is asked again after this long; one that goes quiet in the middle of a resend too [ms]. */
const AGAIN_MS = 2000;
const QUIET_MS = 10_000;

/** Asks a sensor for what was lost: one range at a time, never while one is under way, so that live samples come first. */
export class BackfillRequests {
  readonly #control: ControlSession;
  readonly #lost: LostRanges;
  readonly #timers: Timers;
  #underWay = false;
  #lastHeardMs = 0;
  #notBeforeMs = -Infinity;

  constructor(control: ControlSession, lost: LostRanges, timers: Timers) {
    this.#control = control;
    this.#lost = lost;
    this.#timers = timers;
    // Whatever was under way on the link before this one has ended with it.
    lost.notNow();
  }

  /** A packet came, live or again; called after the ranges were told of it. */
  packet(packet: DecodedPacket): void {
    if (packet.resent === true) this.#lastHeardMs = this.#timers.nowMs();
    else this.ask();
  }

  /** The sensor said how a resend went. */
  note(note: BackfillNote): void {
    this.#lastHeardMs = this.#timers.nowMs();
    if (note.type === 'gone') {
      this.#lost.gone(note.firstIndex);
      return;
    }
    this.#underWay = false;
    this.#lost.done();
    this.ask();
  }

  /** Called now and then: a resend whose end never came is not waited for for ever. */
  tick(): void {
    if (this.#underWay && this.#timers.nowMs() - this.#lastHeardMs > QUIET_MS) this.#later();
    this.ask();
  }

  /** Asks for the oldest lost range, if one is missing and none is under way. */
  ask(): void {
    if (this.#underWay || this.#timers.nowMs() < this.#notBeforeMs) return;
    const range = this.#lost.next();
    if (range === undefined) return;
    this.#underWay = true;
    this.#lastHeardMs = this.#timers.nowMs();
    this.#control
      .send({ op: 'resend', fromIndex: range.fromIndex, count: range.count })
      .then((answer) => {
        if (answer.status === 'ok') return;
        this.#later();
        if (answer.status !== 'busy') this.#lost.giveUp();
      })
      // The link went, or no answer came: the samples are still in the sensor.
      .catch(() => this.#later());
  }

  #later(): void {
    this.#underWay = false;
    this.#notBeforeMs = this.#timers.nowMs() + AGAIN_MS;
    this.#lost.notNow();
  }
}
