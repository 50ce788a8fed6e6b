import { earliestDriftMin, firstPainMin, type OutcomeMark } from './walk-outcomes.ts';

/** An earlier walk as far as the rule looks at it. */
export interface EarlierWalk {
  readonly metrics: Readonly<Record<string, unknown>>;
  readonly marks: readonly OutcomeMark[];
}

/** So many of the last walks are looked at, and so many of them make a wearer one whose gait wanders by itself. */
export const LAST_WALKS = 5;
const ALARMED = 2;

/**
 * Whether a wearer's walks keep alarming without pain: their gait wanders more than most people's, so drift is judged with twice the
 * noise (about 11 minutes later, far fewer false alarms). Once so, it stays.
 * @param walks the last five, newest first
 */
export function isSteadyWearer(walks: readonly EarlierWalk[]): boolean {
  const last = walks.slice(0, LAST_WALKS);
  if (last.some((w) => w.metrics['drift_steady'] === true)) return true;
  const painless = last.filter((w) => earliestDriftMin(w.metrics['drift']) !== null && firstPainMin(w.marks) === null);
  return painless.length >= ALARMED;
}
