import { describe, expect, it } from 'vitest';
import type { ImuBlock } from '../../../src/domain/samples.ts';
import { magnitude, realSpectrum } from '../../../src/math/spectrum.ts';
import { SpectralMetrics } from '../../../src/pipeline/spectrum/spectral-metrics.ts';
import type { SpectralValues } from '../../../src/pipeline/spectrum/spectral-values.ts';
import { splitBlocks } from '../orientation/recordings.ts';
import { mounted, simulatedPelvis, TWISTED } from '../pelvis/pelvis-walks.ts';

function run(blocks: readonly ImuBlock[], stage = new SpectralMetrics({ site: 'pelvis' })): SpectralValues[] {
  const values: SpectralValues[] = [];
  for (const block of blocks) stage.push(block, (v) => values.push(v));
  return values;
}

/** A pelvis made of harmonics of the stride: [vertical, forward, lateral] amplitudes of harmonic 1, 2, ... [m/s²]. */
function harmonicPelvis(waves: readonly (readonly [number, number, number])[], strideS = 1.1, noise = 0): ImuBlock {
  const rateHz = 104;
  const n = 40 * rateHz;
  const accMps2 = new Float64Array(3 * n);
  let seed = 5;
  const even = (): number => (seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0) / 4294967296 - 0.5;
  for (let i = 0; i < n; i++) {
    const phase = (2 * Math.PI * i) / rateHz / strideS;
    const at = (axis: 0 | 1 | 2): number =>
      waves.reduce((sum, w, k) => sum + w[axis] * Math.cos((k + 1) * phase + axis + k), 0) + noise * even();
    accMps2[3 * i] = at(1);
    accMps2[3 * i + 1] = at(2);
    accMps2[3 * i + 2] = 9.81 + at(0);
  }
  return { site: 'pelvis', startS: 0, afterGap: true, rateHz, accMps2, gyrRadps: new Float64Array(3 * n).fill(0.3) };
}

describe('spectrum of a real signal', () => {
  it('tells waves apart by line, size and phase', () => {
    const n = 64;
    const x = Float64Array.from(
      { length: n },
      (_, i) => 2 * Math.cos((2 * Math.PI * 3 * i) / n + 0.4) + 5 * Math.cos((2 * Math.PI * 7 * i) / n + 1.1),
    );
    const s = realSpectrum(x);
    expect(magnitude(s, 3)).toBeCloseTo(1, 10);
    expect(magnitude(s, 7)).toBeCloseTo(2.5, 10);
    expect(magnitude(s, 5)).toBeCloseTo(0, 10);
    expect(Math.atan2(s.im[7]!, s.re[7]!)).toBeCloseTo(1.1, 10);
  });
  it.each([32, 256, 512])('is the sum that defines it, %i points', (n) => {
    const x = Float64Array.from({ length: n }, (_, i) => ((i * 7919 + 13 * i * i) % 101) / 50 - 1);
    const s = realSpectrum(x);
    for (let k = 0; k <= n / 2; k++) {
      let re = 0;
      let im = 0;
      for (let i = 0; i < n; i++) {
        re += (x[i]! * Math.cos((2 * Math.PI * k * i) / n)) / n;
        im -= (x[i]! * Math.sin((2 * Math.PI * k * i) / n)) / n;
      }
      expect(s.re[k]).toBeCloseTo(re, 12);
      expect(s.im[k]).toBeCloseTo(im, 12);
    }
  });
  it('wants a power of two', () => {
    for (const n of [0, 3, 16, 96]) expect(() => realSpectrum(new Float64Array(n))).toThrow(RangeError);
  });
});

