import type { Side, Timeline } from '../api/types.ts';
import { median, START_FROM_S, START_UNTIL_S } from './walk-series.ts';

/** A walk shorter than this says nothing about change over time [s]. */
export const CHANGE_NEEDS_S = 30 * 60;
/** The end of a walk: its last minutes [s]. */
const LAST_S = 20 * 60;
/** Fewest bins for a level. */
const MIN_BINS = 6;
/** Neighbouring minutes remember each other: a third of them count as independent. */
const MEMORY = 3;

/** A level with the half width of its 95 % range. */
export interface Level {
  readonly value: number;
  readonly half: number;
  readonly bins: number;
}

/** Start against end of one metric and side. `clear`: outside its own uncertainty and large enough to matter. */
export interface Change {
  readonly start: Level;
  readonly end: Level;
  readonly value: number;
  readonly half: number;
  readonly clear: boolean;
}

const robustSd = (values: readonly number[], middle: number): number =>
  1.4826 * (median(values.map((v) => Math.abs(v - middle))) ?? 0);

/** Level of a run of bin medians; null of too few. */
export function levelOf(values: readonly (number | null | undefined)[]): Level | null {
  const known = values.filter((v): v is number => typeof v === 'number');
  const value = median(known);
  if (value === null || known.length < MIN_BINS) return null;
  return {
    value,
    half: (1.96 * 1.2533 * robustSd(known, value)) / Math.sqrt(known.length / MEMORY),
    bins: known.length,
  };
}

/** Smallest change that is worth words, by the metric's unit. */
export function practical(field: string): number {
  if (field.endsWith('_deg')) return 0.5;
  if (field.endsWith('_dps')) return 15;
  if (field === 'stride_length_m') return 0.02;
  if (field.endsWith('_mps')) return 0.05;
  if (field.endsWith('_m')) return 0.01;
  if (field.endsWith('_s')) return 0.012;
  return 0;
}

/** Windows of a walk that are compared: its own start and its last minutes, never overlapping. */
export function windows(durationS: number): { start: [number, number]; end: [number, number] } | null {
  if (durationS < CHANGE_NEEDS_S) return null;
  return { start: [START_FROM_S, START_UNTIL_S], end: [Math.max(START_UNTIL_S, durationS - LAST_S), durationS] };
}

const within = (timeline: Timeline, column: readonly (number | null)[], [from, to]: readonly [number, number]) =>
  column.filter((_, i) => {
    const at = timeline.from_s[i] ?? -1;
    return at >= from && at + timeline.bin_s <= to + timeline.bin_s / 2;
  });

/** Change of one field of one side from the walk's start to its end; null where it can't be known. */
export function changeOf(timeline: Timeline, field: string, side: Side, durationS: number): Change | null {
  const column = timeline.fields[field]?.[side];
  const spans = windows(durationS);
  if (column === undefined || spans === null) return null;
  const start = levelOf(within(timeline, column, spans.start));
  const end = levelOf(within(timeline, column, spans.end));
  if (start === null || end === null) return null;
  const value = end.value - start.value;
  const half = Math.hypot(start.half, end.half);
  return { start, end, value, half, clear: Math.abs(value) > half && Math.abs(value) >= practical(field) };
}

/** Symmetry angle [%], as the service computes it: + when the right is larger. */
export const symmetryPct = (left: number, right: number): number =>
  ((Math.PI / 4 - Math.atan2(left, right)) / (Math.PI / 2)) * 100;

/** Grade of a walk's data with what it rests on. */
export interface QualityFacts {
  readonly validShare: number | null;
  readonly gapS: number;
  readonly gapCount: number;
  readonly bothFeet: boolean;
  readonly pelvis: boolean;
  readonly suspect: boolean;
}

/** A: good for all that is said. B: with limits. C: read with care. */
export function qualityGrade(facts: QualityFacts, durationS: number): 'A' | 'B' | 'C' | null {
  if (facts.validShare === null) return null;
  const gapShare = durationS > 0 ? facts.gapS / durationS : 0;
  if (facts.suspect || facts.validShare < 0.5 || gapShare > 0.2) return 'C';
  if (facts.validShare < 0.8 || gapShare > 0.03 || !facts.bothFeet) return 'B';
  return 'A';
}
