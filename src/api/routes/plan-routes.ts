import { createHash, randomBytes, randomInt } from 'node:crypto';
import { Type } from 'typebox';
import { EXERCISES, exerciseOf, exerciseToTry, type ExerciseId } from '../../guidance/exercises.ts';
import { EXTENDED_BLOCKS } from '../../guidance/trial-analysis.ts';
import { strengthStart, trialOrder } from '../../guidance/trial-order.ts';
import { endTrial, newTrial, trialView, withWalk, type Trial } from '../../guidance/trial.ts';
import { trialWalkTrouble, type WalkTrouble } from '../../guidance/trial-walk-check.ts';
import { wordsOf } from '../../guidance/words/index.ts';
import type { Language } from '../../guidance/words/catalogue.ts';
import type { ApiApp, ApiContext } from '../api-context.ts';
import {
  Id,
  LanguageQuery,
  Plan,
  SafetyCheck,
  TickRequest,
  TrialInfo,
  TrialList,
  TrialRequest,
  TrialWalkRequest,
} from '../contract.ts';
import { presentExercise, presentSafety, presentTrial } from '../guidance/present-guidance.ts';
import { storedReport } from '../guidance/stored-report.ts';
import { WearerState } from '../guidance/wearer-state.ts';
import { notFound, ProblemError } from '../problem.ts';
import { activeProfileId } from './active-profile.ts';

