import { trialView, type Trial } from './trial.ts';

/** A recorded walk as far as a trial has to know it. */
export interface CandidateWalk {
  readonly startedAtMs: number;
  readonly durationS: number;
}

/** Why a walk does not count in a trial. The first two can't be added at all, the others only as not comparable. */
export type WalkTrouble = 'before_trial' | 'before_last_walk' | 'too_short' | 'too_soon' | 'too_late';

/** Walks of a pair are compared: each at least an hour, one to four days apart. */
const SHORTEST_S = 60 * 60;
const HOUR_MS = 3_600_000;
const APART_MS = [24 * HOUR_MS, 96 * HOUR_MS] as const;

/** Whether a walk can be the next of a trial; undefined where it can. */
export function trialWalkTrouble(trial: Trial, walk: CandidateWalk): WalkTrouble | undefined {
  if (walk.startedAtMs < trial.startedAtMs) return 'before_trial';
  const last = trial.walks.at(-1);
  if (last !== undefined && walk.startedAtMs <= last.atMs) return 'before_last_walk';
  if (walk.durationS < SHORTEST_S) return 'too_short';
  const partner = openPartner(trial);
  if (partner === undefined) return undefined;
  const apartMs = walk.startedAtMs - partner;
  return apartMs < APART_MS[0] ? 'too_soon' : apartMs > APART_MS[1] ? 'too_late' : undefined;
}

/** Start of the walk that waits for its other half; undefined where a new block begins, or blocks are no matter. */
function openPartner(trial: Trial): number | undefined {
  if (trial.kind !== 'pairs' || trialView(trial).next === null) return undefined;
  let open: number | undefined;
  for (const walk of trial.walks) open = walk.spoiled || open !== undefined ? undefined : walk.atMs;
  return open;
}
