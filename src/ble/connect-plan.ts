import { Backoff } from './backoff.ts';
import type { TimerHandle, Timers } from './timers.ts';

/** A lost sensor that is heard again is tried at once, but not sooner than this after the try before [ms]. */
const HEARD_AGAIN_MS = 1500;

/** When a sensor's link is tried again: at once, after waits that double, or as soon as it is heard again. One try is planned at most. */
export class ConnectPlan {
  readonly #timers: Timers;
  readonly #backoff: Backoff;
  readonly #connect: () => void;
  #planned: TimerHandle | undefined;
  /** When the last try ended, where it ended because the sensor wasn't reached. */
  #unreachedMs: number | undefined;

  /** @param connect makes the try */
  constructor(timers: Timers, random: () => number, connect: () => void) {
    this.#timers = timers;
    this.#backoff = new Backoff(random);
    this.#connect = connect;
  }

  /** Failed tries since the last success. */
  get tries(): number {
    return this.#backoff.tries;
  }

  /** Tries at once. */
  now(): void {
    this.#after(0);
  }

  /** Tries after the next wait. @param outOfReach its advertisement would tell that it is back */
  afterWait(outOfReach: boolean): void {
    this.#unreachedMs = outOfReach ? this.#timers.nowMs() : undefined;
    this.#after(this.#backoff.nextMs());
  }

  /** It answered and refused: tries after the longest wait. */
  afterRefusal(): void {
    this.#after(this.#backoff.longestMs());
  }

  /** It was heard, and a link to it is wanted: if it was out of reach it is back. */
  heard(): void {
    if (this.#unreachedMs === undefined) return;
    const waitMs = this.#unreachedMs + HEARD_AGAIN_MS - this.#timers.nowMs();
    this.#unreachedMs = undefined;
    this.#after(Math.max(0, waitMs));
  }

  /** It streams: the next loss begins with the shortest wait. */
  succeeded(): void {
    this.#backoff.reset();
  }

  /** Nothing is planned any more. */
  cancel(): void {
    this.#planned?.cancel();
    this.#planned = undefined;
  }

  #after(delayMs: number): void {
    this.#planned?.cancel();
    this.#planned = this.#timers.after(delayMs, this.#connect);
  }
}
