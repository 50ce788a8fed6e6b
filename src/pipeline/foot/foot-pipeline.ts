import { lateralSign } from '../../domain/frames.ts';
import type { EventRecord } from '../../domain/records.ts';
import type { ImuBlock } from '../../domain/samples.ts';
import type { Side } from '../../domain/sites.ts';
import type { Stage } from '../../domain/stage.ts';
import { DEG_PER_RAD } from '../../domain/units.ts';
import { hannTaps } from '../../math/hann.ts';
import { cross3, levelUnit } from '../../math/rotation.ts';
import {
  createContactDetector,
  restartContacts,
  stepContacts,
  onGround,
  usualPush,
  type Contact,
  type ContactDetectorState,
} from './contact-detector.ts';
import { findFootFlat, type FootFlat } from './foot-flat.ts';
import type { FootLive, FootOutput } from './foot-output.ts';
import { FOOT_PARAMS, type FootParams } from './foot-params.ts';
import { breakRest, createGyroRest, restWindowForce, watchRest, type GyroRestState } from './gyro-rest.ts';
import { carryUp, type LiveUp } from './live-tilt.ts';
import { createPitchAxis, watchPitchAxis, type PitchAxisState } from './pitch-axis.ts';
import { SampleIntake, type SampleIntakeState } from './sample-intake.ts';
import { createSampleRing, oldestIndex, type SampleRingState } from './sample-ring.ts';
import { learnFlat, learnStanding, neutralUp, pathBetween, restForce } from './shoe-lie.ts';
import { elevationOfVector } from './stance-motion.ts';
import { createStridePath } from './stride-path.ts';
import {
  buildStride,
  createStrideBuilderState,
  slipped,
  type Stance,
  type StrideBuilderState,
} from './stride-builder.ts';

export interface FootPipelineState {
  intake: SampleIntakeState;
  ring: SampleRingState;
  rest: GyroRestState;
  axis: PitchAxisState;
  contacts: ContactDetectorState;
  builder: StrideBuilderState;
  gait: GaitState;
}

interface GaitState {
  /** Next index that the contact detector looks at. */
  next: number;
  /** The stance before the present one, where both belong to one stride. */
  before: Stance | undefined;
  present: Stance | undefined;
  /** Index at which the present stance's foot-flat is looked for; NaN where it is done. */
  flatDue: number;
  /** Contacts that wait for a second step before they count. */
  held: EventRecord[];
  walking: boolean;
  lastContactS: number;
  /** Where the foot stood before the swing that is under way, where no stance says it. */
  depart: FootFlat | undefined;
  /** For drawing. */
  liveUp: LiveUp;
  /** Strides in a row that went nowhere; strides that went somewhere. */
  idle: number;
  proven: number;
  /** Whether a contact was ever told: those can't be taken back. */
  told: boolean;
}

/** Longest stride and longest pause within a bout [s]. */
const LONGEST_STRIDE_S = 3;
/** A stance longer than this is left by a flat of its own, sought so long before push-off [s]. */
const LONG_STANCE_S = 0.8;
const DEPART_S = 0.5;
/** Contacts that may wait for a step. */
const MOST_HELD = 8;
/** After so many strides a push-off of this share of the usual one is believed at once. */
const PROVEN = 8;
const PROVEN_PUSH = 0.5;
const path = createStridePath();
const neutral = new Float64Array(3);
const forward = new Float64Array(3);
const left = new Float64Array(3);

const MIN_RATE_HZ = 20;

/**
 * The signal path of one shoe: samples in, contacts, strides and roll-in out. Works sample by sample with bounded memory; any
 * splitting of the same samples gives the same output.
 */
export class FootPipeline implements Stage<ImuBlock, FootOutput, FootPipelineState> {
  readonly #side: Side;
  readonly #params: FootParams;
  readonly #intake: SampleIntake;
  readonly #contact: Contact = { kind: 'ic', index: 0, timeS: 0, strength: 0, troughIndex: 0 };
  readonly #force = new Float64Array(3);
  #ring: SampleRingState;
  #rest = createGyroRest();
  #axis = createPitchAxis();
  #contacts = createContactDetector();
  #builder = createStrideBuilderState();
  #gait = createGait();
  /** Derived from the rate. */
  #crossingTaps: Float64Array = new Float64Array([1]);
  #shapeTaps: Float64Array = new Float64Array([1]);
  #restHalf = 1;
  #emit: (output: FootOutput) => void = ignore;

