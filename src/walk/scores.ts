import type { OwnLevel } from './own-level.ts';
import { LEVEL_MIN_STRIDES } from './own-level.ts';

/** A score with all that it rests on. Null scores carry their reason. */
export interface Score {
  /** 0 = as at the wearer's start, 100 = four of their own standard deviations away or more. */
  readonly score: number | null;
  readonly value: number | null;
  readonly own_level: number | null;
  readonly own_sd: number | null;
  readonly detectable_change: number | null;
  readonly strides: number;
  readonly confidence: number;
  readonly reason: string | null;
}

/**
 * The one formula of all scores: 100 x clamp(|value - own level| / (4 own SD)), 0 below the detectable change.
 * The detectable change is that of two medians of strides that remember each other (a third of them count): 1.96 √2 SD
 * / √(n/3), n = 50; a median costs a further 1.25.
 * @param level the wearer's own start and now; null while it is being learned
 * @param certainty 0 to 1: what the sensors allow (heading settled, quality of strides)
 */
export function scoreAgainstStart(level: OwnLevel | null, certainty: number): Score {
  if (level === null)
    return {
      score: null,
      value: null,
      own_level: null,
      own_sd: null,
      detectable_change: null,
      strides: 0,
      confidence: 0,
      reason: 'too_few_strides',
    };
  const n = LEVEL_MIN_STRIDES;
  const detectable = (1.96 * Math.SQRT2 * 1.2533 * level.sd) / Math.sqrt(n / 3);
  const change = Math.abs(level.now - level.level);
  const score = change < detectable ? 0 : 100 * Math.min(1, change / (4 * level.sd));
  return {
    score,
    value: level.now,
    own_level: level.level,
    own_sd: level.sd,
    detectable_change: detectable,
    strides: level.strides,
    confidence: certainty,
    reason: null,
  };
}
