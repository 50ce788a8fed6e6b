import type { FindingRecord } from '../domain/records.ts';
import type { Side } from '../domain/sites.ts';

/** Votes of both shoes' strides that must be in before a word is said. */
const MIN_VOTES = 8;
/** Mean vote below which a shoe counts as labelled with the wrong side (votes are weighed about -1 to 1). */
const WRONG_MEAN = -0.25;

/**
 * Watches for shoes whose sensors were swapped. Says it once; never re-labels. Both shoes must vote against their label:
 * one alone may be an odd foot.
 */
export class SideWatch {
  #sum: Record<Side, number> = { left: 0, right: 0 };
  #votes: Record<Side, number> = { left: 0, right: 0 };
  #said = false;

  vote(side: Side, weight: number, atS: number, knownAtS: number): FindingRecord | undefined {
    this.#sum[side] += Math.max(-1, Math.min(1, weight));
    this.#votes[side]++;
    if (this.#said || Math.min(this.#votes.left, this.#votes.right) < MIN_VOTES) return undefined;
    const left = this.#sum.left / this.#votes.left;
    const right = this.#sum.right / this.#votes.right;
    if (left > WRONG_MEAN || right > WRONG_MEAN) return undefined;
    this.#said = true;
    return {
      type: 'finding',
      kind: 'sensors_swapped',
      at_s: atS,
      side: null,
      text: 'The left and right shoe sensors seem to be swapped: both shoes move as the other foot would.',
      confidence: Math.min(0.99, 0.5 + Math.min(-left, -right) / 2),
      known_at_s: knownAtS,
    };
  }

  /** Whether the sides are in doubt. */
  get swapped(): boolean {
    return this.#said;
  }

  snapshot(): unknown {
    return structuredClone({ sum: this.#sum, votes: this.#votes, said: this.#said });
  }

  restore(state: unknown): void {
    const s = structuredClone(state) as { sum: Record<Side, number>; votes: Record<Side, number>; said: boolean };
    this.#sum = s.sum;
    this.#votes = s.votes;
    this.#said = s.said;
  }
}
