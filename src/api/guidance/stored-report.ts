import { MinuteTimeline } from '../../guidance/minute-timeline.ts';
import type { ComparableWalk } from '../../guidance/compare.ts';
import { ReportBuilder, type WalkReport } from '../../guidance/walk-report.ts';
import { strideMetrics } from '../../pipeline/metrics/index.ts';
import type { Walk, WalkStore } from '../../store/walk-store.ts';
import { ProblemError } from '../problem.ts';
import { readEntries } from '../recorder/entry-reader.ts';
import type { WearerState } from './wearer-state.ts';

/**
 * The report of a finished walk from what is stored of it, read in portions.
 * @param curves the curves too: most of a walk's records, and only paper shows them
 * @throws ProblemError 409 while the walk isn't finished
 */
export async function storedReport(
  store: WalkStore,
  walkId: string,
  wearer: WearerState,
  nowMs: number,
  version: string,
  curves = true,
): Promise<WalkReport> {
  const walk = store.walks.get(walkId);
  if (walk.state !== 'finished' || walk.summary === null)
    throw new ProblemError(409, 'not_finished', 'Expected a finished walk; this one is not finished yet.', {
      whatToDo: 'End it first, or close it if it was interrupted.',
    });
  const builder = new ReportBuilder(walk.summary.duration_s);
  const types = curves ? (['stride', 'curve', 'finding'] as const) : (['stride', 'finding'] as const);
  for await (const entry of readEntries(store, walkId, { types })) builder.record(entry);
  return builder.build(walk.summary, {
    title: walk.title,
    startedAtMs: walk.startedAtMs,
    tags: { ...walk.tags },
    tagChanges: store.walks.tagChanges(walkId).map((c) => ({ atS: c.atS, tags: { ...c.tags } })),
    marks: store.marks.list(walkId).map((m) => ({ atS: m.atS, place: m.place, strength: m.strength })),
    safety: wearer.safety(nowMs),
    tried: wearer.tried(),
    version,
  });
}

const COMPARED = strideMetrics.map((m) => m.name);

/** A walk's medians a minute, for a comparison. */
export async function comparableWalk(store: WalkStore, walk: Walk): Promise<ComparableWalk> {
  const timeline = new MinuteTimeline(COMPARED);
  for await (const stride of readEntries(store, walk.id, { types: ['stride'] })) timeline.stride(stride);
  return { id: walk.id, timeline: timeline.series() };
}
