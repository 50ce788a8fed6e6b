import { emptyMinute, type MinuteStrides } from './minute-values.ts';

/** Values of a minute that is not closed yet, as they come; each has the precision of a Float32, so that keeping it loses nothing. */
export interface OpenMinute {
  rollIn: MinuteStrides;
  drop: MinuteStrides;
  stanceDifferencesMs: number[];
  timeStepsMs: number[];
}

export const openMinute = (): OpenMinute => ({
  rollIn: emptyMinute(),
  drop: emptyMinute(),
  stanceDifferencesMs: [],
  timeStepsMs: [],
});

/** The same to be kept: left, right and speeds of roll-in and of drop, stance differences, time steps. */
export type PackedOpenMinute = readonly Float32Array[];

export const packOpenMinute = ({ rollIn, drop, stanceDifferencesMs, timeStepsMs }: OpenMinute): PackedOpenMinute =>
  [
    rollIn.left,
    rollIn.right,
    rollIn.speedsMps,
    drop.left,
    drop.right,
    drop.speedsMps,
    stanceDifferencesMs,
    timeStepsMs,
  ].map((values) => Float32Array.from(values));

export function unpackOpenMinute(packed: PackedOpenMinute): OpenMinute {
  const list = (at: number): number[] => Array.from(packed[at] ?? []);
  return {
    rollIn: { left: list(0), right: list(1), speedsMps: list(2) },
    drop: { left: list(3), right: list(4), speedsMps: list(5) },
    stanceDifferencesMs: list(6),
    timeStepsMs: list(7),
  };
}
