import { mainAxis3 } from '../../math/eigen3.ts';
import { cross3, dot3, levelUnit } from '../../math/rotation.ts';
import type { Side } from '../../domain/sites.ts';
import { leftVote, type StridePhysics } from './stride-physics.ts';

/** How sure the path is of the way the sensor is worn. Overlapping strides count: two begin in each stride's time. */
export type AlignmentStatus = 'none' | 'provisional' | 'locked';

export interface AlignmentState {
  status: AlignmentStatus;
  windows: number;
  /** Sums with a fading memory; `weight` of them. */
  weight: number;
  axis: Float64Array;
  sign: Float64Array;
  /** Mean strength of the sign votes, and how far they point the same way; both 0 to 1. */
  strength: number;
  rel: number;
  up: Float64Array;
  forward: Float64Array;
  lateral: Float64Array;
  /** Share of windows whose forward sign agrees, and whose side agrees with the shoes (fading). */
  signAgree: number;
  sideAgree: number;
  sideVotes: number;
  /** Windows in a row that contradict the forward sign. */
  against: number;
  /** Windows in a row with up elsewhere. */
  moved: number;
  conflict: boolean;
}

const newState = (): AlignmentState => ({
  status: 'none',
  windows: 0,
  weight: 0,
  axis: new Float64Array(6),
  sign: new Float64Array(3),
  strength: 0,
  rel: 0,
  up: new Float64Array(3),
  forward: new Float64Array(3),
  lateral: new Float64Array(3),
  signAgree: 0,
  sideAgree: 0,
  sideVotes: 0,
  against: 0,
  moved: 0,
  conflict: false,
});

/** What a stride changed. */
export type AlignmentChange = 'none' | 'restarted' | 'reversed' | 'sides_conflict' | 'sides_agree';

/** Overlapping strides until provisional (2 strides) and locked (5 strides); memory of the locked state (50 strides). */
const PROVISIONAL_WINDOWS = 2;
const LOCKED_WINDOWS = 9;
const MEMORY_WINDOWS = 100;
/** Floor of a sign vote [(m/s²)²]. */
const SIGN_FLOOR = 0.2;
/** Mean strength below which the signs say nothing: forward and vertical hardly move. */
const LEAST_STRENGTH = 0.05;
/** Windows in a row with forward the wrong way round that make values wait, and that start the search anew. */
const DOUBT_WINDOWS = 4;
const RESTART_WINDOWS = 10;
/** Windows in a row with up elsewhere that start the search anew; the first makes values wait. */
const MOVED_WINDOWS = 3;
/** Votes of the shoes' sides are remembered over this many windows; a conflict needs ten strides. */
const SIDE_MEMORY = 20;
const CONFLICT_WINDOWS = 20;
/** A sensor whose up moved this far (cosine) was put on anew. */
const SAME_MOUNTING = Math.cos((25 * Math.PI) / 180);

/**
 * Forward and left in the sensor's axes, by the physics of walking. Provisional after two strides, locked after five; once
 * given, the sign never turns in silence: where strides contradict it for long it starts anew and says so.
 */
export class PelvisAlignment {
  #s = newState();
  readonly #axis = new Float64Array(3);

  get status(): AlignmentStatus {
    return this.#s.status;
  }
  /** Whether the shoes' sides contradict the pelvis'. */
  get conflict(): boolean {
    return this.#s.conflict;
  }
  /** Unit vector to the left in the sensor's axes; zero before anything is known. */
  get lateral(): Float64Array {
    return this.#s.lateral;
  }
  /** Mean up in the sensor's axes, about unit length. */
  get up(): Float64Array {
    return this.#s.up;
  }
  /** Whether the last strides contradict what is known: values have to wait. */
  get doubtful(): boolean {
    return this.#s.against >= DOUBT_WINDOWS;
  }
  get forward(): Float64Array {
    return this.#s.forward;
  }
  get windows(): number {
    return this.#s.windows;
  }
  /** Coherence of the forward signs, 0 to 1. */
  get coherence(): number {
    return this.#s.weight > 0 ? this.#s.rel : 0;
  }

