import { describe, expect, it } from 'vitest';
import type { StrideRecord } from '../../../src/domain/records.ts';
import { wasRun } from '../../../src/domain/running.ts';
import { SIDES } from '../../../src/domain/sites.ts';
import { radFromDeg } from '../../../src/domain/units.ts';
import type { Running } from '../../../src/simulator/scenario.ts';
import type { TruthStride } from '../../../src/simulator/truth.ts';
import { RUN, walkerLanding, walkRunWalk } from '../../walk-run-walk.ts';
import { analyse, simulatedRuns, stridesOf } from './blocks.ts';

const JOG: Running = { speedMps: 2.5, strideTimeS: 120 / 160, stanceShare: 0.4 };
const FAST_RUN: Running = { speedMps: 3.5, strideTimeS: 120 / 175, stanceShare: 0.32 };

/** One foot's walk: its strides as found, as they were, and what else was told. */
function feetOf(run: Running, seed: number, steps = 80, seconds = 75) {
  const script = () => walkRunWalk(run, steps);
  const { runs, truth } = simulatedRuns({ seed, seconds, script, faults: { sensors: 'realistic' } });
  return runs.map((r) => {
    const out = analyse(r);
    return {
      found: stridesOf(out),
      truth: truth.strides.filter((s) => s.side === r.side),
      findings: out.filter((o) => o.type === 'finding'),
    };
  });
}
const matchOf = (found: readonly StrideRecord[], truth: TruthStride): StrideRecord | undefined =>
  found.find((s) => Math.abs(s.ic_s - truth.ic_s) < 0.04);
/** A stride that begins on the ball is told from up to a tenth of a second before. */
const nearest = (found: readonly StrideRecord[], truth: TruthStride): StrideRecord | undefined =>
  found.find((s) => Math.abs(s.ic_s - truth.ic_s) < 0.13);
const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

const WITHHELD = [
  'stride_length_m',
  'walking_speed_mps',
  'foot_clearance_m',
  'foot_progression_deg',
  'eversion_at_ic_deg',
  'eversion_peak_deg',
  'eversion_excursion_deg',
  'eversion_peak_velocity_dps',
  'eversion_peak_at_pct_stance',
  'pitch_ic_deg',
  'pitch_fc_deg',
  'heel_off_pct_stance',
] as const;

const cases = [
  ['2.5 m/s, 160 steps/min', JOG],
  ['3.0 m/s, 168 steps/min', RUN],
  ['3.5 m/s, 175 steps/min', FAST_RUN],
] as const;

