/** Complete pairs planned, and after the one extension that is allowed where the verdict says "probably". */
export const PLANNED_BLOCKS = 6;
export const EXTENDED_BLOCKS = 8;
/** Below this no verdict, even where the wearer ends the trial. */
export const FEWEST_BLOCKS = 5;

export const VERDICTS = [
  'too_early',
  'helps',
  'probably_helps',
  'probably_hurts',
  'no_effect_worth_noticing',
  'no_clear_change',
] as const;
export type Verdict = (typeof VERDICTS)[number];

/** What the differences of pairs say. Effects on the 0 to 10 pain scale, negative = less pain with the option. */
export interface PairAnalysis {
  readonly blocks: number;
  /** One-sided randomisation p: share of sign flips with a mean as low or lower. */
  readonly pRandomisation: number;
  readonly mean: number;
  /** 80 % interval of the effect. */
  readonly interval80: readonly [number, number];
  readonly pLess: number;
  readonly pLessByOne: number;
  readonly pTooSmall: number;
}

const EFFECTS = Array.from({ length: 121 }, (_, i) => -6 + i / 10);
const SIGMAS = Array.from({ length: 14 }, (_, i) => 0.5 * 10 ** (i / 13));
const PRIOR_SD = 1.5;
const SIGMA_LN_MEAN = Math.log(1.7);
const SIGMA_LN_SD = 0.4;

/**
 * Bayes on a grid and the randomisation test, for paired pain differences d = pain(with) - pain(without).
 * @param differences one per complete block, in any order
 */
export function analysePairs(differences: readonly number[]): PairAnalysis {
  const n = differences.length;
  const mean = n === 0 ? 0 : differences.reduce((a, b) => a + b, 0) / n;
  const squares = differences.reduce((a, d) => a + (d - mean) ** 2, 0);
  const weights = EFFECTS.map((x) => {
    let sum = 0;
    for (const sigma of SIGMAS) {
      const lnPrior = -0.5 * ((Math.log(sigma) - SIGMA_LN_MEAN) / SIGMA_LN_SD) ** 2 - 0.5 * (x / PRIOR_SD) ** 2;
      const lnLikelihood = -n * Math.log(sigma) - (squares + n * (mean - x) ** 2) / (2 * sigma * sigma);
      sum += Math.exp(lnPrior + lnLikelihood);
    }
    return sum;
  });
  const total = weights.reduce((a, b) => a + b, 0);
  const share = (test: (x: number) => boolean): number =>
    EFFECTS.reduce((sum, x, i) => sum + (test(x) ? weights[i]! : 0), 0) / total;
  return {
    blocks: n,
    pRandomisation: signFlipP(differences),
    mean: EFFECTS.reduce((sum, x, i) => sum + x * weights[i]!, 0) / total,
    interval80: [quantile(weights, total, 0.1), quantile(weights, total, 0.9)],
    // Half of the weight at exactly 0 belongs to each side, so that swapping with and without mirrors the result.
    pLess: share((x) => x < -0.05) + share((x) => Math.abs(x) < 0.05) / 2,
    pLessByOne: share((x) => x <= -0.95),
    pTooSmall: share((x) => Math.abs(x) < 0.95),
  };
}

function quantile(weights: readonly number[], total: number, q: number): number {
  let sum = 0;
  for (const [i, w] of weights.entries()) {
    sum += w;
    if (sum >= q * total) return EFFECTS[i]!;
  }
  return EFFECTS.at(-1)!;
}

function signFlipP(differences: readonly number[]): number {
  const n = differences.length;
  if (n === 0) return 1;
  const observed = differences.reduce((a, b) => a + b, 0);
  let asLow = 0;
  for (let flips = 0; flips < 2 ** n; flips++) {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += (flips >> i) & 1 ? -differences[i]! : differences[i]!;
    if (sum <= observed + 1e-9) asLow++;
  }
  return asLow / 2 ** n;
}

/**
 * The verdict, first rule that holds. Before the planned end there is none: nobody looks early.
 * @param ended the wearer ended the trial for good (then {@link FEWEST_BLOCKS} are enough)
 */
export function pairVerdict(differences: readonly number[], planned: number, ended: boolean): Verdict {
  const n = differences.length;
  if (n < FEWEST_BLOCKS || (n < planned && !ended)) return 'too_early';
  const a = analysePairs(differences);
  if (a.pLess >= 0.975 && a.pLessByOne >= 0.75 && a.pRandomisation <= 0.035) return 'helps';
  if (a.pLess >= 0.9 && a.mean <= -0.7) return 'probably_helps';
  if (1 - a.pLess >= 0.9 && a.mean >= 0.7) return 'probably_hurts';
  if (a.pTooSmall >= 0.8) return 'no_effect_worth_noticing';
  return 'no_clear_change';
}

/** The extension was fixed before the start: only where the verdict at the planned end says "probably". */
export const mayExtend = (verdict: Verdict): boolean => verdict === 'probably_helps' || verdict === 'probably_hurts';
