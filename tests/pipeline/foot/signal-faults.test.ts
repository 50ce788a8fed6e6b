import { describe, expect, it } from 'vitest';
import type { StrideRecord } from '../../../src/domain/records.ts';
import type { Truth } from '../../../src/simulator/truth.ts';
import { analyse, sampleCount, simulatedRuns, stridesOf, type Run } from './blocks.ts';

const DEG = Math.PI / 180;
const clean = simulatedRuns({ seed: 4, seconds: 60, faults: { sensors: 'realistic' } });
const left = clean.runs.find((run) => run.side === 'left')!;

/** A copy of the left shoe's samples, changed by the index of the sample. */
function broken(change: (acc: Float64Array, gyr: Float64Array, i: number, timeS: number) => void): Run {
  const run: Run = { ...left, acc: left.acc.slice(), gyr: left.gyr.slice() };
  for (let i = 1; i < sampleCount(run); i++)
    change(
      run.acc.subarray(3 * i - 3, 3 * i + 3),
      run.gyr.subarray(3 * i - 3, 3 * i + 3),
      i,
      run.startS + i / run.rateHz,
    );
  return run;
}

/** Strides that reach over a time. */
const over = (strides: readonly StrideRecord[], fromS: number, toS: number): StrideRecord[] =>
  strides.filter((s) => s.ic_s < toS && s.next_ic_s > fromS);

/** Largest errors of what was said, against the truth. */
function worst(strides: readonly StrideRecord[], truth: Truth): { lengthM: number; pitchDeg: number; rollDeg: number } {
  const errors = { lengthM: 0, pitchDeg: 0, rollDeg: 0 };
  const undisturbed = stridesOf(analyse(left));
  for (const s of strides) {
    const t = truth.strides.find((w) => w.side === 'left' && Math.abs(w.ic_s - s.ic_s) < 0.15);
    const u = undisturbed.find((w) => Math.abs(w.ic_s - s.ic_s) < 0.15);
    if (t === undefined || u === undefined || t.turning === true) continue;
    if (s.stride_length_m !== null)
      errors.lengthM = Math.max(errors.lengthM, Math.abs(s.stride_length_m - t.stride_length_m));
    if (s.pitch_ic_deg !== null) errors.pitchDeg = Math.max(errors.pitchDeg, Math.abs(s.pitch_ic_deg - t.pitch_ic_deg));
    if (s.eversion_excursion_deg !== null && u.eversion_excursion_deg !== null)
      errors.rollDeg = Math.max(errors.rollDeg, Math.abs(s.eversion_excursion_deg - u.eversion_excursion_deg));
  }
  return errors;
}

describe('B7: samples that no foot makes', () => {
  it('a clean walk has none, nor has one of sensors so coarse and quiet that a standing foot repeats itself', () => {
    const ideal = simulatedRuns({ seed: 5, seconds: 60 }).runs;
    const coarse = ideal.map((run) => ({
      ...run,
      acc: run.acc.map((v) => Math.round(v / 0.3) * 0.3),
      gyr: run.gyr.map((v) => Math.round(v / (2 * DEG)) * 2 * DEG),
    }));
    for (const run of [...clean.runs, ...ideal, ...coarse])
      for (const stride of stridesOf(analyse(run)))
        for (const reason of Object.values(stride.reasons)) expect(['glitch', 'stuck']).not.toContain(reason);
  });

  it('single rates that jump there and back: the stride says so, and gives no angle and no length', () => {
    // Never at a contact itself: one jump each seven seconds.
    const times: number[] = [];
    const run = broken((_, gyr, i, timeS) => {
      if (i % 731 !== 0) return;
      gyr[3 + (i % 3)] = 1990 * DEG * (i % 2 === 0 ? 1 : -1);
      times.push(timeS);
    });
    const strides = stridesOf(analyse(run));
    let flagged = 0;
    for (const timeS of times)
      for (const stride of over(strides, timeS + 0.02, timeS - 0.02)) {
        expect(stride.stride_length_m).toBeNull();
        expect(stride.eversion_excursion_deg).toBeNull();
        if (stride.reasons['stride_length_m'] === 'glitch') flagged++;
      }
    expect(flagged).toBeGreaterThan(3);
    const errors = worst(strides, clean.truth);
    expect(errors.lengthM).toBeLessThan(0.1);
    expect(errors.pitchDeg).toBeLessThan(4);
  });

  it.each(['acc', 'gyr'] as const)('%s values that stand still for half a second: nothing is made of them', (which) => {
    const run = broken((acc, gyr, _, timeS) => {
      if (timeS < 30 || timeS > 30.5) return;
      const values = which === 'acc' ? acc : gyr;
      values.copyWithin(3, 0, 3);
    });
    const strides = over(stridesOf(analyse(run)), 30.1, 30.4);
    for (const stride of strides) {
      expect(stride.stride_length_m).toBeNull();
      expect(stride.reasons['stride_length_m']).toBeTypeOf('string');
      if (which === 'gyr') expect(stride.eversion_excursion_deg).toBeNull();
    }
    if (which === 'acc') expect(strides.map((s) => s.reasons['stride_length_m'])).toContain('stuck');
  });

  it.each([
    ['a gyroscope that ends at 250 deg/s', 'gyr', 250 * DEG],
    ['an accelerometer that ends at 2 g', 'acc', 19.6],
  ] as const)('%s gives no lengths, and says why', (_, which, limit) => {
    const run = broken((acc, gyr) => {
      const values = which === 'acc' ? acc : gyr;
      for (let k = 3; k < 6; k++) values[k] = Math.max(-limit, Math.min(limit, values[k]!));
    });
    const out = analyse(run);
    const [poor] = out.filter((o) => o.type === 'finding' && o.kind === 'poor_quality');
    expect(poor).toMatchObject({ text: expect.stringContaining('end of its range') });
    const strides = stridesOf(out).slice(2);
    const reasons = strides.map((s) => s.reasons['stride_length_m']);
    expect(reasons.filter((r) => r === 'clipped' || r === 'impossible').length / strides.length).toBeGreaterThan(0.9);
  });
});
