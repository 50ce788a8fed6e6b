import type { ImuBlock, WalkSeconds } from '../../domain/samples.ts';

/** Plain data of a {@link SampleClock}. */
export interface SampleClockState {
  readonly anchorS: WalkSeconds;
  readonly count: number;
  readonly rateHz: number;
}

/** A block that starts this near to where the last one ended goes on counting from the same anchor [s]. */
const SAME_S = 1e-9;

/**
 * Times of the samples of one sensor, the same bits however the samples are cut into blocks: they count from an anchor
 * that moves only when a block really starts elsewhere (a gap, a refitted clock), not by the rounding of its start.
 */
export class SampleClock {
  #anchorS = NaN;
  #count = 0;
  #rateHz = NaN;

  /** Reads what the next packet needs, all of it at once: see docs/decisions/002-many-walkers.md. */
  touch(): number {
    return this.#anchorS + this.#count + this.#rateHz;
  }

  /** Enters a block before its samples are counted. Gives the time between both blocks' samples beyond one interval [s]; NaN at the first. */
  enter(block: ImuBlock): number {
    const dueS = this.#anchorS + this.#count / this.#rateHz;
    const gapS = block.startS - dueS;
    if (!(Math.abs(gapS) < SAME_S) || block.rateHz !== this.#rateHz) {
      this.#anchorS = block.startS;
      this.#count = 0;
      this.#rateHz = block.rateHz;
    }
    return gapS;
  }

  /** Time of the next sample [s]. */
  next(): WalkSeconds {
    return this.#anchorS + this.#count++ / this.#rateHz;
  }

  /** Passes over some samples, at least one. Gives the time of the last of them [s]. */
  skip(count: number): WalkSeconds {
    this.#count += count;
    return this.#anchorS + (this.#count - 1) / this.#rateHz;
  }

  reset(): void {
    this.#anchorS = NaN;
    this.#count = 0;
    this.#rateHz = NaN;
  }

  snapshot(): SampleClockState {
    return { anchorS: this.#anchorS, count: this.#count, rateHz: this.#rateHz };
  }

  restore(state: SampleClockState): void {
    this.#anchorS = state.anchorS;
    this.#count = state.count;
    this.#rateHz = state.rateHz;
  }
}
