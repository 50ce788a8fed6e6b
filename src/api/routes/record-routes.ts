import { Readable } from 'node:stream';
import { Type, type Static } from 'typebox';
import { strideMetrics } from '../../pipeline/metrics/index.ts';
import type { EntryQuery, WalkEntry, WalkEntryType, WalkStore } from '../../store/walk-store.ts';
import type { ApiApp, ApiContext } from '../api-context.ts';
import {
  CurvePage,
  CurveQuery,
  CurveSummary,
  EventPage,
  FindingPage,
  Id,
  MetricList,
  RecordQuery,
  StepPage,
  StridePage,
  Timeline,
  TimelineQuery,
} from '../contract.ts';
import { ProblemError } from '../problem.ts';
import { readEntries } from '../recorder/entry-reader.ts';
import { curveSummary, timeline } from '../recorder/walk-overview.ts';

const Params = Type.Object({ id: Id });
type Query = Static<typeof CurveQuery>;

/** What a walk's analysis gave, by pages, in ranges, as CSV and binned. */
export function recordRoutes(app: ApiApp, { store }: ApiContext): void {
  const schema = { tags: ['records'], params: Params };

  app.get(
    '/walks/:id/strides',
    {
      config: { scope: 'read' },
      schema: { ...schema, summary: 'Strides', querystring: RecordQuery, response: { 200: StridePage } },
    },
    (request) => pageOf(store, request.params.id, 'stride', request.query),
  );
  app.get(
    '/walks/:id/steps',
    {
      config: { scope: 'read' },
      schema: { ...schema, summary: 'Steps', querystring: RecordQuery, response: { 200: StepPage } },
    },
    (request) => pageOf(store, request.params.id, 'step', request.query),
  );
  app.get(
    '/walks/:id/events',
    {
      config: { scope: 'read' },
      schema: {
        ...schema,
        summary: 'Initial and final contacts',
        querystring: RecordQuery,
        response: { 200: EventPage },
      },
    },
    (request) => pageOf(store, request.params.id, 'event', request.query),
  );
  app.get(
    '/walks/:id/findings',
    {
      config: { scope: 'read' },
      schema: { ...schema, summary: 'Findings', querystring: RecordQuery, response: { 200: FindingPage } },
    },
    (request) => pageOf(store, request.params.id, 'finding', request.query),
  );
  app.get(
    '/walks/:id/curves',
    {
      config: { scope: 'read' },
      schema: { ...schema, summary: 'Curves of single strides', querystring: CurveQuery, response: { 200: CurvePage } },
    },
    (request) => {
      const page = pageOf(store, request.params.id, 'curve', request.query);
      const { kind } = request.query;
      return kind === undefined ? page : { ...page, items: page.items.filter((curve) => curve.kind === kind) };
    },
  );
  app.get(
    '/walks/:id/curves/summary',
    {
      config: { scope: 'read' },
      schema: {
        ...schema,
        summary: 'Median and band of the curves of a time range',
        querystring: CurveQuery,
        response: { 200: CurveSummary },
      },
    },
    async (request): Promise<CurveSummary> => {
      store.walks.get(request.params.id);
      const { kind } = request.query;
      const items = await curveSummary(store, request.params.id, entryQuery('curve', request.query));
      return { items: kind === undefined ? items : items.filter((item) => item.kind === kind) };
    },
  );
  app.get(
    '/walks/:id/timeline',
    {
      config: { scope: 'read' },
      schema: {
        ...schema,
        summary: 'Medians a bin, for a whole walk at once',
        querystring: TimelineQuery,
        response: { 200: Timeline },
      },
    },
    (request): Promise<Timeline> => {
      const walk = store.walks.get(request.params.id);
      const names = strideMetrics.map((metric) => metric.name);
      const fields = request.query.fields?.split(',').map((name) => name.trim()) ?? names;
      const unknown = fields.filter((name) => !names.includes(name));
      if (unknown.length > 0)
        throw new ProblemError(
          400,
          'unknown_field',
          `Expected fields of GET /api/v1/metrics; ${unknown.length} of those asked for are none.`,
        );
      return timeline(store, walk, request.query.bin_s ?? 30, fields);
    },
  );
  app.get(
    '/walks/:id/strides.csv',
    { config: { scope: 'read' }, schema: { ...schema, summary: 'Strides as CSV' } },
    (request, reply) => {
      store.walks.get(request.params.id);
      return sendCsv(reply, `strides-${request.params.id}.csv`, store.stridesCsv(request.params.id));
    },
  );
  app.get(
    '/walks/:id/steps.csv',
    { config: { scope: 'read' }, schema: { ...schema, summary: 'Steps as CSV' } },
    (request, reply) => {
      store.walks.get(request.params.id);
      return sendCsv(reply, `steps-${request.params.id}.csv`, stepsCsv(store, request.params.id));
    },
  );
  app.get(
    '/metrics',
    {
      config: { scope: 'read' },
      schema: { tags: ['records'], summary: 'Every number that a stride can carry', response: { 200: MetricList } },
    },
    (): Static<typeof MetricList> => ({
      items: strideMetrics.map((metric) => ({
        id: metric.name,
        label: metric.label,
        unit: metric.unit,
        kind: metric.kind,
        definition: metric.definition,
        frame: metric.frame ?? null,
        rule: metric.rule,
        range: [...metric.range],
        source: metric.source,
        limits: metric.limits,
      })),
    }),
  );
}

function entryQuery<T extends WalkEntryType>(type: T, query: Query): EntryQuery<T> {
  const { cursor, limit, from_s, to_s, side } = query;
  return {
    types: [type],
    limit: limit ?? 200,
    ...(cursor === undefined ? {} : { cursor }),
    ...(from_s === undefined ? {} : { fromS: from_s }),
    ...(to_s === undefined ? {} : { toS: to_s }),
    ...(side === undefined ? {} : { side }),
  };
}

function pageOf<T extends WalkEntryType>(
  store: WalkStore,
  walkId: string,
  type: T,
  query: Query,
): { items: Extract<WalkEntry, { type: T }>[]; next_cursor: string | null } {
  store.walks.get(walkId);
  const page = store.entries.page(walkId, entryQuery(type, query));
  return { items: page.items.map((stored) => stored.entry), next_cursor: page.nextCursor };
}

interface CsvReply {
  header(name: string, value: string): CsvReply;
  type(type: string): CsvReply;
  send(body: Readable): unknown;
}

function sendCsv<R extends CsvReply>(reply: R, name: string, lines: AsyncIterable<string>): R {
  reply
    .header('content-disposition', `attachment; filename="${name}"`)
    .type('text/csv; charset=utf-8')
    .send(Readable.from(lines));
  return reply;
}

async function* stepsCsv(store: WalkStore, walkId: string): AsyncGenerator<string> {
  yield 'side,ic_s,step_time_s,known_at_s\r\n';
  let text = '';
  for await (const step of readEntries(store, walkId, { types: ['step'] })) {
    text += `${step.side},${step.ic_s},${step.step_time_s ?? ''},${step.known_at_s}\r\n`;
    if (text.length < CSV_PORTION) continue;
    yield text;
    text = '';
  }
  if (text !== '') yield text;
}

/** Characters sent at a time. */
const CSV_PORTION = 16_384;
