import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { DRIFT_METRICS } from '../../src/drift/drift-metric.ts';
import { emptyMinute, pairMinute, type MinuteStrides } from '../../src/drift/minute-values.ts';
import { OnsetBank, type DriftState } from '../../src/drift/onset-bank.ts';

const folder = path.resolve(import.meta.dirname, '../../../shared/drift');
const there = existsSync(folder);

interface Series {
  file: string;
  onset_min: number | null;
  must_alarm_drift: boolean;
  reference_result: {
    alarm: { minute: number; P: number; mean_deg: number } | null;
    max_P: number;
    end_P: number;
    end_mean_deg: number;
    onset_p10_p90: [number, number];
    sudden: { t: number; dir: string; amp: number }[];
  };
}

function run(file: string) {
  const rows = readFileSync(path.join(folder, file), 'utf8').trim().split('\n').slice(1);
  const minutes = new Map<number, MinuteStrides>();
  const bank = new OnsetBank(DRIFT_METRICS.eversion_excursion_deg);
  let jump: number | undefined;
  for (const row of rows) {
    const [time, left, right, speed, flags] = row.split(',');
    const minute = Math.floor(Number(time) / 60);
    const flag = Number(flags);
    if ((flag & 4) !== 0) jump ??= minute;
    if ((flag & 3) !== 0 || left === '' || right === '') continue;
    const strides = minutes.get(minute) ?? emptyMinute();
    strides.left.push(Number(left));
    strides.right.push(Number(right));
    strides.speedsMps.push(Number(speed));
    minutes.set(minute, strides);
  }
  if (jump !== undefined) bank.declareJump(jump);
  const states: DriftState[] = [];
  for (const [minute, strides] of [...minutes].sort((a, b) => a[0] - b[0])) {
    const value = pairMinute(minute, strides);
    if (value !== undefined) states.push(bank.push(value));
  }
  return { bank, states, last: states.at(-1)! };
}

describe.skipIf(!there)('the twelve reference series (skipped where ../shared/drift is missing)', () => {
  const { series } = there
    ? (JSON.parse(readFileSync(path.join(folder, 'truth.json'), 'utf8')) as { series: Series[] })
    : { series: [] };

  test.each(series.map((s) => [s.file, s] as const))('%s', (file, s) => {
    const { bank, states, last } = run(file);
    const reference = s.reference_result;
    expect(last.alarmMinute).toBe(reference.alarm?.minute ?? null);
    expect(last.alarmMinute !== null).toBe(s.must_alarm_drift);
    expect(Math.max(...states.map((x) => x.p))).toBeCloseTo(reference.max_P, 2);
    expect(last.p).toBeCloseTo(reference.end_P, 2);
    expect(last.size).toBeCloseTo(reference.end_mean_deg, 1);
    expect(last.onsetMin).toEqual(reference.onset_p10_p90);
    expect(bank.sudden.map((x) => x.atMin)).toEqual(reference.sudden.map((x) => x.t));
    if (s.must_alarm_drift) {
      const [early, late] = last.onsetMin!;
      expect(s.onset_min!).toBeGreaterThan(early - 3);
      expect(s.onset_min!).toBeLessThan(late + 3);
    }
  });
});

test('a minute with too few strides on one side is missing, not made up', () => {
  const strides: MinuteStrides = {
    left: Array<number>(40).fill(9),
    right: Array<number>(14).fill(9),
    speedsMps: [1.3],
  };
  expect(pairMinute(3, strides)).toBeUndefined();
});

test('the same minutes give the same bits', () => {
  const once = () => {
    const bank = new OnsetBank(DRIFT_METRICS.eversion_excursion_deg);
    let last: DriftState | undefined;
    for (let minute = 0; minute < 60; minute++)
      last = bank.push({
        minute,
        strides: 50,
        mean: 9 + Math.sin(minute),
        difference: Math.cos(minute),
        speedMps: 1.3,
      });
    return last;
  };
  expect(once()).toEqual(once());
});
