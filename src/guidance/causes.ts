import type { ExerciseId } from './exercises.ts';

/**
 * Five things that back and buttock pain on long walks is said to come with, and what our sensors can and can't say of each.
 * A physiotherapist should be able to read and correct this table; nothing else in the code decides what fits what.
 */
export interface Cause {
  readonly id: 'foot_function' | 'weak_gluteals' | 'stiff_gluteals' | 'tight_hip_front' | 'si_joint';
  /** Signals that may go with it; a change in one of these names the cause as "may go with". */
  readonly signals: readonly CauseSignal[];
  readonly measured: 'measured' | 'proxy' | 'not_available';
  readonly exercises: readonly ExerciseId[];
  /** Shown beside it though it is none of its signals: a value of the whole leg, never a measurement of the joint. */
  readonly wholeLeg?: 'impact_attenuation_pct';
  /** A check that the wearer can do without sensors; its words are in the catalogues. */
  readonly selfTest: 'single_leg_stance' | 'figure_four_sit' | 'thomas_lying' | null;
}

export interface CauseSignal {
  readonly metric: string;
  /** Which way the metric goes where this may be behind it. */
  readonly direction: 'more' | 'less' | 'either';
  /** Counts by itself, or only together with another signal of the same cause. */
  readonly alone: boolean;
}

export const CAUSES: readonly Cause[] = [
  {
    id: 'foot_function',
    measured: 'measured',
    signals: [{ metric: 'eversion_excursion_deg', direction: 'more', alone: true }],
    exercises: ['insole'],
    selfTest: null,
  },
  {
    id: 'weak_gluteals',
    measured: 'measured',
    signals: [{ metric: 'pelvic_drop_excursion_deg', direction: 'more', alone: true }],
    exercises: ['band_deadlift'],
    selfTest: 'single_leg_stance',
  },
  {
    // No gait signal is specific for it: only the self-test can say something.
    id: 'stiff_gluteals',
    measured: 'not_available',
    signals: [],
    exercises: ['gluteal_ball'],
    selfTest: 'figure_four_sit',
  },
  {
    id: 'tight_hip_front',
    measured: 'proxy',
    signals: [
      { metric: 'stride_length_m', direction: 'less', alone: false },
      { metric: 'heel_off_pct_stance', direction: 'less', alone: false },
      { metric: 'pitch_fc_deg', direction: 'more', alone: false },
      { metric: 'pelvic_tilt_mean_deg', direction: 'more', alone: false },
    ],
    exercises: ['hip_front_stretch'],
    selfTest: 'thomas_lying',
  },
  {
    // The joint moves by 1 to 2 degrees inside the body: no sensor on shoes or belt can see it.
    id: 'si_joint',
    measured: 'not_available',
    signals: [],
    exercises: ['si_release'],
    wholeLeg: 'impact_attenuation_pct',
    selfTest: null,
  },
];
