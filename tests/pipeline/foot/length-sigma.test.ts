import { describe, expect, it } from 'vitest';
import { rms } from '../../statistics.ts';
import { analyse, simulatedRuns, straightOf, strideAt, stridesOf } from './blocks.ts';

/** Errors of stride lengths against what was told of them, over three simulated people. */
function lengthsAt(rateHz: number): { errorM: number; toldM: number } {
  const errors: number[] = [];
  const told: number[] = [];
  for (const seed of [1, 2, 3]) {
    const { runs, truth } = simulatedRuns({ seed, seconds: 45, rateHz, faults: { sensors: 'realistic' } });
    for (const run of runs) {
      const strides = stridesOf(analyse(run));
      for (const t of straightOf(truth, run.side)) {
        const s = strideAt(strides, t.ic_s);
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
