import type { WearerTold } from '../../domain/wearer-told.ts';
import { Check } from 'typebox/value';
import type { WalkStore } from '../../store/walk-store.ts';
import { isSteadyWearer, LAST_WALKS } from '../../guidance/steady-wearer.ts';
import { Tags } from '../contract.ts';

/** Changes that a recording may bring along; a walk of a day has a few. */
const MOST_TOLD = 1000;

/** Keeps with a new walk what its recording says the wearer told. */
export function keepTold(store: WalkStore, walkId: string, told: WearerTold): void {
  for (const { from_s, to_s } of told.pauses.slice(0, MOST_TOLD)) {
    store.walks.pause(walkId, from_s, true);
    if (to_s !== null) store.walks.pause(walkId, to_s, false);
  }
  for (const { at_s, tags } of told.tag_changes.slice(0, MOST_TOLD))
    if (Check(Tags, tags)) store.walks.changeTags(walkId, at_s, tags);
}

/** Whether the walks before this one kept alarming without pain; a walk that was judged so stays so. */
function steadyAt(store: WalkStore, walkId: string): boolean {
  const walk = store.walks.get(walkId);
  if (walk.summary !== null) return walk.summary.metrics['drift_steady'] === true;
  const { items } = store.walks.list({
    profileId: walk.profileId,
    state: 'finished',
    toMs: walk.startedAtMs,
    limit: LAST_WALKS,
  });
  return isSteadyWearer(
    items.flatMap((w) => (w.summary === null ? [] : [{ metrics: w.summary.metrics, marks: store.marks.list(w.id) }])),
  );
}

/** What the wearer told of a stored walk, in the form in which recordings carry it. */
export const toldOf = (store: WalkStore, walkId: string): WearerTold => ({
  ...(steadyAt(store, walkId) ? { steady: true } : {}),
  pauses: store.walks.pauses(walkId),
  tag_changes: store.walks.tagChanges(walkId).map(({ atS, tags }) => ({ at_s: atS, tags: { ...tags } })),
});
