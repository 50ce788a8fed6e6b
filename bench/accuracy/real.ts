import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { atLeast, atMost, figure, worst, type AccuracyRow } from './accuracy-row.ts';
import { analyseFile, errorsOf, scoreAgainst, type Score } from './analysed.ts';
import { mean } from './statistics.ts';

interface EventScore {
  f1: number;
  error_ms: { bias: number; sd: number };
}
const events = (score: Score, kind: 'ic' | 'fc'): EventScore | undefined =>
  score[`${kind}_events`] as EventScore | undefined;
const share = (e: { n: number; wanted: number }): string => `${e.n} of ${e.wanted}`;

/** The rows that real recordings give; empty where they are not beside the project. */
export async function realRows(shared: string): Promise<{ rows: AccuracyRow[]; perFolder: string[] }> {
  const data = path.join(shared, 'data');
  const scorer = path.join(shared, 'tools', 'score.mjs');
  if (!existsSync(data)) return { rows: [], perFolder: [] };
  const folder = (name: string): string => path.join(data, name);
  const analyse = (name: string, options = {}) => analyseFile(path.join(folder(name), 'walk.csv'), options);
  const rows: AccuracyRow[] = [];
  const perFolder: string[] = [];

  const optical = scoreAgainst(scorer, await analyse('shoes-optical'), folder('shoes-optical'));
  opticalRows(optical, rows);

  const names = readdirSync(data).filter((n) => n.startsWith('feet-and-back'));
  const f1: Record<'ic' | 'fc', number[]> = { ic: [], fc: [] };
  const pelvisF1: number[] = [];
  const sides: number[] = [];
  for (const name of names) {
    const score = scoreAgainst(scorer, await analyse(name), folder(name));
    for (const kind of ['ic', 'fc'] as const) f1[kind].push(events(score, kind)?.f1 ?? 0);
    const alone = scoreAgainst(scorer, await analyse(name, { sites: ['pelvis'] }), folder(name), 100);
    const side = alone['side_right'] as { share: number } | undefined;
    pelvisF1.push(events(alone, 'ic')?.f1 ?? 0);
    sides.push(side?.share ?? 0);
    const latency = score['ic_latency_ms'] as { p95: number } | undefined;
    perFolder.push(
      `| ${name} | ${figure(f1.ic.at(-1))} | ${figure(f1.fc.at(-1))} | ${figure(latency?.p95, ' ms')} | ${figure(pelvisF1.at(-1))} | ${figure(100 * sides.at(-1)!, ' %')} |`,
    );
  }
  rows.push({
    metric: 'IC / FC F1 at 50 ms',
    data: `feet-and-back, mean of ${names.length}`,
    measured: `${figure(mean(f1.ic))} / ${figure(mean(f1.fc))}`,
    must: '0.96 / 0.95',
    aim: '0.99 / 0.98',
    verdict: worst(atLeast(mean(f1.ic), 0.96, 0.99), atLeast(mean(f1.fc), 0.95, 0.98)),
  });
  const backName = 'back-only-HA-001-Test5-Trial1';
  const back = scoreAgainst(scorer, await analyse(backName), folder(backName), 100);
  const backF1 = events(back, 'ic')?.f1;
  const backSide = (back['side_right'] as { share: number } | undefined)?.share;
  rows.push({
    metric: 'pelvis only: IC F1 at 100 ms / side',
    data: 'back-only',
    measured: `${figure(backF1)} / ${figure(100 * (backSide ?? NaN), ' %')}`,
    must: '0.90 / 98 %',
    aim: '0.95 / 99.8 %',
    verdict: worst(atLeast(backF1, 0.9, 0.95), atLeast(backSide, 0.98, 0.998)),
  });
  rows.push({
    metric: 'pelvis only: IC F1 at 100 ms / side',
    data: 'feet-and-back, pelvis alone, mean',
    measured: `${figure(mean(pelvisF1))} / ${figure(100 * mean(sides), ' %')}`,
    must: '0.90 / 98 %',
    aim: '0.95 / 99.8 %',
    verdict: worst(atLeast(mean(pelvisF1), 0.9, 0.95), atLeast(mean(sides), 0.98, 0.998)),
  });

  const footName = 'one-foot-2017-11-22-11-22-03';
  const foot = scoreAgainst(scorer, await analyse(footName), folder(footName));
  const length = errorsOf(foot, 'stride_length_vs_surveyed_m');
  rows.push({
    metric: 'stride length MAE',
    data: 'one-foot-2017-11-22',
    measured: `${figure(1000 * (length.mae ?? NaN), ' mm')} (bias ${figure(1000 * (length.bias ?? NaN))}; ${share(length)})`,
    must: '20 mm',
    aim: '12 mm',
    verdict: length.n >= 0.9 * length.wanted ? atMost(1000 * (length.mae ?? NaN), 20, 12) : 'missed',
  });
  const inclination = scoreAgainst(
    scorer,
    await analyse('orientation-14', { orientation: true }),
    folder('orientation-14'),
  );
  const angle = errorsOf(inclination, 'inclination_error_deg');
  rows.push({
    metric: 'inclination error, moving (RMSE)',
    data: 'orientation-14',
    measured: figure(angle.rmse, '°'),
    must: '1.5°',
    aim: '0.8°',
    verdict: atMost(angle.rmse, 1.5, 0.8),
  });
  return { rows, perFolder };
}