describe.each(cases)('a run of %s', (_, run) => {
  const feet = [1, 2].flatMap((seed) => feetOf(run, seed));

  it('has its strides found, with every length and angle withheld because it is a run', () => {
    for (const { found, truth } of feet) {
      const ran = truth.filter((s) => s.running);
      expect(ran.length).toBeGreaterThan(35);
      for (const t of ran) {
        const stride = matchOf(found, t);
        expect(stride, `stride at ${t.ic_s}`).toBeDefined();
        for (const field of WITHHELD) {
          expect(stride![field]).toBeNull();
          expect(stride!.reasons[field], `${field} at ${t.ic_s}`).toBe('running');
        }
        expect(stride!.quality).toBe(0);
      }
    }
  });

  it('keeps its times: stride time within 10 ms, contact time within 40 ms', () => {
    for (const { found, truth } of feet)
      for (const t of truth.filter((s) => s.running).slice(1)) {
        const stride = matchOf(found, t)!;
        expect(Math.abs(stride.stride_time_s! - (t.next_ic_s - t.ic_s))).toBeLessThan(0.01);
        expect(Math.abs(stride.stance_time_s! - (t.fc_s - t.ic_s))).toBeLessThan(0.04);
      }
  });

  it('begins and ends where it truly does, within two strides', () => {
    for (const { found, truth } of feet) {
      const ran = truth.filter((s) => s.running);
      const called = found.filter(wasRun);
      const strideS = run.strideTimeS;
      expect(Math.abs(called[0]!.ic_s - ran[0]!.ic_s)).toBeLessThan(2 * strideS);
      expect(Math.abs(called.at(-1)!.ic_s - ran.at(-1)!.ic_s)).toBeLessThan(2 * strideS);
      expect(Math.abs(called.length - ran.length)).toBeLessThanOrEqual(2);
    }
  });

  it('has no stride told with a wrong length where walk and run change over', () => {
    for (const { found, truth } of feet) {
      const ran = truth.filter((s) => s.running);
      const near = truth.filter(
        (s) => !s.running && (Math.abs(s.ic_s - ran[0]!.ic_s) < 3 || Math.abs(s.ic_s - ran.at(-1)!.ic_s) < 3),
      );
      const lengths = near.flatMap((t) => {
        const length = matchOf(found, t)?.stride_length_m;
        return length == null ? [] : length - t.stride_length_m;
      });
      expect(lengths.length).toBeGreaterThanOrEqual(near.length - 2);
      for (const error of lengths) expect(Math.abs(error)).toBeLessThan(0.08);
    }
  });

  it('is no fault of the sensor: nothing is said of its seat or of poor lengths', () => {
    for (const { findings } of feet) expect(findings).toEqual([]);
  });

  it('leaves what was learnt of the shoe: lengths, pitch and roll-in of the walk after it are as good as before', () => {
    for (const { found, truth } of feet) {
      const ran = truth.filter((s) => s.running);
      const errors = (
        strides: readonly TruthStride[],
        field: 'stride_length_m' | 'pitch_ic_deg' | 'eversion_peak_deg',
      ) => mean(strides.flatMap((t) => matchOf(found, t)?.[field] ?? []).map((v, i) => v - strides[i]![field]));
      const straight = truth.filter((s) => s.first === undefined && s.last === undefined);
      const before = straight.filter((s) => s.next_ic_s < ran[0]!.ic_s - 1).slice(8);
      const after = straight.filter((s) => s.ic_s > ran.at(-1)!.next_ic_s + 1).slice(0, 8);
      for (const t of [...before, ...after]) expect(matchOf(found, t)?.eversion_peak_deg).not.toBeNull();
      expect(Math.abs(errors(after, 'stride_length_m') - errors(before, 'stride_length_m'))).toBeLessThan(0.015);
      expect(Math.abs(errors(after, 'pitch_ic_deg') - errors(before, 'pitch_ic_deg'))).toBeLessThan(0.6);
      expect(Math.abs(errors(after, 'eversion_peak_deg') - errors(before, 'eversion_peak_deg'))).toBeLessThan(0.6);
    }
  });
});

/** A landing on the ball that doesn't look like the one before is not believed: so large a share of a walk's strides may read as run. */
const MISREAD_ON_BALL = 0.03;

const onBall = (pitchDeg: number) => ({ pitchIcRad: radFromDeg(pitchDeg) });

describe.each([
  ['1.8 m/s, 49 % on the ground', { speedMps: 1.8, strideTimeS: 0.76, stanceShare: 0.49 }],
  ['2.4 m/s, 45 %', { speedMps: 2.4, strideTimeS: 0.74, stanceShare: 0.45 }],
  ['1.8 m/s, 47 %, on the ball (4° down)', { speedMps: 1.8, strideTimeS: 0.76, stanceShare: 0.47, ...onBall(-4) }],
  ['2.4 m/s, 45 %, on the ball (10°)', { speedMps: 2.4, strideTimeS: 0.74, stanceShare: 0.45, ...onBall(-10) }],
  ['3 m/s, 35 %, on the ball (10°)', { speedMps: 3, strideTimeS: 0.72, stanceShare: 0.35, ...onBall(-10) }],
  ['2.4 m/s, 40 %, on the ball (15°)', { speedMps: 2.4, strideTimeS: 0.74, stanceShare: 0.4, ...onBall(-15) }],
])('a jog of %s', (_, run: Running) => {
  const feet = [1, 2].flatMap((seed) => feetOf(run, seed));

  it('is called a run in 95 % of its strides, and the walk beside it in none', () => {
    const ran = feet.flatMap(({ found, truth }) => truth.filter((s) => s.running).map((t) => nearest(found, t)));
    expect(ran.filter((s) => s !== undefined && wasRun(s)).length).toBeGreaterThanOrEqual(0.95 * ran.length);
    for (const { found, truth } of feet) {
      const own = truth.filter((s) => s.running);
      const [fromS, toS] = [own[0]!.ic_s - run.strideTimeS, own.at(-1)!.next_ic_s];
      const beside = found.filter((s) => s.ic_s < fromS || s.ic_s > toS);
      const most = run.pitchIcRad !== undefined && run.pitchIcRad < 0 ? MISREAD_ON_BALL : 0;
      expect(beside.filter(wasRun).length).toBeLessThanOrEqual(most * beside.length);
    }
  });

  it('is no fault of the sensor', () => {
    for (const { findings } of feet) expect(findings).toEqual([]);
  });
});

