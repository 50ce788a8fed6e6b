import type { AnyRecord, FindingRecord, Side, StrideRecord } from '../api/types.ts';

/** Fields of a stride that the live page draws. */
export const LIVE_FIELDS = [
  'eversion_excursion_deg',
  'pelvic_drop_excursion_deg',
  'stance_time_s',
  'stride_time_s',
  'walking_speed_mps',
] as const;
export type LiveField = (typeof LIVE_FIELDS)[number];

/** A walk's own start is learned from minute 3 to minute 15; the first minutes are warm-up. */
export const START_FROM_S = 3 * 60;
export const START_UNTIL_S = 15 * 60;
/** Strides that must be there before a start counts. */
export const START_MIN_STRIDES = 50;
/** Fewest strides of quality from which medians are made. */
const VALID_QUALITY = 0.3;
/** The line is smoothed over about this many strides (exponentially). */
const SMOOTH_STRIDES = 60;
/** Two strides further apart than this have a gap between them [s]. */
const GAP_S = 15;
/** Running strides no further apart than this are one run [s]. */
const SAME_RUN_S = 1.5;

/** A point of a line: the middle of a run of strides, its median, and whether the line breaks before it. */
export interface Block {
  readonly atS: number;
  readonly value: number;
  readonly breakBefore: boolean;
}

/** Median of a copy; null of nothing. */
export function median(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  const upper = sorted[half] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[half - 1] ?? 0) + upper) / 2;
}

class Line {
  readonly blocks: Block[] = [];
  readonly start: number[] = [];
  #held: number[] = [];
  #heldFromS = 0;
  #lastS = -Infinity;
  #break = false;

  add(atS: number, value: number, size: number): void {
    if (atS - this.#lastS > GAP_S && this.#lastS > -Infinity) {
      this.#held = [];
      this.#break = true;
    }
    if (this.#held.length === 0) this.#heldFromS = atS;
    this.#lastS = atS;
    this.#held.push(value);
    if (atS >= START_FROM_S && atS < START_UNTIL_S) this.start.push(value);
    if (this.#held.length < size) return;
    const middle = median(this.#held);
    if (middle !== null) {
      const previous = this.#break ? undefined : this.blocks.at(-1)?.value;
      // Weighted so that a short run counts less: the line moves over some 60 strides either way.
      const weight = previous === undefined ? 1 : Math.min(1, size / SMOOTH_STRIDES);
      this.blocks.push({
        atS: (this.#heldFromS + atS) / 2,
        value: weight * middle + (1 - weight) * (previous ?? 0),
        breakBefore: this.#break,
      });
    }
    this.#break = false;
    this.#held = [];
  }
}

/**
 * What has been walked so far, as the live page draws it: medians of runs of straight strides, a side and a metric. In
 * the first 15 minutes a run is 10 strides, later 30. Nothing is filled in: a gap breaks the line.
 */
export class WalkSeries {
  readonly walkId: string;
  readonly findings: FindingRecord[] = [];
  /** When the wearer ran. */
  readonly runs: { readonly fromS: number; toS: number }[] = [];
  #lines = new Map<string, Line>();
  #strides = 0;
  #lastS = 0;
  #starts = new Map<string, number | null>();

  constructor(walkId: string) {
    this.walkId = walkId;
  }

  get strides(): number {
    return this.#strides;
  }

  /** Newest stride seen [s]. */
  get lastS(): number {
    return this.#lastS;
  }

  add(record: AnyRecord): void {
    if (record.type === 'finding') this.findings.push(record);
    else if (record.type === 'stride') this.#stride(record);
  }

  #stride(stride: StrideRecord): void {
    this.#strides++;
    if (stride.next_ic_s > this.#lastS) this.#lastS = stride.next_ic_s;
    // The shoe withholds what holds for walking alone.
    if (stride.reasons['stride_length_m'] === 'running') this.#run(stride);
    if (stride.turning || stride.quality < VALID_QUALITY) return;
    for (const field of LIVE_FIELDS) {
      const value = stride[field];
      if (typeof value === 'number') this.#line(field, stride.side).add(stride.ic_s, value, this.#runLength(stride));
    }
  }

  #run({ ic_s: fromS, next_ic_s: toS }: StrideRecord): void {
    const last = this.runs.at(-1);
    if (last === undefined || fromS - last.toS > SAME_RUN_S) this.runs.push({ fromS, toS });
    else if (toS > last.toS) last.toS = toS;
  }

  #runLength(stride: StrideRecord): number {
    return stride.ic_s < START_UNTIL_S ? 10 : 30;
  }

  #line(field: LiveField, side: Side): Line {
    const key = `${field} ${side}`;
    let line = this.#lines.get(key);
    if (line === undefined) this.#lines.set(key, (line = new Line()));
    return line;
  }

  blocks(field: LiveField, side: Side): readonly Block[] {
    return this.#line(field, side).blocks;
  }

  /** The level of the wearer's own start; null until it is learned. */
  start(field: LiveField, side: Side): number | null {
    if (this.#lastS < START_UNTIL_S) return null;
    const key = `${field} ${side}`;
    const known = this.#starts.get(key);
    if (known !== undefined) return known;
    const values = this.#line(field, side).start;
    const level = values.length < START_MIN_STRIDES ? null : median(values);
    this.#starts.set(key, level);
    return level;
  }
}
