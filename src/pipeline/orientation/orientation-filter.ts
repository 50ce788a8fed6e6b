import type { OrientationRecord } from '../../domain/records.ts';
import type { ImuBlock } from '../../domain/samples.ts';
import type { SensorSite } from '../../domain/sites.ts';
import type { Stage } from '../../domain/stage.ts';
import { advanceInclination, bridgeInclination, startInclination } from './inclination-kernel.ts';
import { inclinationCoefficients, INCLINATION_DEFAULTS, K, type InclinationParams } from './inclination-params.ts';
import { createInclinationState, resetInclination, restartInclination, S } from './inclination-state.ts';
import { SampleClock, type SampleClockState } from './sample-clock.ts';

/** Plain data of an {@link InclinationFilter}. */
export interface InclinationState {
  readonly values: Float64Array;
  readonly rateHz: number;
}

/** Plain data of an {@link OrientationFilter}. */
export interface OrientationState {
  readonly filter: InclinationState;
  readonly clock: SampleClockState;
}

/** A gap up to this long is bridged by the last known rate; after a longer one the inclination is found anew [s]. */
const BRIDGE_S = 0.2;
/** Coefficients follow the rate when it is off by more than this share (a fitted clock wanders by far less). */
const RATE_SHARE = 0.001;

/**
 * Orientation of one sensor against gravity, no compass: heading is relative to the start. State is one Float64Array;
 * `update` allocates nothing. Accuracy rests on {@link InclinationParams}.
 */
export class InclinationFilter {
  readonly #params: InclinationParams;
  readonly #state = createInclinationState();
  #k: Float64Array | undefined;

  constructor(params: InclinationParams = INCLINATION_DEFAULTS) {
    this.#params = params;
  }

  /** Reads what the next packet needs, all of it at once: see docs/decisions/002-many-walkers.md. */
  touch(): number {
    const s = this.#state;
    const k = this.#k;
    const coefficients = k === undefined ? 0 : k[0]! + k[8]! + k[16]!;
    const near = s[0]! + s[8]! + s[16]! + s[24]! + s[32]! + s[40]!;
    return coefficients + near + s[48]! + s[56]! + s[64]! + s[72]! + s[80]!;
  }

  /** Samples are missing: turns on over a short gap, finds the inclination anew after a long one. */
  gap(gapS: number): void {
    if (gapS > BRIDGE_S) restartInclination(this.#state);
    else if (gapS > 0) bridgeInclination(this.#state, gapS);
  }

  /**
   * Orientations of samples `from` to `from + n - 1`.
   * @param acc specific force [m/s²] and gyr rate [rad/s], x y z x y z ...
   * @param out takes four numbers a sample, earth-from-sensor [w,x,y,z]
   * @param strap the same of the strapdown alone
   */
  update(
    rateHz: number,
    acc: Float64Array,
    gyr: Float64Array,
    from: number,
    n: number,
    out: Float64Array,
    strap: Float64Array,
  ): void {
    if (this.#k === undefined || Math.abs(this.#k[K.rateHz]! - rateHz) > RATE_SHARE * rateHz)
      this.#k = inclinationCoefficients(this.#params, rateHz);
    if (this.#state[S.started] === 0 && n > 0) startInclination(this.#state, this.#k, acc, gyr, from);
    advanceInclination(this.#state, this.#k, acc, gyr, from, n, out, strap);
  }

  reset(): void {
    resetInclination(this.#state);
    this.#k = undefined;
  }

  snapshot(): InclinationState {
    return { values: this.#state.slice(), rateHz: this.#k?.[K.rateHz] ?? 0 };
  }

  restore(state: InclinationState): void {
    this.#state.set(state.values);
    this.#k = state.rateHz > 0 ? inclinationCoefficients(this.#params, state.rateHz) : undefined;
  }
}

/** Samples that go through the filter at once. */
const CHUNK = 64;
/** Orientations of the samples that are under way, for all sensors. */
const q = new Float64Array(4 * CHUNK);
const strap = new Float64Array(4 * CHUNK);

/** Orientation records of one sensor, one a sample. */
export class OrientationFilter implements Stage<ImuBlock, OrientationRecord, OrientationState> {
  readonly #site: SensorSite;
  readonly #filter: InclinationFilter;
  readonly #clock = new SampleClock();

  constructor(options: { readonly site: SensorSite; readonly params?: InclinationParams }) {
    this.#site = options.site;
    this.#filter = new InclinationFilter(options.params);
  }

  push(block: ImuBlock, emit: (record: OrientationRecord) => void): void {
    const count = block.accMps2.length / 3;
    if (count === 0) return;
    const gapS = this.#clock.enter(block);
    if (block.afterGap && gapS > 0) this.#filter.gap(gapS);
    for (let from = 0; from < count; from += CHUNK) {
      const n = Math.min(CHUNK, count - from);
      this.#filter.update(block.rateHz, block.accMps2, block.gyrRadps, from, n, q, strap);
      for (let i = 0; i < n; i++) {
        const timeS = this.#clock.next();
        emit({
          type: 'orientation',
          sensor: this.#site,
          time_s: timeS,
          q: [q[4 * i]!, q[4 * i + 1]!, q[4 * i + 2]!, q[4 * i + 3]!],
          known_at_s: timeS,
        });
      }
    }
  }

  /** A sample is answered when it comes: nothing is held back. */
  flush(): void {
    return;
  }

  reset(): void {
    this.#filter.reset();
    this.#clock.reset();
  }

  snapshot(): OrientationState {
    return { filter: this.#filter.snapshot(), clock: this.#clock.snapshot() };
  }

  restore(state: OrientationState): void {
    this.#filter.restore(state.filter);
    this.#clock.restore(state.clock);
  }
}
