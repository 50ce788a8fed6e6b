import { cross3, dot3, normalize3 } from '../../math/rotation.ts';
import type { PelvisAlignment } from './pelvis-alignment.ts';
import { indexAt, slotOf, type PelvisRing } from './pelvis-ring.ts';
import type { StepPeak } from './step-peaks.ts';
import { createStridePhysics, readStride } from './stride-physics.ts';

/** What a new bout says about the alignment that is known: it fits, or the sensor sits another way now. */
export type BoutFound = 'fits' | 'sits_otherwise';

export interface BoutSearchState {
  readonly chain: readonly StepPeak[];
  readonly refused: number;
}

/** A bout begins with this many regular steps. */
const BEGIN_STEPS = 4;
/** Fainter steps than this [m/s²] need more of them. */
const FAINT_SIZE = 0.9;
const FAINT_STEPS = 6;
/** Peaks that may begin a bout [m/s²], and their least size against their neighbour's. */
const LEAST_SIZE = 0.3;
const LEAST_SHARE = 0.4;
/** Steps of walking [s], and how much two neighbours may differ. */
const SHORTEST_S = 0.3;
const LONGEST_S = 1.4;
const MOST_RATIO = 1.6;
/** Angular rate of a walking pelvis, RMS at least [rad/s]. */
const LEAST_RATE_RADPS = 0.15;
/** Floor of a sign vote [(m/s²)²], how strong the votes must be, and how far they must agree (0 to 1). */
const SIGN_FLOOR = 0.2;
const LEAST_STRENGTH = 0.05;
const LEAST_COHERENCE = 0.55;
/** How far the sway must change sides from step to step (0 to 1). */
const LEAST_ALTERNATION = 0.7;
/** Forward and up of the bout against the known ones (cosines). */
const SAME_FORWARD = 0.5;
const SAME_UP = Math.cos((25 * Math.PI) / 180);
/** Refusals in a row for the direction alone after which the direction is what changed. */
const MOST_REFUSED = 3;

/**
 * Looks for the beginning of walking: regular peaks, and a pelvis that turns, brakes in one direction and sways to both
 * sides in turn. A car, a bicycle or a restless sitter has one of these by chance, not all of them four steps long.
 */
export class BoutSearch {
  readonly #physics = createStridePhysics();
  #chain: StepPeak[] = [];
  #refused = 0;

  /** The steps that the bout began with. */
  get steps(): readonly StepPeak[] {
    return this.#chain;
  }

  /** One more peak; gives an answer when a bout has begun. */
  peak(ring: PelvisRing, alignment: PelvisAlignment, peak: StepPeak): BoutFound | undefined {
    if (peak.size < LEAST_SIZE || !peak.alone) return undefined;
    const chain = this.#chain;
    const last = chain[chain.length - 1];
    if (last !== undefined) {
      const apart = peak.timeS - last.timeS;
      if (apart < SHORTEST_S) {
        // two bumps of one step: the higher one counts
        if (peak.size > last.size) chain[chain.length - 1] = peak;
        return undefined;
      }
      if (apart > LONGEST_S) this.clear();
    }
    this.#chain.push(peak);
    this.#dropUnlike();
    const steps = this.#chain.length;
    const size = this.#chain.reduce((sum, p) => sum + p.size, 0) / steps;
    if (steps < (size < FAINT_SIZE ? FAINT_STEPS : BEGIN_STEPS)) return undefined;
    const found = this.#judge(ring, alignment);
    if (found === undefined) this.#chain.shift();
    return found;
  }

  /** Steps must be like their neighbours in time and size; those before an odd one go. */
  #dropUnlike(): void {
    const chain = this.#chain;
    const n = chain.length;
    if (n < 2) return;
    const [newest, before] = [chain[n - 1]!, chain[n - 2]!];
    // the bump of setting off is smaller than the step that follows
    if (before.size < LEAST_SHARE * newest.size || newest.size < LEAST_SHARE * before.size) chain.splice(0, n - 1);
    else if (n >= 3) {
      const a = before.timeS - chain[n - 3]!.timeS;
      const b = newest.timeS - before.timeS;
      if (Math.max(a, b) > MOST_RATIO * Math.min(a, b)) chain.splice(0, n - 2);
    }
  }

  #judge(ring: PelvisRing, alignment: PelvisAlignment): BoutFound | undefined {
    const chain = this.#chain;
    if (!this.#turnsEnough(ring)) return undefined;
    const physics = this.#physics;
    const sum = new Float64Array(3);
    const sways: Float64Array[] = [];
    let strength = 0;
    for (let i = 0; i + 2 < chain.length; i++) {
      if (!readStride(ring, chain[i]!.timeS, chain[i + 2]!.timeS, physics)) return undefined;
      const size = Math.sqrt(dot3(physics.forward, physics.forward)) + SIGN_FLOOR;
      for (let c = 0; c < 3; c++) sum[c]! += physics.forward[c]! / size;
      strength += 1 - SIGN_FLOOR / size;
      sways.push(physics.sway.slice());
    }
    const together = Math.sqrt(dot3(sum, sum));
    if (strength < LEAST_STRENGTH * sways.length || together < LEAST_COHERENCE * strength) return undefined;
    const lateral = new Float64Array(3);
    cross3(physics.up, sum, lateral);
    normalize3(lateral);
    if (alternation(sways, lateral) < LEAST_ALTERNATION) return undefined;
    if (alignment.status !== 'locked') return 'fits';
    if (dot3(physics.up, alignment.up) < SAME_UP) return 'sits_otherwise';
    if (dot3(sum, alignment.forward) >= SAME_FORWARD * together) return 'fits';
    return ++this.#refused >= MOST_REFUSED ? 'sits_otherwise' : undefined;
  }

  #turnsEnough(ring: PelvisRing): boolean {
    const chain = this.#chain;
    const from = Math.ceil(indexAt(ring, chain[0]!.timeS));
    const to = Math.floor(indexAt(ring, chain[chain.length - 1]!.timeS));
    if (!(to > from)) return false;
    let rateSq = 0;
    for (let i = from; i <= to; i++) rateSq += ring.rateSq[slotOf(i)]!;
    return Math.sqrt(rateSq / (to - from + 1)) >= LEAST_RATE_RADPS;
  }

  /** Begins to look anew. */
  clear(): void {
    this.#chain = [];
    this.#refused = 0;
  }
  snapshot(): BoutSearchState {
    return structuredClone({ chain: this.#chain, refused: this.#refused });
  }
  restore(state: BoutSearchState): void {
    const s = structuredClone(state);
    this.#chain = [...s.chain];
    this.#refused = s.refused;
  }
}

/** How far strides that begin one step apart sway opposite ways: 0 to 1. */
function alternation(sways: readonly Float64Array[], lateral: Float64Array): number {
  let re = 0;
  let im = 0;
  let size = 1e-3;
  for (const [i, sway] of sways.entries()) {
    const flip = i % 2 === 0 ? 1 : -1;
    const r = sway[0]! * lateral[0]! + sway[1]! * lateral[1]! + sway[2]! * lateral[2]!;
    const m = sway[3]! * lateral[0]! + sway[4]! * lateral[1]! + sway[5]! * lateral[2]!;
    re += flip * r;
    im += flip * m;
    size += Math.sqrt(r * r + m * m);
  }
  return Math.sqrt(re * re + im * im) / size;
}
