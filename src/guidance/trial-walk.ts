import type { PairTag } from './pair-context.ts';
import type { Arm } from './trial-order.ts';

/** Pain of a walk, entered after it, belonging to a trial. A = as usual, B = with the exercise. */
export interface TrialWalk {
  readonly walkId: string;
  readonly atMs: number;
  readonly arm: Arm;
  /** Peak pain in the walk, 0 to 10: the primary outcome, fixed before the start. */
  readonly pain: number;
  /** Said before the pain was entered: the walk was not comparable, its block is done again in the same order. */
  readonly spoiled: boolean;
  /** When the pain was entered: pain of 7 or more makes the safety check due from then on. */
  readonly enteredAtMs?: number;
  /** Secondary outcomes: shown, never part of the verdict. `firstPainMin`, `driftMin`: null = none in this walk [min]. */
  readonly durationMin?: number;
  readonly firstPainMin?: number | null;
  readonly driftMin?: number | null;
  /** Pain the next morning, 0 to 10, entered then. */
  readonly morningPain?: number;
  /** What should be alike in its pair and was not tagged in both. */
  readonly unchecked?: readonly PairTag[];
}
