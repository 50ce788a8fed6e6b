import type { ImuBlock, WalkSeconds } from '../../domain/samples.ts';
import type { SensorSite } from '../../domain/sites.ts';
import type { Stage } from '../../domain/stage.ts';
import { SampleClock, type SampleClockState } from '../orientation/sample-clock.ts';
import type { SpectralValues } from './spectral-values.ts';
import { readFoot, readPelvis, type WindowValues } from './spectral-window.ts';

/** Samples of a window, and how many new ones make the next: 10 s of each at 25 Hz. */
const WINDOW = 256;
const HOP = 250;
const RATE_HZ = 25;
/** A hole up to this long is stepped over; a longer one begins the window anew [s]. */
const BRIDGE_S = 0.2;

interface Numbers {
  rateHz: number;
  factor: number;
  summed: number;
  /** Samples in the ring so far (any number), and those since the last word. */
  count: number;
  fresh: number;
  lastS: number;
}

/** Plain data of {@link SpectralMetrics}. */
export interface SpectralMetricsState {
  readonly ring: Float32Array;
  readonly sums: Float64Array;
  readonly numbers: Numbers;
  readonly clock: SampleClockState;
}

/**
 * Evenness of walking every ten seconds of unbroken samples, from the pelvis or a foot: regularity, harmonic ratio,
 * smoothness. Transforms run once in ten seconds on 256 points; per sample it only adds.
 */
export class SpectralMetrics implements Stage<ImuBlock, SpectralValues, SpectralMetricsState> {
  readonly #site: SensorSite;
  readonly #clock = new SampleClock();
  /** x y z of force, and the squared size of the rate */
  #ring = new Float32Array(4 * WINDOW);
  readonly #sums = new Float64Array(4);
  #n = newNumbers();

  constructor(options: { readonly site: SensorSite }) {
    this.#site = options.site;
  }

  /** Reads what the next packet needs, all of it at once: see docs/decisions/002-many-walkers.md. */
  touch(): number {
    const { count, rateHz, lastS } = this.#n;
    return count + rateHz + lastS + this.#clock.touch() + this.#sums[0]! + this.#ring[4 * (count % WINDOW)]!;
  }

  push(block: ImuBlock, emit: (values: SpectralValues) => void): void {
    const count = block.accMps2.length / 3;
    if (count === 0) return;
    const n = this.#n;
    const gapS = this.#clock.enter(block);
    const rateChanged = Math.abs(block.rateHz / n.rateHz - 1) > 0.05;
    if (n.rateHz === 0 || rateChanged || (block.afterGap && gapS > BRIDGE_S)) this.#begin(block.rateHz);
    const { factor } = this.#n;
    const sums = this.#sums;
    const { accMps2, gyrRadps } = block;
    for (let from = 0; from < count;) {
      const to = Math.min(count, from + Math.max(1, factor - this.#n.summed));
      let forceX = sums[0]!;
      let forceY = sums[1]!;
      let forceZ = sums[2]!;
      let rateSq = sums[3]!;
      for (let j = 3 * from; j < 3 * to; j += 3) {
        const x = gyrRadps[j]!;
        const y = gyrRadps[j + 1]!;
        const z = gyrRadps[j + 2]!;
        forceX += accMps2[j]!;
        forceY += accMps2[j + 1]!;
        forceZ += accMps2[j + 2]!;
        rateSq += x * x + y * y + z * z;
      }
      sums[0] = forceX;
      sums[1] = forceY;
      sums[2] = forceZ;
      sums[3] = rateSq;
      this.#n.summed += to - from;
      const timeS = this.#clock.skip(to - from);
      if (this.#n.summed >= factor) this.#write(timeS, emit);
      from = to;
    }
  }

  #begin(rateHz: number): void {
    this.#n = newNumbers();
    this.#n.rateHz = rateHz;
    this.#n.factor = Math.max(1, Math.round(rateHz / RATE_HZ));
    this.#sums.fill(0);
  }

  #write(timeS: WalkSeconds, emit: (values: SpectralValues) => void): void {
    const n = this.#n;
    const at = 4 * (n.count % WINDOW);
    for (let c = 0; c < 4; c++) this.#ring[at + c] = this.#sums[c]! / n.factor;
    this.#sums.fill(0);
    n.summed = 0;
    n.count++;
    n.fresh++;
    n.lastS = timeS;
    if (n.count < WINDOW || n.fresh < HOP) return;
    n.fresh = 0;
    emit(this.#values(timeS));
  }

  #values(timeS: WalkSeconds): SpectralValues {
    const n = this.#n;
    const rateHz = n.rateHz / n.factor;
    const from = n.count % WINDOW;
    const force = new Float64Array(3 * WINDOW);
    const rate = new Float64Array(WINDOW);
    for (let i = 0; i < WINDOW; i++) {
      const at = 4 * ((from + i) % WINDOW);
      for (let c = 0; c < 3; c++) force[3 * i + c] = this.#ring[at + c]!;
      rate[i] = Math.sqrt(this.#ring[at + 3]!);
    }
    const values = this.#site === 'pelvis' ? readPelvis(force, rate, rateHz) : readFoot(rate, rateHz);
    return record(this.#site, timeS - (WINDOW - 1) / rateHz, timeS, values);
  }

  /** A window that isn't full says nothing. */
  flush(): void {
    return;
  }

  reset(): void {
    this.#ring.fill(0);
    this.#sums.fill(0);
    this.#clock.reset();
    this.#n = newNumbers();
  }

  snapshot(): SpectralMetricsState {
    return {
      ring: this.#ring.slice(),
      sums: this.#sums.slice(),
      numbers: { ...this.#n },
      clock: this.#clock.snapshot(),
    };
  }

  restore(state: SpectralMetricsState): void {
    this.#ring = Float32Array.from(state.ring);
    this.#sums.set(state.sums);
    this.#n = { ...state.numbers };
    this.#clock.restore(state.clock);
  }
}

const newNumbers = (): Numbers => ({ rateHz: 0, factor: 1, summed: 0, count: 0, fresh: 0, lastS: NaN });

function record(
  site: SensorSite,
  fromS: WalkSeconds,
  toS: WalkSeconds,
  values: WindowValues | undefined,
): SpectralValues {
  const [vertical, forward, lateral] = values?.harmonicRatios ?? [null, null, null];
  return {
    type: 'spectral_values',
    site,
    from_s: fromS,
    to_s: toS,
    cadence_spm: values?.cadenceSpm ?? null,
    step_regularity: values?.stepRegularity ?? null,
    stride_regularity: values?.strideRegularity ?? null,
    harmonic_ratio_vertical: vertical,
    harmonic_ratio_forward: forward,
    harmonic_ratio_lateral: lateral,
    smoothness: values?.smoothness ?? null,
    reason: values === undefined ? 'not_walking' : null,
    known_at_s: toS,
  };
}
