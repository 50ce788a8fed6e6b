import { describe, expect, it } from 'vitest';
import type { StrideRecord } from '../../src/dashboard/api/types.ts';
import { WalkSeries } from '../../src/dashboard/state/walk-series.ts';

const stride = (icS: number, rollIn: number | null, extra: Partial<StrideRecord> = {}): StrideRecord =>
  ({
    type: 'stride',
    side: 'left',
    ic_s: icS,
    next_ic_s: icS + 1.1,
    eversion_excursion_deg: rollIn,
    turning: false,
    quality: 0.9,
    reasons: {},
    known_at_s: icS + 1.3,
    ...extra,
  }) as StrideRecord;

const fill = (series: WalkSeries, fromS: number, toS: number, value: (s: number) => number | null) => {
  for (let s = fromS; s < toS; s += 1.1) series.add(stride(s, value(s)));
};

describe('what the live page draws of a walk', () => {
  it('a level line gives level blocks, and its start is that level', () => {
    const series = new WalkSeries('w');
    fill(series, 0, 1200, () => 8);
    const blocks = series.blocks('eversion_excursion_deg', 'left');
    expect(blocks.length).toBeGreaterThan(80);
    expect(blocks.every((b) => Math.abs(b.value - 8) < 1e-9)).toBe(true);
    expect(series.start('eversion_excursion_deg', 'left')).toBe(8);
  });

  it('the start is not said before minute 15, nor of too few strides', () => {
    const series = new WalkSeries('w');
    fill(series, 0, 880, () => 8);
    expect(series.start('eversion_excursion_deg', 'left')).toBeNull();
    const sparse = new WalkSeries('w');
    fill(sparse, 860, 1000, () => 8);
    expect(sparse.start('eversion_excursion_deg', 'left')).toBeNull();
  });

  it('a run breaks the line, and is told as a run', () => {
    const series = new WalkSeries('w');
    fill(series, 0, 300, () => 8);
    for (let s = 300; s < 340; s += 0.7)
      series.add(stride(s, null, { quality: 0, next_ic_s: s + 0.7, reasons: { stride_length_m: 'running' } }));
    fill(series, 340, 500, () => 12);
    expect(series.runs).toHaveLength(1);
    expect(series.runs[0]!.fromS).toBe(300);
    expect(series.runs[0]!.toS).toBeCloseTo(340.6, 6);
    const blocks = series.blocks('eversion_excursion_deg', 'left');
    const after = blocks.find((b) => b.atS > 320)!;
    expect(after.breakBefore).toBe(true);
    expect(after.value).toBeCloseTo(12, 9);
  });

  it('a gap breaks the line, and nothing is carried over it', () => {
    const series = new WalkSeries('w');
    fill(series, 0, 300, () => 8);
    fill(series, 420, 700, () => 12);
    const blocks = series.blocks('eversion_excursion_deg', 'left');
    const after = blocks.findIndex((b) => b.atS > 400);
    expect(blocks[after]?.breakBefore).toBe(true);
    expect(blocks[after]?.value).toBeCloseTo(12, 9);
    expect(blocks.filter((b) => b.breakBefore)).toHaveLength(1);
    expect(blocks.every((b) => b.atS < 300 || b.atS > 420)).toBe(true);
  });

  it('turning, poor and unknown strides do not count', () => {
    const series = new WalkSeries('w');
    fill(series, 0, 300, () => null);
    for (let s = 300; s < 400; s += 1.1) series.add(stride(s, 20, { turning: true }));
    for (let s = 400; s < 500; s += 1.1) series.add(stride(s, 20, { quality: 0.1 }));
    expect(series.blocks('eversion_excursion_deg', 'left')).toHaveLength(0);
    expect(series.strides).toBeGreaterThan(400);
  });

  it('two hours stay small: at most 400 points a line', () => {
    const series = new WalkSeries('w');
    fill(series, 0, 7200, () => 8);
    expect(series.blocks('eversion_excursion_deg', 'left').length).toBeLessThan(400);
  });
});
