import type { AnyRecord } from '../api/types.ts';

/** Motion of a still shoe or belt stays below this [deg/s]; breathing and swaying are 1 to 4. */
export const STILL_DPS = 12;
/** How long to stand still [s]. */
export const STILL_S = 5;
/** Steps of the check. */
export const CHECK_STEPS = 10;

/** Standing still, as it goes: how much of the time is done, and by how much it was last spoilt. */
export class StillWatch {
  #sinceMs: number | null = null;
  movedDps: number | null = null;

  /** @param motionsDps RMS angular rate of each sensor in the last second; null where one said nothing */
  push(motionsDps: readonly (number | null)[], nowMs: number): number {
    const known = motionsDps.filter((m) => m !== null);
    const most = Math.max(0, ...known);
    if (known.length === 0 || known.length < motionsDps.length || most > STILL_DPS) {
      if (this.#sinceMs !== null && most > STILL_DPS) this.movedDps = most;
      this.#sinceMs = null;
      return 0;
    }
    this.#sinceMs ??= nowMs;
    return Math.min(1, (nowMs - this.#sinceMs) / (1000 * STILL_S));
  }

  reset(): void {
    this.#sinceMs = null;
    this.movedDps = null;
  }
}

export type Grade = 'A' | 'B' | 'C';
/** Why a fit isn't an A; the words are `fit.reason.*` of the catalogue. */
export type GradeReason =
  'loss_some' | 'loss_much' | 'silent' | 'sides' | 'swapped' | 'axes' | 'one_foot' | 'no_pelvis' | 'still_skipped';

/** What the first steps told about the fit. */
export interface FitFacts {
  readonly stepSides: readonly ('left' | 'right')[];
  readonly losses: readonly (number | null)[];
  readonly silent: boolean;
  readonly axesProvisional: boolean;
  readonly swapped: boolean;
  readonly feet: number;
  readonly pelvis: boolean;
  readonly stillDone: boolean;
}

/** A: all in order. B: good enough, with reasons. C: try again, or go on with lower certainty. */
export function gradeFit(facts: FitFacts): { grade: Grade; reasons: GradeReason[] } {
  const bad: GradeReason[] = [];
  const some: GradeReason[] = [];
  const loss = Math.max(0, ...facts.losses.map((l) => l ?? 0));
  if (facts.silent) bad.push('silent');
  if (facts.swapped) bad.push('swapped');
  if (loss > 0.05) bad.push('loss_much');
  else if (loss > 0.01) some.push('loss_some');
  if (facts.feet >= 2) {
    const repeats = facts.stepSides.filter((side, i) => i > 0 && side === facts.stepSides[i - 1]).length;
    if (repeats > 1) bad.push('sides');
    else if (repeats === 1) some.push('sides');
  } else some.push('one_foot');
  if (facts.axesProvisional) some.push('axes');
  if (!facts.pelvis) some.push('no_pelvis');
  if (!facts.stillDone) some.push('still_skipped');
  const grade = bad.length > 0 ? 'C' : some.some((r) => r !== 'no_pelvis' && r !== 'axes') ? 'B' : 'A';
  return { grade, reasons: [...bad, ...some] };
}

/** Sides of the first steps, in order. */
export function takeStepSide(sides: ('left' | 'right')[], record: AnyRecord): void {
  if (record.type === 'step' && sides.length < 2 * CHECK_STEPS) sides.push(record.side);
}