describe('evenness of walking', () => {
  it('finds known harmonic ratios, cadence and full regularity', () => {
    const values = run([
      harmonicPelvis([
        [0.5, 0.2, 1],
        [2, 1, 0.1],
        [0, 0, 0.5],
        [0.5, 0.4, 0.05],
      ]),
    ]);
    expect(values).toHaveLength(4);
    for (const v of values) {
      expect(v.cadence_spm).toBeCloseTo(120 / 1.1, 0);
      expect(v.harmonic_ratio_vertical).toBeGreaterThan(4.2);
      expect(v.harmonic_ratio_vertical).toBeLessThan(5.8);
      expect(v.harmonic_ratio_forward!).toBeGreaterThan(4.5);
      expect(v.harmonic_ratio_lateral!).toBeGreaterThan(5);
      expect(v.stride_regularity).toBeGreaterThan(0.97);
      expect(v.step_regularity!).toBeLessThan(v.stride_regularity!);
    }
  });

  it('sees limping as less even from step to step, and noise as less smooth', () => {
    const even = run([
      harmonicPelvis([
        [0.1, 0.1, 1],
        [2, 1, 0.1],
      ]),
    ])[1]!;
    const limping = run([
      harmonicPelvis([
        [1.2, 0.6, 1],
        [2, 1, 0.6],
      ]),
    ])[1]!;
    expect(limping.step_regularity!).toBeLessThan(even.step_regularity! - 0.2);
    expect(limping.harmonic_ratio_vertical!).toBeLessThan(even.harmonic_ratio_vertical! / 4);
    const rough = run([
      harmonicPelvis(
        [
          [0.1, 0.1, 1],
          [2, 1, 0.1],
        ],
        1.1,
        8,
      ),
    ])[1]!;
    expect(rough.smoothness!).toBeLessThan(even.smoothness! - 0.2);
    expect(rough.stride_regularity!).toBeLessThan(even.stride_regularity!);
  });

  it('agrees with the steps of a simulated walk, whichever way the sensor is mounted', () => {
    const { blocks, truth } = simulatedPelvis({ scenario: 'healthy', seed: 2, seconds: 60 });
    const values = run(blocks).slice(1, -1);
    const turned = run(mounted(blocks, TWISTED)).slice(1, -1);
    for (const [i, v] of values.entries()) {
      const steps = truth.events.filter((e) => e.kind === 'ic' && e.time_s > v.from_s && e.time_s < v.to_s);
      const cadence = (60 * (steps.length - 1)) / (steps.at(-1)!.time_s - steps[0]!.time_s);
      expect(Math.abs(v.cadence_spm! - cadence)).toBeLessThan(1.5);
      expect(v.stride_regularity).toBeGreaterThan(0.5);
      expect(turned[i]!.harmonic_ratio_forward).toBeCloseTo(v.harmonic_ratio_forward!, 2);
      expect(turned[i]!.harmonic_ratio_lateral).toBeCloseTo(v.harmonic_ratio_lateral!, 2);
    }
  });

  it.each(['standing', 'sitting', 'car'] as const)('says that there was no walking: %s', (scenario) => {
    const { blocks } = simulatedPelvis({ scenario, seed: 3, seconds: 40 });
    const values = run(blocks);
    expect(values.length).toBeGreaterThan(2);
    for (const v of values)
      expect(v).toMatchObject({ cadence_spm: null, stride_regularity: null, reason: 'not_walking' });
  });

  it('begins anew after a gap', () => {
    const { blocks } = simulatedPelvis({ scenario: 'healthy', seed: 2, seconds: 40 });
    const holed = blocks
      .filter((b) => b.startS < 14 || b.startS > 16)
      .map((b, i, all) => ({ ...b, afterGap: i === 0 || b.startS - all[i - 1]!.startS > 1 }));
    for (const v of run(holed)) expect(v.from_s < 14 && v.to_s > 16).toBe(false);
  });

  it('obeys the laws of a stage', () => {
    const { blocks } = simulatedPelvis({ scenario: 'mixed', seed: 4, seconds: 60 });
    const whole = run(blocks);
    expect(run(splitBlocks(blocks, [7, 2, 1]))).toEqual(whole);
    const stage = new SpectralMetrics({ site: 'pelvis' });
    run(blocks, stage);
    stage.reset();
    expect(run(blocks, stage)).toEqual(whole);
    for (let cut = 11; cut < blocks.length; cut += 97) {
      const before = new SpectralMetrics({ site: 'pelvis' });
      const values = run(blocks.slice(0, cut), before);
      const after = new SpectralMetrics({ site: 'pelvis' });
      after.restore(structuredClone(before.snapshot()));
      expect([...values, ...run(blocks.slice(cut), after)]).toEqual(whole);
    }
  });
});
