import type { ImuBlock } from '../domain/samples.ts';
import type { SensorSite } from '../domain/sites.ts';
import type { TimelineOutput } from './timeline-output.ts';

type Emit = (output: TimelineOutput) => void;

/** Blocks of at least this length [s], so that sensors which send sample by sample cost no more than others. */
const SHORTEST_BLOCK_S = 0.06;

interface State {
  acc: Float64Array;
  gyr: Float64Array;
  count: number;
  startS: number;
  rateHz: number;
  afterGap: boolean;
}

/** Gathers samples that follow each other into blocks. Each block owns its arrays. */
export class BlockWriter {
  readonly #site: SensorSite;
  #s: State = { acc: new Float64Array(0), gyr: new Float64Array(0), count: 0, startS: 0, rateHz: 1, afterGap: true };

  constructor(site: SensorSite) {
    this.#site = site;
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
        this.#out(acc.slice(3 * from, 3 * to), gyr.slice(3 * from, 3 * to), emit);
        return;
      }
    }
    const room = 3 * (s.count + count);
    if (s.acc.length < room) {
      s.acc = grown(s.acc, room);
      s.gyr = grown(s.gyr, room);
    }
    for (let i = 3 * from, j = 3 * s.count; i < 3 * to; i++, j++) {
      s.acc[j] = acc[i]!;
      s.gyr[j] = gyr[i]!;
    }
    s.count += count;
    if (s.count >= enough) this.flush(emit);
  }

  /** What was gathered goes out now. */
  flush(emit: Emit): void {
    const s = this.#s;
    if (s.count === 0) return;
    const { count } = s;
    s.count = 0;
    this.#out(s.acc.slice(0, 3 * count), s.gyr.slice(0, 3 * count), emit);
  }

  snapshot(): State {
    return structuredClone(this.#s);
  }

  restore(state: State): void {
    this.#s = structuredClone(state);
  }

  #out(accMps2: Float64Array, gyrRadps: Float64Array, emit: Emit): void {
    const s = this.#s;
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
}

function grown(values: Float64Array, room: number): Float64Array {
  const larger = new Float64Array(2 * room);
  larger.set(values);
  return larger;
}
