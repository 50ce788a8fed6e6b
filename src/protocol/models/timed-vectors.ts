/** A hole in a stream: the next frame begins later than this many periods after the last one ended. */
const HOLE_PERIODS = 1.6;

/** What a {@link TimedVectors} holds, as plain data. */
export interface TimedVectorsState {
  readonly values: Float64Array;
  readonly timesS: Float64Array;
  readonly lastS: number | undefined;
  readonly periodS: number;
}

/**
 * Samples (3 values each) of one stream that tells the time of each frame's last sample. Of two such streams one can be
 * read at the other's times.
 */
export class TimedVectors {
  readonly #values: Float64Array;
  readonly #timesS: Float64Array;
  readonly #capacity: number;
  readonly #nominalPeriodS: number;
  #count = 0;
  #lastS: number | undefined;
  /** Time between samples [s], as the frames' times tell. */
  periodS: number;

  constructor(capacity: number, nominalPeriodS: number) {
    this.#values = new Float64Array(3 * capacity);
    this.#timesS = new Float64Array(capacity);
    this.#capacity = capacity;
    this.#nominalPeriodS = nominalPeriodS;
    this.periodS = nominalPeriodS;
  }

  /** Time of the first sample held [s]; Infinity where there is none. */
  get firstS(): number {
    return this.#count > 0 ? this.#timesS[0]! : Infinity;
  }

  clear(): void {
    this.#count = 0;
    this.#lastS = undefined;
    this.periodS = this.#nominalPeriodS;
  }

  snapshot(): TimedVectorsState {
    return {
      values: this.#values.slice(0, 3 * this.#count),
      timesS: this.#timesS.slice(0, this.#count),
      lastS: this.#lastS,
      periodS: this.periodS,
    };
  }

  restore(state: TimedVectorsState): void {
    this.#values.set(state.values);
    this.#timesS.set(state.timesS);
    this.#count = state.timesS.length;
    this.#lastS = state.lastS;
    this.periodS = state.periodS;
  }

  /**
   * Adds a frame. After a hole, or where frames overlap, it is the only one held, so that nothing is read across.
   * @returns false where its time runs back: then it is not added
   */
  add(counts: Float64Array, samples: number, scale: number, lastS: number): boolean {
    const before = this.#lastS;
    if (before !== undefined) {
      const periodS = (lastS - before) / samples;
      if (lastS <= before) return false;
      const hole = lastS - before > (samples - 1 + HOLE_PERIODS) * this.#nominalPeriodS;
      if (hole || periodS < 0.8 * this.#nominalPeriodS) this.clear();
      else if (periodS < 1.2 * this.#nominalPeriodS) this.periodS = periodS;
    }
    const over = this.#count + samples - this.#capacity;
    if (over > 0) this.#drop(over);
    for (let i = 0; i < samples; i++) this.#timesS[this.#count + i] = lastS - (samples - 1 - i) * this.periodS;
    for (let i = 0; i < 3 * samples; i++) this.#values[3 * this.#count + i] = counts[i]! * scale;
    this.#count += samples;
    this.#lastS = lastS;
    return true;
  }

  /** Drops the samples before a time; gives the time of the first that is left. */
  skipBefore(timeS: number): number {
    let skip = 0;
    while (skip < this.#count && this.#timesS[skip]! < timeS && timeS !== Infinity) skip++;
    this.#drop(skip);
    return this.firstS;
  }

  /**
   * This stream's values at the times of another's first samples, as far as this one reaches: written to `out`, and what
   * lies before the last of them is dropped. Gives how many. The other's first sample must not lie before this one's.
   */
  interpolateAt(other: TimedVectors, out: Float64Array): number {
    let done = 0;
    let left = 0;
    while (done < other.#count && 3 * done < out.length) {
      const timeS = other.#timesS[done]!;
      while (left + 2 < this.#count && this.#timesS[left + 1]! <= timeS) left++;
      if (left + 1 >= this.#count || timeS < this.#timesS[left]! || timeS > this.#timesS[left + 1]!) break;
      const fromS = this.#timesS[left]!;
      const share = (timeS - fromS) / (this.#timesS[left + 1]! - fromS);
      for (let axis = 0; axis < 3; axis++) {
        const a = this.#values[3 * left + axis]!;
        out[3 * done + axis] = a + share * (this.#values[3 * left + 3 + axis]! - a);
      }
      done++;
    }
    if (done > 0) this.#drop(left);
    return done;
  }

  /** Moves the first samples out. */
  moveTo(out: Float64Array, samples: number): void {
    out.set(this.#values.subarray(0, 3 * samples));
    this.#drop(samples);
  }

  #drop(samples: number): void {
    if (samples === 0) return;
    this.#values.copyWithin(0, 3 * samples, 3 * this.#count);
    this.#timesS.copyWithin(0, samples, this.#count);
    this.#count -= samples;
  }
}
