import type { WalkSeconds } from '../../domain/samples.ts';
import type { Side } from '../../domain/sites.ts';
import { dot3 } from '../../math/rotation.ts';
import { BoutSearch, type BoutSearchState } from './bout-search.ts';
import { contactTime } from './contact-time.ts';
import { headingChange } from './pelvic-angles.ts';
import type { PelvisAlignment } from './pelvis-alignment.ts';
import type { FootContact, PelvisOutput } from './pelvis-output.ts';
import type { PelvisParams } from './pelvis-params.ts';
import { indexAt, newestS, slotOf, type PelvisRing } from './pelvis-ring.ts';
import { SideDecoder, type SideDecoderState } from './side-decoder.ts';
import { StepPeaks, type StepPeak, type StepPeaksState } from './step-peaks.ts';
import { createStridePhysics, leftVote, readStride, type StridePhysics } from './stride-physics.ts';

/** A step of a bout that has not been told yet, or just was. */
interface Step {
  readonly peakS: WalkSeconds;
  readonly size: number;
  /** Number of the step in its bout, a missed one counted. */
  readonly slot: number;
  told: boolean;
  /** Level sway of the stride it began: real x y z, imaginary x y z; null where not known. */
  sway: number[] | null;
}

interface StepNumbers {
  /** Time between steps [s] and usual size of their peaks [m/s²]. */
  periodS: number;
  size: number;
  walking: boolean;
  /** Strides in a row that don't look like walking. */
  unlike: number;
}

export interface PelvisStepsState {
  readonly peaks: StepPeaksState;
  readonly search: BoutSearchState;
  readonly decoder: SideDecoderState;
  readonly chain: readonly Step[];
  readonly held: readonly StepPeak[];
  readonly numbers: StepNumbers;
}

/** What the steps need of the rest of the path. */
export interface StepHost {
  readonly ring: PelvisRing;
  readonly alignment: PelvisAlignment;
  /** A straight stride for the alignment. */
  align(fromS: WalkSeconds, toS: WalkSeconds, knownS: WalkSeconds): StridePhysics | undefined;
  /** The sensor sits another way than before. */
  realign(atS: WalkSeconds, knownS: WalkSeconds): void;
  contact(contact: FootContact): void;
  emit(output: PelvisOutput): void;
}

/** A further step: earliest and latest in steps, the latest of the one after a missed one, and least size against the usual. */
const EARLIEST = 0.6;
const LATEST = 1.6;
const TWO_LATEST = 3;
const LEAST_SHARE = 0.12;
const LEAST_SIZE = 0.12;
/** A peak in this range and of this size needs no second thought. */
const CLEAR_FROM = 0.78;
const CLEAR_TO = 1.28;
const CLEAR_SHARE = 0.4;
/** How far off the usual time (SD, in steps) an unclear one may be. */
const LIKELY = 0.3;
const MOST_HELD = 8;
/** A bout has ended after this many steps' time without one. */
const ENDED = 3.2;
/** A step is told at the latest this long after it [s]. */
const TELL_S = 1.4;
/** Log odds of the sides above which a step doesn't wait for its own stride. */
const CERTAIN = 4.5;
/** Strength of a forward sign that is as good as none [(m/s²)²]; how far the signs must agree before a side is told. */
const NO_SIGN = 0.01;
const LEAST_COHERENCE = 0.7;
/** A bout ends after this many strides that don't look like walking. */
const MOST_UNLIKE = 4;
/** Without a settled alignment a step waits this long for its side [s]. */
const SIDE_WAIT_S = 5;
/** Peaks are known this long after they were [s]. */
const PEAK_KNOWN_S = 0.75;
const KEPT = 12;
const FOLLOW = 0.25;

/** Finds steps, their instants and their sides in the pelvis' own signal. */
export class PelvisSteps {
  readonly #params: PelvisParams;
  readonly #peaks = new StepPeaks();
  readonly #search = new BoutSearch();
  readonly #decoder = new SideDecoder();
  readonly #physics = createStridePhysics();
  #chain: Step[] = [];
  /** Peaks since the last step that may yet be one. */
  #held: StepPeak[] = [];
  #n: StepNumbers = { periodS: 0.55, size: 0, walking: false, unlike: 0 };

  constructor(params: PelvisParams) {
    this.#params = params;
  }

