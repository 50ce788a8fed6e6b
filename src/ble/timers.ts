/** Time as the radio side sees it: injected, so that tests and the virtual walker run on a scaled clock. */
export interface Timers {
  /** Monotonic [ms]. */
  nowMs(): number;
  /** Calls once after `delayMs`; the handle cancels it. */
  after(delayMs: number, call: () => void): TimerHandle;
  /**
   * Calls at once, and lets the call see the time at which it was due [ms], which is not later than now: in a made-up world
   * nothing is late because the machine is busy.
   */
  at(dueMs: number, call: () => void): void;
}

export interface TimerHandle {
  cancel(): void;
}

/** The machine's clock, for the radio side in milliseconds and for receive times in nanoseconds. */
export interface SystemTimers extends Timers {
  readonly speed: number;
  /** The same clock [ns]: since boot where `speed` is 1. */
  nowNs(): bigint;
}

/** The machine's monotonic clock; `speed` > 1 lets time run faster (virtual walkers). Never keeps the process alive. */
export function systemTimers(speed = 1): SystemTimers {
  const startNs = process.hrtime.bigint();
  /** What a call sees that was due earlier [ns]. */
  let heldNs: bigint | undefined;
  const passedNs = (): bigint => {
    const nowNs = process.hrtime.bigint();
    return speed === 1 ? nowNs : startNs + BigInt(Math.round(Number(nowNs - startNs) * speed));
  };
  const nowNs = (): bigint => heldNs ?? passedNs();
  return {
    speed,
    nowNs,
    nowMs: () => Number(nowNs()) / 1e6,
    after: (delayMs, call) => {
      const timer = setTimeout(call, delayMs / speed);
      timer.unref();
      return { cancel: () => clearTimeout(timer) };
    },
    at: (dueMs, call) => {
      const outer = heldNs;
      heldNs = BigInt(Math.round(dueMs * 1e6));
      try {
        call();
      } finally {
        heldNs = outer;
      }
    },
  };
}

/** Resolves after `delayMs`. */
export const pause = (timers: Timers, delayMs: number): Promise<void> =>
  new Promise((resolve) => {
    timers.after(delayMs, resolve);
  });

/**
 * The promise's result, or an error after `limitMs` that says what took too long. The promise itself is left to end by itself:
 * a late failure of it is no unhandled one.
 */
export function within<T>(timers: Timers, limitMs: number, what: string, promise: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const handle = timers.after(limitMs, () =>
      reject(new Error(`${what} took longer than ${(limitMs / 1000).toFixed(0)} s.`)),
    );
    promise.then(
      (value) => {
        handle.cancel();
        resolve(value);
      },
      (error: unknown) => {
        handle.cancel();
        reject(error instanceof Error ? error : new Error(String(error)));
      },
    );
  });
}
