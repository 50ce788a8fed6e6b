import { breathe, type Connection } from './connection.ts';
import { decodeEntry, type EntryRow } from './entry-codec.ts';
import { chunkOf, decodeChunk, type ChunkRow } from './packet-chunk.ts';
import { isDamage } from './sqlite-errors.ts';
import type { DamagedChunk, IntegrityReport } from './walk-store.ts';

const CHUNKS_AT_ONCE = 100;
const ENTRIES_AT_ONCE = 1000;

interface CheckedRow extends ChunkRow {
  readonly chunk: number;
  readonly walk_id: string;
}

/**
 * Reads every chunk and entry in portions. SQLite's own check of its pages can't be done in portions, so it is left out
 * while a walk is being recorded.
 */
export async function checkIntegrity(connection: Connection): Promise<IntegrityReport> {
  const { db } = connection;
  const damaged: DamagedChunk[] = [];
  const pages: string[] = [];
  let chunks = 0;
  let badEntries = 0;
  const readAll = async <R>(
    read: (after: number) => R[],
    idOf: (row: R) => number,
    each: (row: R) => void,
  ): Promise<void> => {
    try {
      for (let after = 0; ;) {
        const rows = connection.read(() => read(after));
        for (const row of rows) each(row);
        const last = rows.at(-1);
        if (last === undefined) return;
        after = idOf(last);
        await breathe();
      }
    } catch (error) {
      if (!isDamage(error)) throw error;
      pages.push(error.message);
    }
  };
  const chunkRows = db.prepare<[number], CheckedRow>(
    `SELECT c.chunk, w.id AS walk_id, c.seq, c.slot, c.from_s, c.to_s, c.count, c.crc32c, c.body
       FROM chunks c JOIN walks w ON w.walk = c.walk WHERE c.chunk > ? ORDER BY c.chunk LIMIT ${CHUNKS_AT_ONCE}`,
  );
  await readAll(
    (after) => chunkRows.all(after),
    (r) => r.chunk,
    (r) => {
      chunks++;
      const decoded = decodeChunk(chunkOf(r));
      if (!decoded.ok)
        damaged.push({ walkId: r.walk_id, seq: r.seq, slot: r.slot, fromS: r.from_s, toS: r.to_s, why: decoded.why });
    },
  );
  const entryRows = db.prepare<[number], EntryRow & { id: number }>(
    `SELECT id, type, side, at_s, body, crc32c FROM entries WHERE id > ? ORDER BY id LIMIT ${ENTRIES_AT_ONCE}`,
  );
  await readAll(
    (after) => entryRows.all(after),
    (r) => r.id,
    (r) => {
      if (decodeEntry(r) === undefined) badEntries++;
    },
  );
  const miscounted = db.prepare<[], { id: string; stored: number; found: number }>(
    `SELECT w.id, w.notifications AS stored, coalesce(sum(c.count), 0) AS found FROM walks w LEFT JOIN chunks c ON c.walk = w.walk
       WHERE w.hidden IS NULL AND w.raw_removed = 0 GROUP BY w.walk HAVING found <> stored`,
  );
  await readAll(
    (after) => (after === 0 ? miscounted.all() : []),
    () => 1,
    (r) => pages.push(`The walk ${r.id} had ${r.stored} packets, ${r.found} are found.`),
  );
  const recording = db.prepare("SELECT 1 FROM walks WHERE state = 'recording' AND hidden IS NULL").get() !== undefined;
  if (!recording) pages.push(...pageFindings(connection));
  const ok = pages.length === 0 && damaged.length === 0 && badEntries === 0;
  return { ok, pages, pagesChecked: !recording, chunks, damaged, badEntries };
}

function pageFindings({ db }: Connection): string[] {
  try {
    const rows = db.pragma('integrity_check') as { integrity_check: string }[];
    return rows.map((r) => r.integrity_check).filter((text) => text !== 'ok');
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
}
