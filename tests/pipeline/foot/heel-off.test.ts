import { expect, test } from 'vitest';
import { median } from '../../../src/math/median.ts';
import { analyse, simulatedRuns, strideAt, stridesOf } from './blocks.ts';

/** Measured and true heel-off of the straight strides of both feet [% of stance]. */
function heelOffs(seed: number, pushOffShare?: number): { measured: number[]; truth: number[]; wanted: number } {
  const { runs, truth } = simulatedRuns({
    seed,
    seconds: 60,
    faults: { sensors: 'realistic' },
    person: pushOffShare === undefined ? {} : { pushOffShare },
  });
  const pairs = runs.flatMap((run) => {
    const found = stridesOf(analyse(run));
    return truth.strides
      .filter((t) => t.side === run.side && t.first !== true && t.last !== true)
      .map((t) => ({ t, m: strideAt(found, t.ic_s, 0.05)?.['heel_off_pct_stance'] }));
  });
  const known = pairs.filter((p): p is typeof p & { m: number } => typeof p.m === 'number');
  return {
    measured: known.map((p) => p.m),
    truth: known.map((p) => p.t.heel_off_pct_stance),
    wanted: pairs.length,
  };
}

test('the heel is seen to rise in nearly every stride, at the right share of stance', () => {
  for (const seed of [101, 102, 103]) {
    const { measured, truth, wanted } = heelOffs(seed);
    expect(measured.length / wanted).toBeGreaterThan(0.95);
    const late = measured.map((m, i) => m - truth[i]!);
    expect(Math.abs(median(late))).toBeLessThan(3);
    expect(1.4826 * median(late.map((v) => Math.abs(v - median(late))))).toBeLessThan(3);
  }
});

test('a heel that rises earlier is seen to rise earlier by as much', () => {
  for (const seed of [101, 104]) {
    const before = heelOffs(seed);
    const after = heelOffs(seed, 0.27);
    const trueShift = median(after.truth) - median(before.truth);
    expect(trueShift).toBeLessThan(-4);
    expect(median(after.measured) - median(before.measured) - trueShift).toBeGreaterThan(-1.5);
    expect(median(after.measured) - median(before.measured) - trueShift).toBeLessThan(1.5);
  }
});
