import type { WalkSeconds } from '../../domain/samples.ts';
import type { Side } from '../../domain/sites.ts';
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
  voted: boolean;
}

interface StepNumbers {
  /** Time between steps [s] and usual size of their peaks [m/s²]. */
  periodS: number;
  size: number;
  walking: boolean;
}

export interface PelvisStepsState {
  readonly peaks: StepPeaksState;
  readonly decoder: SideDecoderState;
  readonly chain: readonly Step[];
  readonly numbers: StepNumbers;
}

/** What the steps need of the rest of the path. */
export interface StepHost {
  readonly ring: PelvisRing;
  readonly alignment: PelvisAlignment;
  /** A straight stride for the alignment. */
  align(fromS: WalkSeconds, toS: WalkSeconds, knownS: WalkSeconds): StridePhysics | undefined;
  contact(contact: FootContact): void;
  emit(output: PelvisOutput): void;
}

/** A bout begins with this many regular steps. */
const BEGIN_STEPS = 4;
/** Peaks that may begin a bout [m/s²], and their least size against the biggest and the next one. */
const BEGIN_SIZE = 0.3;
const BEGIN_SHARE = 0.4;
/** Steps of walking [s], and how much two neighbours may differ at the beginning. */
const SHORTEST_S = 0.3;
const LONGEST_S = 1.2;
const BEGIN_RATIO = 1.6;
/** Angular rate of a walking pelvis, RMS at least [rad/s]. */
const LEAST_RATE_RADPS = 0.2;
/** Forward signs of a beginning bout must agree this far (0 to 1). */
const LEAST_COHERENCE = 0.7;
const LEAST_STRENGTH = 0.15;
/** A further step: earliest and latest in steps, and its least size against the usual. */
const EARLIEST = 0.6;
const LATEST = 1.6;
const TWO_LATEST = 2.6;
const LEAST_SHARE = 0.15;
const LEAST_SHARE_TWO = 0.4;
const LEAST_SIZE = 0.12;
/** A bout has ended after this many steps' time without one. */
const ENDED = 2.8;
/** A step is told at the latest this long after it [s]. */
const TELL_S = 1.4;
/** Log odds of the sides above which a step doesn't wait for its own stride. */
const CERTAIN = 4.5;
const KEPT = 12;
const FOLLOW = 0.25;

