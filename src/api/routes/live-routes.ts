import type { ApiApp, ApiContext } from '../api-context.ts';
import { LiveQuery } from '../contract.ts';
import { LiveClient } from '../live/live-client.ts';
import type { ResumeFrom } from '../live/live-feed.ts';
import { ProblemError } from '../problem.ts';

/** Open streams; a page has one, so this is far more than any home needs. */
const MOST_STREAMS = 100;

/** The live stream as server-sent events. */
export function liveRoutes(app: ApiApp, { feed, store }: ApiContext): void {
  app.get(
    '/live',
    {
      // A HEAD would hold a stream open that is told nothing and never ends.
      exposeHeadRoute: false,
      config: { scope: 'read' },
      schema: {
        tags: ['live'],
        summary: 'Records (with ids, resumed by Last-Event-ID), frames, sensors, heartbeat as server-sent events',
        querystring: LiveQuery,
      },
    },
    (request, reply) => {
      const { caller } = request;
      if (caller === undefined) throw new ProblemError(401, 'not_signed_in', 'Expected a session or token.');
      if (feed.readers >= MOST_STREAMS)
        throw new ProblemError(503, 'too_many_streams', `${MOST_STREAMS} live streams are open already.`, {
          retryAfterS: 10,
        });
      const header = request.headers['last-event-id'];
      const last = typeof header === 'string' && header !== '' ? header : request.query.after;
      const from = last === undefined ? undefined : resumePoint(last);
      const known = from !== undefined && store.walks.find(from.walkId) !== undefined ? from : undefined;
      const { kinds } = request.query;
      reply.hijack();
      const { raw } = reply;
      raw.writeHead(200, {
        ...(reply.getHeaders() as Record<string, string>),
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
      });
      raw.socket?.setNoDelay(true);
      // A walk that is not there any more can't be gone on with: the walk under way is given from its beginning instead.
      feed.join(
        new LiveClient(raw),
        caller,
        known ?? (last !== undefined || request.query.records === 'all' ? 'all' : undefined),
        kinds === undefined ? undefined : new Set(kinds.split(',')),
      );
    },
  );
}

function resumePoint(text: string): ResumeFrom | undefined {
  const match = /^([A-Za-z0-9_-]{1,64}):(\d{1,15})$/.exec(text);
  return match === null ? undefined : { walkId: match[1]!, id: Number(match[2]) };
}
