import { StrideRecord } from '../domain/records.ts';
import type { WalkEntry } from './walk-entry.ts';
import type { Entries, Page } from './walk-store.ts';
import { breathe } from './connection.ts';

const PAGE = 500;
type Row = Readonly<Record<string, unknown>>;

/**
 * A value as a CSV cell (RFC 4180). A text that a spreadsheet would take for a formula gets an apostrophe in front
 * (OWASP, CSV injection); numbers stay numbers.
 */
export function csvCell(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : '';
  if (typeof value === 'boolean') return String(value);
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const harmless = /^[\s]*[=+\-@\t\r|%]/.test(text) ? `'${text}` : text;
  return /[",\n\r]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

/** A line of CSV with its end. */
export const csvLine = (values: readonly unknown[]): string => values.map(csvCell).join(',') + '\r\n';

/** Strides with the named fields and all others that occur in the walk, header first; reasons as `field: code; field: code`. */
export async function* stridesAsCsv(entries: Entries, walkId: string): AsyncGenerator<string> {
  const fields = new Set<string>(Object.keys(StrideRecord.properties));
  for await (const page of stridePages(entries, walkId))
    for (const stride of page) for (const field of Object.keys(stride)) fields.add(field);
  for (const last of ['type', 'reasons', 'known_at_s']) fields.delete(last);
  const columns = [...fields, 'reasons', 'known_at_s'];
  yield csvLine(columns);
  for await (const page of stridePages(entries, walkId))
    yield page.map((stride) => csvLine(columns.map((c) => (c === 'reasons' ? reasonsOf(stride) : stride[c])))).join('');
}

async function* stridePages(entries: Entries, walkId: string): AsyncGenerator<readonly Row[]> {
  let cursor: string | null | undefined;
  while (cursor !== null) {
    const page: Page<{ readonly entry: WalkEntry }> = entries.page(walkId, {
      types: ['stride'],
      limit: PAGE,
      ...(cursor === undefined ? {} : { cursor }),
    });
    yield page.items.map((i) => i.entry as unknown as Row);
    cursor = page.nextCursor;
    await breathe();
  }
}

function reasonsOf(stride: Row): string {
  return Object.entries((stride['reasons'] ?? {}) as Record<string, string>)
    .map(([field, code]) => `${field}: ${code}`)
    .join('; ');
}
