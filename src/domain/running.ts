import type { StrideRecord } from './records.ts';

/**
 * A foot that is on the ground for less than half of its stride runs: both are in the air for a while. Stances are read some
 * 10 ms short, so that half a stride reads as this.
 */
const RUN_STANCE = 0.488;

/** Whether a stride is run, by its contacts; one whose final contact isn't known is taken for walking. */
export const isRun = (icS: number, fcS: number | null | undefined, nextIcS: number): boolean =>
  fcS != null && (fcS - icS) / (nextIcS - icS) < RUN_STANCE;

/** Whether a stride was run, by what its record says: the shoe withholds its length for that. */
export const wasRun = (stride: Pick<StrideRecord, 'reasons'>): boolean =>
  stride.reasons['stride_length_m'] === 'running';
