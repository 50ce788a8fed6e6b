/** Time as the service sees it: injected, so that tests can move it. */
export interface ServiceClock {
  /** Wall time [ms since 1970]; may jump. */
  wallMs(): number;
  /** Monotonic time [s]; never jumps. */
  monotonicS(): number;
  /** Calls again and again until the returned function is called. Never keeps the process alive. */
  every(intervalMs: number, call: () => void): () => void;
}

export const systemClock: ServiceClock = {
  wallMs: () => Date.now(),
  monotonicS: () => performance.now() / 1000,
  every: (intervalMs, call) => {
    const timer = setInterval(call, intervalMs);
    timer.unref();
    return () => clearInterval(timer);
  },
};

/** Wall time as the API writes it. */
export const isoTime = (wallMs: number): string => new Date(wallMs).toISOString();
