import type { StrideRecord } from '../domain/records.ts';
import type { ImuBlock } from '../domain/samples.ts';
import type { SensorSite } from '../domain/sites.ts';
import { SpectralMetrics, type SpectralMetricsState } from '../pipeline/spectrum/spectral-metrics.ts';
import type { SpectralValues } from '../pipeline/spectrum/spectral-values.ts';
import {
  SteadinessIndex,
  type SteadinessState,
  type SteadinessValue,
} from '../pipeline/steadiness/steadiness-index.ts';
import type { Pauses } from './pauses.ts';
import type { Runs } from './runs.ts';
import { addValue, createValueSample, medianOf, type ValueSampleState } from './value-sample.ts';

const FIELDS = [
  'cadence_spm',
  'step_regularity',
  'stride_regularity',
  'harmonic_ratio_vertical',
  'harmonic_ratio_forward',
  'harmonic_ratio_lateral',
  'smoothness',
] as const;

/** A stride that is under way at a window's end is told this long after at the latest [s]. */
const STRIDES_TOLD_S = 4;

interface EvennessState {
  spectrum: SpectralMetricsState | undefined;
  steadiness: SteadinessState | undefined;
  waiting: SpectralValues[];
  windows: number;
  samples: Record<string, ValueSampleState>;
  newest: SpectralValues | null;
  steady: SteadinessValue | null;
}

/**
 * How even a walk is: spectral values every ten seconds from the pelvis (a shoe where none is worn), and with shoes only the
 * steadiness of the feet against the own start, whose confidence is fixed and low.
 */
export class Evenness {
  readonly #site: SensorSite | undefined;
  readonly #spectrum: SpectralMetrics | undefined;
  readonly #steadiness: SteadinessIndex | undefined;
  readonly #pauses: Pauses;
  readonly #runs: Runs;
  /** Windows of which it isn't known yet whether they hold a run. */
  #waiting: SpectralValues[] = [];
  #windows = 0;
  #samples: Record<string, ValueSampleState> = Object.fromEntries(FIELDS.map((f) => [f, createValueSample()]));
  #newest: SpectralValues | null = null;
  #steady: SteadinessValue | null = null;

  constructor(sites: readonly SensorSite[], pauses: Pauses, runs: Runs) {
    this.#pauses = pauses;
    this.#runs = runs;
    const site = (['pelvis', 'left_foot', 'right_foot'] as const).find((s) => sites.includes(s));
    this.#site = site;
    this.#spectrum = site === undefined ? undefined : new SpectralMetrics({ site });
    const shoesOnly = sites.includes('left_foot') && sites.includes('right_foot') && !sites.includes('pelvis');
    this.#steadiness = shoesOnly ? new SteadinessIndex() : undefined;
  }

  /** Reads what the next packet needs, all of it at once: see docs/decisions/002-many-walkers.md. */
  touch(site: SensorSite): number {
    return site === this.#site && this.#spectrum !== undefined ? this.#spectrum.touch() : 0;
  }

  block(block: ImuBlock): void {
    if (block.site !== this.#site) return;
    this.settle(block.startS - STRIDES_TOLD_S);
    this.#spectrum?.push(block, this.#onValues);
  }

  #onValues = (values: SpectralValues): void => {
    this.#waiting.push(values);
  };

  /** Takes the windows that ended before this time. */
  settle(untilS: number): void {
    while (this.#waiting.length > 0 && this.#waiting[0]!.to_s < untilS) this.#take(this.#waiting.shift()!);
  }

  stride(stride: StrideRecord): void {
    this.#steadiness?.push(stride, (value) => {
      this.#steady = value;
    });
  }

  #take(values: SpectralValues): void {
    if (this.#pauses.touches(values.from_s, values.to_s) || this.#runs.touches(values.from_s, values.to_s)) return;
    this.#newest = values;
    if (values.reason !== null) return;
    this.#windows++;
    for (const field of FIELDS) {
      const value = values[field];
      if (value !== null) addValue(this.#samples[field]!, value);
    }
  }

  /** Medians over the windows of the walk so far, the newest window, and the steadiness; for the walk record. */
  metrics(): Record<string, unknown> {
    return {
      evenness: {
        site: this.#site ?? null,
        windows: this.#windows,
        ...Object.fromEntries(FIELDS.map((f) => [f, medianOf(this.#samples[f]!)])),
        newest: this.#newest,
      },
      steadiness: this.#steady,
    };
  }

  snapshot(): EvennessState {
    return structuredClone({
      spectrum: this.#spectrum?.snapshot(),
      steadiness: this.#steadiness?.snapshot(),
      waiting: this.#waiting,
      windows: this.#windows,
      samples: this.#samples,
      newest: this.#newest,
      steady: this.#steady,
    });
  }

  restore(state: unknown): void {
    const s = structuredClone(state) as EvennessState;
    if (s.spectrum !== undefined) this.#spectrum?.restore(s.spectrum);
    if (s.steadiness !== undefined) this.#steadiness?.restore(s.steadiness);
    this.#waiting = s.waiting;
    this.#windows = s.windows;
    this.#samples = s.samples;
    this.#newest = s.newest;
    this.#steady = s.steady;
  }
}
