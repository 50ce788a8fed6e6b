/** Longest portion of work before others get their turn [ms]. */
const PORTION_MS = 5;
/** Messages that wait before the sender is held back. */
const HOLD_ABOVE = 256;

/**
 * Takes messages as they come and works them off in portions: node reads megabytes from a fast socket in one turn of its loop,
 * and everybody else would wait meanwhile.
 */
export class PacedQueue<T> {
  readonly #work: (message: T) => void;
  readonly #hold: (held: boolean) => void;
  #waiting: T[] = [];
  #next = 0;
  #scheduled = false;
  #held = false;

  /** @param hold asked to stop the sender, and to let it go on */
  constructor(work: (message: T) => void, hold: (held: boolean) => void) {
    this.#work = work;
    this.#hold = hold;
  }

  push(message: T): void {
    this.#waiting.push(message);
    if (!this.#held && this.#waiting.length - this.#next > HOLD_ABOVE) {
      this.#held = true;
      this.#hold(true);
    }
    this.#schedule();
  }

  /** Works off what waits, now: the sender has gone. */
  finish(): void {
    while (this.#next < this.#waiting.length) this.#work(this.#waiting[this.#next++]!);
    this.#waiting = [];
    this.#next = 0;
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      const untilMs = performance.now() + PORTION_MS;
      while (this.#next < this.#waiting.length && performance.now() < untilMs) this.#work(this.#waiting[this.#next++]!);
      if (this.#next < this.#waiting.length) {
        this.#schedule();
        return;
      }
      this.#waiting = [];
      this.#next = 0;
      if (this.#held) {
        this.#held = false;
        this.#hold(false);
      }
    });
  }
}