  /** After each new grid sample. */
  sample(host: StepHost): void {
    const { ring } = host;
    const peak = this.#peaks.sample(ring);
    const nowS = newestS(ring);
    if (peak !== undefined) this.#peak(host, peak);
    if (this.#n.walking) {
      const last = this.#chain[this.#chain.length - 1]!;
      const waited = (nowS - PEAK_KNOWN_S - last.peakS) / this.#n.periodS;
      if (this.#held.length > 0 && waited > LATEST) this.#resolve(host);
      if (waited > ENDED || this.#n.unlike >= MOST_UNLIKE) this.#end(host);
      else this.#tellDue(host, nowS);
    }
  }

  #peak(host: StepHost, peak: StepPeak): void {
    if (this.#n.walking) this.#goOn(host, peak);
    else this.#tryBegin(host, peak);
  }

  #tryBegin(host: StepHost, peak: StepPeak): void {
    const found = this.#search.peak(host.ring, host.alignment, peak);
    if (found === undefined) return;
    if (found === 'sits_otherwise') host.realign(peak.timeS, newestS(host.ring));
    const chain = this.#search.steps.map((p, slot): Step => ({
      peakS: p.timeS,
      size: p.size,
      slot,
      told: false,
      sway: null,
    }));
    this.#search.clear();
    this.#chain = chain;
    const n = this.#n;
    n.walking = true;
    n.unlike = 0;
    n.periodS = (chain[chain.length - 1]!.peakS - chain[0]!.peakS) / (chain.length - 1);
    n.size = chain.reduce((sum, s) => sum + s.size, 0) / chain.length;
    this.#decoder.reset();
    for (let k = 2; k < chain.length; k++) this.#stride(host, chain[k - 2]!, chain[k]!);
  }

  /** A peak while walking: a clear one is a step at once, others wait for what comes beside them. */
  #goOn(host: StepHost, peak: StepPeak): void {
    const n = this.#n;
    let steps = this.#stepsTo(peak);
    if (steps < EARLIEST) return;
    if (peak.alone && steps >= CLEAR_FROM && peak.size >= CLEAR_SHARE * n.size) {
      if (steps > CLEAR_TO && this.#resolve(host)) {
        steps = this.#stepsTo(peak);
        if (steps < EARLIEST) return;
      }
      if (steps <= CLEAR_TO) {
        this.#step(host, peak, 1);
        return;
      }
      if (steps > LATEST) {
        if (steps <= TWO_LATEST) this.#step(host, peak, 2);
        return;
      }
    }
    if (this.#held.length < MOST_HELD) this.#held.push(peak);
  }

  #stepsTo(peak: StepPeak): number {
    return (peak.timeS - this.#chain[this.#chain.length - 1]!.peakS) / this.#n.periodS;
  }

  /**
   * Takes the likeliest of the waiting peaks for the next step.
   * @returns whether there was one
   */
  #resolve(host: StepHost): boolean {
    const n = this.#n;
    let best: StepPeak | undefined;
    let bestScore = 0;
    for (const peak of this.#held) {
      const steps = this.#stepsTo(peak);
      if (steps > LATEST || peak.size < Math.max(LEAST_SIZE, LEAST_SHARE * n.size)) continue;
      const off = (steps - 1) / LIKELY;
      const score = peak.size * Math.exp(-0.5 * off * off);
      if (score > bestScore) {
        best = peak;
        bestScore = score;
      }
    }
    const rest = this.#held;
    this.#held = [];
    if (best === undefined) return false;
    this.#step(host, best, 1);
    for (const peak of rest) if (peak.timeS > best.timeS) this.#goOn(host, peak);
    return true;
  }

  #step(host: StepHost, peak: StepPeak, slots: 1 | 2): void {
    const chain = this.#chain;
    const n = this.#n;
    const last = chain[chain.length - 1]!;
    const apart = peak.timeS - last.peakS;
    const steps = apart / n.periodS;
    this.#held = [];
    this.#decoder.step(slots === 2 ? 0.2 : Math.min(0.2, Math.abs(steps - 1) * 0.1));
    const newest = { peakS: peak.timeS, size: peak.size, slot: last.slot + slots, told: false, sway: null };
    chain.push(newest);
    if (slots === 1 && steps > 0.7 && steps < 1.4) n.periodS += (apart - n.periodS) * FOLLOW;
    if (peak.size > 0.5 * n.size) n.size += (peak.size - n.size) * FOLLOW;
    const origin = chain[chain.length - 3];
    if (origin !== undefined && newest.slot - origin.slot === 2) this.#stride(host, origin, newest);
    if (chain.length > KEPT) chain.shift();
  }

  /** Takes in a whole stride: for the alignment, and for the side of the step that began it. */
  #stride(host: StepHost, origin: Step, next: Step): void {
    const { ring } = host;
    // origin at the contact rather than at the peak
    const lagS = 0.05 * (next.peakS - origin.peakS) * 0.5;
    const fromS = origin.peakS - lagS;
    const toS = next.peakS - lagS;
    const up = this.#upOf(ring, fromS, toS);
    const turning = up === undefined || Math.abs(headingChange(ring, fromS, toS, up)) > this.#params.turnDeg;
    const { alignment } = host;
    const before = alignment.status;
    const wasLeft = alignment.lateral.slice();
    const physics = turning
      ? readStride(ring, fromS, toS, this.#physics)
        ? this.#physics
        : undefined
      : host.align(fromS, toS, newestS(ring));
    if (physics === undefined) return;
    origin.sway = Array.from(physics.sway, (v) => (turning ? 0.5 * v : v));
    const settled = before === 'none' && alignment.status !== 'none';
    if (settled || dot3(wasLeft, alignment.lateral) < 0) this.#voteAnew(alignment.lateral);
    else this.#decoder.vote(origin.slot, leftVote(origin.sway, alignment.lateral));
    this.#watch(physics.forward, alignment);
  }

  /** The lateral axis has settled or changed: all votes are counted again. */
  #voteAnew(lateral: Float64Array): void {
    this.#decoder.reset();
    for (const step of this.#chain) {
      this.#decoder.step(0);
      if (step.sway !== null) this.#decoder.vote(step.slot, leftVote(step.sway, lateral));
    }
  }

  /** Walking goes on braking forward; what doesn't is something else. */
  #watch(forward: Float64Array, alignment: PelvisAlignment): void {
    if (alignment.status !== 'locked') return;
    const along = dot3(forward, alignment.forward);
    const size = Math.sqrt(dot3(forward, forward));
    this.#n.unlike = along < 0.3 * size || size < NO_SIGN ? this.#n.unlike + 1 : 0;
  }

  #upOf(ring: PelvisRing, fromS: WalkSeconds, toS: WalkSeconds): Float64Array | undefined {
    const from = Math.ceil(indexAt(ring, fromS));
    const to = Math.floor(indexAt(ring, toS));
    if (!(to > from)) return undefined;
    const up = new Float64Array(3);
    for (let i = from; i <= to; i++) for (let c = 0; c < 3; c++) up[c]! += ring.force[3 * slotOf(i) + c]!;
    return up;
  }

  /** Tells steps whose side is settled, or that have waited long enough. */
  #tellDue(host: StepHost, nowS: WalkSeconds): void {
    const newest = this.#chain[this.#chain.length - 1]!;
    for (const step of this.#chain) {
      if (step.told) continue;
      const settled = step.sway !== null || (this.#decoder.certainty > CERTAIN && newest === step);
      const waitS = host.alignment.status === 'none' ? SIDE_WAIT_S : TELL_S;
      if (!(settled && host.alignment.status !== 'none') && nowS - step.peakS < waitS) return;
      this.#tell(host, step, nowS);
    }
  }

  #tell(host: StepHost, step: Step, nowS: WalkSeconds): void {
    step.told = true;
    const side: Side | undefined = this.#decoder.side(step.slot);
    const { ring, alignment } = host;
    if (side === undefined || (alignment.status === 'none' && alignment.coherence < LEAST_COHERENCE)) return;
    const forward = alignment.windows > 0 ? alignment.forward : undefined;
    const timeS = contactTime(ring, step.peakS, this.#n.periodS, forward);
    host.emit({ type: 'event', side, kind: 'ic', time_s: timeS, known_at_s: nowS });
    host.contact({ type: 'foot_contact', side, kind: 'ic', timeS });
  }

  #end(host: StepHost): void {
    const nowS = newestS(host.ring);
    for (const step of this.#chain) if (!step.told) this.#tell(host, step, nowS);
    this.#chain = [];
    this.#held = [];
    this.#n.walking = false;
  }

  /** The samples don't go on, or are over: what is certain is told. */
  finish(host: StepHost): void {
    if (this.#n.walking) this.#end(host);
    this.#search.clear();
    this.#peaks.reset();
  }

  reset(): void {
    this.#peaks.reset();
    this.#search.clear();
    this.#decoder.reset();
    this.#chain = [];
    this.#held = [];
    this.#n = { periodS: 0.55, size: 0, walking: false, unlike: 0 };
  }

  snapshot(): PelvisStepsState {
    return {
      peaks: this.#peaks.snapshot(),
      search: this.#search.snapshot(),
      decoder: this.#decoder.snapshot(),
      chain: structuredClone(this.#chain),
      held: structuredClone(this.#held),
      numbers: { ...this.#n },
    };
  }

  restore(state: PelvisStepsState): void {
    this.#peaks.restore(state.peaks);
    this.#search.restore(state.search);
    this.#decoder.restore(state.decoder);
    this.#chain = structuredClone(state.chain) as Step[];
    this.#held = structuredClone(state.held) as StepPeak[];
    this.#n = { ...state.numbers };
  }
}
