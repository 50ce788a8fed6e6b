import { analyseStrength } from '../../src/guidance/strength-analysis.ts';
import { pairVerdict, type Verdict } from '../../src/guidance/trial-analysis.ts';
import { strengthStart, trialOrder } from '../../src/guidance/trial-order.ts';

/** Trials a cell of the table rests on. */
const TRIALS = 6000;
const STRENGTH_TRIALS = 1000;

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
function verdictOf(seed: number, effect: number, sd: number): Verdict {
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
function strengthHelps(seed: number, effect: number, perWeek: number): boolean {
  const pain = painOfWalks(gaussians(seed), 1.3);
  const start = strengthStart(seed) * 4;
  const walks = Array.from({ length: 28 }, (_, i) => {
    const day = 4 * i;
    return { day, pain: pain(effect * Math.min(1, Math.max(0, (day - start) / 42)) + (perWeek * day) / 7) };
  });
  return analyseStrength(walks, start).verdict === 'probably_helps';
}

/** The section of docs/accuracy.md on trials: how often their verdicts are wrong and right, by simulation. */
export function trialSection(): string {
  const percent = (k: number, n: number): string => `${((100 * k) / n).toFixed(1)} %`;
  const rows = (
    [
      ['no effect, pain scatters by 1.3', 0, 1.3, 'helps <= 1.5 %, helps or probably <= 6 %', '<= 4 %'],
      ['no effect, pain scatters by 1.0', 0, 1.0, '', ''],
      ['no effect, pain scatters by 1.8', 0, 1.8, '', ''],
      ['1 less pain, scatter 1.3', -1, 1.3, '', ''],
      ['2 less pain, scatter 1.3', -2, 1.3, 'helps or probably >= 88 %', '>= 94 %'],
      ['2 less pain, scatter 1.8', -2, 1.8, '', ''],
      ['1 more pain, scatter 1.3', 1, 1.3, '', ''],
    ] as const
  ).map(([what, effect, sd, must, aim], cell) => {
    const count = new Map<Verdict, number>();
    for (let i = 0; i < TRIALS; i++) {
      const verdict = verdictOf(100_000 * (cell + 1) + i, effect, sd);
      count.set(verdict, (count.get(verdict) ?? 0) + 1);
    }
    const of = (...verdicts: Verdict[]): string =>
      percent(
        verdicts.reduce((sum, v) => sum + (count.get(v) ?? 0), 0),
        TRIALS,
      );
    return `| ${what} | ${of('helps')} | ${of('helps', 'probably_helps')} | ${of('probably_hurts')} | ${must} | ${aim} |`;
  });
  const strength = (
    [
      ['no effect', 0, 0],
      ['no effect, pain falls by 0.1 a week by itself', 0, -0.1],
      ['2 less pain', -2, 0],
      ['3 less pain', -3, 0],
    ] as const
  ).map(([what, effect, perWeek], cell) => {
    let helps = 0;
    for (let i = 0; i < STRENGTH_TRIALS; i++)
      if (strengthHelps(9_000_000 + 10_000 * cell + i, effect, perWeek)) helps++;
    return `| ${what} | ${percent(helps, STRENGTH_TRIALS)} |`;
  });
  return `## Trials: how often their verdicts are right

${TRIALS} simulated trials a row: six pairs of walks in drawn order, two more where the verdict says "probably"; pain 0 to 10, rounded,
correlated by 0.3 from walk to walk. The wearer always knows what they used: relief by expecting it counts as effect.

| truth | helps | helps or probably helps | probably hurts | must | aim |
| --- | --- | --- | --- | --- | --- |
${rows.join('\n')}

Strength exercises, before and after a drawn start (${STRENGTH_TRIALS} trials a row, 28 walks): "probably helps" is all they can say, and
seldom do.

| truth | probably helps |
| --- | --- |
${strength.join('\n')}
`;
}
