import path from 'node:path';
import type { EventRecord, GaitRecord, StrideRecord } from '../../src/domain/records.ts';
import type { Side } from '../../src/domain/sites.ts';
import { radFromDeg } from '../../src/domain/units.ts';
import type { ScenarioName } from '../../src/simulator/scenario.ts';
import { atLeast, atMost, figure, worst, type AccuracyRow } from './accuracy-row.ts';
import { analyseSimulated, errorsOf, scoreSimulated, simulateWalk } from './analysed.ts';
import { mean, median, sd } from './statistics.ts';

const PEOPLE = 20;
const FIRST_SEED = 101;
const SIDES = ['left', 'right'] as const;

/** Rows that simulated people give, for whom everything is known. */
export function simulatedRows(shared: string): AccuracyRow[] {
  return [...population(path.join(shared, 'tools', 'score.mjs')), rollInChange(), alignment(), falseSteps()];
}

function population(scorer: string): AccuracyRow[] {
  const lengths: number[] = [];
  const lengthShare: number[] = [];
  const biases: number[] = [];
  const scatters: number[] = [];
  const drops: number[] = [];
  const dropDifferences: number[] = [];
  const latencies: Record<'ic' | 'fc' | 'spatial', number[]> = { ic: [], fc: [], spatial: [] };
  for (let i = 0; i < PEOPLE; i++) {
    const walk = simulateWalk({ scenario: 'healthy', seed: FIRST_SEED + i, seconds: 120 });
    const records = analyseSimulated(walk);
    const score = scoreSimulated(scorer, records, walk);
    const length = errorsOf(score, 'stride_length_m');
    lengths.push(1000 * (length.mae ?? NaN));
    lengthShare.push(length.n / Math.max(1, length.wanted));
    for (const side of SIDES) {
      const e = errorsOf(score, `eversion_excursion_deg_${side}`);
      biases.push(e.bias ?? NaN);
      scatters.push(e.sd ?? NaN);
    }
    drops.push(errorsOf(score, 'pelvic_drop_deg').rmse ?? NaN);
    const difference = score['pelvic_drop_excursion_deg_left_minus_right'] as { error: number } | undefined;
    dropDifferences.push(Math.abs(difference?.error ?? NaN));
    collectLatency(records, latencies);
  }
  const p95 = (v: number[]): number => [...v].sort((a, b) => a - b)[Math.floor(0.95 * (v.length - 1))] ?? NaN;
  const data = `${PEOPLE} simulated people`;
  return [
    {
      metric: 'stride length MAE',
      data,
      measured: `${figure(mean(lengths), ' mm')} (values on ${figure(100 * mean(lengthShare), ' %')})`,
      must: '12 mm',
      aim: '6 mm',
      verdict: mean(lengthShare) >= 0.95 ? atMost(mean(lengths), 12, 6) : 'missed',
    },
    {
      metric: 'roll-in excursion: mean bias / SD between people / SD of strides',
      data: `${data}, oblique pitch axes`,
      measured: `${figure(mean(biases))} / ${figure(sd(biases))} / ${figure(mean(scatters), '°')}`,
      must: '0.6 / 1.8 / 0.4°',
      aim: '0.3 / 1.3 / 0.2°',
      verdict: worst(atMost(mean(biases), 0.6, 0.3), atMost(sd(biases), 1.8, 1.3), atMost(mean(scatters), 0.4, 0.2)),
    },
    {
      metric: 'pelvic_drop_deg RMSE, straight',
      data: `${data}, 1° wobble`,
      measured: figure(mean(drops), '°'),
      must: '0.7°',
      aim: '0.4°',
      verdict: atMost(mean(drops), 0.7, 0.4),
    },
    {
      metric: 'left-right drop difference, median error',
      data: 'same',
      measured: figure(median(dropDifferences), '°'),
      must: '0.6°',
      aim: '0.3°',
      verdict: atMost(median(dropDifferences), 0.6, 0.3),
    },
    {
      metric: 'latency after the event, p95: IC, FC; spatial values after IC',
      data: 'same',
      measured: `${figure(p95(latencies.ic))}, ${figure(p95(latencies.fc), ' ms')}; ${figure(p95(latencies.spatial) / 1000, ' s')}`,
      must: '200 ms; 0.6 s',
      aim: '120 ms; 0.45 s',
      verdict: worst(
        atMost(p95(latencies.ic), 200, 120),
        atMost(p95(latencies.fc), 200, 120),
        atMost(p95(latencies.spatial), 600, 450),
      ),
    },
  ];
}

