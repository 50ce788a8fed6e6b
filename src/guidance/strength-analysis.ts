/** A walk's pain, for before/after trials of exercises whose effect builds up over weeks. */
export interface StrengthWalk {
  /** Days since the first baseline walk. */
  readonly day: number;
  /** Peak pain of the walk, 0 to 10. */
  readonly pain: number;
}

export interface StrengthAnalysis {
  readonly verdict: 'too_early' | 'probably_helps' | 'no_clear_change';
  readonly mean: number;
  readonly sd: number;
  readonly pLess: number;
}

/** Walks after the start, and weeks, before anything is said. */
const FEWEST_WALKS = 16;
const FEWEST_DAYS = 56;
const RAMP_DAYS = 42;
const CORRELATION = 0.3;
const TREND_SD_PER_WEEK = 0.12;
const EFFECT_SD = 1.5;
const SIGMAS = Array.from({ length: 14 }, (_, i) => 0.5 * 10 ** (i / 13));

/**
 * Level + trend + effect x ramp(0 to 1 over six weeks), errors with a memory of 0.3 from walk to walk, sigma on a grid. Never says
 * more than "probably helps": time itself can't be told from the exercise.
 * @param startDay the day the exercise began
 */
export function analyseStrength(walks: readonly StrengthWalk[], startDay: number): StrengthAnalysis {
  const sorted = [...walks].sort((a, b) => a.day - b.day);
  const after = sorted.filter((w) => w.day >= startDay);
  const lastDay = sorted.at(-1)?.day ?? 0;
  const rows = sorted.map((w) => [1, w.day / 7, Math.min(1, Math.max(0, (w.day - startDay) / RAMP_DAYS)), w.pain]);
  // Whiten by the walk-to-walk memory.
  const root = Math.sqrt(1 - CORRELATION ** 2);
  const white = rows.map((row, i) => (i === 0 ? row : row.map((v, k) => (v - CORRELATION * rows[i - 1]![k]!) / root)));
  let total = 0;
  let mean = 0;
  let square = 0;
  let less = 0;
  for (const sigma of SIGMAS) {
    const { effect, variance, lnEvidence } = posterior(white, sigma);
    const w = Math.exp(lnEvidence - 0.5 * ((Math.log(sigma) - Math.log(1.3)) / 0.4) ** 2);
    total += w;
    mean += w * effect;
    square += w * (variance + effect * effect);
    less += w * normalBelowZero(effect, Math.sqrt(variance));
  }
  mean /= total;
  const sd = Math.sqrt(Math.max(0, square / total - mean * mean));
  const pLess = less / total;
  const enough = after.length >= FEWEST_WALKS && lastDay - startDay >= FEWEST_DAYS;
  const verdict = !enough ? 'too_early' : pLess >= 0.95 && mean <= -1 ? 'probably_helps' : 'no_clear_change';
  return { verdict, mean, sd, pLess };
}

function normalBelowZero(mean: number, sd: number): number {
  // Logistic form of the normal distribution function, within 0.01 %: enough for a rule at 95 %.
  const z = -mean / sd;
  return 1 / (1 + Math.exp(-(1.5976 * z + 0.070565 * z ** 3)));
}

/** Conjugate normal regression on [1, week, ramp] with the priors above (level: flat, SD 10). */
function posterior(
  white: readonly (readonly number[])[],
  sigma: number,
): { effect: number; variance: number; lnEvidence: number } {
  const priors = [1 / 10 ** 2, 1 / TREND_SD_PER_WEEK ** 2, 1 / EFFECT_SD ** 2];
  const a = priors.map((p, i) => priors.map((_, j) => (i === j ? p : 0)));
  const b = [0, 0, 0];
  let yy = 0;
  for (const row of white) {
    const y = row[3]! / sigma;
    yy += y * y;
    for (let i = 0; i < 3; i++) {
      b[i]! += (row[i]! / sigma) * y;
      for (let j = 0; j < 3; j++) a[i]![j]! += (row[i]! / sigma) * (row[j]! / sigma);
    }
  }
  const inverse = invert3(a);
  const theta = inverse.matrix.map((r) => r.reduce((s, v, j) => s + v * b[j]!, 0));
  const explained = theta.reduce((s, v, i) => s + v * b[i]!, 0);
  const lnEvidence = -white.length * Math.log(sigma) - 0.5 * Math.log(inverse.determinant) - 0.5 * (yy - explained);
  return { effect: theta[2]!, variance: inverse.matrix[2]![2]!, lnEvidence };
}

function invert3(m: readonly (readonly number[])[]): { matrix: number[][]; determinant: number } {
  const at = (i: number, j: number): number => m[i % 3]![j % 3]!;
  const cofactor = (i: number, j: number): number =>
    at(i + 1, j + 1) * at(i + 2, j + 2) - at(i + 1, j + 2) * at(i + 2, j + 1);
  const determinant = [0, 1, 2].reduce((s, j) => s + at(0, j) * cofactor(0, j), 0);
  return {
    matrix: [0, 1, 2].map((i) => [0, 1, 2].map((j) => cofactor(j, i) / determinant)),
    determinant,
  };
}
