import { createWriteStream, rmSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { Type } from 'typebox';
import type { ApiApp, ApiContext } from '../api-context.ts';
import { closed, Id, ImportJob, text } from '../contract.ts';
import { notFound, ProblemError } from '../problem.ts';
import { needConsent } from '../recorder/consent.ts';
import { importRecording, importTrouble } from '../recorder/walk-import.ts';
import { csvOfWalk, mcapOfWalk } from '../recorder/walk-download.ts';
import { IMPORT_LIMIT_BYTES } from '../request-limits.ts';
import { limitedBody } from '../upload.ts';
import { activeProfileId } from './active-profile.ts';

const Params = Type.Object({ id: Id });
const UPLOAD_TYPES = ['application/vnd.mcap', 'text/csv', 'application/octet-stream'];

/** Recordings down and up. */
export function recordingRoutes(app: ApiApp, { store, clock, jobs, dataFolder, version }: ApiContext): void {
  const uploads = path.join(dataFolder, 'uploads');
  // What a crash left of uploads is of no use any more, and holds somebody's walk.
  rmSync(uploads, { recursive: true, force: true });

  const withPackets = (id: string) => {
    const walk = store.walks.get(id);
    if (walk.rawRemoved)
      throw new ProblemError(409, 'raw_removed', 'The packets of this walk were removed; its strides are still there.');
    return walk;
  };

  app.get(
    '/walks/:id/recording.mcap',
    {
      config: { scope: 'record' },
      schema: { tags: ['recordings'], summary: 'The packets as they came (MCAP)', params: Params },
    },
    (request, reply) => {
      const walk = withPackets(request.params.id);
      return reply
        .header('content-disposition', `attachment; filename="walk-${walk.id}.mcap"`)
        .type('application/vnd.mcap')
        .send(mcapOfWalk(store, walk));
    },
  );

  app.get(
    '/walks/:id/walk.csv',
    { config: { scope: 'record' }, schema: { tags: ['recordings'], summary: 'The samples (CSV)', params: Params } },
    (request, reply) => {
      const walk = withPackets(request.params.id);
      return reply
        .header('content-disposition', `attachment; filename="walk-${walk.id}.csv"`)
        .type('text/csv; charset=utf-8')
        .send(csvOfWalk(store, walk));
    },
  );

  app.get(
    '/imports/:id',
    {
      config: { scope: 'record' },
      schema: {
        tags: ['recordings'],
        summary: 'How an import is getting on',
        params: Params,
        response: { 200: ImportJob },
      },
    },
    (request) => {
      const job = jobs.find(request.params.id);
      if (job === undefined) throw notFound('import (any more)');
      return job;
    },
  );

  void app.register((upload: ApiApp, _options, done) => {
    upload.addContentTypeParser(UPLOAD_TYPES, (_request, payload, parsed) => parsed(null, payload));
    upload.post(
      '/walks/import',
      {
        config: { scope: 'record', slowBody: true },
        schema: {
          tags: ['recordings'],
          summary: 'Make a walk of a recording (MCAP or CSV); analysed in the background',
          consumes: UPLOAD_TYPES,
          querystring: closed({ title: Type.Optional(text(120)) }),
          response: { 202: ImportJob },
        },
      },
      async (request, reply) => {
        needConsent(store, activeProfileId(store), request.caller, 'import');
        if (jobs.full) throw new ProblemError(503, 'busy', 'Too many imports wait already.', { retryAfterS: 30 });
        const body = limitedBody(request, IMPORT_LIMIT_BYTES);
        await mkdir(uploads, { recursive: true, mode: 0o700 });
        // The name is ours: nothing of the sender's becomes a path.
        const file = path.join(uploads, `upload-${randomBytes(9).toString('hex')}`);
        try {
          await pipeline(body, createWriteStream(file, { mode: 0o600, flags: 'wx' }));
        } catch (error) {
          await rm(file, { force: true });
          throw (error as NodeJS.ErrnoException).code === 'ENOSPC'
            ? new ProblemError(507, 'full', 'The disk is full; the upload was not kept.')
            : error;
        }
        const { title } = request.query;
        const profileId = activeProfileId(store);
        const job = jobs.add(
          async (report) => {
            try {
              await importRecording(
                store,
                jobs,
                { file, profileId, title, nowMs: clock.wallMs(), program: version },
                report,
              );
            } finally {
              await rm(file, { force: true });
            }
          },
          (error) => {
            const name = path.basename(file);
            const said = [`"${file}"`, file, `"${name}"`, name].reduce(
              (text, own) => text.replaceAll(own, 'the file'),
              importTrouble(error),
            );
            const trouble = said.charAt(0).toUpperCase() + said.slice(1);
            request.log.warn({ err: error }, 'import failed');
            return trouble;
          },
        );
        void reply.code(202);
        return job;
      },
    );
    done();
  });
}
