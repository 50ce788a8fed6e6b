import type { ReasonCode } from '../../domain/reasons.ts';
import type { StrideRecord } from '../../domain/records.ts';
import type { WalkSeconds } from '../../domain/samples.ts';
import { SIDES, type Side } from '../../domain/sites.ts';
import type { Stage } from '../../domain/stage.ts';
import { median } from '../../math/median.ts';

/**
 * Side-to-side steadiness of the feet against the wearer's own start. A proxy: in 19 people no measure of the feet went
 * with pelvic drop, so it has no degrees, no side, no alarm, and its confidence is fixed.
 */
export interface SteadinessValue {
  readonly type: 'steadiness';
  /** 100: as steady as at the start or more; 0: four of the own scatter less. */
  readonly value: number | null;
  /** Against the start. */
  readonly change: 'more' | 'same' | 'less' | null;
  readonly confidence: 0.2;
  /** Strides that the value rests on. */
  readonly strides: number;
  readonly reason: ReasonCode | null;
  readonly known_at_s: WalkSeconds;
}

/** One block of strides: speed, and how much the feet differ and wander. */
interface Block {
  readonly speedMps: number;
  readonly features: readonly number[];
}

export interface SteadinessState {
  strides: { side: Side; values: readonly number[]; speedMps: number }[];
  start: Block[];
  recent: Block[];
  firstS: number;
  total: number;
}

/** Strides of both feet in a block, and the fewest of one foot. */
const BLOCK_STRIDES = 60;
const LEAST_A_SIDE = 20;
/** The start: this long, and at least so many blocks. */
const START_S = 600;
const LEAST_START = 5;
const MOST_START = 16;
/** Blocks that a value looks back on. */
const RECENT_BLOCKS = 3;
/** Speeds count as like within this share. */
const LIKE_SPEED = 0.05;
/** Mean robust z that makes a change, and the one that is none left of 100. */
const CHANGE_Z = 2;
const ZERO_Z = 4;
/** Smallest scatter of a feature that is believed, as a share of its level. */
const LEAST_SCATTER = 0.1;
const CONFIDENCE = 0.2;
const MAD_TO_SD = 1.4826;

/**
 * Takes the strides of both shoes, gives a value a block. Three features of equal weight: left against right in stance
 * time, and the scatter of the foot's direction and of its roll at contact. Faster or slower blocks than the start are
 * left out, since all three follow speed.
 */
export class SteadinessIndex implements Stage<StrideRecord, SteadinessValue, SteadinessState> {
  #s = newState();

  push(stride: StrideRecord, emit: (value: SteadinessValue) => void): void {
    const { stance_time_s: stance, foot_progression_deg: direction, eversion_at_ic_deg: roll } = stride;
    const speed = stride.walking_speed_mps;
    if (stride.turning || stance === null || direction === null || roll === null || speed === null) return;
    const s = this.#s;
    if (Number.isNaN(s.firstS)) s.firstS = stride.ic_s;
    s.strides.push({ side: stride.side, values: [stance, direction, roll], speedMps: speed });
    s.total++;
    if (s.strides.length < BLOCK_STRIDES) return;
    const block = blockOf(s.strides);
    s.strides = [];
    if (block === undefined) return;
    if (stride.ic_s - s.firstS < START_S || s.start.length < LEAST_START) {
      if (s.start.length < MOST_START) s.start.push(block);
      emit(this.#none('too_few_strides', stride.known_at_s));
      return;
    }
    const usual = median(s.start.map((b) => b.speedMps));
    if (Math.abs(block.speedMps - usual) > LIKE_SPEED * usual) return;
    s.recent.push(block);
    if (s.recent.length > RECENT_BLOCKS) s.recent.shift();
    emit(this.#value(stride.known_at_s));
  }

  #none(reason: ReasonCode, knownS: WalkSeconds): SteadinessValue {
    return {
      type: 'steadiness',
      value: null,
      change: null,
      confidence: CONFIDENCE,
      strides: this.#s.total,
      reason,
      known_at_s: knownS,
    };
  }

  #value(knownS: WalkSeconds): SteadinessValue {
    const { start, recent } = this.#s;
    if (recent.length < RECENT_BLOCKS) return this.#none('too_few_strides', knownS);
    const features = start[0]!.features.length;
    let z = 0;
    for (let f = 0; f < features; f++) {
      const own = start.map((b) => b.features[f]!);
      const level = median(own);
      const scatter = Math.max(MAD_TO_SD * median(own.map((v) => Math.abs(v - level))), LEAST_SCATTER * level, 1e-6);
      z += (median(recent.map((b) => b.features[f]!)) - level) / scatter / features;
    }
    return {
      type: 'steadiness',
      value: 100 * (1 - Math.max(0, Math.min(1, z / ZERO_Z))),
      change: z > CHANGE_Z ? 'less' : z < -CHANGE_Z ? 'more' : 'same',
      confidence: CONFIDENCE,
      strides: this.#s.total,
      reason: null,
      known_at_s: knownS,
    };
  }

  /** A block that isn't full says nothing. */
  flush(): void {
    return;
  }
  reset(): void {
    this.#s = newState();
  }
  snapshot(): SteadinessState {
    return structuredClone(this.#s);
  }
  restore(state: SteadinessState): void {
    this.#s = structuredClone(state);
  }
}

const newState = (): SteadinessState => ({ strides: [], start: [], recent: [], firstS: NaN, total: 0 });

function blockOf(strides: SteadinessState['strides']): Block | undefined {
  const of = (side: Side) => strides.filter((s) => s.side === side);
  if (SIDES.some((side) => of(side).length < LEAST_A_SIDE)) return undefined;
  const each = (f: (values: number[]) => number, k: number) =>
    SIDES.map((side) => f(of(side).map((s) => s.values[k]!)));
  const [left, right] = each(median, 0) as [number, number];
  const wander = (k: number): number => each(spread, k).reduce((a, b) => a + b, 0) / SIDES.length;
  return {
    speedMps: median(strides.map((s) => s.speedMps)),
    features: [Math.abs(left - right) / (0.5 * (left + right)) + 0.01, wander(1), wander(2)],
  };
}

/** Scatter from one stride to the next (so that a slow bend of the way doesn't count), as a standard deviation. */
function spread(values: readonly number[]): number {
  const steps = values.slice(1).map((v, i) => Math.abs(v - values[i]!));
  return (MAD_TO_SD * median(steps)) / Math.SQRT2;
}
