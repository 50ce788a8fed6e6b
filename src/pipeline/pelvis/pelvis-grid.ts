import type { ImuBlock } from '../../domain/samples.ts';
import { STANDARD_GRAVITY_MPS2 } from '../../domain/units.ts';
import { InclinationFilter, type InclinationState } from '../orientation/orientation-filter.ts';
import { SampleClock, type SampleClockState } from '../orientation/sample-clock.ts';
import type { PelvisParams } from './pelvis-params.ts';
import { BRIDGED, createPelvisRing, FILLED, MEASURED, slotOf, touchRing, type PelvisRing } from './pelvis-ring.ts';

/** Samples that go through the orientation filter at once. */
const CHUNK = 32;
/** A rate this far off (share) is another sensor, not a fitted clock. */
const OTHER_SENSOR = 0.05;

interface GridNumbers {
  rateHz: number;
  factor: number;
  /** The average that is being built: samples in it, their time, and the worst mark. */
  summed: number;
  timeSum: number;
  worst: number;
  /** Samples marked upstream in a row. */
  markedRun: number;
  hasLast: boolean;
}

export interface PelvisGridState {
  readonly ring: PelvisRing;
  readonly numbers: GridNumbers;
  readonly sums: Float64Array;
  readonly last: Float64Array;
  readonly live: Float64Array;
  readonly filter: InclinationState;
  readonly clock: SampleClockState;
}

const newNumbers = (): GridNumbers => ({
  rateHz: 0,
  factor: 1,
  summed: 0,
  timeSum: 0,
  worst: MEASURED,
  markedRun: 0,
  hasLast: false,
});

/** The samples that are under way, for all walkers: those that fill a hole, times and marks, and what the filter makes of them. */
const filledAcc = new Float64Array(3 * CHUNK);
const filledGyr = new Float64Array(3 * CHUNK);
const times = new Float64Array(CHUNK);
const marks = new Uint8Array(CHUNK);
const q = new Float64Array(4 * CHUNK);
const strap = new Float64Array(4 * CHUNK);

/** Brings the pelvis' samples to the path's grid, each with its orientation; bridges short holes and says where a run breaks. */
export class PelvisGrid {
  readonly #params: PelvisParams;
  readonly #filter = new InclinationFilter();
  readonly #clock = new SampleClock();
  readonly #onSample: () => void;
  readonly #onBreak: () => void;
  readonly #forSteps: boolean;
  #ring: PelvisRing;
  #n = newNumbers();
  /** strap quaternion 0-3, specific force in its frame 4-6, vertical force 7, rate² 8 */
  #sums: Float64Array = new Float64Array(9);
  /** the last raw sample: acc, gyr */
  #last: Float64Array = new Float64Array(6);
  /** the newest earth-from-sensor quaternion */
  #live: Float64Array = new Float64Array([1, 0, 0, 0]);

  /**
   * @param forSteps whether steps are looked for in the ring
   * @param onSample after each new grid sample (the newest of the ring)
   * @param onBreak where samples don't go on from those before
   */
  constructor(params: PelvisParams, forSteps: boolean, onSample: () => void, onBreak: () => void) {
    this.#params = params;
    this.#forSteps = forSteps;
    this.#ring = createPelvisRing(forSteps);
    this.#onSample = onSample;
    this.#onBreak = onBreak;
  }

  get ring(): PelvisRing {
    return this.#ring;
  }

  /** Earth-from-sensor as of the newest sample. */
  get orientation(): Float64Array {
    return this.#live;
  }

  /** Reads what the next packet needs, all of it at once: see docs/decisions/002-many-walkers.md. */
  touch(): number {
    const { rateHz, factor, timeSum } = this.#n;
    const between = this.#sums[0]! + this.#last[0]! + this.#live[0]!;
    return this.#filter.touch() + this.#clock.touch() + touchRing(this.#ring) + rateHz + factor + timeSum + between;
  }

  push(block: ImuBlock): void {
    const count = block.accMps2.length / 3;
    if (count === 0) return;
    const knownHz = this.#n.rateHz;
    if (knownHz === 0 || Math.abs(block.rateHz / knownHz - 1) > OTHER_SENSOR) this.#begin(block.rateHz);
    const n = this.#n;
    n.rateHz = block.rateHz;
    this.#ring.rateHz = block.rateHz / n.factor;
    const gapS = this.#clock.enter(block);
    if (block.afterGap && n.hasLast) this.#gap(block, gapS);
    for (let from = 0; from < count; from += CHUNK) {
      const size = Math.min(CHUNK, count - from);
      for (let i = 0; i < size; i++) {
        times[i] = this.#clock.next();
        marks[i] = this.#upstreamMark(block, from + i);
      }
      this.#chunk(block.accMps2, block.gyrRadps, from, size);
    }
    const at = 3 * (count - 1);
    for (let c = 0; c < 3; c++) {
      this.#last[c] = block.accMps2[at + c]!;
      this.#last[3 + c] = block.gyrRadps[at + c]!;
    }
    n.hasLast = true;
  }

