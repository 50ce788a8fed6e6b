import { describe, expect, test } from 'vitest';
import type { FindingRecord, StrideRecord, WalkRecord } from '../../src/domain/records.ts';
import { CAUSES } from '../../src/guidance/causes.ts';
import { EXERCISES, exerciseToTry } from '../../src/guidance/exercises.ts';
import { ReportBuilder } from '../../src/guidance/walk-report.ts';
import { wordsOf } from '../../src/guidance/words/index.ts';
import { OPEN } from './report-context.ts';

const walk = (durationS: number, more: Partial<WalkRecord> = {}): WalkRecord => ({
  type: 'walk',
  duration_s: durationS,
  sites: ['left_foot', 'right_foot', 'pelvis'],
  steps: 2 * durationS,
  strides: 2 * durationS,
  distance_m: durationS * 1.3,
  cadence_spm: 112,
  walking_speed_mps: 1.3,
  left: { strides: 1, valid_strides: 1, medians: {} },
  right: { strides: 1, valid_strides: 1, medians: {} },
  metrics: {},
  gaps: [],
  sensors: [],
  reasons: {},
  known_at_s: durationS,
  ...more,
});

/** Strides of a walk; `shape` gives fields by side and by how far the walk is (0 to 1). */
function build(durationS: number, shape: (part: number, noise: number) => Partial<StrideRecord>): ReportBuilder {
  const builder = new ReportBuilder(durationS);
  let seed = 1;
  for (let t = 0; t < durationS; t += 1.07)
    for (const side of ['left', 'right'] as const) {
      seed = (seed * 1103515245 + 12345) % 2 ** 31;
      const noise = seed / 2 ** 31 - 0.5;
      const stride = {
        type: 'stride',
        side,
        ic_s: t,
        next_ic_s: t + 1.07,
        stride_time_s: 1.07 + 0.02 * noise,
        turning: false,
        quality: 0.9,
        stride_length_m: 1.35 + 0.03 * noise,
        reasons: {},
        known_at_s: t + 2,
        ...shape(t / durationS, noise),
      };
      builder.record(stride as unknown as StrideRecord);
    }
  return builder;
}

const drift: FindingRecord = {
  type: 'finding',
  kind: 'drift',
  at_s: 4800,
  side: null,
  text: '',
  confidence: 0.9,
  data: { metric: 'eversion_excursion_deg', unit: 'deg', size: 1.4, size_sd: 0.3, onset_min: [38, 52] },
  known_at_s: 4800,
};

