import type { EventRecord, StepRecord } from '../domain/records.ts';
import { otherSide, type Side } from '../domain/sites.ts';

/** A contact of the other foot is certain to be known this long after it happened on its own clock [s]. */
const CONTACT_SETTLED_S = 0.3;
/** A foot that is further behind than this is silent: its partner doesn't wait [s]. */
const PARTNER_SILENT_S = 1.5;
/** Longest step; a longer pause begins a new bout [s]. */
const LONGEST_STEP_S = 2;

/**
 * Makes steps of the contacts of both feet. The feet's data arrive out of step with each other, so a contact waits until
 * the other foot's clock has passed it; what comes out depends on the data alone, not on the order of arrival.
 */
export class StepJoin {
  readonly #bothFeet: boolean;
  /** In order of time. */
  #waiting: EventRecord[] = [];
  #contacts: Record<Side, number[]> = { left: [], right: [] };
  #clockS: Record<Side, number> = { left: -Infinity, right: -Infinity };

  constructor(bothFeet: boolean) {
    this.#bothFeet = bothFeet;
  }

  /** Reads what the next packet needs, all of it at once: see docs/decisions/002-many-walkers.md. */
  touch(): number {
    return this.#waiting.length + this.#clockS.left + this.#clockS.right;
  }

  /** A foot's initial contact. */
  contact(event: EventRecord): void {
    const waiting = this.#waiting;
    let at = waiting.length;
    while (at > 0 && isBefore(event, waiting[at - 1]!)) at--;
    waiting.splice(at, 0, event);
    const times = this.#contacts[event.side];
    times.push(event.time_s);
    if (times.length > 16) times.shift();
  }

  /** The newest sample of a foot that was looked at [s]. */
  clock(side: Side, timeS: number): void {
    if (timeS > this.#clockS[side]) this.#clockS[side] = timeS;
  }

  /** Steps that are certain now; all that wait, with `all`. */
  release(emit: (step: StepRecord) => void, all = false): void {
    while (this.#waiting.length > 0) {
      const event = this.#waiting[0]!;
      const partner = otherSide(event.side);
      const settledS = event.time_s + CONTACT_SETTLED_S;
      const ready =
        all ||
        !this.#bothFeet ||
        this.#clockS[partner] >= settledS ||
        this.#clockS[event.side] - event.time_s > PARTNER_SILENT_S;
      if (!ready) return;
      this.#waiting.shift();
      let before = -Infinity;
      for (const t of this.#contacts[partner]) if (t < event.time_s && t > before) before = t;
      const stepTimeS = event.time_s - before;
      emit({
        type: 'step',
        side: event.side,
        ic_s: event.time_s,
        step_time_s: this.#bothFeet && stepTimeS <= LONGEST_STEP_S ? stepTimeS : null,
        known_at_s: this.#bothFeet ? Math.max(event.known_at_s, settledS) : event.known_at_s,
      });
    }
  }

  snapshot(): unknown {
    return structuredClone({ waiting: this.#waiting, contacts: this.#contacts, clockS: this.#clockS });
  }

  restore(state: unknown): void {
    const s = structuredClone(state) as {
      waiting: EventRecord[];
      contacts: Record<Side, number[]>;
      clockS: Record<Side, number>;
    };
    this.#waiting = s.waiting;
    this.#contacts = s.contacts;
    this.#clockS = s.clockS;
  }
}

const isBefore = (a: EventRecord, b: EventRecord): boolean =>
  a.time_s < b.time_s || (a.time_s === b.time_s && a.side < b.side);
