/** Seconds to change sides between two holds. */
export const CHANGE_S = 10;

/** Where a hold on both sides stands, and how long that part still takes. */
export interface HoldPhase {
  readonly phase: 'first' | 'change' | 'second' | 'done';
  /** Whole seconds left in this part, never 0 before it is over. */
  readonly leftS: number;
}

/** @param elapsedS since the timer was started @param holdS on each side */
export function holdPhase(elapsedS: number, holdS: number): HoldPhase {
  const parts = [
    ['first', holdS],
    ['change', CHANGE_S],
    ['second', holdS],
  ] as const;
  let rest = elapsedS;
  for (const [phase, lengthS] of parts) {
    if (rest < lengthS) return { phase, leftS: Math.ceil(lengthS - rest) };
    rest -= lengthS;
  }
  return { phase: 'done', leftS: 0 };
}