describe('the report', () => {
  test('a drift alarm becomes a finding with size, range, certainty, onset range, cause and exercise', () => {
    const builder = build(7200, () => ({}));
    builder.record(drift);
    const report = builder.build(walk(7200), OPEN);
    expect(report.result).toBe('changed');
    expect(report.findings).toHaveLength(1);
    expect(report.findings[0]).toMatchObject({
      metric: 'eversion_excursion_deg',
      direction: 'more',
      certainty: 'medium',
      sinceMin: [38, 52],
      mayGoWith: ['foot_function'],
      exercises: ['insole'],
    });
    expect(report.exercise).toBe('insole');
    expect(report.findings[0]!.range[0]).toBeCloseTo(1.4 - 1.2816 * 0.3, 6);
  });

  test('"nothing clear changed" is a full result; a short walk says what it needs', () => {
    expect(build(7200, () => ({})).build(walk(7200), OPEN)).toMatchObject({ result: 'no_clear_change', findings: [] });
    expect(build(840, () => ({})).build(walk(840), OPEN).result).toBe('too_short');
    expect(new ReportBuilder(100).build(walk(100, { strides: 0 }), OPEN).result).toBe('not_walking');
  });

  test('shorter strides and less push-off at the same pace together are a finding of low certainty; one alone is none', () => {
    const both = build(7200, (part, noise) => ({
      stride_length_m: 1.35 - 0.08 * part + 0.03 * noise,
      pitch_fc_deg: -60 + 6 * part + 2 * noise,
    })).build(walk(7200), OPEN);
    expect(both.findings).toMatchObject([
      { metric: 'stride_length_m', certainty: 'low', mayGoWith: ['tight_hip_front'] },
    ]);
    const one = build(7200, (part, noise) => ({ stride_length_m: 1.35 - 0.08 * part + 0.03 * noise }));
    expect(one.build(walk(7200), OPEN).findings).toEqual([]);
    const slower = build(7200, (part, noise) => ({
      stride_time_s: 1.07 + 0.1 * part + 0.02 * noise,
      stride_length_m: 1.35 - 0.08 * part + 0.03 * noise,
      pitch_fc_deg: -60 + 6 * part + 2 * noise,
    }));
    expect(slower.build(walk(7200), OPEN).findings).toEqual([]);
  });

  test('poor data gives no finding at all', () => {
    const builder = build(7200, () => ({ quality: 0.1 }));
    builder.record(drift);
    const report = builder.build(walk(7200, { metrics: { sides_in_doubt: true } }), OPEN);
    expect(report.quality.grade).toBe('C');
    expect(report.findings).toEqual([]);
  });

  test('a run is no fault of the data, has no minutes, and a recording that is mostly run says so', () => {
    const run = { quality: 0, stride_length_m: null, reasons: { stride_length_m: 'running' as const } };
    const running = { strides: 4000, duration_s: 2200, cadence_spm: 165, spans: [{ from_s: 2400, to_s: 4800 }] };
    // Runs from minute 40 to 80 of 120.
    const shape = (part: number) => (part >= 1 / 3 && part < 2 / 3 ? { ...run, stride_time_s: 0.72 } : {});
    const report = build(7200, shape).build(walk(7200, { running, distance_share: 0.66 }), OPEN);
    expect(report.quality).toMatchObject({ grade: 'A', validShare: 1, lengthShare: 1 });
    expect(report.result).toBe('no_clear_change');
    expect(report).toMatchObject({ running, distanceShare: 0.66 });
    const pace = report.timeline.find((s) => s.metric === 'stride_time_s' && s.side === 'left')!.values;
    expect(pace.slice(40, 80).every((v) => v === null)).toBe(true);
    for (const v of [...pace.slice(0, 40), ...pace.slice(80)]) expect(v).toBeGreaterThan(1);
    const jog = walk(7200, { running: { ...running, strides: 13_000 } });
    expect(build(7200, () => run).build(jog, OPEN)).toMatchObject({ result: 'mostly_run', findings: [] });
  });

  test('a yes in the safety check closes the exercise, not the report', () => {
    const builder = build(7200, () => ({}));
    builder.record(drift);
    const closed = {
      ...OPEN,
      safety: { state: 'doctor_soon', yes: [], dueBecause: undefined, validUntilMs: 1 } as const,
    };
    const report = builder.build(walk(7200), closed);
    expect(report.exercise).toBeNull();
    expect(report.findings).toHaveLength(1);
  });

  test('first pain is the first mark of 2 or more, or not said how strong', () => {
    const marks = [
      { atS: 600, place: 'hip', strength: 1 },
      { atS: 1800, place: 'hip', strength: 3 },
    ];
    expect(build(3000, () => ({})).build(walk(3000), { ...OPEN, marks }).firstPainMin).toBe(30);
  });
});

test('every cause and exercise has its words in both languages, and every exercise belongs to a cause', () => {
  for (const language of ['en', 'ja'] as const) {
    const words = wordsOf(language);
    for (const cause of CAUSES) expect(words.cause[cause.id].name.length).toBeGreaterThan(1);
    for (const exercise of EXERCISES) expect(words.exercise[exercise.id].steps.length).toBeGreaterThan(2);
  }
  expect(CAUSES.flatMap((c) => c.exercises).sort()).toEqual(EXERCISES.map((e) => e.id).sort());
});

test('the one to try first is the easiest that fits and was not tried', () => {
  expect(exerciseToTry(['insole', 'gluteal_ball'], new Set())?.id).toBe('gluteal_ball');
  expect(exerciseToTry(['gluteal_ball'], new Set(['gluteal_ball']))?.id).toBe('si_release');
  expect(exerciseToTry([], new Set(EXERCISES.map((e) => e.id)))).toBeUndefined();
});
