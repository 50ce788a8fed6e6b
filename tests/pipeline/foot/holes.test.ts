import { describe, expect, it } from 'vitest';
import { FootPipeline } from '../../../src/pipeline/foot/foot-pipeline.ts';
import type { FootOutput } from '../../../src/pipeline/foot/foot-output.ts';
import { mean } from '../../statistics.ts';
import { blockOf, sampleCount, simulatedRuns, straightOf, strideAt, stridesOf, type Run } from './blocks.ts';

/** Four samples of every 61 are lost (38 ms): holes that are bridged, moving through the stride. */
function withHoles(run: Run): FootOutput[] {
  const out: FootOutput[] = [];
  const foot = new FootPipeline({ side: run.side });
  const emit = (o: FootOutput) => out.push(o);
  for (let i = 0; i < sampleCount(run); i += 61)
    foot.push(blockOf(run, i, Math.min(i + 57, sampleCount(run)), true), emit);
  foot.flush(emit);
  return out;
}

describe('holes of 38 ms', () => {
  it('put what is left over into the hole: lengths lose a quarter less', () => {
    const errors: number[] = [];
    let wanted = 0;
    for (const seed of [1, 2, 3]) {
      const { runs, truth } = simulatedRuns({ seed, seconds: 60 });
      for (const run of runs) {
        const strides = stridesOf(withHoles(run));
        for (const t of straightOf(truth, run.side)) {
          wanted++;
          const lengthM = strideAt(strides, t.ic_s)?.stride_length_m;
          if (lengthM != null) errors.push(Math.abs(lengthM - t.stride_length_m));
        }
      }
    }
    expect(errors.length / wanted).toBeGreaterThan(0.95);
    expect(mean(errors)).toBeLessThan(0.036);
  });
});
