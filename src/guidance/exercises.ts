/** How much and how often. */
export interface Dose {
  readonly sets?: number;
  readonly repetitions?: readonly [number, number];
  readonly holdS?: number;
  readonly perDay?: readonly [number, number];
  readonly perWeek: readonly [number, number];
  /** [up, hold, down] of one repetition [s] */
  readonly tempoS?: readonly [number, number, number];
  readonly bothSides: boolean;
}

export const EXERCISE_IDS = ['si_release', 'gluteal_ball', 'hip_front_stretch', 'band_deadlift', 'insole'] as const;
export type ExerciseId = (typeof EXERCISE_IDS)[number];

export interface Exercise {
  readonly id: ExerciseId;
  /** 1 = easiest and least time. The one to try first is the easiest that fits and wasn't tried. */
  readonly ease: number;
  readonly dose: Dose;
  /**
   * `pairs`: its effect comes and goes within days, so walks with and without can be drawn by lot.
   * `before_after`: it carries over for weeks; only a change since the start can be shown.
   */
  readonly trial: 'pairs' | 'before_after';
  /** What independent evidence there is (docs/evidence.md). */
  readonly evidence: 'none_found' | 'short_term' | 'small_effect' | 'mixed';
  /** Not without a word with a professional first, where one of these holds. */
  readonly cautions: readonly ('fresh_injury' | 'dizzy' | 'pregnancy' | 'numb_feet' | 'hip_replacement')[];
}

/** The five things to try, easiest first. Steps, pictures and words are in the catalogues and on the page. */
export const EXERCISES: readonly Exercise[] = [
  {
    id: 'si_release',
    ease: 1,
    dose: { repetitions: [20, 30], perDay: [1, 1], perWeek: [3, 7], bothSides: true },
    trial: 'pairs',
    evidence: 'none_found',
    cautions: ['fresh_injury', 'hip_replacement', 'pregnancy'],
  },
  {
    id: 'gluteal_ball',
    ease: 2,
    dose: { holdS: 90, perDay: [1, 2], perWeek: [7, 7], bothSides: true },
    trial: 'pairs',
    evidence: 'short_term',
    cautions: ['fresh_injury', 'hip_replacement'],
  },
  {
    id: 'hip_front_stretch',
    ease: 3,
    dose: { holdS: 90, perDay: [1, 2], perWeek: [7, 7], bothSides: true },
    trial: 'pairs',
    evidence: 'small_effect',
    cautions: ['fresh_injury', 'hip_replacement', 'dizzy'],
  },
  {
    id: 'band_deadlift',
    ease: 4,
    // Every second or third day; weekday lists that don't add up to that are left out.
    dose: { sets: 3, repetitions: [10, 10], tempoS: [3, 2, 3], perWeek: [2, 4], bothSides: false },
    trial: 'before_after',
    evidence: 'small_effect',
    cautions: ['fresh_injury', 'dizzy', 'pregnancy'],
  },
  {
    id: 'insole',
    ease: 5,
    dose: { perWeek: [7, 7], bothSides: true },
    trial: 'pairs',
    evidence: 'mixed',
    cautions: ['numb_feet'],
  },
];

/** @throws for an id that isn't there */
export function exerciseOf(id: string): Exercise {
  const found = EXERCISES.find((e) => e.id === id);
  if (found === undefined) throw new RangeError(`No exercise "${id.slice(0, 40)}". Known: ${EXERCISE_IDS.join(', ')}.`);
  return found;
}

/**
 * The one to try first: the easiest that fits a finding and wasn't tried to its end; where nothing was found, the easiest
 * of all that wasn't. Undefined when all were tried.
 */
export function exerciseToTry(fitting: readonly ExerciseId[], tried: ReadonlySet<ExerciseId>): Exercise | undefined {
  const open = EXERCISES.filter((e) => !tried.has(e.id)).sort((a, b) => a.ease - b.ease);
  return open.find((e) => fitting.includes(e.id)) ?? open[0];
}
