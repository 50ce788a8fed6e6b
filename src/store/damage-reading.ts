import type { Connection } from './connection.ts';
import { isDamage } from './sqlite-errors.ts';

/** Rows of a range, and the numbers in it that the database can't give any more. */
export interface ReadRange<R> {
  readonly rows: readonly R[];
  readonly unreadable: readonly { readonly number: number; readonly why: string }[];
}

/**
 * Reads the rows numbered after `after` up to and with `until`. Where a page of the file is damaged, the range is halved
 * until only what is really gone is missing.
 */
export function readAround<R>(
  connection: Connection,
  after: number,
  until: number,
  read: (after: number, until: number) => R[],
): ReadRange<R> {
  try {
    return { rows: connection.read(() => read(after, until)), unreadable: [] };
  } catch (error) {
    if (!isDamage(error)) throw error;
    if (until - after <= 1) return { rows: [], unreadable: [{ number: until, why: error.message }] };
    const middle = after + ((until - after) >> 1);
    const first = readAround(connection, after, middle, read);
    const second = readAround(connection, middle, until, read);
    return { rows: [...first.rows, ...second.rows], unreadable: [...first.unreadable, ...second.unreadable] };
  }
}
