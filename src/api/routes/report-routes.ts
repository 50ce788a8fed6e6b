import { Type } from 'typebox';
import { compareWalks } from '../../guidance/compare.ts';
import { earliestDriftMin, firstPainMin } from '../../guidance/walk-outcomes.ts';
import { wordsOf } from '../../guidance/words/index.ts';
import type { ApiApp, ApiContext } from '../api-context.ts';
import { isoTime } from '../clock.ts';
import { CompareQuery, CompareResult, Id, LanguageQuery, Report, Trends } from '../contract.ts';
import { PrintError, ReportPrinter } from '../../report/report-printer.ts';
import { FittingExercises } from '../guidance/fitting-exercises.ts';
import { presentReport } from '../guidance/present-guidance.ts';
import { comparableWalk, storedReport } from '../guidance/stored-report.ts';
import { WearerState } from '../guidance/wearer-state.ts';
import { ProblemError } from '../problem.ts';
import { activeProfileId } from './active-profile.ts';

const Params = Type.Object({ id: Id });
/** Walks a side of a comparison may hold, and walks shown in trends. */
const MOST_COMPARED = 12;
const MOST_TRENDS = 200;

/** Reports of walks, on the page and on paper, and what many walks say together. */
export function reportRoutes(app: ApiApp, { store, clock, version }: ApiContext): void {
  const printer = new ReportPrinter();
  app.addHook('onClose', () => printer.close());
  const wearerOf = (walkId: string) => new WearerState(store, store.walks.get(walkId).profileId);
  const fits = new FittingExercises(store, version);
  const report = async (walkId: string, curves: boolean) => {
    const made = await storedReport(store, walkId, wearerOf(walkId), clock.wallMs(), version, curves);
    const walk = store.walks.get(walkId);
    // The plan asks for it later, and need not read the walk once more.
    if (fits.known(walk) === undefined) fits.keep(walk, made);
    return made;
  };

  app.get(
    '/walks/:id/report',
    {
      config: { scope: 'read' },
      schema: {
        tags: ['reports'],
        summary: 'What changed in a finished walk, answer first',
        params: Params,
        querystring: LanguageQuery,
        response: { 200: Report },
      },
    },
    async (request) => presentReport(await report(request.params.id, false), wordsOf(request.query.lang ?? 'en')),
  );

  app.get(
    '/walks/:id/report.pdf',
    {
      config: { scope: 'read' },
      schema: { tags: ['reports'], summary: 'The report on paper', params: Params, querystring: LanguageQuery },
    },
    async (request, reply) => {
      const made = await report(request.params.id, true);
      const pdf = await printer.print(made, request.query.lang ?? 'en').catch((error: unknown) => {
        throw error instanceof PrintError ? printProblem(error) : error;
      });
      return reply
        .type('application/pdf')
        .header('content-disposition', `attachment; filename="walk-${request.params.id}.pdf"`)
        .send(Buffer.from(pdf.buffer, pdf.byteOffset, pdf.byteLength));
    },
  );

  app.get(
    '/compare',
    {
      config: { scope: 'read' },
      schema: {
        tags: ['reports'],
        summary: 'Two walks or sets of walks by matched minutes and speed',
        querystring: CompareQuery,
        response: { 200: CompareResult },
      },
    },
    async (request) => {
      const side = async (list: string, name: string) => {
        const ids = [...new Set(list.split(',').filter((id) => id !== ''))];
        if (ids.length === 0 || ids.length > MOST_COMPARED)
          throw new ProblemError(
            400,
            'invalid',
            `Expected 1 to ${MOST_COMPARED} walks in ${name}, found ${ids.length}.`,
          );
        const walks = [];
        for (const id of ids) walks.push(await comparableWalk(store, store.walks.get(id)));
        return walks;
      };
      const w = wordsOf(request.query.lang ?? 'en');
      const items = compareWalks(await side(request.query.a, 'a'), await side(request.query.b, 'b'));
      return {
        items: items.map((c) => ({
          metric: c.metric,
          label: w.metric(c.metric),
          against: c.against,
          a: c.a,
          b: c.b,
          difference: c.difference,
          half_width: c.halfWidth,
          clear: c.clear,
          matched_minutes: c.matchedMinutes,
          reason: c.reason,
        })),
      };
    },
  );

  app.get(
    '/trends',
    {
      config: { scope: 'read' },
      schema: { tags: ['reports'], summary: 'Minutes to drift and to pain, walk by walk', response: { 200: Trends } },
    },
    () => {
      const { items } = store.walks.list({ profileId: activeProfileId(store), state: 'finished', limit: MOST_TRENDS });
      return {
        items: items.map((walk) => {
          const marks = store.marks.list(walk.id);
          const strengths = marks.flatMap((m) => (m.strength === null ? [] : [m.strength]));
          return {
            walk_id: walk.id,
            started_at: isoTime(walk.startedAtMs),
            duration_min: walk.durationS / 60,
            tags: { ...walk.tags },
            drift_min: earliestDriftMin(walk.summary?.metrics['drift']),
            first_pain_min: firstPainMin(marks),
            peak_pain: strengths.length === 0 ? null : Math.max(...strengths),
            cadence_spm: walk.summary?.cadence_spm ?? null,
            walking_speed_mps: walk.summary?.walking_speed_mps ?? null,
          };
        }),
      };
    },
  );
}

/** A report that was not printed, in words; what went wrong inside stays in the log. */
function printProblem(error: PrintError): ProblemError {
  if (error.reason === 'failed') throw error;
  const busy = error.reason === 'busy';
  return new ProblemError(503, busy ? 'printer_busy' : 'printer_slow', error.message, {
    whatToDo: 'Try again in a moment; the report page has the same content.',
    retryAfterS: busy ? 5 : 30,
  });
}
