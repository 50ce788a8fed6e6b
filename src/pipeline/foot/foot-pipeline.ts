import type { ImuBlock } from '../../domain/samples.ts';
import type { Side } from '../../domain/sites.ts';
import type { Stage } from '../../domain/stage.ts';
import { hannTaps } from '../../math/hann.ts';
import {
  createContactDetector,
  restartContacts,
  stepContacts,
  onGround,
  touchContacts,
  type Contact,
  type ContactDetectorState,
} from './contact-detector.ts';
import { liveFoot } from './foot-live.ts';
import type { FootLive, FootOutput } from './foot-output.ts';
import { FOOT_PARAMS, type FootParams } from './foot-params.ts';
import { createGait, GaitTracker, PROVEN, type GaitState, type ShoeContext } from './gait-tracker.ts';
import { breakRest, createGyroRest, restWindowForce, touchRest, watchRest, type GyroRestState } from './gyro-rest.ts';
import {
  createPitchAxis,
  hasMoved,
  isUsable,
  touchPitchAxis,
  watchPitchAxis,
  type PitchAxisState,
  type RateStep,
} from './pitch-axis.ts';
import { SampleIntake, type SampleIntakeState } from './sample-intake.ts';
import { createSampleRing, newestS, oldestIndex, touchRing, type SampleRingState } from './sample-ring.ts';
import { learnStanding } from './shoe-lie.ts';
import { createStrideBuilderState, slipped, type StrideBuilderState } from './stride-builder.ts';
import { liesOtherwise, sitsAsBefore, type WornSeat } from './worn-seat.ts';

export interface FootPipelineState {
  intake: SampleIntakeState;
  ring: SampleRingState;
  rest: GyroRestState;
  axis: PitchAxisState;
  contacts: ContactDetectorState;
  builder: StrideBuilderState;
  gait: GaitState;
  /** Next index that the contact detector looks at. */
  next: number;
  seat: WornSeat | null;
}

const step: RateStep = new Float64Array(4);
const force = new Float64Array(3);
const contact: Contact = { kind: 'ic', index: 0, timeS: 0, strength: 0, troughIndex: 0 };

const MIN_RATE_HZ = 20;
/** The shoe has been put down, or stands, when it rests so long; longer where steps were seen: no slow walker stands so long in a step [s]. */
const RESTED_S = 1;
const STOPPED_S = 2;

/**
 * The signal path of one shoe: samples in, contacts, strides and roll-in out. Works sample by sample with bounded memory; any
 * splitting of the same samples gives the same output.
 */
export class FootPipeline implements Stage<ImuBlock, FootOutput, FootPipelineState> {
  readonly #side: Side;
  readonly #params: FootParams;
  readonly #intake: SampleIntake;
  #ring: SampleRingState;
  #rest = createGyroRest();
  #axis = createPitchAxis();
  #contacts = createContactDetector();
  #builder = createStrideBuilderState();
  readonly #gait: GaitTracker;
  #next = 0;
  /** Set aside until new steps say whether it still holds. */
  #seat: WornSeat | null = null;
  /** Derived from the rate. */
  #crossingTaps: Float64Array = new Float64Array([1]);
  #shapeTaps: Float64Array = new Float64Array([1]);
  #restHalf = 1;
  #emit: (output: FootOutput) => void = ignore;

