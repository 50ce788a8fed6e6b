import type { EntryQuery, Page, StoredEntry, WalkEntry, WalkEntryType, WalkStore } from '../../store/walk-store.ts';
import { Breather } from './breather.ts';

/** Read in one turn: curves are long, and the others wait meanwhile. */
const PAGE = 200;

/** All entries of a query, read a page at a time with pauses for others. */
export async function* readEntries<T extends WalkEntryType>(
  store: WalkStore,
  walkId: string,
  query: EntryQuery<T>,
): AsyncGenerator<Extract<WalkEntry, { type: T }>> {
  const breather = new Breather();
  let cursor: string | null | undefined;
  while (cursor !== null) {
    const page: Page<StoredEntry<Extract<WalkEntry, { type: T }>>> = store.entries.page(walkId, {
      ...query,
      limit: PAGE,
      ...(cursor === undefined ? {} : { cursor }),
    });
    for (const { entry } of page.items) {
      yield entry;
      await breather.breathe();
    }
    cursor = page.nextCursor;
  }
}
