import { insolesAsDrawn, pairDifference, type PairDifference, type WalkContext } from './pair-context.ts';
import { blocksOf, trialView, type Trial } from './trial.ts';
import type { TrialWalk } from './trial-walk.ts';

/** A recorded walk as far as a trial has to know it. */
export interface CandidateWalk {
  readonly startedAtMs: number;
  readonly durationS: number;
  readonly tags?: WalkContext;
}

/** Why a walk does not count in a trial. The first two can't be added at all, the others only as not comparable. */
export type WalkTrouble = 'before_trial' | 'before_last_walk' | 'too_short' | 'too_soon' | 'too_late' | PairDifference;

/** Walks of a pair are compared: each at least an hour, one to four days apart. */
const SHORTEST_S = 60 * 60;
const HOUR_MS = 3_600_000;
const APART_MS = [24 * HOUR_MS, 96 * HOUR_MS] as const;

/**
 * Whether a walk can be the next of a trial; undefined where it can.
 * @param tagsOf what a walk of the trial was made in; undefined where it is gone
 */
export function trialWalkTrouble(
  trial: Trial,
  walk: CandidateWalk,
  tagsOf: (walkId: string) => WalkContext | undefined = () => undefined,
): WalkTrouble | undefined {
  if (walk.startedAtMs < trial.startedAtMs) return 'before_trial';
  const last = trial.walks.at(-1);
  if (last !== undefined && walk.startedAtMs <= last.atMs) return 'before_last_walk';
  if (walk.durationS < SHORTEST_S) return 'too_short';
  const tags = walk.tags ?? {};
  const { next } = trialView(trial);
  if (trial.kind === 'pairs' && next !== null && !insolesAsDrawn(trial.exercise, next, tags))
    return 'insoles_not_as_drawn';
  const partner = openPartner(trial);
  if (partner === undefined) return undefined;
  const apartMs = walk.startedAtMs - partner.atMs;
  if (apartMs < APART_MS[0]) return 'too_soon';
  if (apartMs > APART_MS[1]) return 'too_late';
  const before = tagsOf(partner.walkId);
  return before === undefined ? undefined : pairDifference(trial.exercise, tags, before);
}

/** The walk that waits for its other half; undefined where a new block begins, or blocks are no matter. */
export function openPartner(trial: Trial): TrialWalk | undefined {
  if (trial.kind !== 'pairs' || trialView(trial).next === null) return undefined;
  return blocksOf(trial).open[0];
}
