const LONGEST_MS = 30_000;

/** Waits between tries to reconnect: 0.5 s doubling to 30 s, each spread by a quarter so that sensors don't try in step. */
export class Backoff {
  readonly #random: () => number;
  #tries = 0;

  /** @param random 0 to 1, injected so that tests repeat */
  constructor(random: () => number) {
    this.#random = random;
  }

  /** The wait before the next try [ms]. */
  nextMs(): number {
    const wait = Math.min(LONGEST_MS, 500 * 2 ** this.#tries);
    this.#tries = Math.min(this.#tries + 1, 16);
    return this.#spread(wait);
  }

  /** The longest wait: for one that answered and said no [ms]. */
  longestMs(): number {
    this.#tries = Math.min(this.#tries + 1, 16);
    return this.#spread(LONGEST_MS);
  }

  #spread(waitMs: number): number {
    return waitMs * (0.75 + 0.5 * this.#random());
  }

  /** A link that held: the next loss is tried at once again. */
  reset(): void {
    this.#tries = 0;
  }

  get tries(): number {
    return this.#tries;
  }
}