describe('walking is walking', () => {
  it.each([
    ['slow', undefined, { speedMps: 0.6, strideTimeS: 1.5, doubleSupport: 0.17 }],
    ['as race walkers do, 52 % on the ground', undefined, { speedMps: 1.8, strideTimeS: 0.75, doubleSupport: 0.02 }],
    ['as race walkers do, 53 %', undefined, { speedMps: 2.1, strideTimeS: 0.75, doubleSupport: 0.03 }],
    ['as race walkers do, 55 %', undefined, { speedMps: 2.1, strideTimeS: 0.8, doubleSupport: 0.05 }],
    ['on the flat foot', 3, {}],
    ['on the flat foot, fast', 3, { speedMps: 2.1, strideTimeS: 0.8, doubleSupport: 0.05 }],
    ['on the ball (4° down)', -4, {}],
    ['on the ball (4°), fast', -4, { speedMps: 2.1, strideTimeS: 0.8, doubleSupport: 0.05 }],
    ['on the ball (10°)', -10, {}],
    ['on the ball (10°), fast', -10, { speedMps: 2.1, strideTimeS: 0.857, doubleSupport: 0.07 }],
  ])('%s', (_, pitchDeg, pace) => {
    for (const seed of [1, 2]) {
      const person = walkerLanding(seed, pitchDeg, pace);
      const { runs, truth } = simulatedRuns({ seed, seconds: 40, person, faults: { sensors: 'realistic' } });
      const strides = runs.flatMap((r) => stridesOf(analyse(r)));
      expect(strides.length).toBeGreaterThan(0.94 * truth.strides.length);
      const most = pitchDeg !== undefined && pitchDeg < 0 ? MISREAD_ON_BALL : 0;
      expect(strides.filter(wasRun).length).toBeLessThanOrEqual(most * strides.length);
      expect(strides.filter((s) => s.stride_length_m !== null).length).toBeGreaterThan(0.8 * strides.length);
    }
  });
});

describe('fast walking', () => {
  it.each([1.9, 2, 2.1])('%f m/s at 140 steps/min is walking, on both feet and for every stride', (speedMps) => {
    for (const seed of [1, 2, 3]) {
      const person = { speedMps, strideTimeS: 120 / 140, doubleSupport: 0.07 };
      const { runs, truth } = simulatedRuns({ seed, seconds: 40, person, faults: { sensors: 'realistic' } });
      const shares = truth.strides.slice(6, -6).map((s) => (s.fc_s - s.ic_s) / (s.next_ic_s - s.ic_s));
      expect(mean(shares)).toBeLessThan(0.58);
      const strides = runs.flatMap((r) => stridesOf(analyse(r)));
      expect(strides.length).toBeGreaterThan(0.95 * truth.strides.length);
      expect(strides.filter(wasRun)).toEqual([]);
      for (const side of SIDES) expect(strides.some((s) => s.side === side && s.stride_length_m !== null)).toBe(true);
    }
  });
});
