import type { FindingRecord } from '../domain/records.ts';
import type { Side } from '../domain/sites.ts';

/** Votes of each shoe that must be in before a word is said. */
const MIN_VOTES = 8;
/** Mean votes below which shoes count as labelled with the wrong side: each one's, and both together (votes are -1 to 1). */
const WRONG_EACH = -0.1;
const WRONG_BOTH = -0.2;
/** ... and so many standard errors below zero together: some walkers' votes are weak and scatter. */
const WRONG_ERRORS = 2.5;
/** Scatter that is assumed until votes have shown their own: its variance, and for how many votes it counts. */
const PRIOR_VARIANCE = 0.25;
const PRIOR_VOTES = 2;

/**
 * Watches for shoes whose sensors were swapped. Says it once; never re-labels. Both shoes must vote against their label:
 * one alone may be an odd foot.
 */
export class SideWatch {
  #sum: Record<Side, number> = { left: 0, right: 0 };
  #squares: Record<Side, number> = { left: 0, right: 0 };
  #votes: Record<Side, number> = { left: 0, right: 0 };
  #said = false;

  vote(side: Side, weight: number, atS: number, knownAtS: number): FindingRecord | undefined {
    const vote = Math.max(-1, Math.min(1, weight));
    this.#sum[side] += vote;
    this.#squares[side] += vote * vote;
    this.#votes[side]++;
    if (this.#said || Math.min(this.#votes.left, this.#votes.right) < MIN_VOTES) return undefined;
    const left = this.#sum.left / this.#votes.left;
    const right = this.#sum.right / this.#votes.right;
    const both = (left + right) / 2;
    if (left > WRONG_EACH || right > WRONG_EACH || both > WRONG_BOTH) return undefined;
    if (both > -WRONG_ERRORS * 0.5 * Math.hypot(this.#errorOfMean('left'), this.#errorOfMean('right')))
      return undefined;
    this.#said = true;
    return {
      type: 'finding',
      kind: 'sensors_swapped',
      at_s: atS,
      side: null,
      text: 'The left and right shoe sensors seem to be swapped: both shoes move as the other foot would.',
      confidence: Math.min(0.99, 0.6 - both / 2),
      known_at_s: knownAtS,
    };
  }

  /** Standard error of a shoe's mean vote. */
  #errorOfMean(side: Side): number {
    const n = this.#votes[side];
    const scatter = this.#squares[side] - this.#sum[side] ** 2 / n;
    return Math.sqrt((scatter + PRIOR_VOTES * PRIOR_VARIANCE) / (n + PRIOR_VOTES) / n);
  }

  /** Whether the sides are in doubt. */
  get swapped(): boolean {
    return this.#said;
  }

  snapshot(): unknown {
    return structuredClone({ sum: this.#sum, squares: this.#squares, votes: this.#votes, said: this.#said });
  }

  restore(state: unknown): void {
    const s = structuredClone(state) as {
      sum: Record<Side, number>;
      squares: Record<Side, number>;
      votes: Record<Side, number>;
      said: boolean;
    };
    this.#sum = s.sum;
    this.#squares = s.squares;
    this.#votes = s.votes;
    this.#said = s.said;
  }
}
