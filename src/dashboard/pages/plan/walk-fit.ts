import type { Trends, TrialInfo } from '../../api/types.ts';

const SHORTEST_MIN = 60;
const APART_HOURS = [24, 96] as const;

/** Why a walk can only be entered as not comparable; null where it counts. The service holds to the same rules. */
export type WalkMisfit = 'too_short' | 'too_soon' | 'too_late';

/** Whether a walk fits as the next of a trial: an hour at least, and one to four days after the other of its pair. */
export function walkMisfit(trial: TrialInfo, walk: Trends['items'][number]): WalkMisfit | null {
  if (walk.duration_min < SHORTEST_MIN) return 'too_short';
  let waiting: string | null = null;
  if (trial.kind === 'pairs')
    for (const done of trial.walks) waiting = done.spoiled || waiting !== null ? null : done.at;
  if (waiting === null) return null;
  const hours = (Date.parse(walk.started_at) - Date.parse(waiting)) / 3_600_000;
  return hours < APART_HOURS[0] ? 'too_soon' : hours > APART_HOURS[1] ? 'too_late' : null;
}
