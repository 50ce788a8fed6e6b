import { StoreError } from './store-error.ts';
import type { Page } from './walk-store.ts';

const DEFAULT_LIMIT = 100;
const LARGEST_LIMIT = 1000;

/** @throws StoreError `invalid` */
export function checkedLimit(limit: number | undefined, otherwise = DEFAULT_LIMIT): number {
  if (limit === undefined) return otherwise;
  if (!Number.isInteger(limit) || limit < 1 || limit > LARGEST_LIMIT)
    throw new StoreError('invalid', `A page has 1 to ${LARGEST_LIMIT} items; found limit ${limit}.`);
  return limit;
}

/** A cursor is the sort key and the row of the last item that was given. */
export interface Cursor {
  readonly key: number;
  readonly row: number;
}

const CURSOR = /^(-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)~(\d{1,15})$/;

/** @throws StoreError `invalid` for a text that no page gave */
export function readCursor(text: string | undefined): Cursor | undefined {
  if (text === undefined) return undefined;
  const match = text.length > 64 ? null : CURSOR.exec(text);
  if (match === null)
    throw new StoreError('invalid', 'The cursor is not one that a page gave. Begin again without a cursor.');
  return { key: Number(match[1]), row: Number(match[2]) };
}

/** Makes a page of rows that were read with one more than the limit. */
export function pageOf<Row, T>(
  rows: readonly Row[],
  limit: number,
  cursorOf: (row: Row) => Cursor,
  item: (row: Row) => T | undefined,
): Page<T> {
  const kept = rows.slice(0, limit);
  const last = kept.at(-1);
  const more = rows.length > limit && last !== undefined;
  const cursor = more ? cursorOf(last) : undefined;
  return {
    items: kept.map(item).filter((i) => i !== undefined),
    nextCursor: cursor === undefined ? null : `${cursor.key}~${cursor.row}`,
  };
}