const Params = Type.Object({ id: Id });
/** Finished walks whose findings speak for an exercise. */
const WALKS_FOR_PLAN = 5;
/** Walks whose fitting exercises are remembered: reading one anew takes a second. */
const MOST_KNOWN = 50;

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

  const exercisesOfWalk = new Map<string, readonly ExerciseId[]>();
  async function fittingExercises(person: WearerState): Promise<Set<ExerciseId>> {
    const { items } = store.walks.list({ profileId: activeProfileId(store), state: 'finished', limit: WALKS_FOR_PLAN });
    const fitting = new Set<ExerciseId>();
    for (const walk of items) {
      if (walk.summary === null) continue;
      // A walk that is analysed again gets another generation.
      const key = `${walk.id} ${walk.generation}`;
      const known = exercisesOfWalk.get(key);
      const report =
        known === undefined ? await storedReport(store, walk.id, person, clock.wallMs(), version, false) : undefined;
      const exercises = known ?? report?.findings.flatMap((f) => f.exercises) ?? [];
      exercisesOfWalk.set(key, exercises);
      if (exercisesOfWalk.size > MOST_KNOWN) exercisesOfWalk.delete([...exercisesOfWalk.keys()][0] ?? '');
      for (const id of exercises) fitting.add(id);
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
      mustBeOpen();
      if (!isDay(request.body.day, clock.wallMs()))
        throw new ProblemError(400, 'invalid', `Expected a day that was or is, found "${request.body.day}".`);
      wearer().tick(request.body.exercise, request.body.day, request.body.done);
      void reply.code(204);
      return null;
    },
  );

  const present = (trial: Trial, query: { lang?: Language }) => {
    const order = orderText(trial);
    const seal = createHash('sha256').update(order).digest('hex');
    const open = wearer().safety(clock.wallMs()).state === 'open';
    return presentTrial(trial, languageOf(query), { seal, order, open });
  };
  const trialOf = (id: string): Trial => {
    const trial = wearer()
      .trials()
      .find((t) => t.id === id);
    if (trial === undefined) throw notFound('trial');
    return trial;
  };
  const mustBeOpen = (): void => {
    const { state } = wearer().safety(clock.wallMs());
    if (state === 'open') return;
    throw new ProblemError(403, 'safety_check', 'Plan and trials are closed by the safety check.', {
      whatToDo: state === 'due' ? 'Answer the nine questions first.' : 'Please see what the safety check advises.',
    });
  };

  app.get(
    '/trials',
    {
      config: { scope: 'read' },
      schema: {
        tags: ['guidance'],
        summary: 'Trials of one exercise at a time',
        querystring: LanguageQuery,
        response: { 200: TrialList },
      },
    },
    (request) => ({
      items: wearer()
        .trials()
        .map((trial) => present(trial, request.query)),
    }),
  );

  app.post(
    '/trials',
    {
      config: { scope: 'record' },
      schema: {
        tags: ['guidance'],
        summary: 'Begin a trial: its order is drawn and sealed now',
        querystring: LanguageQuery,
        body: TrialRequest,
        response: { 201: TrialInfo },
      },
    },
    (request, reply) => {
      mustBeOpen();
      const person = wearer();
      if (person.trials().some((t) => trialView(t).state === 'running'))
        throw new ProblemError(409, 'trial_running', 'One exercise at a time: another trial is running.', {
          whatToDo: 'Finish or end it first.',
        });
      const trial = newTrial({
        id: randomBytes(9).toString('base64url'),
        exercise: request.body.exercise,
        kind: exerciseOf(request.body.exercise).trial,
        startedAtMs: clock.wallMs(),
        seed: randomInt(2 ** 32),
        usualPain: request.body.usual_pain,
      });
      person.saveTrial(trial);
      void reply.code(201);
      return present(trial, request.query);
    },
  );

  app.post(
    '/trials/:id/walks',
    {
      config: { scope: 'record' },
      schema: {
        tags: ['guidance'],
        summary: 'The pain of the walk that was next',
        params: Params,
        querystring: LanguageQuery,
        body: TrialWalkRequest,
        response: { 200: TrialInfo },
      },
    },
    (request) => {
      mustBeOpen();
      const { walk_id: walkId, arm, pain, spoiled } = request.body;
      const trial = trialOf(request.params.id);
      const walk = store.walks.get(walkId);
      if (walk.profileId !== activeProfileId(store)) throw notFound('walk');
      if (walk.state !== 'finished')
        throw new ProblemError(409, 'not_finished', 'Expected a finished walk; this one is not finished yet.');
      if (trial.walks.some((w) => w.walkId === walkId))
        throw new ProblemError(409, 'walk_there', 'This walk is in the trial already.');
      const trouble = trialWalkTrouble(trial, walk);
      if (trouble !== undefined && !(spoiled === true && !trouble.startsWith('before')))
        throw new ProblemError(409, trouble, WALK_TROUBLE[trouble], {
          whatToDo: trouble.startsWith('before')
            ? 'Choose the walk that was made after it.'
            : 'Add it as "not comparable"; its pair then begins anew in the same order.',
        });
      try {
        const atMs = walk.startedAtMs;
        const enteredAtMs = clock.wallMs();
        const added = withWalk(trial, { walkId, atMs, arm, pain, spoiled: spoiled ?? false, enteredAtMs });
        wearer().saveTrial(added);
        return present(added, request.query);
      } catch (error) {
        if (error instanceof RangeError) throw new ProblemError(409, 'not_this_walk', error.message);
        throw error;
      }
    },
  );

  app.post(
    '/trials/:id/end',
    {
      config: { scope: 'record' },
      schema: {
        tags: ['guidance'],
        summary: 'End a trial for good',
        params: Params,
        querystring: LanguageQuery,
        response: { 200: TrialInfo },
      },
    },
    (request) => {
      const trial = endTrial(trialOf(request.params.id), clock.wallMs());
      wearer().saveTrial(trial);
      return present(trial, request.query);
    },
  );
}

const WALK_TROUBLE: Record<WalkTrouble, string> = {
  before_trial: 'Expected a walk made after the trial began; this one is older.',
  before_last_walk: 'Expected a walk made after the last one of the trial; this one is older.',
  too_short: 'Expected a walk of at least 60 minutes; this one is shorter.',
  too_soon: 'Expected 24 to 96 hours between the two walks of a pair; this one came sooner.',
  too_late: 'Expected 24 to 96 hours between the two walks of a pair; this one came later.',
};

/** A day of the calendar, not after today (anywhere on earth). */
function isDay(day: string, nowMs: number): boolean {
  const ms = Date.parse(`${day}T00:00:00Z`);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(day) && ms <= nowMs + 14 * 3_600_000;
}

/** The drawn order in a form whose hash seals it; the seed makes it unguessable. */
function orderText(trial: Trial): string {
  const order =
    trial.kind === 'pairs'
      ? trialOrder(trial.seed, EXTENDED_BLOCKS)
          .map((pair) => pair.join(''))
          .join(' ')
      : `start after walk ${strengthStart(trial.seed)}`;
  return `${trial.id} ${trial.seed} ${order}`;
}
