import type { FootLive } from '../pipeline/foot/foot-output.ts';
import type { PelvisLive } from '../pipeline/pelvis/pelvis-output.ts';
import type { Side } from '../domain/sites.ts';

/** A median of the last strides with what it rests on. */
export interface LiveValue {
  readonly value: number | null;
  readonly strides: number;
}

/** The walk as of its newest samples, for drawing only: nothing of it is stored. */
export interface LiveSnapshot {
  readonly timeS: number;
  readonly steps: number;
  /** Start of the pause that lasts [s]; null while the walk goes on. */
  readonly pausedSinceS: number | null;
  /** Steps seen since then; they don't count. */
  readonly pausedSteps: number;
  /** Since when the wearer runs [s]; null while they walk or stand. Cadence is then the run's, and walking's values wait. */
  readonly runningSinceS: number | null;
  readonly cadenceSpm: number | null;
  readonly walkingSpeedMps: number | null;
  readonly feet: Readonly<Record<Side, FootLive | null>>;
  readonly pelvis: PelvisLive | null;
  /** Roll-in excursion of the last ten valid strides against the wearer's own start [deg]. */
  readonly rollIn: Readonly<
    Record<Side, LiveValue & { startLevel: number | null; startSd: number | null; startStrides: number }>
  >;
  /** `pelvic_drop_excursion_deg` of the last ten strides, as in the report; `pelvic_drop_deg` where no shoe is worn [deg]. */
  readonly pelvicDrop: Readonly<Record<Side, LiveValue>>;
  readonly stanceTimeS: Readonly<Record<Side, LiveValue>>;
}
