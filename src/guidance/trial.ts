import type { ExerciseId } from './exercises.ts';
import { analyseStrength, type StrengthAnalysis } from './strength-analysis.ts';
import {
  analysePairs,
  EXTENDED_BLOCKS,
  mayExtend,
  pairVerdict,
  PLANNED_BLOCKS,
  type PairAnalysis,
  type Verdict,
} from './trial-analysis.ts';
import { secondaryOutcomes, type SecondaryOutcomes } from './trial-secondary.ts';
import type { TrialWalk } from './trial-walk.ts';
import { strengthStart, trialOrder, type Arm } from './trial-order.ts';

/** One trial of one exercise. Plain data: what is stored. */
export interface Trial {
  readonly id: string;
  readonly exercise: ExerciseId;
  readonly kind: 'pairs' | 'before_after';
  readonly startedAtMs: number;
  /** Sealed at the start; its hash is shown then, itself when the trial is over. */
  readonly seed: number;
  readonly plannedBlocks: number;
  readonly walks: readonly TrialWalk[];
  /** The wearer's usual peak pain before the trial, 0 to 10. */
  readonly usualPain: number;
  readonly endedAtMs: number | null;
  /** A yes in the safety check stopped it for good. */
  readonly redFlagAtMs?: number;
}

/** Why a trial was stopped: pain of 7 or more, twice 3 above the usual with the exercise, a yes in the safety check. */
export type StopReason = 'strong_pain' | 'worse_than_usual' | 'red_flag';

export interface TrialView {
  readonly state: 'running' | 'over' | 'safety_stop';
  readonly verdict: Verdict;
  /** What to do in the next walk; null when the trial is over. Only one walk ahead is ever shown. */
  readonly next: Arm | null;
  readonly completeBlocks: number;
  readonly plannedBlocks: number;
  /** Numbers only once the trial has its verdict: nobody looks early. */
  readonly pairs: PairAnalysis | null;
  readonly strength: StrengthAnalysis | null;
  readonly secondary: SecondaryOutcomes | null;
  readonly stopReason: StopReason | null;
}

const STRONG_PAIN = 7;
const WORSE_BY = 3;
const BASELINE_WALKS = 6;

/** A trial that begins now. */
export function newTrial(trial: Pick<Trial, 'id' | 'exercise' | 'kind' | 'startedAtMs' | 'seed' | 'usualPain'>): Trial {
  return { ...trial, plannedBlocks: PLANNED_BLOCKS, walks: [], endedAtMs: null };
}

/**
 * The trial with one more walk.
 * @throws where the walk is of another arm than the one drawn, the trial is over, or the pain is no number from 0 to 10
 */
export function withWalk(trial: Trial, walk: TrialWalk): Trial {
  const { next } = trialView(trial);
  if (next === null) throw new RangeError('This trial is over: no walk can be added.');
  if (walk.arm !== next)
    throw new RangeError(
      `The walk to add now is one ${next === 'B' ? 'with' : 'without'} the exercise, as the lot fell.`,
    );
  if (!(walk.pain >= 0 && walk.pain <= 10)) throw new RangeError('Pain is a number from 0 to 10.');
  const added = { ...trial, walks: [...trial.walks, walk] };
  const { verdict } = trialView(added);
  const planned = added.plannedBlocks === PLANNED_BLOCKS && mayExtend(verdict) ? EXTENDED_BLOCKS : added.plannedBlocks;
  return { ...added, plannedBlocks: planned };
}

/**
 * The pain of the morning after a walk of the trial, once the wearer knows it.
 * @throws where the walk isn't in the trial or the pain is no number from 0 to 10
 */
export function withMorning(trial: Trial, walkId: string, pain: number): Trial {
  if (!(pain >= 0 && pain <= 10)) throw new RangeError('Pain is a number from 0 to 10.');
  if (!trial.walks.some((w) => w.walkId === walkId)) throw new RangeError('This walk is not in the trial.');
  return { ...trial, walks: trial.walks.map((w) => (w.walkId === walkId ? { ...w, morningPain: pain } : w)) };
}

/** The wearer ends it for good; a trial that is over stays as it is. */
export const endTrial = (trial: Trial, atMs: number): Trial =>
  trialView(trial).state === 'running' ? { ...trial, endedAtMs: atMs } : trial;

