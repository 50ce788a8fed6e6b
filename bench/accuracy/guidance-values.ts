import { readdirSync } from 'node:fs';
import path from 'node:path';
import type { GaitRecord, StrideRecord } from '../../src/domain/records.ts';
import type { ScenarioName } from '../../src/simulator/scenario.ts';
import { figure, type AccuracyRow } from './accuracy-row.ts';
import { analyseFile, analyseSimulated, simulateWalk } from './analysed.ts';
import { median, sd } from './statistics.ts';

const PEOPLE = 6;
const FIRST_SEED = 501;
const SAME_CONTACT_S = 0.05;

const strides = (records: readonly GaitRecord[]): StrideRecord[] =>
  records.filter((r): r is StrideRecord => r.type === 'stride');

/** Values that findings and reports rest on beside the named ones: heel-off, and what the whole leg keeps of a landing. */
export async function guidanceRows(shared: string, only: 'real' | 'simulated' | 'all'): Promise<AccuracyRow[]> {
  const rows: AccuracyRow[] = [];
  if (only !== 'real') for (const scenario of ['healthy', 'fast', 'slow'] as const) rows.push(heelOff(scenario));
  if (only !== 'simulated') rows.push(await attenuation(path.join(shared, 'data')));
  return rows;
}

function heelOff(scenario: ScenarioName): AccuracyRow {
  const errors: number[] = [];
  let wanted = 0;
  for (let i = 0; i < PEOPLE; i++) {
    const walk = simulateWalk({ scenario, seed: FIRST_SEED + i, seconds: 60 });
    const found = strides(analyseSimulated(walk, ['left_foot', 'right_foot']));
    for (const t of walk.truth.strides) {
      if (t.first === true || t.last === true || t.turning === true) continue;
      wanted++;
      const match = found.find((s) => s.side === t.side && Math.abs(s.ic_s - t.ic_s) < SAME_CONTACT_S);
      const value = match?.['heel_off_pct_stance'];
      if (typeof value === 'number') errors.push(value - t.heel_off_pct_stance);
    }
  }
  const noise = 1.4826 * median(errors.map((e) => Math.abs(e - median(errors))));
  return {
    metric: 'heel-off, median error / scatter, per cent of stance',
    data: `${PEOPLE} simulated people, ${scenario}`,
    measured: `${figure(median(errors))} / ${figure(noise)} (${errors.length} of ${wanted})`,
    must: '',
    aim: '',
    verdict: 'info',
  };
}

/** There is no truth of it: how it lies beside what the literature gives for 1 - sacrum / foot (75 to 90 %), and how it scatters. */
async function attenuation(data: string): Promise<AccuracyRow> {
  const medians: number[] = [];
  const scatters: number[] = [];
  for (const name of readdirSync(data).filter((n) => n.startsWith('feet-and-back'))) {
    const values = strides(await analyseFile(path.join(data, name))).flatMap((s) => {
      const value = s['impact_attenuation_pct'];
      return typeof value === 'number' ? [value] : [];
    });
    if (values.length === 0) continue;
    medians.push(median(values));
    scatters.push(sd(values));
  }
  return {
    metric: 'landing shock kept from the pelvis (whole leg): medians / SD of strides',
    data: `feet-and-back, ${medians.length} recordings (no reference; literature 75 to 90 %)`,
    measured: `${figure(Math.min(...medians))} to ${figure(Math.max(...medians), ' %')} / ${figure(Math.min(...scatters))} to ${figure(Math.max(...scatters), ' %')}`,
    must: '',
    aim: '',
    verdict: 'info',
  };
}