/** Finds steps, their instants and their sides in the pelvis' own signal. */
export class PelvisSteps {
  readonly #params: PelvisParams;
  readonly #peaks = new StepPeaks();
  readonly #decoder = new SideDecoder();
  readonly #physics = createStridePhysics();
  #chain: Step[] = [];
  #n: StepNumbers = { periodS: 0.55, size: 0, walking: false };

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
      // peaks are known 0.7 s after they were
      if (nowS - 0.75 - last.peakS > ENDED * this.#n.periodS) this.#end(host);
      else this.#tellDue(host, nowS);
    }
  }

  #peak(host: StepHost, peak: StepPeak): void {
    if (this.#n.walking) this.#goOn(host, peak);
    else this.#tryBegin(host, peak);
  }

  #tryBegin(host: StepHost, peak: StepPeak): void {
    if (peak.size < BEGIN_SIZE) return;
    const chain = this.#chain;
    const last = chain[chain.length - 1];
    const step = (slot: number): Step => ({ peakS: peak.timeS, size: peak.size, slot, told: false, voted: false });
    if (last !== undefined) {
      const apart = peak.timeS - last.peakS;
      if (apart < SHORTEST_S) {
        // two bumps of one step: the higher one counts
        if (peak.size > last.size) chain[chain.length - 1] = { ...step(last.slot) };
        return;
      }
      if (apart > LONGEST_S) chain.length = 0;
    }
    chain.push(step(chain.length));
    this.#dropUnlike();
    if (chain.length < BEGIN_STEPS) return;
    if (!this.#looksLikeWalking(host)) {
      chain.shift();
      this.#renumber();
      return;
    }
    this.#begin(host);
  }

  /** Steps at the beginning must be alike in time and size; those before the odd one go. */
  #dropUnlike(): void {
    const chain = this.#chain;
    for (let again = true; again && chain.length > 1;) {
      again = false;
      const n = chain.length;
      const newest = chain[n - 1]!;
      if (n >= 3) {
        const a = chain[n - 2]!.peakS - chain[n - 3]!.peakS;
        const b = newest.peakS - chain[n - 2]!.peakS;
        if (Math.max(a, b) > BEGIN_RATIO * Math.min(a, b)) {
          chain.splice(0, n - 2);
          again = true;
          continue;
        }
      }
      // the bump of setting off is smaller than the steps that follow
      for (let i = n - 2; i >= 0; i--)
        if (chain[i]!.size < BEGIN_SHARE * newest.size || newest.size < BEGIN_SHARE * chain[i]!.size) {
          chain.splice(0, i + 1);
          break;
        }
    }
    this.#renumber();
  }

  #renumber(): void {
    this.#chain = this.#chain.map((s, slot) => ({ ...s, slot }));
  }

  #looksLikeWalking(host: StepHost): boolean {
    const { ring, alignment } = host;
    const chain = this.#chain;
    const fromS = chain[0]!.peakS;
    const toS = chain[chain.length - 1]!.peakS;
    const from = indexAt(ring, fromS);
    const to = indexAt(ring, toS);
    if (!(to > from)) return false;
    let rateSq = 0;
    const first = Math.ceil(from);
    const last = Math.floor(to);
    for (let i = first; i <= last; i++) rateSq += ring.rateSq[slotOf(i)]!;
    if (Math.sqrt(rateSq / (last - first + 1)) < LEAST_RATE_RADPS) return false;
    const sum = [0, 0, 0];
    let strength = 0;
    for (let i = 0; i + 2 < chain.length; i++) {
      if (!readStride(ring, chain[i]!.peakS, chain[i + 2]!.peakS, this.#physics)) return false;
      const { forward } = this.#physics;
      const size = Math.hypot(forward[0]!, forward[1]!, forward[2]!) + 0.05;
      for (let c = 0; c < 3; c++) sum[c]! += forward[c]! / size;
      strength += 1 - 0.05 / size;
    }
    if (strength < LEAST_STRENGTH * (chain.length - 2)) return false;
    if (Math.hypot(sum[0]!, sum[1]!, sum[2]!) < LEAST_COHERENCE * strength) return false;
    const f = alignment.forward;
    return alignment.status !== 'locked' || sum[0]! * f[0]! + sum[1]! * f[1]! + sum[2]! * f[2]! > 0;
  }

  #begin(host: StepHost): void {
    const chain = this.#chain;
    const n = this.#n;
    n.walking = true;
    n.periodS = (chain[chain.length - 1]!.peakS - chain[0]!.peakS) / (chain.length - 1);
    n.size = chain.reduce((a, s) => a + s.size, 0) / chain.length;
    this.#decoder.reset();
    for (let i = 2; i < chain.length; i++) this.#stride(host, chain[i - 2]!, chain[i]!);
  }

  #goOn(host: StepHost, peak: StepPeak): void {
    const chain = this.#chain;
    const n = this.#n;
    const last = chain[chain.length - 1]!;
    const apart = peak.timeS - last.peakS;
    const steps = apart / n.periodS;
    if (steps < EARLIEST) return;
    const two = steps > LATEST;
    const least = Math.max(LEAST_SIZE, (two ? LEAST_SHARE_TWO : LEAST_SHARE) * n.size);
    if (peak.size < least || steps > TWO_LATEST) return;
    this.#decoder.step(two ? 0.2 : Math.min(0.2, Math.abs(steps - 1) * 0.1));
    chain.push({ peakS: peak.timeS, size: peak.size, slot: last.slot + (two ? 2 : 1), told: false, voted: false });
    if (!two && steps > 0.7 && steps < 1.4) n.periodS += (apart - n.periodS) * FOLLOW;
    if (peak.size > 0.5 * n.size) n.size += (peak.size - n.size) * FOLLOW;
    const newest = chain[chain.length - 1]!;
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
    const physics = turning
      ? readStride(ring, fromS, toS, this.#physics)
        ? this.#physics
        : undefined
      : host.align(fromS, toS, newestS(ring));
    if (physics === undefined) return;
    origin.voted = true;
    this.#decoder.vote(origin.slot, leftVote(physics, host.alignment.lateral) * (turning ? 0.5 : 1));
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
      const settled = step.voted || (this.#decoder.certainty > CERTAIN && newest === step);
      if (!settled && nowS - step.peakS < TELL_S) return;
      this.#tell(host, step, nowS);
    }
  }

  #tell(host: StepHost, step: Step, nowS: WalkSeconds): void {
    step.told = true;
    const side: Side | undefined = this.#decoder.side(step.slot);
    if (side === undefined) return;
    const { ring, alignment } = host;
    const forward = alignment.windows > 0 ? alignment.forward : undefined;
    const timeS = contactTime(ring, step.peakS, this.#n.periodS, forward);
    host.emit({ type: 'event', side, kind: 'ic', time_s: timeS, known_at_s: nowS });
    host.contact({ type: 'foot_contact', side, kind: 'ic', timeS });
  }

  #end(host: StepHost): void {
    const nowS = newestS(host.ring);
    for (const step of this.#chain) if (!step.told) this.#tell(host, step, nowS);
    this.#chain = [];
    this.#n.walking = false;
  }

  /** The samples don't go on, or are over: what is certain is told. */
  finish(host: StepHost): void {
    if (this.#n.walking) this.#end(host);
    this.#chain = [];
    this.#peaks.reset();
  }

  reset(): void {
    this.#peaks.reset();
    this.#decoder.reset();
    this.#chain = [];
    this.#n = { periodS: 0.55, size: 0, walking: false };
  }

  snapshot(): PelvisStepsState {
    return {
      peaks: this.#peaks.snapshot(),
      decoder: this.#decoder.snapshot(),
      chain: structuredClone(this.#chain),
      numbers: { ...this.#n },
    };
  }

  restore(state: PelvisStepsState): void {
    this.#peaks.restore(state.peaks);
    this.#decoder.restore(state.decoder);
    this.#chain = structuredClone(state.chain) as Step[];
    this.#n = { ...state.numbers };
  }
}