  /** @param options `curves` false: none are worked out */
  constructor(options: { side: Side; curves?: boolean; params?: Partial<FootParams> }) {
    this.#side = options.side;
    // One set for all walkers: a copy each would be fetched from memory for every packet.
    this.#params = options.params === undefined ? FOOT_PARAMS : { ...FOOT_PARAMS, ...options.params };
    this.#gait = new GaitTracker(this.#side, this.#params, options.curves !== false);
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

  /** Reads what the next packet needs, all of it at once: see docs/decisions/002-many-walkers.md. */
  touch(): number {
    const { flatDue, stepDue } = this.#gait.state;
    const learnt = touchRest(this.#rest) + touchPitchAxis(this.#axis) + touchContacts(this.#contacts);
    const taps = this.#crossingTaps[0]! + this.#shapeTaps[0]! + this.#shapeTaps[8]!;
    return this.#intake.touch() + touchRing(this.#ring) + learnt + flatDue + stepDue + taps;
  }

  push(block: ImuBlock, emit: (output: FootOutput) => void): void {
    this.#emit = emit;
    this.#intake.push(block);
    this.#emit = ignore;
  }

  flush(emit: (output: FootOutput) => void): void {
    this.#emit = emit;
    if (Number.isFinite(this.#gait.state.flatDue)) this.#gait.flat(this.#ring.count - 2, this.#shoe());
    this.#emit = ignore;
  }

  #setRate(rateHz: number): void {
    this.#ring = createSampleRing(rateHz, this.#params.memoryS);
    this.#derive();
    this.#contacts = createContactDetector();
    this.#axis = createPitchAxis();
    this.#gait.state = createGait();
    this.#next = 0;
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
    this.#gait.break();
    this.#next = ring.count;
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
      restWindowForce(this.#rest, force);
      this.#rested();
      learnStanding(this.#builder.lie, force);
    }
    const wx = v[4]! - bias[0]!;
    const wy = v[5]! - bias[1]!;
    const wz = v[6]! - bias[2]!;
    step[0] = wx;
    step[1] = wy;
    step[2] = wz;
    step[3] = 1 / ring.rateHz;
    const axis = this.#axis;
    if (watchPitchAxis(axis, step, this.#params, this.#gait.state.proven >= PROVEN)) {
      this.#replay();
      return;
    }
    if (!isUsable(axis)) return;
    ring.pitchRate[slot] = wx * axis[0]! + wy * axis[1]! + wz * axis[2]!;
    this.#advance();
  }

  /**
   * The shoe rests. What was learnt before the wearer has walked may be of a shoe in the hand: then it is forgotten. Before a first
   * step that costs nothing: it is found from the rest on as any first step. What was learnt in walking is set aside where the
   * shoe lies as no standing foot does, until new steps say how the sensor sits.
   */
  #rested(): void {
    const { walking, proven, walkedAxis, lastContactS } = this.#gait.state;
    const restedS = (this.#rest.still + 1) * this.#params.restHalfS;
    if (!hasMoved(this.#axis)) return;
    if (proven < PROVEN) {
      if (restedS >= (walking ? STOPPED_S : RESTED_S)) this.#beginAnew();
    } else if (
      restedS >= RESTED_S &&
      newestS(this.#ring) - lastContactS > STOPPED_S &&
      liesOtherwise(this.#builder.lie, force)
    ) {
      this.#seat ??= { axis: walkedAxis, builder: this.#builder, proven };
      this.#beginAnew();
    }
  }

  /** From this rest on, as if nothing had been. */
  #beginAnew(): void {
    const ring = this.#ring;
    const from = ring.count - (this.#rest.still + 1) * this.#restHalf;
    ring.runStart = Math.max(ring.runStart, from);
    this.#axis = createPitchAxis();
    this.#contacts = { ...createContactDetector(), runBegan: from };
    this.#builder = createStrideBuilderState();
    const { judged, poor, poorTold } = this.#gait.state;
    this.#gait.state = { ...createGait(), judged, poor, poorTold };
    this.#next = from;
  }

  /** New steps may say how the sensor sits now. */
  #judgeSeat(seat: WornSeat): void {
    const same = sitsAsBefore(seat, this.#axis, this.#builder.lie);
    if (same === undefined) return;
    this.#seat = null;
    if (same) {
      this.#builder = seat.builder;
      this.#gait.state.proven += seat.proven;
    } else {
      const nowS = newestS(this.#ring);
      this.#emit(slipped(this.#side, this.#gait.state.present?.icS ?? nowS, nowS));
    }
  }

  /** The axis has just become known (or turned round): what the ring remembers is looked at again. */
  #replay(): void {
    const ring = this.#ring;
    const mask = ring.capacity - 1;
    const bias = this.#rest.biasRadps;
    const axis = this.#axis;
    const oldest = oldestIndex(ring);
    for (let i = oldest; i < ring.count; i++) {
      const j = 3 * (i & mask);
      ring.pitchRate[i & mask] =
        (ring.gyr[j]! - bias[0]!) * axis[0]! +
        (ring.gyr[j + 1]! - bias[1]!) * axis[1]! +
        (ring.gyr[j + 2]! - bias[2]!) * axis[2]!;
    }
    // Contacts that were told stay told: then only what comes is seen anew.
    this.#next = this.#gait.state.told ? ring.count - 1 : oldest;
    restartContacts(this.#contacts, this.#next);
    this.#gait.forget();
    this.#advance();
  }

  /** Filters and looks for contacts as far as there are samples on both sides. */
  #advance(): void {
    const ring = this.#ring;
    const mask = ring.capacity - 1;
    const gait = this.#gait.state;
    const a = this.#crossingTaps;
    const b = this.#shapeTaps;
    const ha = (a.length - 1) >> 1;
    const hb = (b.length - 1) >> 1;
    const oldest = oldestIndex(ring);
    if (this.#next < oldest + ha) this.#next = oldest + ha;
    while (this.#next + ha < ring.count) {
      const i = this.#next++;
      let sum = 0;
      for (let k = 0, j = i - ha; k < a.length; k++, j++) sum += a[k]! * ring.pitchRate[j & mask]!;
      ring.pitchCrossing[i & mask] = sum;
      sum = 0;
      for (let k = 0, j = i - hb; k < b.length; k++, j++) sum += b[k]! * ring.pitchRate[j & mask]!;
      ring.pitchShape[i & mask] = sum;
      if (i - 1 < oldest + ha) continue;
      if (stepContacts(this.#contacts, ring, i, this.#params, contact)) this.#gait.contact(contact, i, this.#shoe());
      if (i >= gait.stepDue) this.#gait.look(i, this.#shoe());
      if (i >= gait.flatDue) {
        this.#gait.flat(i, this.#shoe());
        if (this.#seat !== null) this.#judgeSeat(this.#seat);
      }
    }
  }

  #shoe(): ShoeContext {
    return {
      ring: this.#ring,
      bias: this.#rest.biasRadps,
      rest: this.#rest,
      pitchAxis: this.#axis,
      contacts: this.#contacts,
      builder: this.#builder,
      emit: this.#emit,
    };
  }

  /** The foot as of its newest sample. */
  live(): FootLive {
    const inStance = isUsable(this.#axis) ? onGround(this.#contacts) : null;
    return liveFoot(this.#side, this.#ring, this.#rest.biasRadps, this.#builder, this.#params, inStance);
  }

  reset(): void {
    this.#intake.reset();
    this.#ring = createSampleRing(MIN_RATE_HZ, this.#params.memoryS);
    this.#rest = createGyroRest();
    this.#axis = createPitchAxis();
    this.#contacts = createContactDetector();
    this.#builder = createStrideBuilderState();
    this.#gait.state = createGait();
    this.#next = 0;
    this.#seat = null;
  }

  snapshot(): FootPipelineState {
    return structuredClone({
      intake: this.#intake.snapshot(),
      ring: this.#ring,
      rest: this.#rest,
      axis: this.#axis,
      contacts: this.#contacts,
      builder: this.#builder,
      gait: this.#gait.state,
      next: this.#next,
      seat: this.#seat,
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
    this.#gait.state = s.gait;
    this.#next = s.next;
    this.#seat = s.seat;
    this.#derive();
  }
}

const ignore = (): void => undefined;
