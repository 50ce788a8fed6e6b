import type { TrialWalk } from './trial-walk.ts';

/** Shown beside the verdict once a trial of pairs is over; none of it ever changes the verdict. */
export interface SecondaryOutcomes {
  /**
   * Minutes to first pain, with the exercise over without (geometric mean of the pairs). A walk without pain counts with its whole
   * length, so the truth may lie further out: `atLeast` is how many such walks there were, without and with.
   */
  readonly firstPainRatio: {
    readonly pairs: number;
    readonly ratio: number;
    readonly atLeast: readonly [number, number];
  } | null;
  /** Pain the morning after, with less without, mean of the pairs. */
  readonly morningPain: { readonly pairs: number; readonly difference: number } | null;
  /** Walks in which a drift was found, and their number, without and with. */
  readonly drift: { readonly found: readonly [number, number]; readonly walks: readonly [number, number] };
}

/** @param pairs complete pairs, each without and with */
export function secondaryOutcomes(pairs: readonly (readonly [TrialWalk, TrialWalk])[]): SecondaryOutcomes {
  const painMin = (walk: TrialWalk): number | undefined => walk.firstPainMin ?? walk.durationMin;
  const logs = pairs.flatMap(([a, b]) => {
    const [minA, minB] = [painMin(a), painMin(b)];
    return minA === undefined || minB === undefined ? [] : [Math.log(Math.max(1, minB) / Math.max(1, minA))];
  });
  const mornings = pairs.flatMap(([a, b]) =>
    a.morningPain === undefined || b.morningPain === undefined ? [] : [b.morningPain - a.morningPain],
  );
  const count = (arm: 0 | 1, test: (walk: TrialWalk) => boolean): number => pairs.filter((p) => test(p[arm])).length;
  const both = (test: (walk: TrialWalk) => boolean) => [count(0, test), count(1, test)] as const;
  return {
    firstPainRatio:
      // Where no walk hurt, lengths of walks say nothing of pain.
      logs.length === 0 || !pairs.flat().some((w) => typeof w.firstPainMin === 'number')
        ? null
        : { pairs: logs.length, ratio: Math.exp(mean(logs)), atLeast: both((w) => w.firstPainMin === null) },
    morningPain: mornings.length === 0 ? null : { pairs: mornings.length, difference: mean(mornings) },
    drift: { found: both((w) => typeof w.driftMin === 'number'), walks: both((w) => w.driftMin !== undefined) },
  };
}

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