function collectLatency(records: readonly GaitRecord[], out: Record<'ic' | 'fc' | 'spatial', number[]>): void {
  for (const r of records) {
    if (r.type === 'event') {
      const event = r as { kind: 'ic' | 'fc'; time_s: number; known_at_s: number };
      out[event.kind].push(1000 * (event.known_at_s - event.time_s));
    }
  }
  // Spatial values without a pelvis, whose values come later and are joined into the stride.
  for (const r of records) {
    if (r.type !== 'stride') continue;
    const stride = r;
    const spatialAt = stride['spatial_known_at_s'];
    if (typeof spatialAt === 'number') out.spatial.push(1000 * (spatialAt - stride.next_ic_s));
  }
  if (out.spatial.length === 0)
    for (const r of records) if (r.type === 'stride') out.spatial.push(1000 * (r.known_at_s - r.next_ic_s));
}

/** A true +2 degrees of roll-in, half-way through a walk, both feet. */
function rollInChange(): AccuracyRow {
  const errors: number[] = [];
  for (let i = 0; i < 6; i++) {
    const change = {
      onsetS: 150,
      rampS: 60,
      rollIn: { left: radFromDeg(2), right: radFromDeg(2) },
      drop: { left: 0, right: 0 },
    };
    const walk = simulateWalk({ scenario: 'healthy', seed: 301 + i, seconds: 420, person: { change } });
    const strides = stridesOf(analyseSimulated(walk, ['left_foot', 'right_foot']));
    for (const side of SIDES) errors.push(changeOf(strides, side) - changeOf(walk.truth.strides, side));
  }
  const mae = mean(errors.map(Math.abs));
  return {
    metric: 'change of roll-in within a walk (true +2°)',
    data: '6 simulated people',
    measured: `${figure(mae, '°')} (bias ${figure(mean(errors), '°')})`,
    must: '0.4°',
    aim: '0.2°',
    verdict: atMost(mae, 0.4, 0.2),
  };
}

function changeOf(
  strides: readonly { side: Side; ic_s: number; eversion_excursion_deg: number | null }[],
  side: Side,
): number {
  const within = (from: number, to: number): number =>
    median(
      strides.flatMap((s) =>
        s.side === side && s.ic_s >= from && s.ic_s < to && s.eversion_excursion_deg !== null
          ? [s.eversion_excursion_deg]
          : [],
      ),
    );
  return within(230, 400) - within(15, 145);
}

/** Any mounting, upside down too: the pelvis must find forward and side, never silently wrong. */
function alignment(): AccuracyRow {
  let known = 0;
  let right = 0;
  for (let i = 0; i < 40; i++) {
    const walk = simulateWalk({ scenario: 'healthy', seed: 501 + i, seconds: 40, sites: ['pelvis'] });
    const contacts = eventsOf(analyseSimulated(walk));
    for (const contact of contacts) {
      const near = walk.truth.events.filter((e) => e.kind === 'ic' && Math.abs(e.time_s - contact.time_s) < 0.15);
      if (near.length === 0) continue;
      known++;
      if (near.some((e) => e.side === contact.side)) right++;
    }
  }
  return {
    metric: 'side of the pelvis alone, any mounting',
    data: '40 simulated people, random mounting',
    measured: `${figure((100 * right) / Math.max(1, known), ' %')} of ${known} contacts`,
    must: '99.5 %',
    aim: '100 %',
    verdict: atLeast(known === 0 ? NaN : right / known, 0.995, 1),
  };
}

function falseSteps(): AccuracyRow {
  const scenarios: ScenarioName[] = ['standing', 'sitting', 'fidgeting', 'car', 'bicycle'];
  const perMinute = scenarios.map((scenario) => {
    let steps = 0;
    for (let i = 0; i < 5; i++) {
      const walk = simulateWalk({ scenario, seed: 701 + i, seconds: 120 });
      steps += analyseSimulated(walk).filter((r) => r.type === 'step').length;
    }
    return steps / 10;
  });
  return {
    metric: 'false steps per minute',
    data: '10 simulated minutes each',
    measured: scenarios.map((s, i) => `${s} ${figure(perMinute[i])}`).join(', '),
    must: '0 standing; 1 else',
    aim: '0',
    verdict: worst(...perMinute.map((v, i) => atMost(v, i === 0 ? 0 : 1, 0))),
  };
}

const eventsOf = (records: readonly GaitRecord[]): EventRecord[] =>
  records.filter((r): r is EventRecord => r.type === 'event');

const stridesOf = (records: readonly GaitRecord[]): StrideRecord[] =>
  records.filter((r): r is StrideRecord => r.type === 'stride');
