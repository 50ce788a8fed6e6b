import type { ImuBlock } from '../domain/samples.ts';
import type { SensorSite } from '../domain/sites.ts';
import { addSamples, createSampleStore, type SampleStore } from './sample-store.ts';
import type { TimelineOutput } from './timeline-output.ts';

type Emit = (output: TimelineOutput) => void;

/** Blocks of at least this length [s], so that sensors which send sample by sample cost no more than others. */
const SHORTEST_BLOCK_S = 0.06;

/** Blocks are cut out of slabs of this many numbers: an array of its own for each would cost more than filling it. */
const SLAB = 2048;

interface State extends SampleStore {
  startS: number;
  rateHz: number;
  afterGap: boolean;
}

/** A part of a pair of arrays. */
interface View {
  source: Float64Array;
  from: number;
  to: number;
  acc: Float64Array;
  gyr: Float64Array;
}

/**
 * The part that was lent last, by whomever: decoders of one model share their arrays, and making a view of them costs more than
 * filling it.
 */
let lent: View | undefined;

/**
 * Gathers samples that follow each other into blocks. Nothing writes to a block's arrays again, unless they are lent: then
 * they are only good until the call that emits them returns, and cost no copy.
 */
export class BlockWriter {
  readonly #site: SensorSite;
  readonly #lend: boolean;
  #slab = new Float64Array(0);
  #used = 0;
  #s: State = { ...createSampleStore(), startS: 0, rateHz: 1, afterGap: true };

  constructor(site: SensorSite, lend: boolean) {
    this.#site = site;
    this.#lend = lend;
  }

  /** Reads what the next packet needs, all of it at once: see docs/decisions/002-many-walkers.md. */
  touch(): number {
    const { count, startS, rateHz } = this.#s;
    return count + startS + rateHz;
  }

  /** The next samples do not follow the last ones: what was gathered goes out first. */
  breakHere(emit: Emit): void {
    this.flush(emit);
    this.#s.afterGap = true;
  }

  /** Samples `from` to `to` of the arrays, the first of them at `startS`. */
  write(
    acc: Float64Array,
    gyr: Float64Array,
    from: number,
    to: number,
    startS: number,
    rateHz: number,
    emit: Emit,
  ): void {
    const s = this.#s;
    const count = to - from;
    const enough = SHORTEST_BLOCK_S * rateHz;
    if (s.count === 0) {
      s.startS = startS;
      s.rateHz = rateHz;
      if (count >= enough) {
        this.#out(acc, gyr, from, to, emit);
        return;
      }
    }
    addSamples(s, acc, gyr, from, to);
    if (s.count >= enough) this.flush(emit);
  }

  /** What was gathered goes out now. */
  flush(emit: Emit): void {
    const s = this.#s;
    if (s.count === 0) return;
    const { count } = s;
    s.count = 0;
    this.#out(s.acc, s.gyr, 0, count, emit);
  }

  snapshot(): State {
    return structuredClone(this.#s);
  }

  restore(state: State): void {
    this.#s = structuredClone(state);
  }

  #out(acc: Float64Array, gyr: Float64Array, from: number, to: number, emit: Emit): void {
    const s = this.#s;
    let accMps2: Float64Array;
    let gyrRadps: Float64Array;
    if (this.#lend) {
      const view = viewOf(acc, gyr, 3 * from, 3 * to);
      accMps2 = view.acc;
      gyrRadps = view.gyr;
    } else {
      accMps2 = this.#copy(acc, 3 * from, 3 * to);
      gyrRadps = this.#copy(gyr, 3 * from, 3 * to);
    }
    const block: ImuBlock = {
      site: this.#site,
      startS: s.startS,
      afterGap: s.afterGap,
      rateHz: s.rateHz,
      accMps2,
      gyrRadps,
    };
    s.afterGap = false;
    emit({ type: 'block', block });
  }

  #copy(values: Float64Array, from: number, to: number): Float64Array {
    const size = to - from;
    if (this.#used + size > this.#slab.length) {
      this.#slab = new Float64Array(Math.max(SLAB, size));
      this.#used = 0;
    }
    const copy = this.#slab.subarray(this.#used, this.#used + size);
    this.#used += size;
    for (let i = 0; i < size; i++) copy[i] = values[from + i]!;
    return copy;
  }
}

function viewOf(acc: Float64Array, gyr: Float64Array, from: number, to: number): View {
  if (lent?.source === acc && lent.from === from && lent.to === to) return lent;
  lent = { source: acc, from, to, acc: acc.subarray(from, to), gyr: gyr.subarray(from, to) };
  return lent;
}
