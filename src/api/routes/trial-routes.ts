import { createHash, randomBytes, randomInt } from 'node:crypto';
import { Type } from 'typebox';
import { exerciseOf } from '../../guidance/exercises.ts';
import { uncheckedTags } from '../../guidance/pair-context.ts';
import { EXTENDED_BLOCKS } from '../../guidance/trial-analysis.ts';
import { strengthStart, trialOrder } from '../../guidance/trial-order.ts';
import { endTrial, newTrial, trialView, withMorning, withWalk, type Trial } from '../../guidance/trial.ts';
import { openPartner, trialWalkTrouble } from '../../guidance/trial-walk-check.ts';
import { earliestDriftMin, firstPainMin } from '../../guidance/walk-outcomes.ts';
import { wordsOf } from '../../guidance/words/index.ts';
import type { Language } from '../../guidance/words/catalogue.ts';
import type { ApiApp, ApiContext } from '../api-context.ts';
import {
  Id,
  LanguageQuery,
  TrialInfo,
  TrialList,
  TrialMorningRequest,
  TrialRequest,
  TrialWalkRequest,
} from '../contract.ts';
import { presentTrial } from '../guidance/present-guidance.ts';
import { mustBeOpen } from '../guidance/safety-gate.ts';
import { WALK_TROUBLE } from '../guidance/trial-troubles.ts';
import { WearerState } from '../guidance/wearer-state.ts';
import { notFound, ProblemError } from '../problem.ts';
import { activeProfileId } from './active-profile.ts';

const Params = Type.Object({ id: Id });

/** Trials of one exercise at a time: drawn and sealed at their start, one walk ahead, no number before they are over. */
export function trialRoutes(app: ApiApp, { store, clock }: ApiContext): void {
  const wearer = () => new WearerState(store, activeProfileId(store));
  const languageOf = (query: { lang?: Language }) => wordsOf(query.lang ?? 'en');

  const present = (trial: Trial, query: { lang?: Language }) => {
    const order = orderText(trial);
    const seal = createHash('sha256').update(order).digest('hex');
    const open = wearer().safety(clock.wallMs()).state === 'open';
    const nth = wearer()
      .trials()
      .findIndex((t) => t.id === trial.id);
    return presentTrial(trial, languageOf(query), { seal, order, open, nth });
  };
  const trialOf = (id: string): Trial => {
    const trial = wearer()
      .trials()
      .find((t) => t.id === id);
    if (trial === undefined) throw notFound('trial');
    return trial;
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
      mustBeOpen(wearer(), clock.wallMs());
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
      mustBeOpen(wearer(), clock.wallMs());
      const { walk_id: walkId, arm, pain, spoiled } = request.body;
      const trial = trialOf(request.params.id);
      const walk = store.walks.get(walkId);
      if (walk.profileId !== activeProfileId(store)) throw notFound('walk');
      if (walk.state !== 'finished')
        throw new ProblemError(409, 'not_finished', 'Expected a finished walk; this one is not finished yet.');
      if (trial.walks.some((w) => w.walkId === walkId))
        throw new ProblemError(409, 'walk_there', 'This walk is in the trial already.');
      const tagsOf = (id: string) => {
        try {
          return store.walks.get(id).tags;
        } catch {
          // Deleted since: what it was made in can't be checked any more.
          return undefined;
        }
      };
      const trouble = trialWalkTrouble(trial, walk, tagsOf);
      if (trouble !== undefined && !(spoiled === true && !trouble.startsWith('before')))
        throw new ProblemError(409, trouble, WALK_TROUBLE[trouble], {
          whatToDo: trouble.startsWith('before')
            ? 'Choose the walk that was made after it.'
            : 'Correct its tags, or add it as "not comparable"; its pair then begins anew in the same order.',
        });
      try {
        const atMs = walk.startedAtMs;
        const enteredAtMs = clock.wallMs();
        const partner = openPartner(trial);
        const added = withWalk(trial, {
          walkId,
          atMs,
          arm,
          pain,
          spoiled: spoiled ?? false,
          enteredAtMs,
          durationMin: walk.durationS / 60,
          firstPainMin: firstPainMin(store.marks.list(walkId)),
          driftMin: earliestDriftMin(walk.summary?.metrics['drift']),
          ...(partner === undefined ? {} : { unchecked: uncheckedTags(walk.tags, tagsOf(partner.walkId) ?? {}) }),
        });
        wearer().saveTrial(added);
        return present(added, request.query);
      } catch (error) {
        if (error instanceof RangeError) throw new ProblemError(409, 'not_this_walk', error.message);
        throw error;
      }
    },
  );

  app.put(
    '/trials/:id/walks/:walk/morning',
    {
      config: { scope: 'record' },
      schema: {
        tags: ['guidance'],
        summary: 'The pain of the morning after a walk of the trial',
        params: Type.Object({ id: Id, walk: Id }),
        querystring: LanguageQuery,
        body: TrialMorningRequest,
        response: { 200: TrialInfo },
      },
    },
    (request) => {
      const trial = trialOf(request.params.id);
      if (!trial.walks.some((w) => w.walkId === request.params.walk)) throw notFound('walk');
      const told = withMorning(trial, request.params.walk, request.body.pain);
      wearer().saveTrial(told);
      return present(told, request.query);
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
