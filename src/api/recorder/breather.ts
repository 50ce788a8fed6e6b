import { setImmediate } from 'node:timers/promises';

/** Longest portion of work before others get their turn [ms]. */
const PORTION_MS = 5;

/** Lets the event loop go on between portions of long work: await it often, it rarely waits. */
export class Breather {
  #startedMs = performance.now();

  async breathe(): Promise<void> {
    if (performance.now() - this.#startedMs < PORTION_MS) return;
    await setImmediate();
    this.#startedMs = performance.now();
  }
}
