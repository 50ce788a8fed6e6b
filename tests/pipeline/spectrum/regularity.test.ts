import { describe, expect, it } from 'vitest';
import { autocorrelation } from '../../../src/pipeline/spectrum/regularity.ts';

/** The definition, one lag after the other. */
function byDefinition(signals: readonly Float64Array[], lags: number): number[] {
  const sums = new Array<number>(lags + 1).fill(0);
  for (const x of signals) {
    const mean = x.reduce((sum, v) => sum + v / x.length, 0);
    for (let lag = 0; lag <= lags; lag++) {
      let sum = 0;
      for (let i = lag; i < x.length; i++) sum += (x[i]! - mean) * (x[i - lag]! - mean);
      sums[lag]! += sum / (x.length - lag);
    }
  }
  return sums.map((v) => v / sums[0]!);
}

const wave = (n: number, shift: number): Float64Array =>
  Float64Array.from({ length: n }, (_, i) => Math.sin(0.37 * i + shift) + 0.3 * Math.sin(1.1 * i) + 2);

describe('autocorrelation', () => {
  it.each([0, 1, 2, 3, 4, 5, 62, 63])('is the definition to the last bit, up to lag %i', (lags) => {
    const signals = [wave(256, 0), wave(256, 1)];
    expect([...autocorrelation(signals, lags)]).toEqual(byDefinition(signals, lags));
  });

  it('says nothing of a signal that does not move', () => {
    expect([...autocorrelation([new Float64Array(64).fill(2)], 4)]).toEqual([0, 0, 0, 0, 0]);
  });
});
