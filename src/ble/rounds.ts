import type { TimerHandle, Timers } from './timers.ts';

/** How often a made-up sensor takes what is due and sends what is ready [ms]. */
const EVERY_MS = 15;

/** Rounds of a made-up world, each at its own time even where the machine comes to it late, until one has nothing more to do. */
export class Rounds {
  readonly #timers: Timers;
  readonly #round: () => boolean;
  #next: TimerHandle | undefined;

  /** @param round one round; whether there will be anything to do in the next one */
  constructor(timers: Timers, round: () => boolean) {
    this.#timers = timers;
    this.#round = round;
  }

  get running(): boolean {
    return this.#next !== undefined;
  }

  start(): void {
    if (!this.running) this.#wait(this.#timers.nowMs() + EVERY_MS);
  }

  stop(): void {
    this.#next?.cancel();
    this.#next = undefined;
  }

  #wait(firstMs: number): void {
    this.#next = this.#timers.after(firstMs - this.#timers.nowMs(), () => {
      const nowMs = this.#timers.nowMs();
      let dueMs = firstMs;
      for (; dueMs <= nowMs; dueMs += EVERY_MS)
        if (!this.#one(dueMs) || !this.running) {
          this.stop();
          return;
        }
      this.#wait(dueMs);
    });
  }

  #one(dueMs: number): boolean {
    let busy = false;
    this.#timers.at(dueMs, () => {
      busy = this.#round();
    });
    return busy;
  }
}
