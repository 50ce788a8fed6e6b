import { Type } from 'typebox';
import { Check } from 'typebox/value';
import { EXERCISE_IDS, type ExerciseId } from '../../guidance/exercises.ts';
import {
  SAFETY_QUESTIONS,
  safetyState,
  type MarkForSafety,
  type SafetyAnswers,
  type SafetyState,
} from '../../guidance/safety-check.ts';
import { stopByRedFlag, trialView, type Trial } from '../../guidance/trial.ts';
import type { Mark, Page, WalkStore } from '../../store/walk-store.ts';
import { isoTime } from '../clock.ts';
import { SafetyAnswers as StoredAnswers } from '../contract.ts';
import { StoredTrials } from './stored-trials.ts';

const StoredTicks = Type.Record(Type.String(), Type.Array(Type.String()));
/** All trials of a person together, as JSON. */
const MOST_TRIAL_BYTES = 48 * 1024;

/** What guidance knows of one person: answers, trials, days on which exercises were done. Kept as settings of the profile. */
export class WearerState {
  readonly #store: WalkStore;
  readonly #profileId: string;

  constructor(store: WalkStore, profileId: string) {
    this.#store = store;
    this.#profileId = profileId;
  }

  safety(nowMs: number): SafetyState {
    return safetyState(
      this.#answers(),
      [
        ...this.#marks(),
        ...this.trials().flatMap((t) =>
          t.walks.map((w) => ({ atMs: w.enteredAtMs ?? w.atMs, strength: w.pain, place: null })),
        ),
      ],
      nowMs,
    );
  }

  /** Keeps the answers; a yes (or "unsure") stops a running trial for good. */
  answer(answers: StoredAnswers, nowMs: number): void {
    // An answer of tomorrow would keep the check from ever becoming due.
    const said = answers.answered_at === undefined ? nowMs : Math.min(nowMs, Date.parse(answers.answered_at));
    this.#store.settings.set(this.#profileId, 'safety', { ...answers, answered_at: isoTime(said) });
    const { state } = this.safety(nowMs);
    if (state === 'open' || state === 'due') return;
    const trials = this.trials().map((trial) => stopByRedFlag(trial, nowMs));
    if (trials.length > 0) this.#store.settings.set(this.#profileId, 'trials', trials);
  }

  /** All of them: a strong one among thousands counts too. */
  *#marks(): Generator<MarkForSafety> {
    let cursor: string | null | undefined;
    while (cursor !== null) {
      const page: Page<Mark> = this.#store.marks.ofProfile(this.#profileId, {
        limit: 1000,
        ...(cursor === undefined ? {} : { cursor }),
      });
      for (const { createdAtMs: atMs, strength, place } of page.items)
        yield { atMs, strength, place: place === '' ? null : place };
      cursor = page.nextCursor;
    }
  }

  /** "Unsure" counts as yes: a question nobody can answer with no is one to ask a doctor. */
  #answers(): SafetyAnswers | undefined {
    const stored = this.#store.settings.get(this.#profileId, 'safety');
    if (!Check(StoredAnswers, stored) || stored.answered_at === undefined) return undefined;
    const given = SAFETY_QUESTIONS.flatMap(({ id }) => {
      const answer = stored.answers[id];
      return answer === undefined ? [] : [[id, answer !== 'no'] as const];
    });
    return { answeredAtMs: Date.parse(stored.answered_at), answers: Object.fromEntries(given) };
  }

  trials(): readonly Trial[] {
    const stored = this.#store.settings.get(this.#profileId, 'trials');
    return Check(StoredTrials, stored) ? stored : [];
  }

  saveTrial(trial: Trial): void {
    const all = [...this.trials().filter((t) => t.id !== trial.id), trial];
    // A setting holds 64 KiB: many years of trials; the oldest then make room.
    while (all.length > 1 && JSON.stringify(all).length > MOST_TRIAL_BYTES) all.shift();
    this.#store.settings.set(this.#profileId, 'trials', all);
  }

  /** Exercises whose trial came to its end. */
  tried(): ReadonlySet<ExerciseId> {
    return new Set(
      this.trials()
        .filter((t) => trialView(t).state !== 'running')
        .map((t) => t.exercise),
    );
  }

  ticks(): Readonly<Partial<Record<ExerciseId, readonly string[]>>> {
    const stored = this.#store.settings.get(this.#profileId, 'plan_ticks');
    return Check(StoredTicks, stored) ? stored : {};
  }

  /** @param day YYYY-MM-DD */
  tick(exercise: ExerciseId, day: string, done: boolean): void {
    const ticks = this.ticks();
    const days = new Set(ticks[exercise] ?? []);
    if (done) days.add(day);
    else days.delete(day);
    // A year of ticks is enough for any plan, and bounded.
    const kept = [...days].sort().slice(-366);
    const all = Object.fromEntries(EXERCISE_IDS.map((id) => [id, id === exercise ? kept : (ticks[id] ?? [])]));
    this.#store.settings.set(this.#profileId, 'plan_ticks', all);
  }
}
