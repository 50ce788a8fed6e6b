import type uPlot from 'uplot';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ChartBand, ChartPin, ChartSpec } from '../../src/dashboard/charts/chart-data.ts';
import { placeLabels } from '../../src/dashboard/charts/chart-labels.ts';

beforeEach(() => void vi.stubGlobal('devicePixelRatio', 2));
afterEach(() => void vi.unstubAllGlobals());

const WIDTH_PX = 600;
const X_MAX = 60;
const chart = {
  bbox: { left: 0, top: 0, width: 2 * WIDTH_PX, height: 200 },
  valToPos: (value: number) => (value / X_MAX) * WIDTH_PX,
} as unknown as uPlot;
const pin = (x: number, text: string): ChartPin => ({ x, text, label: 'pain' });
const start: ChartBand = { kind: 'start', from: 1, to: 7, label: 'Your start' };
const told = (pins: readonly ChartPin[], bands: readonly ChartBand[]) =>
  placeLabels(chart, { bands, pins, lines: [], xMax: X_MAX } as unknown as ChartSpec).map(({ text }) => text);

describe('names above a chart', () => {
  it('stand beside pain marks that are far enough', () => {
    expect(told([pin(20, '4'), pin(40, '!')], [start])).toEqual(['4', '!', 'Your start']);
  });

  it('give way to a pain mark that they would cover', () => {
    expect(told([pin(5, '3')], [start])).toEqual(['3']);
  });

  it('of pain marks in one place the strongest is told, of ten thousand as many as there is room for', () => {
    expect(told([pin(20, '2'), pin(20.5, '9'), pin(21, '!')], [])).toEqual(['9']);
    const many = Array.from({ length: 10_000 }, (_, i) => pin((i / 10_000) * X_MAX, i === 5000 ? '8' : '!'));
    const placed = told(many, [start]);
    expect(placed[0]).toBe('8');
    expect(placed.length).toBeGreaterThan(10);
    expect(placed.length).toBeLessThan(WIDTH_PX / 20);
  });
});
