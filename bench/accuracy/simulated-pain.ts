import { analyseStrength } from '../../src/guidance/strength-analysis.ts';
import { pairVerdict, type Verdict } from '../../src/guidance/trial-analysis.ts';
import { strengthStart, trialOrder } from '../../src/guidance/trial-order.ts';

/** Normal deviates from a seed. */
function gaussians(seed: number): () => number {
  let state = seed >>> 0;
  const uniform = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return (((t ^ (t >>> 14)) >>> 0) + 0.5) / 2 ** 32;
  };
  return () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
}

/** Peak pain of consecutive walks: usual 4, correlation 0.3 from walk to walk, rounded and clipped to 0 to 10. */
function painOfWalks(gauss: () => number, sd: number): (effect: number) => number {
  let before = gauss();
  return (effect) => {
    before = 0.3 * before + Math.sqrt(1 - 0.09) * gauss();
    return Math.min(10, Math.max(0, Math.round(4 + effect + sd * before)));
  };
}

/** Six pairs, and two more where the verdict at six says "probably". */
export function verdictOf(seed: number, effect: number, sd: number): Verdict {
  const pain = painOfWalks(gaussians(seed), sd);
  const differences = trialOrder(seed, 8).map((arms) => {
    const of = { A: 0, B: 0 };
    for (const arm of arms) of[arm] = pain(arm === 'B' ? effect : 0);
    return of.B - of.A;
  });
  const six = pairVerdict(differences.slice(0, 6), 6, false);
  return six.startsWith('probably') ? pairVerdict(differences, 8, false) : six;
}

/** A strength trial of 28 walks, four days apart; `perWeek`: what the pain does by itself. */
export function strengthVerdict(seed: number, effect: number, perWeek: number): Verdict {
  const pain = painOfWalks(gaussians(seed), 1.3);
  const start = strengthStart(seed) * 4;
  const walks = Array.from({ length: 28 }, (_, i) => {
    const day = 4 * i;
    return { day, pain: pain(effect * Math.min(1, Math.max(0, (day - start) / 42)) + (perWeek * day) / 7) };
  });
  return analyseStrength(walks, start).verdict;
}
