import { Type } from 'typebox';
import type { ApiApp, ApiContext } from '../api-context.ts';
import { CurrentWalk, Id, PauseList, Summary, Walk, WalkPage, WalkPatch, WalkQuery, WalkStart } from '../contract.ts';
import type { Walk as StoredWalk } from '../../store/walk-store.ts';
import { wallMs } from '../clock.ts';
import { presentWalk } from '../presenters.ts';
import { ProblemError } from '../problem.ts';
import { keepsNothing, needConsent } from '../recorder/consent.ts';
import { analyseStored, closeInterrupted, fillGaps } from '../recorder/stored-analysis.ts';
import { activeProfileId } from './active-profile.ts';

const Params = Type.Object({ id: Id });

/** Walks: start, stop, list, correct, go on with or close one that was cut off, erase. */
export function walkRoutes(app: ApiApp, { store, host, jobs, audit }: ApiContext): void {
  const present = (walk: StoredWalk): Walk => presentWalk(walk, walk.id === host.currentId ? host.pausedSinceS : null);

  app.get(
    '/walks',
    {
      config: { scope: 'read' },
      schema: { tags: ['walks'], summary: 'Walks, newest first', querystring: WalkQuery, response: { 200: WalkPage } },
    },
    (request) => {
      const { cursor, limit, state, profile_id, from, to } = request.query;
      const page = store.walks.list({
        limit: limit ?? 50,
        ...(cursor === undefined ? {} : { cursor }),
        ...(state === undefined ? {} : { state }),
        ...(profile_id === undefined ? {} : { profileId: profile_id }),
        ...(from === undefined ? {} : { fromMs: wallMs(from) }),
        ...(to === undefined ? {} : { toMs: wallMs(to) }),
      });
      return { items: page.items.map(present), next_cursor: page.nextCursor };
    },
  );

  app.post(
    '/walks',
    {
      config: { scope: 'record' },
      schema: {
        tags: ['walks'],
        summary: 'Start a walk with the paired sensors',
        body: WalkStart,
        response: { 201: Walk },
      },
    },
    (request, reply) => {
      const { title, tags, profile_id } = request.body;
      const profileId = profile_id ?? activeProfileId(store);
      needConsent(store, profileId, request.caller, 'walk');
      const walk = host.start({
        profileId,
        ...(title === undefined ? {} : { title }),
        ...(tags === undefined ? {} : { tags }),
      });
      void reply.code(201);
      return presentWalk(walk);
    },
  );

  app.get(
    '/walks/current',
    {
      config: { scope: 'read' },
      schema: { tags: ['walks'], summary: 'The walk under way', response: { 200: CurrentWalk } },
    },
    () => ({ walk: host.currentId === undefined ? null : present(store.walks.get(host.currentId)) }),
  );

  app.get(
    '/walks/:id',
    {
      config: { scope: 'read' },
      schema: { tags: ['walks'], summary: 'A walk', params: Params, response: { 200: Walk } },
    },
    (request) => present(store.walks.get(request.params.id)),
  );

  app.patch(
    '/walks/:id',
    {
      config: { scope: 'record' },
      schema: {
        tags: ['walks'],
        summary: 'Correct tags, title or swapped sites',
        params: Params,
        body: WalkPatch,
        response: { 200: Walk },
      },
    },
    async (request) => {
      const { id } = request.params;
      const { title, tags, sites } = request.body;
      if (sites !== undefined) await correctSites(id, sites);
      if (title !== undefined || tags !== undefined)
        store.walks.patch(id, {
          ...(title === undefined ? {} : { title }),
          ...(tags === undefined ? {} : { tags: definedOnly(tags) }),
        });
      if (id === host.currentId) host.tellChange();
      return present(store.walks.get(id));
    },
  );

  /** Swapped sensors, mended during the walk or afterwards: the packets stay as they came, only their meaning changes. */
  async function correctSites(
    id: string,
    sites: { slot: number; site: Walk['sensors'][number]['site'] }[],
  ): Promise<void> {
    correctedSlots(id, sites);
    await jobs.run(async () => {
      // What the walk is may have changed while this waited.
      const slots = correctedSlots(id, sites);
      if (id === host.currentId) {
        await host.correctSites(id, slots);
        return;
      }
      store.walks.patch(id, { slots });
      const summary = await analyseStored(store, id);
      if (summary !== null) store.walks.patch(id, { summary });
    });
  }

  /** @throws ProblemError where these are no sites for this walk, or it can't be analysed again */
  function correctedSlots(
    id: string,
    sites: { slot: number; site: Walk['sensors'][number]['site'] }[],
  ): StoredWalk['slots'] {
    const walk = store.walks.get(id);
    if (walk.state === 'interrupted')
      throw new ProblemError(409, 'not_finished', 'Expected a walk that is finished or recorded, found one cut off.', {
        whatToDo: 'Resume or close the walk first.',
      });
    if (walk.rawRemoved)
      throw new ProblemError(409, 'raw_removed', 'The packets of this walk were removed; it cannot be analysed again.');
    const slots = walk.slots.map((slot) => ({
      ...slot,
      site: sites.find((s) => s.slot === slot.slot)?.site ?? slot.site,
    }));
    if (sites.some((s) => !walk.slots.some((slot) => slot.slot === s.slot)))
      throw new ProblemError(
        400,
        'unknown_slot',
        `Expected slots of this walk: ${walk.slots.map((s) => s.slot).join(', ')}.`,
      );
    if (new Set(slots.map((slot) => slot.site)).size !== slots.length)
      throw new ProblemError(400, 'two_sensors_one_site', 'Expected each site once; two sensors would have the same.');
    return slots;
  }

  app.delete(
    '/walks/:id',
    {
      config: { scope: 'admin' },
      schema: { tags: ['walks'], summary: 'Erase a walk for good', params: Params, response: { 204: Type.Null() } },
    },
    async (request, reply) => {
      const { id } = request.params;
      store.walks.get(id);
      if (id === host.currentId)
        throw new ProblemError(409, 'walk_running', 'This walk is being recorded.', { whatToDo: 'Stop it first.' });
      // It may have been resumed while this waited.
      await jobs.run(() => host.exclusively(id, () => store.eraseWalk(id)));
      audit.note(request, 'walk_erased');
      void reply.code(204);
      return null;
    },
  );

  app.post(
    '/walks/:id/stop',
    {
      config: { scope: 'record' },
      schema: { tags: ['walks'], summary: 'End the walk', params: Params, response: { 200: Walk } },
    },
    async (request) => {
      await host.settled();
      const walk = host.stop(request.params.id);
      if (keepsNothing(store, walk.profileId)) return presentWalk(walk);
      // What came again after a lost link goes where it belongs, after the answer: a long walk takes its time.
      void jobs
        .run(() => fillGaps(store, walk.id))
        .then((filled) => {
          if (filled) host.tellChange();
        })
        .catch((error: unknown) =>
          request.log.error({ err: error, walk: walk.id }, 'the gaps of a walk could not be filled'),
        );
      return presentWalk(walk);
    },
  );

  app.post(
    '/walks/:id/pause',
    {
      config: { scope: 'record' },
      schema: {
        tags: ['walks'],
        summary: 'Pause the walk: packets are kept, nothing is learned or counted; paused already is no error',
        params: Params,
        response: { 200: Walk },
      },
    },
    (request) => presentWalk(host.pause(request.params.id, true), host.pausedSinceS),
  );

  app.post(
    '/walks/:id/resume',
    {
      config: { scope: 'record' },
      schema: {
        tags: ['walks'],
        summary: 'Go on with a walk that is paused or was cut off; going on already is no error',
        params: Params,
        response: { 200: Walk },
      },
    },
    async (request) => {
      const { id } = request.params;
      if (id !== host.currentId) await host.resume(id);
      return presentWalk(host.pause(id, false));
    },
  );

  app.get(
    '/walks/:id/pauses',
    {
      config: { scope: 'read' },
      schema: {
        tags: ['walks'],
        summary: 'When the wearer had paused',
        params: Params,
        response: { 200: PauseList },
      },
    },
    (request) => {
      store.walks.get(request.params.id);
      return { items: store.walks.pauses(request.params.id).map((pause) => ({ ...pause })) };
    },
  );

  app.post(
    '/walks/:id/close',
    {
      config: { scope: 'record' },
      schema: {
        tags: ['walks'],
        summary: 'Finish a walk that was cut off, from its packets',
        params: Params,
        response: { 200: Walk },
      },
    },
    async (request) => {
      const { id } = request.params;
      const interrupted = (): void => {
        const { state } = store.walks.get(id);
        if (state !== 'interrupted')
          throw new ProblemError(409, 'not_interrupted', `Expected an interrupted walk, found one that is ${state}.`);
      };
      interrupted();
      return presentWalk(
        await jobs.run(async () => {
          interrupted();
          return host.exclusively(id, () => closeInterrupted(store, id));
        }),
      );
    },
  );

  app.get(
    '/walks/:id/summary',
    {
      config: { scope: 'read' },
      schema: {
        tags: ['walks'],
        summary: 'Counts, medians, gaps; of a walk under way as it stands',
        params: Params,
        response: { 200: Summary },
      },
    },
    (request): Summary => {
      const { id } = request.params;
      if (id === host.currentId) return { final: false, walk: host.summaryNow(id) };
      const { summary, state } = store.walks.get(id);
      if (summary === null)
        throw new ProblemError(409, 'no_summary', `This walk is ${state} and has no summary yet.`, {
          whatToDo: 'Close the walk; its packets are then analysed.',
        });
      return { final: true, walk: summary };
    },
  );
}

const definedOnly = <T extends object>(value: T): T =>
  Object.fromEntries(Object.entries(value).filter(([, v]) => v !== undefined)) as T;
