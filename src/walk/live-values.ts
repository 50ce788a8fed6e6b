import type { StepRecord, StrideRecord } from '../domain/records.ts';
import { wasRun } from '../domain/running.ts';
import type { Side } from '../domain/sites.ts';
import type { FootLive } from '../pipeline/foot/foot-output.ts';
import type { PelvisLive } from '../pipeline/pelvis/pelvis-output.ts';
import type { LiveSnapshot, LiveValue } from './live-snapshot.ts';
import { addRecent, createRecentValues, dropRecent, recentMedian, type RecentValuesState } from './recent-values.ts';

interface SideValues {
  rollIn: RecentValuesState;
  drop: RecentValuesState;
  stance: RecentValuesState;
}

interface LiveState {
  steps: number;
  /** since the pause that lasts began */
  pausedSteps: number;
  lastStepS: number;
  /** When each of the last strides of either foot began that were run, null for walked ones; and since when the wearer runs. */
  lately: (number | null)[];
  runningSinceS: number | null;
  stepTimes: RecentValuesState;
  speeds: RecentValuesState;
  sides: Record<Side, SideValues>;
}

/** A cadence is of now: without a step for this long there is none [s]. */
const STILL_WALKING_S = 3;
/** A run begins when three of the last four strides were run, and is over when three were walked. */
const LATELY = 4;
const MOST_OF_THEM = 3;

/** What the live page shows beside the moving feet: medians of the last ten. */
export class LiveValues {
  #state: LiveState = {
    steps: 0,
    pausedSteps: 0,
    lastStepS: -Infinity,
    lately: [],
    runningSinceS: null,
    stepTimes: createRecentValues(),
    speeds: createRecentValues(),
    sides: { left: newSide(), right: newSide() },
  };

  step(step: StepRecord): void {
    const state = this.#state;
    if (step.ic_s - state.lastStepS > STILL_WALKING_S) {
      state.lately = [];
      state.runningSinceS = null;
    }
    state.steps++;
    state.pausedSteps = 0;
    state.lastStepS = step.ic_s;
    if (step.step_time_s !== null) addRecent(state.stepTimes, step.step_time_s);
  }

  /** A step while the wearer has paused: told as such, so that a forgotten pause is noticed. */
  pausedStep(): void {
    this.#state.pausedSteps++;
  }

  stride(stride: StrideRecord): void {
    this.#gait(stride);
    if (stride.turning || wasRun(stride)) return;
    const side = this.#state.sides[stride.side];
    if (stride.eversion_excursion_deg !== null) addRecent(side.rollIn, stride.eversion_excursion_deg);
    const drop = shownDrop(stride);
    if (drop !== null) addRecent(side.drop, drop);
    if (stride.stance_time_s !== null) addRecent(side.stance, stride.stance_time_s);
    if (stride.walking_speed_mps !== null) addRecent(this.#state.speeds, stride.walking_speed_mps);
  }

  /** Walking's values are not those of a run: they wait, and begin anew after it. */
  #gait(stride: StrideRecord): void {
    const state = this.#state;
    state.lately.push(wasRun(stride) ? stride.ic_s : null);
    if (state.lately.length > LATELY) state.lately.shift();
    const ran = state.lately.filter((at) => at !== null);
    if (state.runningSinceS === null && ran.length >= MOST_OF_THEM) {
      state.runningSinceS = Math.min(...ran);
      dropRecent(state.speeds);
      for (const { rollIn, drop, stance } of Object.values(state.sides)) [rollIn, drop, stance].forEach(dropRecent);
    } else if (state.lately.length - ran.length >= MOST_OF_THEM) state.runningSinceS = null;
  }

  snapshot(context: {
    timeS: number;
    feet: Record<Side, FootLive | null>;
    pelvis: PelvisLive | null;
    rollInLevel: (side: Side) => { start: number | null; sd: number | null; strides: number };
    pausedSinceS: number | null;
  }): LiveSnapshot {
    const state = this.#state;
    const walking = context.timeS - state.lastStepS < STILL_WALKING_S;
    const stepTime = walking ? recentMedian(state.stepTimes) : null;
    const sides = <T>(make: (side: Side) => T): Record<Side, T> => ({ left: make('left'), right: make('right') });
    return {
      timeS: context.timeS,
      steps: state.steps,
      pausedSinceS: context.pausedSinceS,
      pausedSteps: context.pausedSinceS === null ? 0 : state.pausedSteps,
      runningSinceS: walking ? state.runningSinceS : null,
      cadenceSpm: stepTime === null ? null : 60 / stepTime,
      walkingSpeedMps: walking ? recentMedian(state.speeds) : null,
      feet: context.feet,
      pelvis: context.pelvis,
      rollIn: sides((side) => {
        const level = context.rollInLevel(side);
        return {
          ...value(state.sides[side].rollIn),
          startLevel: level.start,
          startSd: level.sd,
          startStrides: level.strides,
        };
      }),
      pelvicDrop: sides((side) => value(state.sides[side].drop)),
      stanceTimeS: sides((side) => value(state.sides[side].stance)),
    };
  }

  snapshotState(): LiveState {
    return structuredClone(this.#state);
  }

  restoreState(state: LiveState): void {
    this.#state = structuredClone(state);
  }
}

const newSide = (): SideValues => ({
  rollIn: createRecentValues(),
  drop: createRecentValues(),
  stance: createRecentValues(),
});
const value = (recent: RecentValuesState): LiveValue => ({ value: recentMedian(recent), strides: recent.seen });

/** The drop that a walk shows: where no shoe tells the instant of contact, only the one against the neutral is known. */
const shownDrop = (stride: StrideRecord): number | null =>
  stride.reasons['stride_length_m'] === 'no_foot_sensor' ? stride.pelvic_drop_deg : stride.pelvic_drop_excursion_deg;