function opticalRows(score: Score, rows: AccuracyRow[]): void {
  const ic = events(score, 'ic');
  const fc = events(score, 'fc');
  const length = errorsOf(score, 'stride_length_m');
  const pitchIc = errorsOf(score, 'pitch_ic_vs_optical_deg');
  const pitchFc = errorsOf(score, 'pitch_fc_vs_optical_deg');
  const roll = errorsOf(score, 'eversion_excursion_vs_optical_deg');
  const enough = (e: { n: number; wanted: number }, verdict: AccuracyRow['verdict']) =>
    e.n >= 0.95 * e.wanted ? verdict : 'missed';
  const data = 'shoes-optical';
  rows.push(
    {
      metric: 'IC / FC F1 at 50 ms',
      data,
      measured: `${figure(ic?.f1)} / ${figure(fc?.f1)}`,
      must: '0.98 / 0.98',
      aim: '1 / 1',
      verdict: worst(atLeast(ic?.f1, 0.98, 1), atLeast(fc?.f1, 0.98, 1)),
    },
    {
      metric: 'IC bias / SD',
      data,
      measured: `${figure(ic?.error_ms.bias)} / ${figure(ic?.error_ms.sd)} ms`,
      must: '25 / 8 ms',
      aim: '15 / 5 ms',
      verdict: worst(atMost(ic?.error_ms.bias, 25, 15), atMost(ic?.error_ms.sd, 8, 5)),
    },
    {
      metric: 'FC bias / SD',
      data,
      measured: `${figure(fc?.error_ms.bias)} / ${figure(fc?.error_ms.sd)} ms`,
      must: '8 / 5 ms',
      aim: '3 / 3 ms',
      verdict: worst(atMost(fc?.error_ms.bias, 8, 3), atMost(fc?.error_ms.sd, 5, 3)),
    },
    {
      metric: 'stride length MAE',
      data,
      measured: `${figure(1000 * (length.mae ?? NaN), ' mm')} (bias ${figure(1000 * (length.bias ?? NaN))}; ${share(length)})`,
      must: '16 mm',
      aim: '10 mm',
      verdict: enough(length, atMost(1000 * (length.mae ?? NaN), 16, 10)),
    },
    {
      metric: 'foot pitch at IC / FC MAE',
      data,
      measured: `${figure(pitchIc.mae, '°')} / ${figure(pitchFc.mae, '°')}`,
      must: '0.5° / 0.6°',
      aim: '0.3° / 0.3°',
      verdict: worst(atMost(pitchIc.mae, 0.5, 0.3), atMost(pitchFc.mae, 0.6, 0.3)),
    },
    {
      metric: 'roll-in excursion MAE',
      data,
      measured: `${figure(roll.mae, '°')} (bias ${figure(roll.bias, '°')}, r ${figure(roll.r)}; ${share(roll)})`,
      must: '2.0°, r ≥ 0.5',
      aim: '1.4°',
      verdict: (roll.r ?? 0) >= 0.5 ? enough(roll, atMost(roll.mae, 2, 1.4)) : 'missed',
    },
  );
}
