import { Type } from 'typebox';
import { EXERCISES, exerciseToTry, type ExerciseId } from '../../guidance/exercises.ts';
import { wordsOf } from '../../guidance/words/index.ts';
import type { Language } from '../../guidance/words/catalogue.ts';
import type { ApiApp, ApiContext } from '../api-context.ts';
import { LanguageQuery, Plan, SafetyCheck, TickRequest } from '../contract.ts';
import { FittingExercises } from '../guidance/fitting-exercises.ts';
import { presentExercise, presentSafety } from '../guidance/present-guidance.ts';
import { mustBeOpen } from '../guidance/safety-gate.ts';
import { storedReport } from '../guidance/stored-report.ts';
import { WearerState } from '../guidance/wearer-state.ts';
import { ProblemError } from '../problem.ts';
import { activeProfileId } from './active-profile.ts';

/** Finished walks whose findings speak for an exercise. */
const WALKS_FOR_PLAN = 5;

/** Safety check, plan and trials. Any yes in the safety check closes plan and trials; recording and reports stay open. */
export function planRoutes(app: ApiApp, { store, clock, version }: ApiContext): void {
  const wearer = () => new WearerState(store, activeProfileId(store));
  const languageOf = (query: { lang?: Language }) => wordsOf(query.lang ?? 'en');

  app.get(
    '/guidance/safety',
    {
      config: { scope: 'read' },
      schema: {
        tags: ['guidance'],
        summary: 'The nine questions and where the wearer stands',
        querystring: LanguageQuery,
        response: { 200: SafetyCheck },
      },
    },
    (request) => presentSafety(wearer().safety(clock.wallMs()), languageOf(request.query)),
  );

  app.get(
    '/plan',
    {
      config: { scope: 'read' },
      schema: {
        tags: ['guidance'],
        summary: 'The five things to try, and the one to try first',
        querystring: LanguageQuery,
        response: { 200: Plan },
      },
    },
    async (request) => {
      const w = languageOf(request.query);
      const person = wearer();
      const safety = person.safety(clock.wallMs());
      const open = safety.state === 'open';
      const fitting = open ? await fittingExercises(person) : new Set<ExerciseId>();
      const ticks = person.ticks();
      return {
        open,
        safety: presentSafety(safety, w),
        try_first: open ? (exerciseToTry([...fitting], person.tried())?.id ?? null) : null,
        exercises: open
          ? EXERCISES.map((e) => presentExercise(e.id, w, { fits: fitting.has(e.id), ticks: ticks[e.id] ?? [] }))
          : [],
      };
    },
  );

  const fits = new FittingExercises(store, version);
  async function fittingExercises(person: WearerState): Promise<Set<ExerciseId>> {
    const { items } = store.walks.list({ profileId: activeProfileId(store), state: 'finished', limit: WALKS_FOR_PLAN });
    const fitting = new Set<ExerciseId>();
    for (const walk of items) {
      if (walk.summary === null) continue;
      const known =
        fits.known(walk) ?? fits.keep(walk, await storedReport(store, walk.id, person, clock.wallMs(), version, false));
      for (const id of known) fitting.add(id);
    }
    return fitting;
  }

  app.put(
    '/plan/ticks',
    {
      config: { scope: 'record' },
      schema: {
        tags: ['guidance'],
        summary: 'An exercise was done on a day, or was not',
        body: TickRequest,
        response: { 204: Type.Null() },
      },
    },
    (request, reply) => {
      mustBeOpen(wearer(), clock.wallMs());
      if (!isDay(request.body.day, clock.wallMs()))
        throw new ProblemError(400, 'invalid', `Expected a day that was or is, found "${request.body.day}".`);
      wearer().tick(request.body.exercise, request.body.day, request.body.done);
      void reply.code(204);
      return null;
    },
  );
}

/** A day of the calendar, not after today (anywhere on earth). */
function isDay(day: string, nowMs: number): boolean {
  const ms = Date.parse(`${day}T00:00:00Z`);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(day) && ms <= nowMs + 14 * 3_600_000;
}
