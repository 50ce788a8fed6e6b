import type { Side } from '../../domain/sites.ts';
import type { FitGrade, FitReason } from '../contract.ts';

/** What the first steps told about the fit. */
export interface FitFacts {
  readonly stepSides: readonly Side[];
  /** Share of samples lost in the last seconds, of each sensor. */
  readonly losses: readonly (number | undefined)[];
  /** A sensor sends nothing. */
  readonly silent: boolean;
  /** The shoes' axes are still being found. */
  readonly axesProvisional: boolean;
  readonly swapped: boolean;
  /** A sensor came to sit otherwise between its first and its last step. */
  readonly slipped: boolean;
  readonly feet: number;
  readonly pelvis: boolean;
  readonly stillDone: boolean;
}

/** Reasons that leave an A an A: what they say was chosen, or mends itself. */
const HARMLESS: readonly FitReason[] = ['no_pelvis', 'axes'];

/** A: all in order. B: good enough, with reasons. C: try again, or go on with lower certainty. */
export function gradeFit(facts: FitFacts): { grade: FitGrade; reasons: FitReason[] } {
  const bad: FitReason[] = [];
  const some: FitReason[] = [];
  const loss = Math.max(0, ...facts.losses.map((l) => l ?? 0));
  if (facts.silent) bad.push('silent');
  if (facts.swapped) bad.push('swapped');
  if (facts.slipped) bad.push('slipped');
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
  const grade = bad.length > 0 ? 'C' : some.some((reason) => !HARMLESS.includes(reason)) ? 'B' : 'A';
  return { grade, reasons: [...bad, ...some] };
}
