import { describe, expect, it } from 'vitest';
import type { StrideRecord } from '../../src/domain/records.ts';
import { addStride, columnMedian, createStrideSample } from '../../src/walk/stride-sample.ts';

const METRICS = [
  { name: 'a', range: [0, 10] },
  { name: 'b', range: [-50, 1500] },
] as const;
const stride = (a: number | null, b: number | null): StrideRecord => ({ a, b }) as unknown as StrideRecord;

function sampleOf(count: number, values: (i: number) => readonly [number | null, number | null]) {
  const sample = createStrideSample();
  for (let i = 0; i < count; i++) addStride(sample, METRICS, stride(...values(i)));
  return sample;
}

describe('sample of strides', () => {
  it('gives medians as exact as a 65,534th of the range', () => {
    const sample = sampleOf(101, (i) => [1 + i * 0.0717, 10 * i]);
    expect(Math.abs(columnMedian(sample, METRICS, 'a')! - (1 + 50 * 0.0717))).toBeLessThan(0.5 * (10 / 65_534) + 1e-9);
    expect(Math.abs(columnMedian(sample, METRICS, 'b')! - 500)).toBeLessThan(0.5 * (1550 / 65_534) + 1e-9);
  });

  it('leaves out what a stride does not have, and ends of the range are values too', () => {
    const sample = sampleOf(9, (i) => [i < 6 ? null : 10, i === 0 ? -50 : null]);
    expect(columnMedian(sample, METRICS, 'a')).toBe(10);
    expect(columnMedian(sample, METRICS, 'b')).toBe(-50);
    expect(columnMedian(createStrideSample(), METRICS, 'a')).toBeNull();
    expect(columnMedian(sample, METRICS, 'c')).toBeNull();
  });

  it('stays small and evenly spaced over a long walk', () => {
    const sample = sampleOf(6543, (i) => [(10 * i) / 6543, null]);
    expect(sample.codes.length).toBe(2 * 256);
    expect(sample.kept).toBeGreaterThanOrEqual(128);
    expect(sample.every).toBe(32);
    expect(Math.abs(columnMedian(sample, METRICS, 'a')! - 5)).toBeLessThan(0.06);
  });
});
