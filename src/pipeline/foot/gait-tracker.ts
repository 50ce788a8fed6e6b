import type { EventRecord, StrideRecord } from '../../domain/records.ts';
import { isRun } from '../../domain/running.ts';
import type { Side } from '../../domain/sites.ts';
import { usualPush, type Contact, type ContactDetectorState } from './contact-detector.ts';
import { findFootFlat, type FootFlat } from './foot-flat.ts';
import type { FootOutput } from './foot-output.ts';
import type { FootParams } from './foot-params.ts';
import type { GyroRestState } from './gyro-rest.ts';
import { newestS, oldestIndex, type SampleRingState } from './sample-ring.ts';
import { learnFlat, neutralUp, pathBetween } from './shoe-lie.ts';
import { learnSensorHeight, sensorHeightM } from './sensor-height.ts';
import { confirmByStance } from './pitch-axis.ts';
import { createStridePath } from './stride-path.ts';
import { learnWalkingBias } from './walking-bias.ts';
import { buildStride, slipped, type Stance, type StrideBuilderState } from './stride-builder.ts';

export interface GaitState {
  /** The stance before the present one, where both belong to one stride. */
  before: Stance | undefined;
  present: Stance | undefined;
  /** Index at which the present stance's foot-flat is looked for; NaN where it is done. */
  flatDue: number;
  /** ... and at which, while contacts wait, a first look is taken whether this was a step; NaN where there is none to take. */
  stepDue: number;
  /** Contacts that wait for a step before they count. */
  held: EventRecord[];
  walking: boolean;
  lastContactS: number;
  /** Where the foot stood before the swing that is under way, where no stance says it. */
  depart: FootFlat | undefined;
  /** Strides in a row that went nowhere; strides that went somewhere; hard push-offs in a row that wait. */
  idle: number;
  proven: number;
  hard: number;
  /** The pitch axis as the last stride had it (unit; zeros before the first). */
  walkedAxis: Float64Array;
  /** Straight strides of late, how many had no good length, and whether that was said. */
  judged: number;
  poor: number;
  poorTold: boolean;
  /** Whether a contact was ever told: those can't be taken back. */
  told: boolean;
}

export const createGait = (): GaitState => ({
  before: undefined,
  present: undefined,
  flatDue: NaN,
  stepDue: NaN,
  held: [],
  walking: false,
  lastContactS: -Infinity,
  depart: undefined,
  idle: 0,
  proven: 0,
  hard: 0,
  walkedAxis: new Float64Array(3),
  judged: 0,
  poor: 0,
  poorTold: false,
  told: false,
});

/** What the path knows beside: the newest samples and what was learnt of this shoe. */
export interface ShoeContext {
  readonly ring: SampleRingState;
  readonly bias: Float64Array;
  readonly rest: GyroRestState;
  readonly pitchAxis: Float64Array;
  readonly contacts: ContactDetectorState;
  readonly builder: StrideBuilderState;
  readonly emit: (output: FootOutput) => void;
}

/** Longest stride and longest pause within a bout [s]. */
const LONGEST_STRIDE_S = 3;
/** A stance longer than this is left by a flat of its own, sought so long before push-off [s]. */
const LONG_STANCE_S = 0.8;
const DEPART_S = 0.5;
/** Time between looks at a first step [s]. */
const LOOK_AGAIN_S = 0.02;
/** Contacts that may wait for a step. */
const MOST_HELD = 8;
/** After so many strides a push-off of this share of the usual one is believed at once. */
export const PROVEN = 8;
const PROVEN_PUSH = 0.5;
/** After so many, stances speak for the sign of the pitch axis: the first steps may be read with the wrong one. */
const BELIEVED = 3;
/** Within a bout a stride under this share of the first one's least length went nowhere. */
const ON_THE_SPOT = 0.75;
/** A run has no stand to measure from; so many push-offs in a row as hard as this [rad/s] are gait without it. */
const HARD = 3;
const HARD_PUSH_RADPS = 5;

