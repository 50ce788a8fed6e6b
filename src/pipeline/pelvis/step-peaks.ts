import { oldestIndex, RING_CAPACITY, slotOf, type PelvisRing } from './pelvis-ring.ts';

/** A bump of the vertical acceleration that may be a step. */
export interface StepPeak {
  readonly timeS: number;
  /** Height of the bump in the band of steps [m/s²]. */
  readonly size: number;
  /** Highest within 0.2 s on both sides. */
  readonly alone: boolean;
}

export interface StepPeaksState {
  readonly band: Float32Array;
  readonly done: number;
}

/** Gaussian low-pass (SD) and half width of the running mean that is taken off [s]. */
const SMOOTH_S = 0.06;
const MEAN_HALF_S = 0.5;
/** A peak is the highest within this of it [s], and at least this high [m/s²]. */
const PEAK_S = 0.1;
const ALONE_S = 0.2;
const LOWEST = 0.1;

/**
 * Peaks of the vertical acceleration in the band of steps, found with symmetric windows: they lie where the pelvis'
 * acceleration peaks, whatever the cadence. A peak is known 0.7 s after it.
 */
export class StepPeaks {
  #band = new Float32Array(RING_CAPACITY);
  /** Running index up to which the band is filled. */
  #done = 0;
  #taps = new Float64Array(0);
  #rateHz = 0;

  /** Takes the ring's newest sample in; gives the peak that it makes certain. */
  sample(ring: PelvisRing): StepPeak | undefined {
    if (this.#rateHz !== ring.rateHz) this.#prepare(ring.rateHz);
    const half = Math.round(MEAN_HALF_S * ring.rateHz);
    const center = ring.count - 1 - half;
    if (center - half < oldestIndex(ring)) {
      this.#done = Math.max(this.#done, center + 1);
      return undefined;
    }
    const begin = oldestIndex(ring) + half;
    let mean = 0;
    for (let i = center - half; i <= center + half; i++) mean += ring.vertical[slotOf(i)]!;
    const reach = (this.#taps.length - 1) / 2;
    let smooth = 0;
    for (let k = -reach; k <= reach; k++) smooth += this.#taps[k + reach]! * ring.vertical[slotOf(center + k)]!;
    this.#band[slotOf(center)] = smooth - mean / (2 * half + 1);
    this.#done = center + 1;
    const alone = Math.round(ALONE_S * ring.rateHz);
    return center - 2 * alone < begin ? undefined : this.#peakAt(ring, center - alone, alone);
  }

  #peakAt(ring: PelvisRing, at: number, alone: number): StepPeak | undefined {
    const y = this.#band[slotOf(at)]!;
    if (y < LOWEST) return undefined;
    const near = Math.round(PEAK_S * ring.rateHz);
    let highest = true;
    for (let k = 1; k <= alone; k++)
      if (this.#band[slotOf(at - k)]! >= y || this.#band[slotOf(at + k)]! > y) {
        if (k <= near) return undefined;
        highest = false;
      }
    const a = this.#band[slotOf(at - 1)]!;
    const b = this.#band[slotOf(at + 1)]!;
    const bend = a - 2 * y + b;
    const shift = bend < 0 ? (0.5 * (a - b)) / bend : 0;
    return { timeS: ring.timeS[slotOf(at)]! + shift / ring.rateHz, size: y, alone: highest };
  }

  #prepare(rateHz: number): void {
    this.#rateHz = rateHz;
    const reach = Math.ceil(3.5 * SMOOTH_S * rateHz);
    const taps = Float64Array.from({ length: 2 * reach + 1 }, (_, i) =>
      Math.exp(-0.5 * ((i - reach) / (SMOOTH_S * rateHz)) ** 2),
    );
    const sum = taps.reduce((x, y) => x + y, 0);
    this.#taps = taps.map((x) => x / sum);
  }

  reset(): void {
    this.#band.fill(0);
    this.#done = 0;
  }
  snapshot(): StepPeaksState {
    return { band: this.#band.slice(), done: this.#done };
  }
  restore(state: StepPeaksState): void {
    this.#band = state.band.slice();
    this.#done = state.done;
  }
}
