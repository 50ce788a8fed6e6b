import type { Side } from '../../domain/sites.ts';

export interface SideDecoderState {
  logOdds: number;
}

/** Chance that a step was missed or made up unseen, so that left and right change places. */
const BREAK = 0.02;
/** Weight of a vote of 1. */
const GAIN = 2.5;

/**
 * Left and right of alternating steps from uncertain votes: a two-state filter. Steps are counted in slots (a missed one
 * still takes its slot), so "left" means "even slots are left" until something breaks.
 */
export class SideDecoder {
  /** Log odds that even slots are left. */
  #logOdds = 0;

  /** One more slot went by. `doubt` adds to the chance of a break. */
  step(doubt: number): void {
    const p = Math.min(0.5, BREAK + doubt);
    const odds = Math.exp(Math.max(-30, Math.min(30, this.#logOdds)));
    this.#logOdds = Math.log(((1 - p) * odds + p) / (p * odds + 1 - p));
  }

  /** A stride that began at this slot: vote above zero says left. */
  vote(slot: number, vote: number): void {
    this.#logOdds += GAIN * (slot % 2 === 0 ? vote : -vote);
  }

  /** Side of a slot; undefined while nothing speaks for either. */
  side(slot: number): Side | undefined {
    if (this.#logOdds === 0) return undefined;
    return this.#logOdds > 0 === (slot % 2 === 0) ? 'left' : 'right';
  }

  /** How sure, as log odds. */
  get certainty(): number {
    return Math.abs(this.#logOdds);
  }

  reset(): void {
    this.#logOdds = 0;
  }
  snapshot(): SideDecoderState {
    return { logOdds: this.#logOdds };
  }
  restore(state: SideDecoderState): void {
    this.#logOdds = state.logOdds;
  }
}
