import type { WalkSeconds } from '../../domain/samples.ts';
import type { PelvisParams } from './pelvis-params.ts';

export interface BeltWatchState {
  strides: { atS: WalkSeconds; roll: number; tilt: number }[];
  negative: number[];
  suspect: boolean;
}

/** Overlapping strides: two begin in each stride's time. */
const OVERLAP = 2;
/** Leaning forward with speed is no slip: the tilt may change this many times as much as the roll. */
const TILT_FACTOR = 2;
/** Steps that judge the site, and shares of drops the wrong way round that condemn and acquit it. */
const SITE_STEPS = 20;
const SITE_BAD = 0.7;
const SITE_GOOD = 0.2;

/** Watches the belt: whether it slipped, and whether the sensor sits where a pelvis moves as a pelvis does. */
export class BeltWatch {
  readonly #params: PelvisParams;
  #s: BeltWatchState = { strides: [], negative: [], suspect: false };

  constructor(params: PelvisParams) {
    this.#params = params;
  }

  /** Whether drops are mostly the wrong way round. */
  get siteSuspect(): boolean {
    return this.#s.suspect;
  }

  /**
   * One straight stride's mean angles [deg].
   * @returns when the belt slipped, once known; undefined otherwise
   */
  stride(atS: WalkSeconds, roll: number, tilt: number): WalkSeconds | undefined {
    const half = OVERLAP * this.#params.slipStrides;
    const { strides } = this.#s;
    strides.push({ atS, roll, tilt });
    if (strides.length > 2 * half) strides.shift();
    if (strides.length < 2 * half) return undefined;
    let roll0 = 0;
    let roll1 = 0;
    let tilt0 = 0;
    let tilt1 = 0;
    for (let i = 0; i < half; i++) {
      roll0 += strides[i]!.roll / half;
      tilt0 += strides[i]!.tilt / half;
      roll1 += strides[half + i]!.roll / half;
      tilt1 += strides[half + i]!.tilt / half;
    }
    const { slipDeg } = this.#params;
    if (Math.abs(roll1 - roll0) <= slipDeg && Math.abs(tilt1 - tilt0) <= TILT_FACTOR * slipDeg) return undefined;
    const slippedS = strides[half]!.atS;
    this.#s.strides = strides.slice(half);
    return slippedS;
  }

  /**
   * One drop against the neutral [deg].
   * @returns true when this step makes the site suspect
   */
  drop(dropDeg: number): boolean {
    const s = this.#s;
    s.negative.push(dropDeg < 0 ? 1 : 0);
    if (s.negative.length > SITE_STEPS) s.negative.shift();
    if (s.negative.length < SITE_STEPS) return false;
    const share = s.negative.reduce((a, b) => a + b, 0) / SITE_STEPS;
    if (s.suspect) s.suspect = share >= SITE_GOOD;
    else if (share > SITE_BAD) {
      s.suspect = true;
      return true;
    }
    return false;
  }

  /** The walker turned: another slope of the floor is no slip. */
  turned(): void {
    this.#s.strides = [];
  }

  reset(): void {
    this.#s = { strides: [], negative: [], suspect: false };
  }
  snapshot(): BeltWatchState {
    return structuredClone(this.#s);
  }
  restore(state: BeltWatchState): void {
    this.#s = structuredClone(state);
  }
}
