import { EXERCISE_IDS, type ExerciseId } from '../../guidance/exercises.ts';
import type { WalkReport } from '../../guidance/walk-report.ts';
import type { Walk, WalkStore } from '../../store/walk-store.ts';

/** Walks whose fitting exercises are remembered for a person. */
const MOST_KNOWN = 50;
const SETTING = 'plan_fits';

/**
 * Which exercises the findings of a walk speak for. Reading it out of a walk takes a second, so it is kept with the person's
 * settings: by walk, its generation (a new analysis is another) and the version of the rules.
 */
export class FittingExercises {
  readonly #store: WalkStore;
  readonly #version: string;

  constructor(store: WalkStore, version: string) {
    this.#store = store;
    this.#version = version;
  }

  /** What is remembered of a walk; undefined where it has to be read. */
  known(walk: Walk): readonly ExerciseId[] | undefined {
    const ids = this.#kept(walk.profileId)[this.#key(walk)];
    return Array.isArray(ids) ? EXERCISE_IDS.filter((id) => ids.includes(id)) : undefined;
  }

  /** Remembers a report that was made anyway. @returns the exercises that fit */
  keep(walk: Walk, report: WalkReport): readonly ExerciseId[] {
    const exercises = [...new Set(report.findings.flatMap((f) => f.exercises))];
    const key = this.#key(walk);
    const others = Object.entries(this.#kept(walk.profileId)).filter(([k]) => !k.startsWith(`${walk.id} `));
    const kept = [...others, [key, exercises] as const].slice(-MOST_KNOWN);
    try {
      this.#store.settings.set(walk.profileId, SETTING, Object.fromEntries(kept));
    } catch {
      // A full disk: then it is read again next time; what was asked for doesn't depend on it.
    }
    return exercises;
  }

  #kept(profileId: string): Readonly<Record<string, unknown>> {
    const kept = this.#store.settings.get(profileId, SETTING);
    return typeof kept === 'object' && kept !== null ? (kept as Record<string, unknown>) : {};
  }

  #key(walk: Walk): string {
    return `${walk.id} ${walk.generation} ${this.#version}`;
  }
}
