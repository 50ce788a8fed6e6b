import { describe, expect, it } from 'vitest';
import { analyse, simulatedRuns, stridesOf } from './blocks.ts';

const rms = (values: readonly number[]) => Math.sqrt(values.reduce((sum, v) => sum + v * v, 0) / values.length);

/** Errors of stride lengths against what was told of them, over three simulated people. */
function lengthsAt(rateHz: number): { errorM: number; toldM: number } {
  const errors: number[] = [];
  const told: number[] = [];
  for (const seed of [1, 2, 3]) {
    const { runs, truth } = simulatedRuns({ seed, seconds: 45, rateHz, faults: { sensors: 'realistic' } });
    for (const run of runs) {
      const strides = stridesOf(analyse(run));
      for (const t of truth.strides) {
        if (t.side !== run.side || t.first === true || t.turning === true) continue;
        const s = strides.find((o) => Math.abs(o.ic_s - t.ic_s) < 0.1);
        const toldM = s?.['stride_length_sigma_m'];
        if (s?.stride_length_m == null || typeof toldM !== 'number') continue;
        errors.push(s.stride_length_m - t.stride_length_m);
        told.push(toldM);
      }
    }
  }
  expect(errors.length).toBeGreaterThan(100);
  return { errorM: rms(errors), toldM: rms(told) };
}

describe('the error that is told of a stride length', () => {
  it.each([52, 104, 208])('covers the real one at %i Hz', (rateHz) => {
    const { errorM, toldM } = lengthsAt(rateHz);
    expect(errorM).toBeLessThan(1.3 * toldM);
  });
});
