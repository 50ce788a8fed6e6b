import type { Verdict } from '../../src/guidance/trial-analysis.ts';
import { strengthVerdict, verdictOf } from './simulated-pain.ts';

/** Trials a cell of the table rests on. */
const TRIALS = 6000;
const STRENGTH_TRIALS = 1000;

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
      if (strengthVerdict(9_000_000 + 10_000 * cell + i, effect, perWeek) === 'probably_helps') helps++;
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
