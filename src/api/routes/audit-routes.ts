import type { ApiApp, ApiContext } from '../api-context.ts';
import { isoTime } from '../clock.ts';
import { AuditCheck, AuditPage, PageQuery } from '../contract.ts';

/** Who did what with access and data. */
export function auditRoutes(app: ApiApp, { store }: ApiContext): void {
  app.get(
    '/audit',
    {
      config: { scope: 'admin' },
      schema: {
        tags: ['audit'],
        summary: 'What was done with access and data, newest first',
        querystring: PageQuery,
        response: { 200: AuditPage },
      },
    },
    (request) => {
      const { cursor, limit } = request.query;
      const page = store.audit.list({ limit: limit ?? 100, ...(cursor === undefined ? {} : { cursor }) });
      return {
        items: page.items.map(({ atMs, ...entry }) => ({ ...entry, at: isoTime(atMs) })),
        next_cursor: page.nextCursor,
      };
    },
  );

  app.get(
    '/audit/check',
    {
      config: { scope: 'admin' },
      schema: { tags: ['audit'], summary: 'Is the audit trail whole?', response: { 200: AuditCheck } },
    },
    async (): Promise<AuditCheck> => {
      const { ok, entries, brokenAt, head } = await store.audit.check();
      return { ok, entries, broken_at: brokenAt, head };
    },
  );
}
