import type { GaitRecord } from '../domain/records.ts';

/** Sensors are at most this far apart when a walk is read [s]. */
const WINDOW_S = 5;
/** Sorting now and then is cheaper than with every record [s]. */
const SORT_EVERY_S = 2;

const NONE: readonly GaitRecord[] = [];

/** Puts the records of a walk into the order in which they were known, whichever sensor's data came first. */
export class RecordOrder {
  #waiting: GaitRecord[] = [];
  #newestS = -Infinity;
  #sortedS = -Infinity;

  /** Takes records; gives those that none can precede any more. */
  push(records: readonly GaitRecord[]): readonly GaitRecord[] {
    for (const record of records) {
      this.#waiting.push(record);
      if (record.known_at_s > this.#newestS) this.#newestS = record.known_at_s;
    }
    if (this.#newestS < this.#sortedS + SORT_EVERY_S) return NONE;
    this.#sortedS = this.#newestS;
    this.#waiting.sort((a, b) => a.known_at_s - b.known_at_s);
    let count = 0;
    while (count < this.#waiting.length && this.#waiting[count]!.known_at_s <= this.#newestS - WINDOW_S) count++;
    return this.#waiting.splice(0, count);
  }

  /** What is left; the walk record last. */
  flush(): readonly GaitRecord[] {
    const left = this.#waiting.sort((a, b) => a.known_at_s - b.known_at_s);
    this.#waiting = [];
    return [...left.filter((r) => r.type !== 'walk'), ...left.filter((r) => r.type === 'walk')];
  }
}
