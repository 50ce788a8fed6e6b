import { ProblemError } from './problem.ts';

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

/** Wall time that a request tells. @throws ProblemError 400 where there is no such moment */
export const wallMs = (iso: string): number => {
  const ms = Date.parse(iso);
  if (!Number.isFinite(ms))
    throw new ProblemError(
      400,
      'invalid',
      `Expected a date and time as 2026-11-24T09:00:00Z, found no such day or hour.`,
    );
  return ms;
};
