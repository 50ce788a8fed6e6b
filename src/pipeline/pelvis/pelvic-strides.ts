import type { ReasonCode } from '../../domain/reasons.ts';
import type { WalkSeconds } from '../../domain/samples.ts';
import { lateralSign } from '../../domain/frames.ts';
import type { Side } from '../../domain/sites.ts';
import { BeltWatch, type BeltWatchState } from './belt-watch.ts';
import { PelvicAngles } from './pelvic-angles.ts';
import { PelvisAlignment, type AlignmentState } from './pelvis-alignment.ts';
import { pelvisFinding } from './pelvis-findings.ts';
import { pelvisImpact } from './pelvis-impact.ts';
import type { FootContact, PelvicStride, PelvisOutput } from './pelvis-output.ts';
import type { PelvisParams } from './pelvis-params.ts';
import { slotOf, type PelvisRing } from './pelvis-ring.ts';
import { StrideBook, type StrideBookState } from './stride-book.ts';
import { createStridePhysics, readStride, type StridePhysics } from './stride-physics.ts';
import { TiltReference } from './tilt-reference.ts';
import { readWaiting, type WaitingStride } from './waiting-stride.ts';

interface Level {
  roll: number;
  tilt: number;
  strides: number;
}

export interface PelvicStridesState {
  readonly alignment: AlignmentState;
  readonly book: StrideBookState;
  readonly belt: BeltWatchState;
  readonly waiting: readonly WaitingStride[];
  readonly recent: readonly FootContact[];
  readonly level: Level;
  readonly siteTold: boolean;
  /** What the mean tilt counts from. */
  readonly upAtLock: Float64Array | null;
}

const FIELDS = [
  'pelvic_drop_deg',
  'pelvic_drop_excursion_deg',
  'pelvic_obliquity_range_deg',
  'pelvic_tilt_mean_deg',
  'pelvic_rotation_range_deg',
  'impact_attenuation_pct',
] as const;
/** Contacts that are remembered for the stance inside a stride. */
const RECENT = 16;
const CURVE_POINTS = 51;
const LEVEL_STRIDES = 20;

/** Makes the pelvis' strides of contacts, whoever found them. */
export class PelvicStrides {
  readonly #params: PelvisParams;
  readonly #feetWorn: boolean;
  readonly #curves: boolean;
  readonly #book: StrideBook;
  readonly #belt: BeltWatch;
  readonly #angles: PelvicAngles;
  readonly #physics = createStridePhysics();
  readonly alignment = new PelvisAlignment();
  #waiting: WaitingStride[] = [];
  #recent: FootContact[] = [];
  #level: Level = { roll: 0, tilt: 0, strides: 0 };
  #siteTold = false;
  readonly #tilt = new TiltReference();

  /**
   * @param feetWorn contacts come from both shoes: they are exact, and their sides are known
   * @param curves whether curves are given as well
   */
  constructor(params: PelvisParams, feetWorn: boolean, curves: boolean) {
    this.#params = params;
    this.#feetWorn = feetWorn;
    this.#curves = curves;
    this.#book = new StrideBook(params);
    this.#belt = new BeltWatch(params);
    this.#angles = new PelvicAngles(params.angleLowPassHz);
  }

  /** Mean angles of walking [deg]: what live drawing counts from. */
  get level(): Readonly<Level> {
    return this.#level;
  }

