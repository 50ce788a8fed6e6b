import type { ImuBlock } from '../../domain/samples.ts';
import { BRIDGED, FILLED, MEASURED } from './sample-ring.ts';
import type { FootParams } from './foot-params.ts';

export interface SampleIntakeState {
  /** Rate of the blocks and of the samples given on [Hz]; 0 before the first block. */
  inRateHz: number;
  rateHz: number;
  /** Input samples averaged into one. */
  factor: number;
  /** The clock runs from here: time = anchorS + (n - anchorN) / anchorRateHz. */
  anchorS: number;
  anchorN: number;
  anchorRateHz: number;
  n: number;
  /** Sums of the average that is being built: time, acc, gyr. */
  sums: Float64Array;
  summed: number;
  worst: number;
  /** The last sample given on: time, acc, gyr. */
  last: Float64Array;
  hasLast: boolean;
  /** Upstream-bridged samples in a row. */
  bridgedRun: number;
}

/** Where the samples go, one at a time, on a grid without holes. */
export interface SampleSink {
  /** A new sensor rate: everything before is of no use. */
  rate(rateHz: number): void;
  /** The next sample doesn't go on from the one before. */
  broken(): void;
  /** time [s], acc [m/s²], gyr [rad/s] at `values[0..6]`. */
  sample(values: Float64Array, mark: number): void;
}

/** Same clock within this [s]: blocks that were split anywhere give the same times, bit for bit. */
const SAME_CLOCK_S = 1e-6;

/** The sample under way, for all shoes: time, acc, gyr. */
const values = new Float64Array(7);

/** Brings blocks of any rate to the path's grid: averages high rates down, bridges short holes, says where a run breaks. */
export class SampleIntake {
  readonly #params: FootParams;
  readonly #sink: SampleSink;
  #state = emptyState();

  constructor(params: FootParams, sink: SampleSink) {
    this.#params = params;
    this.#sink = sink;
  }

  /** Reads what the next packet needs, all of it at once: see docs/decisions/002-many-walkers.md. */
  touch(): number {
    const { inRateHz, anchorS, anchorRateHz, last } = this.#state;
    return inRateHz + anchorS + anchorRateHz + last[0]!;
  }

  push(block: ImuBlock): void {
    const count = block.accMps2.length / 3;
    if (count === 0) return;
    const s = this.#state;
    // A refitted clock moves the rate by parts per million; another sensor moves it by much more.
    if (s.inRateHz === 0 || Math.abs(block.rateHz / s.inRateHz - 1) > 0.05) this.#start(block);
    const predictedS = s.anchorS + (s.n - s.anchorN) / s.anchorRateHz;
    const moved = Math.abs(block.startS - predictedS) > SAME_CLOCK_S;
    if (moved || block.rateHz !== s.anchorRateHz) {
      s.anchorS = moved ? block.startS : predictedS;
      s.anchorN = s.n;
      s.anchorRateHz = block.rateHz;
    }
    if (block.afterGap) this.#gap(block);
    const v = values;
    for (let k = 0, j = 0; k < count; k++, j += 3) {
      v[0] = s.anchorS + (s.n - s.anchorN) / s.anchorRateHz;
      v[1] = block.accMps2[j]!;
      v[2] = block.accMps2[j + 1]!;
      v[3] = block.accMps2[j + 2]!;
      v[4] = block.gyrRadps[j]!;
      v[5] = block.gyrRadps[j + 1]!;
      v[6] = block.gyrRadps[j + 2]!;
      s.n++;
      let mark = MEASURED;
      if (block.bridged !== undefined && block.bridged[k] !== 0) {
        s.bridgedRun++;
        mark = s.bridgedRun > this.#params.bridgedGapS * s.inRateHz ? FILLED : BRIDGED;
      } else s.bridgedRun = 0;
      this.#reduce(v, mark);
    }
  }

  #start(block: ImuBlock): void {
    const s = emptyState();
    s.inRateHz = block.rateHz;
    s.factor = Math.max(1, Math.ceil(block.rateHz / this.#params.highestRateHz - 1e-3));
    s.rateHz = block.rateHz / s.factor;
    s.anchorS = block.startS;
    s.anchorRateHz = block.rateHz;
    this.#state = Object.assign(this.#state, s);
    this.#sink.rate(s.rateHz);
  }

  /** Fills a short hole on the path's own grid; says so where it is too long. */
  #gap(block: ImuBlock): void {
    const s = this.#state;
    s.summed = 0;
    s.worst = MEASURED;
    s.sums.fill(0);
    if (!s.hasLast) return;
    const first = values;
    first[0] = block.startS + (s.factor - 1) / (2 * block.rateHz);
    const holeS = first[0] - s.last[0]! - 1 / s.rateHz;
    const missing = Math.round(holeS * s.rateHz);
    if (holeS > this.#params.timingGapS || missing < 0) {
      this.#sink.broken();
      s.hasLast = false;
      return;
    }
    if (missing === 0) return;
    for (let c = 0; c < 3; c++) {
      first[1 + c] = block.accMps2[c]!;
      first[4 + c] = block.gyrRadps[c]!;
    }
    const mark = holeS > this.#params.bridgedGapS ? FILLED : BRIDGED;
    const from = Float64Array.from(s.last);
    const to = Float64Array.from(first);
    for (let k = 1; k <= missing; k++) {
      const w = k / (missing + 1);
      for (let c = 0; c < 7; c++) first[c] = from[c]! + w * (to[c]! - from[c]!);
      this.#give(first, mark);
    }
  }

  #reduce(v: Float64Array, mark: number): void {
    const s = this.#state;
    if (s.factor === 1) {
      this.#give(v, mark);
      return;
    }
    const sums = s.sums;
    for (let c = 0; c < 7; c++) sums[c] = sums[c]! + v[c]!;
    if (mark > s.worst) s.worst = mark;
    if (++s.summed < s.factor) return;
    for (let c = 0; c < 7; c++) v[c] = sums[c]! / s.factor;
    const worst = s.worst;
    s.summed = 0;
    s.worst = MEASURED;
    sums.fill(0);
    this.#give(v, worst);
  }

  #give(v: Float64Array, mark: number): void {
    const s = this.#state;
    const { last } = s;
    for (let c = 0; c < 7; c++) last[c] = v[c]!;
    s.hasLast = true;
    this.#sink.sample(v, mark);
  }

  reset(): void {
    this.#state = emptyState();
  }

  snapshot(): SampleIntakeState {
    return structuredClone(this.#state);
  }

  restore(state: SampleIntakeState): void {
    this.#state = structuredClone(state);
  }
}

const emptyState = (): SampleIntakeState => ({
  inRateHz: 0,
  rateHz: 0,
  factor: 1,
  anchorS: 0,
  anchorN: 0,
  anchorRateHz: 1,
  n: 0,
  sums: new Float64Array(7),
  summed: 0,
  worst: MEASURED,
  last: new Float64Array(7),
  hasLast: false,
  bridgedRun: 0,
});