/** A stride below this quality is poor; so many straight strides are judged at a time. */
const POOR_QUALITY = 0.3;
const POOR_STRIDES = 30;

const path = createStridePath();
const neutral = new Float64Array(3);

/**
 * Makes bouts, stances and strides of contacts. Contacts count once a step is seen that went somewhere: a foot that fidgets,
 * pedals or is driven about goes nowhere.
 */
export class GaitTracker {
  readonly #side: Side;
  readonly #params: FootParams;
  readonly #curves: boolean;
  state = createGait();

  /** @param curves whether a stride's curve is given as well */
  constructor(side: Side, params: FootParams, curves: boolean) {
    this.#side = side;
    this.#params = params;
    this.#curves = curves;
  }

  /** The samples have a hole: no stride crosses it. What is known of the walker stays. */
  break(): void {
    const { walking, lastContactS, proven, walkedAxis, told, judged, poor, poorTold } = this.state;
    this.state = { ...createGait(), walking, lastContactS, proven, walkedAxis, told, judged, poor, poorTold };
  }

  /** What the ring holds is looked at again from its beginning. */
  forget(): void {
    const { told, proven, walkedAxis, walking, lastContactS, judged, poor, poorTold } = this.state;
    const kept = told ? { walking, lastContactS } : {};
    this.state = { ...createGait(), told, proven, walkedAxis, judged, poor, poorTold, ...kept };
  }

  /** A contact was found. @param i index up to which the pitch rate was looked at */
  contact(c: Contact, i: number, shoe: ShoeContext): void {
    const { kind, index, timeS } = c;
    const gait = this.state;
    if (timeS - gait.lastContactS > LONGEST_STRIDE_S) {
      gait.walking = false;
      gait.held = [];
      gait.before = undefined;
      gait.depart = undefined;
      gait.hard = 0;
      if (kind === 'ic') gait.present = undefined;
    }
    if (kind === 'fc') this.#leave(c, shoe);
    else this.#land(i, index, timeS, shoe);
    gait.lastContactS = timeS;
    const event: EventRecord = {
      type: 'event',
      side: this.#side,
      kind,
      time_s: timeS,
      known_at_s: newestS(shoe.ring),
    };
    if (gait.walking) {
      gait.told = true;
      shoe.emit(event);
    } else {
      gait.held.push(event);
      if (gait.held.length > MOST_HELD) gait.held.shift();
    }
  }