  #begin(rateHz: number): void {
    const n = this.#n;
    const count = this.#ring.count;
    this.#n = newNumbers();
    this.#n.rateHz = rateHz;
    this.#n.factor = Math.max(1, Math.floor(rateHz / this.#params.gridRateHz + 1e-3));
    this.#sums.fill(0);
    if (n.rateHz === 0) return;
    this.#filter.gap(Infinity);
    this.#ring.runStart = count;
    this.#onBreak();
  }

  #upstreamMark(block: ImuBlock, i: number): number {
    const n = this.#n;
    if (block.bridged === undefined || block.bridged[i] === 0) {
      n.markedRun = 0;
      return MEASURED;
    }
    n.markedRun++;
    return n.markedRun > this.#params.bridgedGapS * n.rateHz ? FILLED : BRIDGED;
  }

  #gap(block: ImuBlock, gapS: number): void {
    const missing = Math.round(gapS * block.rateHz);
    if (gapS > this.#params.timingGapS || missing < 0) {
      this.#filter.gap(Math.max(gapS, this.#params.timingGapS + 1));
      this.#n.summed = 0;
      this.#n.timeSum = 0;
      this.#n.worst = MEASURED;
      this.#sums.fill(0);
      this.#ring.runStart = this.#ring.count;
      this.#onBreak();
      return;
    }
    // Between the last sample and the next everything is taken to run straight.
    const mark = gapS > this.#params.bridgedGapS ? FILLED : BRIDGED;
    for (let done = 0; done < missing;) {
      const size = Math.min(CHUNK, missing - done);
      for (let i = 0; i < size; i++) {
        const w = (done + i + 1) / (missing + 1);
        times[i] = block.startS - (1 - w) * (gapS + 1 / block.rateHz);
        marks[i] = mark;
        for (let c = 0; c < 3; c++) {
          filledAcc[3 * i + c] = this.#last[c]! + w * (block.accMps2[c]! - this.#last[c]!);
          filledGyr[3 * i + c] = this.#last[3 + c]! + w * (block.gyrRadps[c]! - this.#last[3 + c]!);
        }
      }
      this.#chunk(filledAcc, filledGyr, 0, size);
      done += size;
    }
  }

  #chunk(acc: Float64Array, gyr: Float64Array, from: number, size: number): void {
    const n = this.#n;
    const sums = this.#sums;
    const forSteps = this.#forSteps;
    this.#filter.update(n.rateHz, acc, gyr, from, size, q, strap);
    for (let i = 0; i < size; i++) {
      const j = 3 * (from + i);
      const k = 4 * i;
      const ax = acc[j]!;
      const ay = acc[j + 1]!;
      const az = acc[j + 2]!;
      const w = strap[k]!;
      const x = strap[k + 1]!;
      const y = strap[k + 2]!;
      const z = strap[k + 3]!;
      const tx = 2 * (y * az - z * ay);
      const ty = 2 * (z * ax - x * az);
      const tz = 2 * (x * ay - y * ax);
      sums[0]! += w;
      sums[1]! += x;
      sums[2]! += y;
      sums[3]! += z;
      sums[4]! += ax + w * tx + y * tz - z * ty;
      sums[5]! += ay + w * ty + z * tx - x * tz;
      sums[6]! += az + w * tz + x * ty - y * tx;
      if (forSteps) {
        const ew = q[k]!;
        const ex = q[k + 1]!;
        const ey = q[k + 2]!;
        const ez = q[k + 3]!;
        sums[7]! += 2 * ((ex * ez - ew * ey) * ax + (ey * ez + ew * ex) * ay) + (1 - 2 * (ex * ex + ey * ey)) * az;
        sums[8]! += gyr[j]! * gyr[j]! + gyr[j + 1]! * gyr[j + 1]! + gyr[j + 2]! * gyr[j + 2]!;
      }
      n.timeSum += times[i]!;
      if (marks[i]! > n.worst) n.worst = marks[i]!;
      if (++n.summed >= n.factor) {
        for (let c = 0; c < 4; c++) this.#live[c] = q[k + c]!;
        this.#write();
      }
    }
  }

  #write(): void {
    const n = this.#n;
    const ring = this.#ring;
    const sums = this.#sums;
    const slot = slotOf(ring.count);
    const share = 1 / n.factor;
    const length = Math.sqrt(sums[0]! ** 2 + sums[1]! ** 2 + sums[2]! ** 2 + sums[3]! ** 2);
    for (let c = 0; c < 4; c++) ring.q[4 * slot + c] = sums[c]! / length;
    for (let c = 0; c < 3; c++) ring.force[3 * slot + c] = sums[4 + c]! * share;
    if (this.#forSteps) {
      ring.vertical[slot] = sums[7]! * share - STANDARD_GRAVITY_MPS2;
      ring.rateSq[slot] = sums[8]! * share;
    }
    ring.timeS[slot] = n.timeSum * share;
    ring.mark[slot] = n.worst;
    ring.count++;
    n.summed = 0;
    n.timeSum = 0;
    n.worst = MEASURED;
    sums.fill(0);
    this.#onSample();
  }

  reset(): void {
    this.#ring = createPelvisRing(this.#forSteps);
    this.#n = newNumbers();
    this.#sums.fill(0);
    this.#last.fill(0);
    this.#live.set([1, 0, 0, 0]);
    this.#filter.reset();
    this.#clock.reset();
  }

  snapshot(): PelvisGridState {
    return structuredClone({
      ring: this.#ring,
      numbers: this.#n,
      sums: this.#sums,
      last: this.#last,
      live: this.#live,
      filter: this.#filter.snapshot(),
      clock: this.#clock.snapshot(),
    });
  }

  restore(state: PelvisGridState): void {
    const s = structuredClone(state);
    this.#ring = s.ring;
    this.#n = s.numbers;
    this.#sums = s.sums;
    this.#last = s.last;
    this.#live = s.live;
    this.#filter.restore(s.filter);
    this.#clock.restore(s.clock);
  }
}
