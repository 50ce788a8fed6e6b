import { describe, expect, it } from 'vitest';
import { mean } from '../../statistics.ts';
import { analyse, simulatedRuns, strideAt, stridesOf, type Run } from './blocks.ts';

const FROM_S = 20;
const BIAS_RADPS = (2 * Math.PI) / 180;

/** The recording begins in mid-walk, with a gyro that is off. */
function begunWalking(run: Run, bias: readonly number[]): Run {
  const from = Math.round((FROM_S - run.startS) * run.rateHz);
  const gyr = run.gyr.slice(3 * from);
  for (let i = 0; i < gyr.length; i++) gyr[i] = gyr[i]! + bias[i % 3]!;
  return { ...run, startS: run.startS + from / run.rateHz, acc: run.acc.slice(3 * from), gyr };
}

describe('a recording that begins in mid-walk', () => {
  it('learns the bias of its gyro from the strides', () => {
    const errors: Record<'none' | 'off', number[]> = { none: [], off: [] };
    for (const seed of [1, 2, 3]) {
      const { runs, truth } = simulatedRuns({ seed, seconds: 60 });
      for (const run of runs)
        for (const [kind, bias] of [
          ['none', [0, 0, 0]],
          ['off', [BIAS_RADPS, -BIAS_RADPS, BIAS_RADPS].map((b) => b / Math.sqrt(3))],
        ] as const) {
          const strides = stridesOf(analyse(begunWalking(run, bias)));
          for (const t of truth.strides) {
            if (t.side !== run.side || t.ic_s < FROM_S + 5 || t.turning === true) continue;
            const lengthM = strideAt(strides, t.ic_s)?.stride_length_m;
            if (lengthM != null) errors[kind].push(Math.abs(lengthM - t.stride_length_m));
          }
        }
    }
    expect(errors.off.length).toBeGreaterThan(0.95 * errors.none.length);
    expect(errors.off.length).toBeGreaterThan(120);
    expect(mean(errors.off)).toBeLessThan(mean(errors.none) + 0.002);
  });
});