  contact(ring: PelvisRing, contact: FootContact, knownS: WalkSeconds, emit: (output: PelvisOutput) => void): void {
    this.#recent.push(contact);
    if (this.#recent.length > RECENT) this.#recent.shift();
    if (contact.kind === 'fc') return;
    const { side, timeS } = contact;
    const beforeS = this.#book.contact(side, timeS);
    const spanS = timeS - beforeS;
    if (!(spanS >= this.#params.shortestStrideS && spanS <= this.#params.longestStrideS)) {
      if (!(spanS < this.#params.shortestStrideS)) this.#book.clearForces(side);
      return;
    }
    const stride = readWaiting(this.#params, this.#book, this.#recent, ring, side, beforeS, timeS);
    if (stride === undefined) return;
    if (stride.turning) {
      this.#book.clearLevels();
      this.#belt.turned();
    } else if (stride.reason === null && this.#feetWorn) this.align(ring, beforeS, timeS, side, knownS, emit);
    this.#waiting.push(stride);
    this.#release(ring, knownS, false, emit);
  }

  /**
   * Takes a straight stride into the alignment.
   * @param side foot whose contact began it, where a shoe says so
   * @returns what the stride said; undefined where the ring doesn't hold it
   */
  align(
    ring: PelvisRing,
    fromS: WalkSeconds,
    toS: WalkSeconds,
    side: Side | undefined,
    knownS: WalkSeconds,
    emit: (output: PelvisOutput) => void,
  ): StridePhysics | undefined {
    if (!readStride(ring, fromS, toS, this.#physics)) return undefined;
    const change = this.alignment.stride(this.#physics, side);
    if (change === 'restarted' || change === 'reversed') this.#forgetLevels();
    if (change === 'restarted') emit(pelvisFinding('sits_otherwise', fromS, knownS));
    if (change === 'reversed') emit(pelvisFinding('taken_reversed', fromS, knownS));
    // The forward sign rests on braking, the side on sway: where braking is clear, the shoes are the odd ones out.
    if (change === 'sides_conflict')
      emit(pelvisFinding(this.alignment.coherence >= 0.7 ? 'shoes_swapped' : 'sides_disagree', fromS, knownS));
    return this.#physics;
  }

  /** The pelvis' own steps say that the sensor sits another way than before. */
  realign(atS: WalkSeconds, knownS: WalkSeconds, emit: (output: PelvisOutput) => void): void {
    this.alignment.restart();
    this.#forgetLevels();
    emit(pelvisFinding('sits_otherwise', atS, knownS));
  }

  #forgetLevels(): void {
    this.#book.clearLevels();
    this.#belt.reset();
    this.#level = { roll: 0, tilt: 0, strides: 0 };
    this.#tilt.reset();
  }

  #release(ring: PelvisRing, knownS: WalkSeconds, all: boolean, emit: (output: PelvisOutput) => void): void {
    while (this.#waiting.length > 0) {
      const stride = this.#waiting[0]!;
      const known = this.alignment.status !== 'none' || this.alignment.conflict;
      if (!known && !all && knownS < stride.nextIcS + this.#params.alignmentWaitS) return;
      this.#waiting.shift();
      this.#give(ring, stride, known, knownS, emit);
    }
  }

  #give(
    ring: PelvisRing,
    stride: WaitingStride,
    known: boolean,
    knownS: WalkSeconds,
    emit: (output: PelvisOutput) => void,
  ): void {
    const { side, icS, nextIcS, turning } = stride;
    let reason = stride.reason;
    if (this.alignment.conflict) reason = 'sides_conflict';
    else if (!known) reason = 'pelvis_not_aligned';
    else if (turning) reason = 'turning';
    else if (this.alignment.doubtful) reason = 'pelvis_unsure';
    const toS = Math.min(nextIcS + this.#params.settleS, ring.timeS[slotOf(ring.count - 1)]!);
    const { forward, lateral } = this.alignment;
    if (reason === null && !this.#angles.read(ring, icS, toS, stride.up, forward, lateral)) reason = 'pelvis_unsure';
    if (reason !== null) {
      const reasons = Object.fromEntries(FIELDS.map((f) => [f, reason])) as Record<string, ReasonCode>;
      emit({ ...empty(side, icS, nextIcS), turning, reasons, flags: this.#flags(stride), knownAtS: knownS });
      return;
    }
    this.#measure(ring, stride, knownS, emit);
  }

  #measure(ring: PelvisRing, stride: WaitingStride, knownS: WalkSeconds, emit: (output: PelvisOutput) => void): void {
    const { side, icS, nextIcS } = stride;
    const p = this.#params;
    const a = this.#angles;
    const rollMean = a.meanRoll(icS, nextIcS);
    const tiltMean = a.meanTilt(icS, nextIcS);
    const reasons: Record<string, ReasonCode> = {};
    const flags = this.#flags(stride);
    const slippedS = this.#belt.stride(icS, rollMean, tiltMean);
    if (slippedS !== undefined) {
      this.#book.clearLevels();
      this.#tilt.reset();
      flags.push('belt_slip');
      emit(pelvisFinding('belt_slip', slippedS, knownS));
    }
    const before = a.meanRoll(icS - p.preContactS, icS);
    if (!Number.isNaN(before)) this.#book.beforeContact(side, before);
    const otherBefore = stride.otherIcS === null ? NaN : a.meanRoll(stride.otherIcS - p.preContactS, stride.otherIcS);
    const neutral = this.#book.neutral(side, otherBefore);
    const sign = lateralSign(side);
    const stanceS = (stride.fcS ?? icS + p.stanceShare * (nextIcS - icS)) - icS;
    const peak = a.highestRoll(sign, icS + p.dropFrom * stanceS, icS + p.dropTo * stanceS);
    let drop: number | null = peak - sign * neutral;
    let excursion: number | null = peak - sign * before;
    if (Number.isNaN(drop)) {
      drop = null;
      reasons['pelvic_drop_deg'] = 'too_few_strides';
    } else if (this.#belt.drop(drop) && !this.#siteTold) {
      this.#siteTold = true;
      emit(pelvisFinding('site_suspect', icS, knownS));
    }
    if (Number.isNaN(excursion)) {
      excursion = null;
      reasons['pelvic_drop_excursion_deg'] = 'bout_edge';
    }
    if (!this.#feetWorn) {
      // A contact that the pelvis found itself is too blurred for a value that hangs on its very instant.
      excursion = null;
      reasons['pelvic_drop_excursion_deg'] = 'no_foot_sensor';
    }
    if (this.#belt.siteSuspect) {
      drop = excursion = null;
      reasons['pelvic_drop_deg'] = reasons['pelvic_drop_excursion_deg'] = 'pelvis_site_suspect';
      flags.push('site_suspect');
    }
    if (a.wobble(icS, nextIcS) > p.wobbleDeg) flags.push('wobble_high');
    this.#follow(rollMean, tiltMean);
    emit({
      ...empty(side, icS, nextIcS),
      pelvicDropDeg: drop,
      pelvicDropExcursionDeg: excursion,
      obliquityRangeDeg: a.rollRange(icS, nextIcS),
      tiltMeanDeg:
        tiltMean +
        (this.alignment.status === 'locked' ? this.#tilt.since(this.alignment.forward, this.alignment.lateral) : 0),
      rotationRangeDeg: a.rotationRange(icS, nextIcS),
      impactMps2: pelvisImpact(ring, icS),
      reasons,
      flags,
      knownAtS: knownS,
    });
    if (drop !== null && this.#curves)
      emit({
        type: 'curve',
        kind: 'obliquity_over_cycle',
        side,
        ic_s: icS,
        values_deg: a.curve(icS, nextIcS, CURVE_POINTS, neutral),
        known_at_s: knownS,
      });
  }

  #follow(roll: number, tilt: number): void {
    const level = this.#level;
    level.strides = Math.min(level.strides + 1, LEVEL_STRIDES);
    level.roll += (roll - level.roll) / level.strides;
    level.tilt += (tilt - level.tilt) / level.strides;
  }

  #flags(stride: WaitingStride): string[] {
    const flags: string[] = [];
    if (this.alignment.status !== 'locked') flags.push('align_provisional');
    if (this.alignment.conflict) flags.push('side_conflict');
    if (stride.turning) flags.push('turn');
    if (stride.reason === 'gap') flags.push('gap');
    if (!this.#feetWorn) flags.push('events_pelvis');
    return flags;
  }

  /** Time has passed: strides that waited long enough go out. */
  tick(ring: PelvisRing, nowS: WalkSeconds, emit: (output: PelvisOutput) => void): void {
    if (this.#waiting.length > 0) this.#release(ring, nowS, false, emit);
  }

  /** The samples don't go on. */
  broken(ring: PelvisRing, nowS: WalkSeconds, emit: (output: PelvisOutput) => void): void {
    this.#release(ring, nowS, true, emit);
    this.#book.clearContacts();
  }

  flush(ring: PelvisRing, nowS: WalkSeconds, emit: (output: PelvisOutput) => void): void {
    this.#release(ring, nowS, true, emit);
  }

  reset(): void {
    this.alignment.reset();
    this.#book.reset();
    this.#belt.reset();
    this.#waiting = [];
    this.#recent = [];
    this.#level = { roll: 0, tilt: 0, strides: 0 };
    this.#siteTold = false;
    this.#tilt.reset();
  }

  snapshot(): PelvicStridesState {
    return {
      alignment: this.alignment.snapshot(),
      book: this.#book.snapshot(),
      belt: this.#belt.snapshot(),
      waiting: structuredClone(this.#waiting),
      recent: structuredClone(this.#recent),
      level: { ...this.#level },
      siteTold: this.#siteTold,
      upAtLock: this.#tilt.snapshot(),
    };
  }

  restore(state: PelvicStridesState): void {
    this.alignment.restore(state.alignment);
    this.#book.restore(state.book);
    this.#belt.restore(state.belt);
    this.#waiting = structuredClone(state.waiting) as WaitingStride[];
    this.#recent = structuredClone(state.recent) as FootContact[];
    this.#level = { ...state.level };
    this.#siteTold = state.siteTold;
    this.#tilt.restore(state.upAtLock);
  }
}

const empty = (side: Side, icS: WalkSeconds, nextIcS: WalkSeconds): PelvicStride => ({
  type: 'pelvic_stride',
  side,
  icS,
  nextIcS,
  pelvicDropDeg: null,
  pelvicDropExcursionDeg: null,
  obliquityRangeDeg: null,
  tiltMeanDeg: null,
  rotationRangeDeg: null,
  impactMps2: null,
  turning: false,
  reasons: {},
  flags: [],
  knownAtS: 0,
});
