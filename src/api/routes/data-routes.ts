import { createReadStream, existsSync } from 'node:fs';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { Type } from 'typebox';
import { BACKUPS_NAME, DAMAGED_NAME } from '../../store/database.ts';
import type { Walk } from '../../store/walk-store.ts';
import type { ApiApp, ApiContext } from '../api-context.ts';
import { isoTime, wallMs } from '../clock.ts';
import {
  Backup,
  BackupList,
  EraseReceipt,
  EraseRequest,
  ImportReceipt,
  MirrorRetry,
  MirrorStatus,
} from '../contract.ts';
import { notFound, ProblemError } from '../problem.ts';
import { IMPORT_LIMIT_BYTES } from '../request-limits.ts';
import { limitedBody } from '../upload.ts';

/** Copies that were asked for, and those that were made before an upgrade. */
const BACKUP = /^(gaitkeeper|before-upgrade-from-schema-[0-9]{1,4})-[0-9TZ-]{10,40}\.db$/;
const BackupName = Type.String({ pattern: BACKUP.source });

/** Whole-account matters: backup, export, import, erasure, and the mirror. */
export function dataRoutes(app: ApiApp, context: ApiContext): void {
  const { store, host, jobs, clock, mirror, audit } = context;
  const folder = path.join(context.dataFolder, BACKUPS_NAME);

  const backups = async (): Promise<Backup[]> => {
    const names = (await readdir(folder).catch(() => [])).filter((name) => BACKUP.test(name));
    const found = await Promise.all(
      names.map(async (name) => {
        const { size, mtimeMs } = await stat(path.join(folder, name));
        return { name, bytes: size, created_at: isoTime(mtimeMs) };
      }),
    );
    return found.sort((a, b) => b.created_at.localeCompare(a.created_at));
  };

  app.get(
    '/backups',
    {
      config: { scope: 'admin' },
      schema: { tags: ['data'], summary: 'Backups kept here', response: { 200: BackupList } },
    },
    async () => ({ items: await backups() }),
  );
  app.post(
    '/backups',
    {
      config: { scope: 'admin' },
      schema: { tags: ['data'], summary: 'Copy the store while it runs', response: { 201: Backup } },
    },
    async (request, reply): Promise<Backup> => {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const createdAt = isoTime(clock.wallMs());
      const name = `gaitkeeper-${createdAt.replace(/[:.]/g, '-')}.db`;
      const bytes = await jobs.run(() => store.backup(path.join(folder, name)));
      audit.note(request, 'backup_made', name);
      void reply.code(201);
      return { name, bytes, created_at: createdAt };
    },
  );
  app.get(
    '/backups/:name',
    {
      config: { scope: 'admin' },
      schema: { tags: ['data'], summary: 'Download a backup', params: Type.Object({ name: BackupName }) },
    },
    async (request, reply) => {
      const file = path.join(folder, request.params.name);
      const found = await stat(file).catch(() => undefined);
      if (found === undefined) throw notFound('backup');
      audit.note(request, 'backup_downloaded', request.params.name);
      return reply
        .header('content-disposition', `attachment; filename="${request.params.name}"`)
        .header('content-length', String(found.size))
        .type('application/octet-stream')
        .send(createReadStream(file));
    },
  );
  app.delete(
    '/backups/:name',
    {
      config: { scope: 'admin' },
      schema: {
        tags: ['data'],
        summary: 'Remove a backup',
        params: Type.Object({ name: BackupName }),
        response: { 204: Type.Null() },
      },
    },
    async (request, reply) => {
      const file = path.join(folder, request.params.name);
      if ((await stat(file).catch(() => undefined)) === undefined) throw notFound('backup');
      await rm(file);
      audit.note(request, 'backup_removed', request.params.name);
      void reply.code(204);
      return null;
    },
  );

  app.get(
    '/export',
    { config: { scope: 'admin' }, schema: { tags: ['data'], summary: 'Everything as JSON lines' } },
    (request, reply) => {
      audit.note(request, 'export');
      return reply
        .header(
          'content-disposition',
          `attachment; filename="gaitkeeper-${isoTime(clock.wallMs()).slice(0, 10)}.jsonl"`,
        )
        .type('application/x-ndjson')
        .send(Readable.from(withLineFeeds(store.exportAll())));
    },
  );

  void app.register((upload, _options, done) => {
    upload.addContentTypeParser('application/x-ndjson', (_request, payload, parsed) => parsed(null, payload));
    upload.post(
      '/export/import',
      {
        config: { scope: 'admin', slowBody: true },
        schema: {
          tags: ['data'],
          summary: 'Take an export in',
          consumes: ['application/x-ndjson'],
          response: { 200: ImportReceipt },
        },
      },
      async (request): Promise<ImportReceipt> => {
        const body = limitedBody(request, IMPORT_LIMIT_BYTES * 16);
        const report = await jobs.run(() => store.importAll(createInterface({ input: body, crlfDelay: Infinity })));
        audit.note(request, 'export_imported', `${report.walks} walks`);
        return {
          walks: report.walks,
          skipped_walks: report.skippedWalks,
          entries: report.entries,
          chunks: report.chunks,
        };
      },
    );
    done();
  });

  app.post(
    '/erase',
    {
      config: { scope: 'admin' },
      schema: {
        tags: ['data'],
        summary: 'Erase walks, a person, or everything',
        body: EraseRequest,
        response: { 200: EraseReceipt },
      },
    },
    async (request): Promise<EraseReceipt> => {
      const { what, profile_id, from, to, confirm } = request.body;
      if (host.currentId !== undefined)
        throw new ProblemError(409, 'walk_running', 'A walk is being recorded.', { whatToDo: 'Stop it first.' });
      const names = store.profiles
        .list()
        .filter((p) => profile_id === undefined || p.id === profile_id)
        .map((p) => p.name);
      if (confirm !== 'erase' && !names.includes(confirm))
        throw new ProblemError(400, 'not_confirmed', 'Expected confirm to be the profile\'s name or the word "erase".');
      const walks = await jobs.run(() => host.exclusively(undefined, () => erase(what, profile_id, from, to)));
      audit.note(request, 'erased', `${what}, ${walks} walks`);
      const leftBehind: string[] = [];
      const kept = await backups();
      if (kept.length > 0)
        leftBehind.push(`${kept.length} backups in the data folder: remove them with DELETE /api/v1/backups/{name}.`);
      if (existsSync(path.join(context.dataFolder, DAMAGED_NAME)))
        leftBehind.push(
          `Databases that could not be read, in the folder ${DAMAGED_NAME} of the data folder: delete it by hand.`,
        );
      if (mirror?.status().enabled === true)
        leftBehind.push(
          'Points in InfluxDB: they are taken back as soon as it answers; copies that it made of itself stay.',
        );
      leftBehind.push('Recordings, exports and backups that were saved elsewhere.');
      return { walks, erased_at: isoTime(clock.wallMs()), left_behind: leftBehind };
    },
  );

  async function erase(what: EraseRequest['what'], profileId?: string, from?: string, to?: string): Promise<number> {
    if (what === 'all') {
      const walks = walksOf({}).length;
      await store.eraseAll();
      return walks;
    }
    if (what === 'profile') {
      if (profileId === undefined) throw new ProblemError(400, 'invalid', 'Expected profile_id: whose data to erase.');
      const walks = walksOf({ profileId }).length;
      await store.eraseProfile(profileId);
      return walks;
    }
    if (from === undefined || to === undefined)
      throw new ProblemError(400, 'invalid', 'Expected from and to: the period whose walks to erase.');
    const walks = walksOf({
      fromMs: wallMs(from),
      toMs: wallMs(to),
      ...(profileId === undefined ? {} : { profileId }),
    });
    for (const walk of walks) await store.eraseWalk(walk.id);
    return walks.length;
  }

  function walksOf(query: { profileId?: string; fromMs?: number; toMs?: number }): Walk[] {
    const walks: Walk[] = [];
    let cursor: string | null | undefined;
    while (cursor !== null) {
      const page: { items: readonly Walk[]; nextCursor: string | null } = store.walks.list({
        ...query,
        limit: 500,
        ...(cursor === undefined ? {} : { cursor }),
      });
      walks.push(...page.items);
      cursor = page.nextCursor;
    }
    return walks;
  }

  app.post(
    '/mirror/retry',
    {
      config: { scope: 'admin' },
      schema: { tags: ['data'], summary: 'Try again what InfluxDB refused', response: { 200: MirrorRetry } },
    },
    async (): Promise<MirrorRetry> => {
      if (mirror === undefined) throw new ProblemError(409, 'mirror_off', 'The copy to InfluxDB is off.');
      try {
        return { through: await mirror.retryParked() };
      } catch (error) {
        throw new ProblemError(503, 'mirror', `InfluxDB refused again: ${error instanceof Error ? error.message : ''}`);
      }
    },
  );

  app.get(
    '/mirror',
    {
      config: { scope: 'read' },
      schema: { tags: ['data'], summary: 'The copy to InfluxDB', response: { 200: MirrorStatus } },
    },
    (): MirrorStatus =>
      mirror?.status() ?? { enabled: false, url: null, state: 'off', pending: 0, parked: 0, last_error: null },
  );
}

/** The store gives lines; each goes out with its end, or nobody could tell them apart. */
async function* withLineFeeds(lines: AsyncIterable<string>): AsyncGenerator<string> {
  for await (const line of lines) yield `${line}\n`;
}
