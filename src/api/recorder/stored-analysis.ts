import type { GaitRecord, WalkRecord } from '../../domain/records.ts';
import type { Walk, WalkStore } from '../../store/walk-store.ts';
import { Breather } from './breather.ts';
import { sessionOf, tellContext, walkRecordOf } from './recorded-walk.ts';

/**
 * Analyses a stored walk anew from its packets and puts the records in the place of the old ones. The same packets in the same
 * order give the same records as live, so a walk that was cut off ends up as if it had been stopped.
 * @returns the walk record; the walk itself keeps its state
 */
export async function analyseStored(store: WalkStore, walkId: string): Promise<WalkRecord | null> {
  let summary: WalkRecord | null = null;
  async function* records(): AsyncGenerator<GaitRecord> {
    const session = sessionOf(store.walks.get(walkId));
    tellContext(session, store, walkId);
    const breather = new Breather();
    for await (const notification of store.walks.notifications(walkId)) {
      yield* session.push(notification);
      await breather.breathe();
    }
    const last = session.finish();
    summary = walkRecordOf(last);
    yield* last;
  }
  await store.entries.replace(walkId, records());
  return summary;
}

/** Closes a walk that was cut off: analysed from its packets, then finished as of its last packet. */
export async function closeInterrupted(store: WalkStore, walkId: string): Promise<Walk> {
  const summary = await analyseStored(store, walkId);
  const { startedAtMs, durationS } = store.walks.get(walkId);
  return store.walks.finish(walkId, { endedAtMs: startedAtMs + durationS * 1000, summary });
}
