import type { WalkSeconds } from '../../domain/samples.ts';
import type { Side } from '../../domain/sites.ts';
import type { PelvisParams } from './pelvis-params.ts';

/** Force of one stride: its integral in the almost inertial frame and how long it took. */
export interface StrideForce {
  readonly sum: Float64Array;
  readonly spanS: number;
}

interface SideBook {
  lastIcS: WalkSeconds;
  forces: StrideForce[];
  /** Mean roll before the last contacts [deg]. */
  before: number[];
  strideTimes: number[];
}

/** What is remembered of each side's strides. */
export type StrideBookState = Record<Side, SideBook>;

const newSide = (): SideBook => ({ lastIcS: NaN, forces: [], before: [], strideTimes: [] });
const TIMES = 9;

/** The last strides of both sides: their forces (for up), their angles before contact (for the neutral), their times. */
export class StrideBook {
  readonly #params: PelvisParams;
  readonly #sorted = new Float64Array(2 * TIMES + 2);
  #s: StrideBookState = { left: newSide(), right: newSide() };

  constructor(params: PelvisParams) {
    this.#params = params;
  }

  /** Notes a contact; gives the side's one before, NaN where there is none in the present run. */
  contact(side: Side, timeS: WalkSeconds): WalkSeconds {
    const s = this.#s[side];
    const before = s.lastIcS;
    s.lastIcS = timeS;
    return before;
  }

  /** Whether a stride of this time [s] fits those before. */
  timeFits(timeS: number): boolean {
    const { left, right } = this.#s;
    const count = left.strideTimes.length + right.strideTimes.length;
    if (count < 4) return true;
    this.#sort(left.strideTimes, 0);
    this.#sort(right.strideTimes, left.strideTimes.length);
    const median = this.#sorted[count >> 1]!;
    return Math.abs(timeS - median) <= this.#params.strideTimeShare * median;
  }

  /** Puts values in order among the first `count` that are. */
  #sort(values: readonly number[], count: number): void {
    const sorted = this.#sorted;
    for (const value of values) {
      let at = count++;
      while (at > 0 && sorted[at - 1]! > value) {
        sorted[at] = sorted[at - 1]!;
        at--;
      }
      sorted[at] = value;
    }
  }

  time(side: Side, timeS: number): void {
    const times = this.#s[side].strideTimes;
    times.push(timeS);
    if (times.length > TIMES) times.shift();
  }

  /** Adds a stride's force and gives up over the last strides, unit. */
  up(side: Side, force: StrideForce): Float64Array {
    const { forces } = this.#s[side];
    forces.push(force);
    if (forces.length > this.#params.upStrides) forces.shift();
    const up = new Float64Array(3);
    for (const f of forces) for (let c = 0; c < 3; c++) up[c]! += f.sum[c]!;
    const n = Math.sqrt(up[0]! ** 2 + up[1]! ** 2 + up[2]! ** 2);
    for (let c = 0; c < 3; c++) up[c] = up[c]! / n;
    return up;
  }

  /** A level before contact [deg] for the rolling neutral. */
  beforeContact(side: Side, rollDeg: number): void {
    const { before } = this.#s[side];
    before.push(rollDeg);
    if (before.length > this.#params.neutralStrides) before.shift();
  }

  /** Rolling neutral [deg]; NaN before both sides were seen. `other` stands in for the other side's first. */
  neutral(side: Side, other: number): number {
    const own = mean(this.#s[side].before);
    const far = this.#s[side === 'left' ? 'right' : 'left'].before;
    return (own + (far.length > 0 ? mean(far) : other)) / 2;
  }

  /** After a turn or a slip: levels and up are learned anew. */
  clearLevels(): void {
    for (const side of [this.#s.left, this.#s.right]) {
      side.before = [];
      side.forces = [];
    }
  }

  /** No stride reaches over this. */
  clearContacts(): void {
    for (const side of [this.#s.left, this.#s.right]) {
      side.lastIcS = NaN;
      side.forces = [];
    }
  }

  /** Up is learned anew on this side. */
  clearForces(side: Side): void {
    this.#s[side].forces = [];
  }

  lastContact(side: Side): WalkSeconds {
    return this.#s[side].lastIcS;
  }

  reset(): void {
    this.#s = { left: newSide(), right: newSide() };
  }
  snapshot(): StrideBookState {
    return structuredClone(this.#s);
  }
  restore(state: StrideBookState): void {
    this.#s = structuredClone(state);
  }
}

const mean = (values: readonly number[]): number =>
  values.length === 0 ? NaN : values.reduce((a, b) => a + b, 0) / values.length;