  /** The foot has left the ground. */
  #leave(c: Contact, shoe: ShoeContext): void {
    const { index, timeS, troughIndex, strength } = c;
    const gait = this.state;
    const { ring } = shoe;
    const p = this.#params;
    const { present } = gait;
    const to = Math.floor(troughIndex - p.flatBeforePushOffS * ring.rateHz);
    gait.depart = undefined;
    // After a long stance the way is measured from its end; before the first step there is no other flat.
    const flat = present?.flat;
    if (flat === undefined || to - flat.index > LONG_STANCE_S * ring.rateHz) {
      let from = Math.max(oldestIndex(ring) + 1, to - Math.round(DEPART_S * ring.rateHz));
      if (present !== undefined) from = Math.max(from, Math.ceil(present.icIndex + p.flatFromS * ring.rateHz));
      gait.depart = this.#stillest(shoe, from, to);
    }
    if (present !== undefined) {
      present.fcIndex = index;
      present.fcS = timeS;
      present.troughIndex = troughIndex;
      if (present.flat !== undefined) present.depart = gait.depart;
    }
    if (!gait.walking && gait.proven >= PROVEN && -strength > PROVEN_PUSH * usualPush(shoe.contacts)) this.#walk(shoe);
    gait.hard = -strength > HARD_PUSH_RADPS ? gait.hard + 1 : 0;
    if (!gait.walking && gait.hard >= HARD) this.#walk(shoe);
  }

  /** The foot has come down. */
  #land(i: number, icIndex: number, icS: number, shoe: ShoeContext): void {
    const gait = this.state;
    const p = this.#params;
    if (Number.isFinite(gait.flatDue)) this.flat(i, shoe);
    const before = gait.present;
    gait.before = before !== undefined && icS - before.icS <= LONGEST_STRIDE_S ? before : undefined;
    gait.present = {
      icIndex,
      icS,
      fcIndex: undefined,
      fcS: undefined,
      troughIndex: undefined,
      flat: undefined,
      depart: undefined,
    };
    gait.stepDue = gait.walking ? NaN : Math.ceil(icIndex + p.stepLookS * shoe.ring.rateHz);
    gait.flatDue = Math.ceil(icIndex + (p.flatUntilS + p.flatWindowS / 2) * shoe.ring.rateHz);
  }

  /** This is walking: contacts that waited for it are told. */
  #walk(shoe: ShoeContext): void {
    const gait = this.state;
    gait.walking = true;
    const knownAtS = newestS(shoe.ring);
    for (const held of gait.held) {
      gait.told = true;
      shoe.emit({ ...held, known_at_s: knownAtS });
    }
    gait.held = [];
  }

  /** A first step is told as soon as the foot stands, before its stillest moment is known. @param i index that may be looked at */
  look(i: number, shoe: ShoeContext): void {
    const gait = this.state;
    gait.stepDue = NaN;
    const { present } = gait;
    if (present === undefined || gait.walking) return;
    const from = Math.ceil(present.icIndex + this.#params.flatFromS * shoe.ring.rateHz);
    if (this.#hasStepped(this.#stillest(shoe, from, i), this.#params.stepLookRadps, shoe)) this.#walk(shoe);
    else gait.stepDue = i + Math.max(1, Math.round(LOOK_AGAIN_S * shoe.ring.rateHz));
  }

  /** The present stance's foot-flat is due: with it, the stride that it ends. @param i index that may be looked at */
  flat(i: number, shoe: ShoeContext): void {
    const gait = this.state;
    const p = this.#params;
    const { ring } = shoe;
    gait.flatDue = NaN;
    gait.stepDue = NaN;
    const { present, before } = gait;
    if (present === undefined) return;
    const from = Math.ceil(present.icIndex + p.flatFromS * ring.rateHz);
    let to = Math.min(i, Math.floor(present.icIndex + (p.flatUntilS + p.flatWindowS / 2) * ring.rateHz));
    if (present.troughIndex !== undefined)
      to = Math.min(to, Math.floor(present.troughIndex - p.flatBeforePushOffS * ring.rateHz));
    present.flat = this.#stillest(shoe, from, to);
    const knownAtS = newestS(ring);
    if (!gait.walking && this.#hasStepped(present.flat, p.stoodRadps, shoe)) this.#walk(shoe);
    // A foot that turns without standing in between, as on a pedal, was not walking up to here; a run is told by its push-offs.
    const stood = present.flat !== undefined && present.flat.stillRadps <= p.stoodRadps;
    if (!gait.walking && !stood && gait.hard === 0) gait.held = gait.held.filter((c) => c.time_s > present.icS);
    const ran = before !== undefined && isRun(before.icS, before.fcS, present.icS);
    if (gait.walking && !ran && present.flat !== undefined) this.#learn(present.icS, present.flat, knownAtS, shoe);
    gait.depart = undefined;
    if (before === undefined || !gait.walking) return;
    const { builder, bias, pitchAxis } = shoe;
    const curves = this.#curves;
    const built = buildStride(builder, ring, this.#side, before, present, bias, pitchAxis, p, curves, knownAtS);
    shoe.emit(built.stride);
    for (let k = 0; k < 3; k++) gait.walkedAxis[k] = pitchAxis[k]!;
    if (built.path !== undefined) learnWalkingBias(shoe.rest, built.path);
    if (built.curve !== undefined) shoe.emit(built.curve);
    if (built.finding !== undefined) shoe.emit(built.finding);
    if (built.sideVote !== 0) shoe.emit({ type: 'side_vote', atS: before.icS, weight: built.sideVote });
    gait.before = undefined;
    if (!ran) this.#judge(built.stride, knownAtS, shoe);
    // On the spot: two strides that went nowhere are no walking.
    gait.idle = built.movedM !== undefined && built.movedM < ON_THE_SPOT * p.stepLengthM ? gait.idle + 1 : 0;
    if (gait.idle === 0) gait.proven++;
    if (gait.idle >= 2) {
      gait.walking = false;
      gait.idle = 0;
    }
  }

  /** Says it once where most strides are of little use. */
  #judge(stride: StrideRecord, knownAtS: number, shoe: ShoeContext): void {
    const gait = this.state;
    if (stride.turning || gait.poorTold) return;
    gait.judged++;
    if (stride.quality < POOR_QUALITY) gait.poor++;
    if (gait.judged < POOR_STRIDES) return;
    if (gait.poor > gait.judged / 2) {
      gait.poorTold = true;
      shoe.emit({
        type: 'finding',
        kind: 'poor_quality',
        at_s: stride.ic_s,
        side: this.#side,
        text: `The ${this.#side} shoe sensor gave no good stride length in ${gait.poor} of ${gait.judged} strides; ${adviceOn(stride.reasons['stride_length_m'])}.`,
        confidence: 0.9,
        known_at_s: knownAtS,
      });
    }
    gait.judged = gait.poor = 0;
  }

  /**
   * Only a walking foot tells how the sensor sits: a runner's is pushed about and never flat for long.
   * @param icS contact of the stance in which it was flat
   */
  #learn(icS: number, flat: FootFlat, knownAtS: number, shoe: ShoeContext): void {
    const { lie, heading } = shoe.builder;
    learnSensorHeight(lie.height, shoe.ring, flat, shoe.bias);
    if (learnFlat(lie, flat)) {
      heading.strides = 0;
      shoe.emit(slipped(this.#side, icS, knownAtS));
    }
    if (this.state.proven >= BELIEVED && flat.stillRadps <= this.#params.stepLookRadps) confirmByStance(shoe.pitchAxis);
  }

  /** Foot-flat within [from, to]. */
  #stillest(shoe: ShoeContext, from: number, to: number): FootFlat | undefined {
    return findFootFlat(shoe.ring, from, to, shoe.bias, sensorHeightM(shoe.builder.lie.height), this.#params);
  }

  /** Whether the foot has gone somewhere since it last stood. @param to where it stands now */
  #hasStepped(to: FootFlat | undefined, stoodRadps: number, shoe: ShoeContext): boolean {
    const p = this.#params;
    const { before, depart } = this.state;
    const from = before?.depart ?? before?.flat ?? depart;
    if (from === undefined || to === undefined || to.index <= from.index) return false;
    if (Math.max(from.stillRadps, to.stillRadps) > stoodRadps) return false;
    const { lie } = shoe.builder;
    if (lie.flats + lie.standings > 0) neutralUp(lie, neutral);
    else neutral.set(from.up);
    pathBetween(lie, shoe.ring, from, to, neutral, shoe.bias, p, path);
    const movedM = Math.hypot(path.x, path.y);
    return movedM > p.stepLengthM && path.residualMps < p.stepResidualPerS * movedM;
  }
}

/** What to do about a sensor whose strides give nothing, by what the last one said. */
function adviceOn(reason: string | undefined): string {
  if (reason === 'clipped') return 'it reaches the end of its range: set a larger one';
  if (reason === 'glitch' || reason === 'stuck') return 'its values jump or stand still: it may be broken';
  return 'check that it sits tight';
}
