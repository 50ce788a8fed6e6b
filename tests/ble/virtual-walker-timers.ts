import type { TimerHandle, Timers } from '../../src/ble/timers.ts';

interface Due {
  readonly atMs: number;
  readonly order: number;
  readonly call: () => void;
}

/** Time that passes only when a test says so, with everything that promises bring about in between. */
export class ManualTimers implements Timers {
  #nowMs = 0;
  #due: Due[] = [];
  #order = 0;
  readonly #settle: () => Promise<void>;

  /** @param settle lets what promises have started run on; {@link settleTurns} where code waits for whole turns of the loop */
  constructor(settle: () => Promise<void> = settleTasks) {
    this.#settle = settle;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  after(delayMs: number, call: () => void): TimerHandle {
    const entry = { atMs: this.#nowMs + Math.max(0, delayMs), order: this.#order++, call };
    this.#due.push(entry);
    const cancel = (): void => {
      this.#due = this.#due.filter((other) => other !== entry);
    };
    return { cancel };
  }

  at(dueMs: number, call: () => void): void {
    const nowMs = this.#nowMs;
    this.#nowMs = dueMs;
    call();
    this.#nowMs = nowMs;
  }

  /** How many timers wait: a leak shows here. */
  get waiting(): number {
    return this.#due.length;
  }

  async advance(ms: number): Promise<void> {
    const endMs = this.#nowMs + ms;
    for (;;) {
      await this.#settle();
      let next: Due | undefined;
      for (const entry of this.#due) {
        if (entry.atMs > endMs) continue;
        if (next === undefined || entry.atMs < next.atMs || (entry.atMs === next.atMs && entry.order < next.order))
          next = entry;
      }
      if (next === undefined) break;
      const chosen = next;
      this.#due = this.#due.filter((other) => other !== chosen);
      this.#nowMs = chosen.atMs;
      chosen.call();
    }
    this.#nowMs = endMs;
  }

  /** Lets time pass until the promise is settled. */
  async until<T>(promise: Promise<T>, limitMs = 60_000): Promise<T> {
    const state = { done: false };
    const watched = promise.finally(() => (state.done = true));
    watched.catch(() => undefined);
    for (let ms = 0; ms < limitMs && !state.done; ms += 10) await this.advance(10);
    if (!state.done) throw new Error(`nothing came of it within ${limitMs} ms`);
    return watched;
  }
}

/** Lets what promises have started run on; a chain of a few dozen awaits is enough for any call of the radio. */
async function settleTasks(): Promise<void> {
  for (let i = 0; i < 12; i++) await Promise.resolve();
}

/** The same where process.nextTick is in the chain too, as in noble. */
export async function settleTurns(): Promise<void> {
  for (let i = 0; i < 2; i++) await new Promise<void>((resolve) => setImmediate(resolve));
}
