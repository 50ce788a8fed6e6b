import { addValue, createValueSample, medianOf, robustSdOf, type ValueSampleState } from './value-sample.ts';

/** The wearer's own start is learned from these minutes of the walk [s]; the first two are warm-up. */
export const OWN_LEVEL_FROM_S = 3 * 60;
export const OWN_LEVEL_UNTIL_S = 15 * 60;
/** Strides that a present value rests on, and the fewest for a level. */
export const RECENT_STRIDES = 50;

/** How one metric of one side stands now against the wearer's own start. */
export interface OwnLevelState {
  start: ValueSampleState;
  recent: Float32Array;
  recentCount: number;
}

export function createOwnLevel(): OwnLevelState {
  return { start: createValueSample(), recent: new Float32Array(RECENT_STRIDES), recentCount: 0 };
}

/** Takes the value of one valid stride. */
export function addToOwnLevel(state: OwnLevelState, atS: number, value: number): void {
  if (atS >= OWN_LEVEL_FROM_S && atS < OWN_LEVEL_UNTIL_S) addValue(state.start, value);
  state.recent[state.recentCount++ % RECENT_STRIDES] = value;
}

export interface OwnLevel {
  /** Median and robust stride SD of the start; strides they rest on. */
  readonly level: number;
  readonly sd: number;
  readonly strides: number;
  /** Median of the last 50 valid strides. */
  readonly now: number;
}

/** Null until the start has 50 strides, its minutes are over, and 50 strides came after. */
export function ownLevel(state: OwnLevelState, nowS: number): OwnLevel | null {
  const level = medianOf(state.start);
  const sd = robustSdOf(state.start);
  if (nowS < OWN_LEVEL_UNTIL_S || level === null || sd === null || sd <= 0) return null;
  if (state.start.seen < RECENT_STRIDES || state.recentCount < RECENT_STRIDES) return null;
  const sorted = state.recent.slice().sort();
  const now = (sorted[RECENT_STRIDES / 2 - 1]! + sorted[RECENT_STRIDES / 2]!) / 2;
  return { level, sd, strides: state.start.seen, now };
}