  /**
   * One straight stride.
   * @param side foot whose contact began it, where a shoe says so
   */
  stride(physics: StridePhysics, side: Side | undefined): AlignmentChange {
    const s = this.#s;
    const before = s.status;
    if (s.windows > 0 && dot3(physics.up, s.up) < SAME_MOUNTING) {
      s.moved++;
      s.against = Math.max(s.against, DOUBT_WINDOWS);
      if (s.moved < MOVED_WINDOWS) return 'none';
    } else {
      if (s.moved > 0) s.against = 0;
      s.moved = 0;
      if (s.status !== 'locked') return this.#take(physics, side);
      s.against = dot3(physics.forward, s.forward) < 0 ? s.against + 1 : 0;
      if (s.against < RESTART_WINDOWS) return s.against > 0 ? 'none' : this.#take(physics, side);
    }
    this.restart();
    this.#take(physics, side);
    return before === 'none' ? 'none' : 'restarted';
  }

  /** Forgets the mounting, not whether the shoes are in conflict. */
  restart(): void {
    this.#s = { ...newState(), conflict: this.#s.conflict };
  }

  #take(physics: StridePhysics, side: Side | undefined): AlignmentChange {
    const s = this.#s;
    s.windows++;
    s.weight = Math.min(s.weight + 1, MEMORY_WINDOWS);
    const share = 1 / s.weight;
    const size = Math.sqrt(dot3(physics.forward, physics.forward)) + SIGN_FLOOR;
    s.strength += ((size - SIGN_FLOOR) / size - s.strength) * share;
    for (let c = 0; c < 3; c++) {
      s.sign[c]! += (physics.forward[c]! / size - s.sign[c]!) * share;
      s.up[c]! += (physics.up[c]! - s.up[c]!) * share;
    }
    for (let c = 0; c < 6; c++) s.axis[c]! += (physics.axis[c]! - s.axis[c]!) * share;
    s.rel = s.strength > 0 ? Math.sqrt(dot3(s.sign, s.sign)) / s.strength : 0;
    const up = normalized(s.up);
    mainAxis3(s.axis, this.#axis);
    levelUnit(this.#axis, up);
    let turn = dot3(this.#axis, s.sign);
    // Once locked, the direction holds; contradiction is counted, not followed.
    if (s.status === 'locked') turn = dot3(this.#axis, s.forward);
    if (turn < 0) for (let c = 0; c < 3; c++) this.#axis[c] = -this.#axis[c]!;
    const flipped = s.status !== 'none' && dot3(this.#axis, s.forward) < 0;
    s.forward.set(this.#axis);
    cross3(up, s.forward, s.lateral);
    const agrees = dot3(physics.forward, s.forward) > 0 ? 1 : 0;
    s.signAgree += (agrees - s.signAgree) * share;
    const change = side === undefined ? 'none' : this.#sideVote(leftVote(physics.sway, s.lateral), side);
    if (flipped) {
      s.status = 'none';
      s.sideAgree = 0;
      s.sideVotes = 0;
    }
    this.#settle();
    return flipped ? 'reversed' : change;
  }

  #sideVote(vote: number, side: Side): AlignmentChange {
    const s = this.#s;
    s.sideVotes = Math.min(s.sideVotes + 1, SIDE_MEMORY * 50);
    const share = 1 / Math.min(s.sideVotes, SIDE_MEMORY);
    const agrees = vote > 0 === (side === 'left') ? 1 : 0;
    s.sideAgree += (agrees - s.sideAgree) * share;
    if (!s.conflict && s.sideVotes >= CONFLICT_WINDOWS && s.sideAgree <= 0.2) {
      s.conflict = true;
      return 'sides_conflict';
    }
    if (s.conflict && s.sideAgree >= 0.8) {
      s.conflict = false;
      return 'sides_agree';
    }
    return 'none';
  }

  #settle(): void {
    const s = this.#s;
    const sides = s.sideVotes === 0 || s.sideAgree >= 0.6;
    if (s.strength < LEAST_STRENGTH) return;
    if (s.status === 'none' && s.windows >= PROVISIONAL_WINDOWS && s.rel >= 0.6 && s.signAgree >= 0.75 && sides)
      s.status = 'provisional';
    if (s.status === 'provisional' && s.windows >= LOCKED_WINDOWS && s.rel >= 0.7 && s.signAgree >= 0.8 && sides)
      s.status = 'locked';
  }

  reset(): void {
    this.#s = newState();
  }

  snapshot(): AlignmentState {
    return structuredClone(this.#s);
  }

  restore(state: AlignmentState): void {
    this.#s = structuredClone(state);
  }
}

function normalized(v: Float64Array): Float64Array {
  const n = Math.sqrt(dot3(v, v));
  return n > 0 ? v.map((x) => x / n) : v;
}
