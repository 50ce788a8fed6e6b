import type { SensorNotification } from '../../domain/notification.ts';
import type { GaitRecord, WalkRecord } from '../../domain/records.ts';
import { ResentPackets } from '../../recording/resent-packets.ts';
import type { Walk, WalkStore } from '../../store/walk-store.ts';
import { Breather } from './breather.ts';
import { sessionOf, tellWearer, walkRecordOf } from './recorded-walk.ts';

/**
 * Analyses a stored walk anew from its packets and puts the records in the place of the old ones. What a sensor sent again after
 * a lost link is put where it belongs; else the same packets in the same order give the same records as live, so a walk that was
 * cut off ends up as if it had been stopped.
 * @returns the walk record; the walk itself keeps its state
 */
export async function analyseStored(store: WalkStore, walkId: string): Promise<WalkRecord | null> {
  const again = await resentPackets(store, walkId);
  return analyse(store, walkId, again.any ? again : undefined);
}

/**
 * Fills the gaps of a finished walk with what its sensors sent again after a lost link: live, those packets came too late for
 * the analysis.
 * @returns false where nothing was sent again, or the walk is no longer there to be filled
 */
export async function fillGaps(store: WalkStore, walkId: string): Promise<boolean> {
  const again = await resentPackets(store, walkId);
  const { state, rawRemoved } = store.walks.get(walkId);
  if (!again.any || state !== 'finished' || rawRemoved) return false;
  const summary = await analyse(store, walkId, again);
  if (summary !== null) store.walks.patch(walkId, { summary });
  return true;
}

async function resentPackets(store: WalkStore, walkId: string): Promise<ResentPackets> {
  const again = new ResentPackets(store.walks.get(walkId).slots);
  const breather = new Breather();
  for await (const notification of store.walks.notifications(walkId)) {
    again.collect(notification);
    await breather.breathe();
  }
  again.collected();
  return again;
}

async function analyse(store: WalkStore, walkId: string, again: ResentPackets | undefined): Promise<WalkRecord | null> {
  let summary: WalkRecord | null = null;
  async function* records(): AsyncGenerator<GaitRecord> {
    const session = sessionOf(store.walks.get(walkId));
    tellWearer(session, store, walkId);
    const breather = new Breather();
    for await (const notification of placed(store, walkId, again)) {
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

async function* placed(
  store: WalkStore,
  walkId: string,
  again: ResentPackets | undefined,
): AsyncGenerator<SensorNotification> {
  for await (const notification of store.walks.notifications(walkId))
    yield* again?.place(notification) ?? [notification];
  yield* again?.rest() ?? [];
}

/** The packets of a stored walk; what a sensor sent again after a lost link stands where it belongs. */
export async function* notificationsInPlace(store: WalkStore, walkId: string): AsyncGenerator<SensorNotification> {
  const again = await resentPackets(store, walkId);
  yield* placed(store, walkId, again.any ? again : undefined);
}

/** Closes a walk that was cut off: analysed from its packets, then finished as of its last packet. */
export async function closeInterrupted(store: WalkStore, walkId: string): Promise<Walk> {
  const summary = await analyseStored(store, walkId);
  const { startedAtMs, durationS } = store.walks.get(walkId);
  return store.walks.finish(walkId, { endedAtMs: startedAtMs + durationS * 1000, summary });
}