/** A yes in the safety check: a running trial is stopped, without a verdict and for good. */
export const stopByRedFlag = (trial: Trial, atMs: number): Trial =>
  trialView(trial).state === 'running' ? { ...trial, redFlagAtMs: atMs } : trial;

/** Where a trial stands. */
export function trialView(trial: Trial): TrialView {
  const stopReason = safetyStop(trial);
  const view = trial.kind === 'pairs' ? pairsView(trial) : strengthView(trial);
  if (stopReason === null) return { ...view, stopReason };
  return {
    ...view,
    state: 'safety_stop',
    verdict: 'too_early',
    next: null,
    pairs: null,
    strength: null,
    secondary: null,
    stopReason,
  };
}

/** Overrides everything: a red flag, strong pain, or twice clearly worse than usual with the exercise. */
function safetyStop(trial: Trial): StopReason | null {
  if (trial.redFlagAtMs !== undefined) return 'red_flag';
  if (trial.walks.some((w) => w.pain >= STRONG_PAIN)) return 'strong_pain';
  const worse = trial.walks.filter((w) => w.arm === 'B' && w.pain >= trial.usualPain + WORSE_BY);
  return worse.length >= 2 ? 'worse_than_usual' : null;
}

/**
 * Complete blocks in the drawn order, each without and with, and the walk of a block that has only begun. A spoiled walk sends
 * its block back to the beginning.
 */
export function blocksOf(trial: Trial): { pairs: [TrialWalk, TrialWalk][]; open: TrialWalk[] } {
  const pairs: [TrialWalk, TrialWalk][] = [];
  let open: TrialWalk[] = [];
  for (const walk of trial.walks) {
    if (walk.spoiled) {
      open = [];
      continue;
    }
    open.push(walk);
    if (open.length < 2) continue;
    const of = (arm: Arm): TrialWalk => open.find((w) => w.arm === arm)!;
    pairs.push([of('A'), of('B')]);
    open = [];
  }
  return { pairs, open };
}

function pairsView(trial: Trial): TrialView {
  const { pairs, open } = blocksOf(trial);
  const differences = pairs.map(([a, b]) => b.pain - a.pain);
  const ended = trial.endedAtMs !== null;
  const verdict = pairVerdict(differences, trial.plannedBlocks, ended);
  const extendable = trial.plannedBlocks === PLANNED_BLOCKS && mayExtend(verdict) && !ended;
  const over = ended || (differences.length >= trial.plannedBlocks && !extendable);
  const order = trialOrder(trial.seed, EXTENDED_BLOCKS)[differences.length];
  return {
    state: over ? 'over' : 'running',
    // At six blocks a "probably" is not shown: two more pairs were fixed before the start.
    verdict: over ? verdict : 'too_early',
    next: over || order === undefined ? null : order[open.length as 0 | 1],
    completeBlocks: differences.length,
    plannedBlocks: extendable ? EXTENDED_BLOCKS : trial.plannedBlocks,
    pairs: over && verdict !== 'too_early' ? analysePairs(differences) : null,
    strength: null,
    secondary: over && verdict !== 'too_early' ? secondaryOutcomes(pairs) : null,
    stopReason: null,
  };
}

function strengthView(trial: Trial): TrialView {
  const walks = trial.walks.filter((w) => !w.spoiled);
  const startAfter = strengthStart(trial.seed, BASELINE_WALKS);
  const first = walks[0]?.atMs ?? trial.startedAtMs;
  const dayOf = (atMs: number): number => (atMs - first) / 86_400_000;
  const begun = walks.find((w) => w.arm === 'B');
  const analysis =
    begun === undefined
      ? null
      : analyseStrength(
          walks.map((w) => ({ day: dayOf(w.atMs), pain: w.pain })),
          dayOf(begun.atMs),
        );
  const enough = analysis !== null && analysis.verdict !== 'too_early';
  const over = trial.endedAtMs !== null || enough;
  return {
    state: over ? 'over' : 'running',
    verdict: enough ? analysis.verdict : 'too_early',
    next: over ? null : walks.length < startAfter ? 'A' : 'B',
    completeBlocks: walks.filter((w) => w.arm === 'B').length,
    plannedBlocks: 16,
    pairs: null,
    strength: enough ? analysis : null,
    secondary: null,
    stopReason: null,
  };
}
