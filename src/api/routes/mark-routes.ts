import { Type } from 'typebox';
import type { ApiApp, ApiContext } from '../api-context.ts';
import {
  Id,
  Mark,
  MarkList,
  MarkPage,
  MarkPatch,
  MarkRequest,
  PageQuery,
  TagChange,
  TagChangeList,
  TagChangeRequest,
} from '../contract.ts';
import { presentMark } from '../presenters.ts';
import { notFound, ProblemError } from '../problem.ts';
import { needConsent } from '../recorder/consent.ts';
import { activeProfileId } from './active-profile.ts';

const Params = Type.Object({ id: Id });
const MarkParams = Type.Object({ id: Id, mark_id: Id });

/** Pain marks and tags that change in mid-walk. */
export function markRoutes(app: ApiApp, { store, host, clock }: ApiContext): void {
  /** Walk time of what happens now; a walk that is over needs it said. */
  const momentS = (walkId: string, atS: number | undefined): number => {
    store.walks.get(walkId);
    if (atS !== undefined) return atS;
    if (walkId === host.currentId) return host.nowS();
    throw new ProblemError(
      400,
      'no_moment',
      'Expected at_s: this walk is not being recorded, so "now" is no moment of it.',
    );
  };
  const markOf = (walkId: string, markId: string) => {
    const mark = store.marks.get(markId);
    if (mark.walkId !== walkId) throw notFound('mark of this walk');
    return mark;
  };

  app.get(
    '/marks',
    {
      config: { scope: 'read' },
      schema: {
        tags: ['marks'],
        summary: 'The pain diary: marks across walks',
        querystring: PageQuery,
        response: { 200: MarkPage },
      },
    },
    (request) => {
      const { cursor, limit } = request.query;
      const page = store.marks.ofProfile(activeProfileId(store), {
        limit: limit ?? 200,
        ...(cursor === undefined ? {} : { cursor }),
      });
      return { items: page.items.map(presentMark), next_cursor: page.nextCursor };
    },
  );

  app.get(
    '/walks/:id/marks',
    {
      config: { scope: 'read' },
      schema: { tags: ['marks'], summary: 'Marks of a walk', params: Params, response: { 200: MarkList } },
    },
    (request) => {
      store.walks.get(request.params.id);
      return { items: store.marks.list(request.params.id).map(presentMark) };
    },
  );

  app.post(
    '/walks/:id/marks',
    {
      config: { scope: 'record' },
      schema: {
        tags: ['marks'],
        summary: 'Mark pain now, or at a moment',
        params: Params,
        body: MarkRequest,
        response: { 201: Mark },
      },
    },
    (request, reply) => {
      const { at_s, place, strength, note } = request.body;
      needConsent(store, store.walks.get(request.params.id).profileId, request.caller, 'pain');
      const mark = store.marks.add(request.params.id, {
        atS: momentS(request.params.id, at_s),
        place: place ?? '',
        strength: strength ?? null,
        createdAtMs: clock.wallMs(),
        ...(note === undefined ? {} : { note }),
      });
      void reply.code(201);
      return presentMark(mark);
    },
  );

  app.patch(
    '/walks/:id/marks/:mark_id',
    {
      config: { scope: 'record' },
      schema: {
        tags: ['marks'],
        summary: 'Say where and how strong',
        params: MarkParams,
        body: MarkPatch,
        response: { 200: Mark },
      },
    },
    (request) => {
      markOf(request.params.id, request.params.mark_id);
      const { at_s, place, strength, note } = request.body;
      return presentMark(
        store.marks.update(request.params.mark_id, {
          ...(at_s === undefined ? {} : { atS: at_s }),
          ...(place === undefined ? {} : { place }),
          ...(strength === undefined ? {} : { strength }),
          ...(note === undefined ? {} : { note }),
        }),
      );
    },
  );

  app.delete(
    '/walks/:id/marks/:mark_id',
    {
      config: { scope: 'record' },
      schema: { tags: ['marks'], summary: 'Undo a mark', params: MarkParams, response: { 204: Type.Null() } },
    },
    (request, reply) => {
      markOf(request.params.id, request.params.mark_id);
      store.marks.undo(request.params.mark_id);
      void reply.code(204);
      return null;
    },
  );

  app.get(
    '/walks/:id/tag-changes',
    {
      config: { scope: 'read' },
      schema: {
        tags: ['walks'],
        summary: 'What changed in mid-walk',
        params: Params,
        response: { 200: TagChangeList },
      },
    },
    (request) => {
      store.walks.get(request.params.id);
      return {
        items: store.walks.tagChanges(request.params.id).map(({ atS, tags }) => ({ at_s: atS, tags: { ...tags } })),
      };
    },
  );

  app.post(
    '/walks/:id/tag-changes',
    {
      config: { scope: 'record' },
      schema: {
        tags: ['walks'],
        summary: 'Say what changed now',
        params: Params,
        body: TagChangeRequest,
        response: { 201: TagChange },
      },
    },
    (request, reply) => {
      const atS = momentS(request.params.id, request.body.at_s);
      store.walks.changeTags(request.params.id, atS, request.body.tags);
      host.wearerSaid(request.params.id);
      void reply.code(201);
      return { at_s: atS, tags: request.body.tags };
    },
  );
}
