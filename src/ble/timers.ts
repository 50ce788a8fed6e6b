/** Time as the radio side sees it: injected, so that tests and the virtual walker run on a scaled clock. */
export interface Timers {
  /** Monotonic [ms]. */
  nowMs(): number;
  /** Calls once after `delayMs`; the handle cancels it. */
  after(delayMs: number, call: () => void): TimerHandle;
}

export interface TimerHandle {
  cancel(): void;
}

/** The machine's monotonic clock; `speed` > 1 lets time run faster (virtual walkers in tests). Never keeps the process alive. */
export function systemTimers(speed = 1): Timers {
  const startMs = performance.now();
  return {
    nowMs: () => startMs + (performance.now() - startMs) * speed,
    after: (delayMs, call) => {
      const timer = setTimeout(call, delayMs / speed);
      timer.unref();
      return { cancel: () => clearTimeout(timer) };
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