  constructor(options: { side: Side; params?: Partial<FootParams> }) {
    this.#side = options.side;
    this.#params = { ...FOOT_PARAMS, ...options.params };
    this.#ring = createSampleRing(MIN_RATE_HZ, this.#params.memoryS);
    this.#intake = new SampleIntake(this.#params, {
      rate: (rateHz) => {
        this.#setRate(rateHz);
      },
      broken: () => {
        this.#break();
      },
      sample: (values, mark) => {
        this.#sample(values, mark);
      },
    });
  }

  push(block: ImuBlock, emit: (output: FootOutput) => void): void {
    this.#emit = emit;
    this.#intake.push(block);
    this.#emit = ignore;
  }

  flush(emit: (output: FootOutput) => void): void {
    this.#emit = emit;
    if (Number.isFinite(this.#gait.flatDue)) this.#footFlat(this.#ring.count - 2);
    this.#emit = ignore;
  }

  #setRate(rateHz: number): void {
    this.#ring = createSampleRing(rateHz, this.#params.memoryS);
    this.#derive();
    this.#contacts = createContactDetector();
    this.#axis = createPitchAxis();
    this.#gait = createGait();
    breakRest(this.#rest);
  }

  #derive(): void {
    const { rateHz } = this.#ring;
    this.#crossingTaps = hannTaps(this.#params.pitchWidthS, rateHz);
    this.#shapeTaps = hannTaps(this.#params.shapeWidthS, rateHz);
    this.#restHalf = Math.max(4, Math.round(this.#params.restHalfS * rateHz));
  }

  #break(): void {
    const ring = this.#ring;
    ring.runStart = ring.count;
    breakRest(this.#rest);
    restartContacts(this.#contacts, ring.count);
    const { lastContactS, walking, told, proven, liveUp } = this.#gait;
    this.#gait = createGait();
    this.#gait.next = ring.count;
    this.#gait.walking = walking;
    this.#gait.lastContactS = lastContactS;
    this.#gait.told = told;
    this.#gait.proven = proven;
    this.#gait.liveUp = liveUp;
  }

  #sample(v: Float64Array, mark: number): void {
    const ring = this.#ring;
    const i = ring.count++;
    const slot = i & (ring.capacity - 1);
    const j = 3 * slot;
    ring.timeS[slot] = v[0]!;
    ring.acc[j] = v[1]!;
    ring.acc[j + 1] = v[2]!;
    ring.acc[j + 2] = v[3]!;
    ring.gyr[j] = v[4]!;
    ring.gyr[j + 1] = v[5]!;
    ring.gyr[j + 2] = v[6]!;
    ring.mark[slot] = mark;
    const bias = this.#rest.biasRadps;
    if (watchRest(this.#rest, v, this.#restHalf, this.#params)) {
      restWindowForce(this.#rest, this.#force);
      learnStanding(this.#builder.lie, this.#force);
    }
    const wx = v[4]! - bias[0]!;
    const wy = v[5]! - bias[1]!;
    const wz = v[6]! - bias[2]!;
    carryUp(this.#gait.liveUp, v, wx, wy, wz, 1 / ring.rateHz, restForce(this.#builder.lie));
    const axis = this.#axis;
    if (watchPitchAxis(axis, wx, wy, wz, 1 / ring.rateHz, this.#params)) {
      this.#replay();
      return;
    }
    if (!axis.usable) return;
    ring.pitchRate[slot] = wx * axis.axis[0]! + wy * axis.axis[1]! + wz * axis.axis[2]!;
    this.#advance();
  }

  /** The axis has just become known (or turned round): what the ring remembers is looked at again. */
  #replay(): void {
    const ring = this.#ring;
    const mask = ring.capacity - 1;
    const bias = this.#rest.biasRadps;
    const { axis } = this.#axis;
    const oldest = oldestIndex(ring);
    for (let i = oldest; i < ring.count; i++) {
      const j = 3 * (i & mask);
      ring.pitchRate[i & mask] =
        (ring.gyr[j]! - bias[0]!) * axis[0]! +
        (ring.gyr[j + 1]! - bias[1]!) * axis[1]! +
        (ring.gyr[j + 2]! - bias[2]!) * axis[2]!;
    }
    const first = !this.#gait.told;
    this.#gait.next = first ? oldest : ring.count - 1;
    restartContacts(this.#contacts, this.#gait.next);
    this.#gait.before = this.#gait.present = undefined;
    this.#gait.flatDue = NaN;
    this.#gait.held = [];
    if (first) this.#gait.lastContactS = -Infinity;
    this.#advance();
  }

  /** Filters and looks for contacts as far as there are samples on both sides. */
  #advance(): void {
    const ring = this.#ring;
    const mask = ring.capacity - 1;
    const gait = this.#gait;
    const a = this.#crossingTaps;
    const b = this.#shapeTaps;
    const ha = (a.length - 1) >> 1;
    const hb = (b.length - 1) >> 1;
    const oldest = oldestIndex(ring);
    if (gait.next < oldest + ha) gait.next = oldest + ha;
    while (gait.next + ha < ring.count) {
      const i = gait.next++;
      let sum = 0;
      for (let k = 0, j = i - ha; k < a.length; k++, j++) sum += a[k]! * ring.pitchRate[j & mask]!;
      ring.pitchCrossing[i & mask] = sum;
      sum = 0;
      for (let k = 0, j = i - hb; k < b.length; k++, j++) sum += b[k]! * ring.pitchRate[j & mask]!;
      ring.pitchShape[i & mask] = sum;
      if (i - 1 < oldest + ha) continue;
      if (stepContacts(this.#contacts, ring, i, this.#params, this.#contact)) this.#onContact(i);
      if (i >= gait.flatDue) this.#footFlat(i);
    }
  }

  #onContact(i: number): void {
    const { kind, index, timeS } = this.#contact;
    const gait = this.#gait;
    if (timeS - gait.lastContactS > LONGEST_STRIDE_S) {
      gait.walking = false;
      gait.held = [];
      gait.before = undefined;
      gait.depart = undefined;
      if (kind === 'ic') gait.present = undefined;
    }
    if (kind === 'fc') this.#leave();
    else this.#land(i, index, timeS);
    gait.lastContactS = timeS;
    const event: EventRecord = {
      type: 'event',
      side: this.#side,
      kind,
      time_s: timeS,
      known_at_s: this.#nowS(),
    };
    if (gait.walking) {
      gait.told = true;
      this.#emit(event);
    } else {
      gait.held.push(event);
      if (gait.held.length > MOST_HELD) gait.held.shift();
    }
  }

  /** The foot has left the ground. */
  #leave(): void {
    const { index, timeS, troughIndex, strength } = this.#contact;
    const gait = this.#gait;
    const ring = this.#ring;
    const p = this.#params;
    const { present } = gait;
    const to = Math.floor(troughIndex - p.flatBeforePushOffS * ring.rateHz);
    gait.depart = undefined;
    // After a long stance the way is measured from its end; before the first step there is no other flat.
    const flat = present?.flat;
    if (flat === undefined || to - flat.index > LONG_STANCE_S * ring.rateHz) {
      let from = Math.max(oldestIndex(ring) + 1, to - Math.round(DEPART_S * ring.rateHz));
      if (present !== undefined) from = Math.max(from, Math.ceil(present.icIndex + p.flatFromS * ring.rateHz));
      gait.depart = findFootFlat(ring, from, to, this.#rest.biasRadps, p);
    }
    if (present !== undefined) {
      present.fcIndex = index;
      present.fcS = timeS;
      present.troughIndex = troughIndex;
      if (present.flat !== undefined) present.depart = gait.depart;
    }
    if (!gait.walking && gait.proven >= PROVEN && -strength > PROVEN_PUSH * usualPush(this.#contacts)) this.#walk();
  }

  /** The foot has come down. */
  #land(i: number, icIndex: number, icS: number): void {
    const gait = this.#gait;
    const p = this.#params;
    if (Number.isFinite(gait.flatDue)) this.#footFlat(i);
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
    gait.flatDue = Math.ceil(icIndex + (p.flatUntilS + p.flatWindowS / 2) * this.#ring.rateHz);
  }

  /** This is walking: contacts that waited for it are told. */
  #walk(): void {
    const gait = this.#gait;
    gait.walking = true;
    const knownAtS = this.#nowS();
    for (const held of gait.held) {
      gait.told = true;
      this.#emit({ ...held, known_at_s: knownAtS });
    }
    gait.held = [];
  }

  #footFlat(i: number): void {
    const gait = this.#gait;
    const p = this.#params;
    const ring = this.#ring;
    gait.flatDue = NaN;
    const { present, before } = gait;
    if (present === undefined) return;
    const from = Math.ceil(present.icIndex + p.flatFromS * ring.rateHz);
    let to = Math.min(i, Math.floor(present.icIndex + (p.flatUntilS + p.flatWindowS / 2) * ring.rateHz));
    if (present.troughIndex !== undefined)
      to = Math.min(to, Math.floor(present.troughIndex - p.flatBeforePushOffS * ring.rateHz));
    present.flat = findFootFlat(ring, from, to, this.#rest.biasRadps, p);
    const knownAtS = this.#nowS();
    if (present.flat !== undefined && learnFlat(this.#builder.lie, present.flat)) {
      this.#builder.heading.strides = 0;
      this.#emit(slipped(this.#side, present.icS, knownAtS));
    }
    if (!gait.walking && this.#hasStepped(before?.depart ?? before?.flat ?? gait.depart, present.flat)) this.#walk();
    gait.depart = undefined;
    if (before === undefined || !gait.walking) return;
    const built = buildStride(
      this.#builder,
      ring,
      this.#side,
      before,
      present,
      this.#rest.biasRadps,
      this.#axis.axis,
      p,
      knownAtS,
    );
    this.#emit(built.stride);
    if (built.curve !== undefined) this.#emit(built.curve);
    if (built.finding !== undefined) this.#emit(built.finding);
    if (built.sideVote !== 0) this.#emit({ type: 'side_vote', atS: before.icS, weight: built.sideVote });
    gait.before = undefined;
    // On the spot: two strides that went nowhere are no walking.
    gait.idle = built.movedM !== undefined && built.movedM < p.stepLengthM ? gait.idle + 1 : 0;
    if (gait.idle === 0) gait.proven++;
    if (gait.idle >= 2) {
      gait.walking = false;
      gait.idle = 0;
    }
  }

  /** Whether the foot has gone somewhere between two moments in which it stood. */
  #hasStepped(from: FootFlat | undefined, to: FootFlat | undefined): boolean {
    const p = this.#params;
    if (from === undefined || to === undefined || to.index <= from.index) return false;
    if (Math.max(from.stillRadps, to.stillRadps) > p.stoodRadps) return false;
    const { lie } = this.#builder;
    neutralUp(lie, this.#force);
    pathBetween(lie, this.#ring, from, to, this.#force, this.#rest.biasRadps, p, path);
    return Math.hypot(path.x, path.y) > p.stepLengthM && path.residualMps < p.stepResidualMps;
  }

  #nowS(): number {
    const ring = this.#ring;
    return ring.timeS[(ring.count - 1) & (ring.capacity - 1)]!;
  }

  /** The foot as of its newest sample. */
  live(): FootLive {
    const { count } = this.#ring;
    const { heading, lie } = this.#builder;
    let eversionDeg: number | null = null;
    let pitchDeg: number | null = null;
    if (heading.strides > 0) {
      neutralUp(lie, neutral);
      forward.set(heading.forward);
      levelUnit(forward, neutral);
      cross3(neutral, forward, left);
      eversionDeg = lateralSign(this.#side) * elevationOfVector(this.#gait.liveUp, left) * DEG_PER_RAD;
      pitchDeg = elevationOfVector(this.#gait.liveUp, forward) * DEG_PER_RAD;
    }
    return {
      timeS: count === 0 ? 0 : this.#nowS(),
      eversionDeg,
      pitchDeg,
      inStance: this.#axis.usable ? onGround(this.#contacts) : null,
      provisional: heading.strides < this.#params.headingSettled,
    };
  }

  reset(): void {
    this.#intake.reset();
    this.#ring = createSampleRing(MIN_RATE_HZ, this.#params.memoryS);
    this.#rest = createGyroRest();
    this.#axis = createPitchAxis();
    this.#contacts = createContactDetector();
    this.#builder = createStrideBuilderState();
    this.#gait = createGait();
  }

  snapshot(): FootPipelineState {
    return structuredClone({
      intake: this.#intake.snapshot(),
      ring: this.#ring,
      rest: this.#rest,
      axis: this.#axis,
      contacts: this.#contacts,
      builder: this.#builder,
      gait: this.#gait,
    });
  }

  restore(state: FootPipelineState): void {
    const s = structuredClone(state);
    this.#intake.restore(s.intake);
    this.#ring = s.ring;
    this.#rest = s.rest;
    this.#axis = s.axis;
    this.#contacts = s.contacts;
    this.#builder = s.builder;
    this.#gait = s.gait;
    this.#derive();
  }
}

const ignore = (): void => undefined;

const createGait = (): GaitState => ({
  next: 0,
  before: undefined,
  present: undefined,
  flatDue: NaN,
  held: [],
  walking: false,
  lastContactS: -Infinity,
  told: false,
  depart: undefined,
  liveUp: new Float64Array(3),
  idle: 0,
  proven: 0,
});
