import type { DriftState } from '../drift/onset-bank.ts';
import type { Side } from '../domain/sites.ts';
import { addValue, createValueSample, robustSdOf, type ValueSampleState } from './value-sample.ts';

/** The spread of strides is learned until here [s]; the first two minutes are warm-up. */
const SPREAD_FROM_S = 2 * 60;
const SPREAD_UNTIL_S = 15 * 60;
/** Fewest strides for a level, and minutes of the walk before one is told: the drift method's own first alarm. */
export const LEVEL_MIN_STRIDES = 50;
const FIRST_LEVEL_MIN = 15;

/** Stride-to-stride spread of one metric of one side at the wearer's start. */
export interface OwnSpreadState {
  start: ValueSampleState;
  seen: number;
}

export function createOwnSpread(): OwnSpreadState {
  return { start: createValueSample(), seen: 0 };
}

/** Takes the value of one valid stride. */
export function addToOwnSpread(state: OwnSpreadState, atS: number, value: number): void {
  if (atS >= SPREAD_FROM_S && atS < SPREAD_UNTIL_S) addValue(state.start, value);
  state.seen++;
}

export interface OwnLevel {
  /** The wearer's start, from the drift method: level and change are estimated together, there are no baseline minutes. */
  readonly level: number;
  /** Robust stride SD at the start. */
  readonly sd: number;
  readonly strides: number;
  readonly now: number;
}

/** The start and the change of one side, of the mean or of left less right. */
export function levelOf(
  reading: DriftState | undefined,
  what: Side | 'difference',
): { readonly level: number; readonly change: number } | null {
  if (reading === undefined) return null;
  const { start, change } = reading;
  if (start.difference === null || change.difference === null) return null;
  if (what === 'difference') return { level: start.difference, change: change.difference };
  const half = what === 'left' ? 0.5 : -0.5;
  return { level: start.mean + half * start.difference, change: change.mean + half * change.difference };
}

/** Null until there are 50 strides and fifteen minutes. */
export function ownLevel(
  spread: OwnSpreadState,
  reading: DriftState | undefined,
  what: Side | 'difference',
): OwnLevel | null {
  const level = levelOf(reading, what);
  const sd = robustSdOf(spread.start);
  if (level === null || sd === null || sd <= 0 || reading === undefined) return null;
  if (reading.minute < FIRST_LEVEL_MIN || spread.start.seen < LEVEL_MIN_STRIDES) return null;
  return { level: level.level, sd, strides: spread.seen, now: level.level + level.change };
}
