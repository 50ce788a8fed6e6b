import type uPlot from 'uplot';
import { alignLines, ticks, type ChartSpec } from './chart-data.ts';
import { strokeOf, type ChartColours } from './chart-paint.ts';

/** Values of the lines and of the edges of the spreads, in the order of the series. */
export const chartData = ({ lines, spreads }: ChartSpec): uPlot.AlignedData =>
  alignLines([...lines, ...spreads.flatMap((s) => [{ points: s.low }, { points: s.high }])]);

/** Room above the plot for the names of bands and for pins [px]. */
export const topRoom = ({ bands, pins }: ChartSpec): number =>
  bands.some((b) => b.label !== undefined) || pins.length > 0 ? 30 : 10;

/** What a chart has to be built anew for; any other change only redraws. */
export const shapeOf = (spec: ChartSpec): string =>
  JSON.stringify([
    spec.xMax,
    spec.xStep,
    spec.yMin,
    spec.yMax,
    spec.yStep,
    spec.labelRoom,
    spec.axis,
    topRoom(spec),
    spec.lines.map((l) => l.style),
    spec.spreads.length,
  ]);

/** The chart's frame: axes, series and scales. `spec` gives what holds when something is drawn. */
export function chartOptions(
  spec: () => ChartSpec,
  box: { width: number; height: number; font: string; colours: ChartColours; syncKey: string | undefined },
  hooks: uPlot.Hooks.Arrays,
): uPlot.Options {
  const { lines, spreads, labelRoom, axis } = spec();
  const { colours, font, syncKey } = box;
  const series: uPlot.Series[] = lines.map((line) => ({
    ...strokeOf(line.style, colours),
    spanGaps: false,
    points: { show: false },
  }));
  for (const _ of spreads.flatMap((s) => [s.low, s.high]))
    series.push({ show: true, stroke: 'transparent', width: 0, points: { show: false } });
  return {
    width: Math.max(box.width, 120),
    height: box.height,
    padding: [topRoom(spec()), labelRoom, axis ? 0 : 6, 0],
    legend: { show: false },
    cursor: {
      y: false,
      drag: { x: false, y: false },
      points: { show: false },
      ...(syncKey === undefined ? {} : { sync: { key: syncKey } }),
    },
    scales: {
      x: { time: false, range: () => [0, spec().xMax] },
      y: { range: () => [spec().yMin, spec().yMax] },
    },
    axes: [
      {
        show: axis,
        size: 24,
        gap: 4,
        font,
        stroke: colours.ink3,
        grid: { show: false },
        ticks: { show: false },
        splits: () => ticks(0, spec().xMax, spec().xStep),
        values: (_u, splits) => {
          const { xText, xUnit } = spec();
          return splits.map((x, i) => (i === splits.length - 1 && xUnit !== '' ? `${xText(x)} ${xUnit}` : xText(x)));
        },
      },
      {
        size: 46,
        gap: 6,
        font,
        stroke: colours.ink3,
        grid: { stroke: colours.line, width: 1 },
        ticks: { show: false },
        splits: () => ticks(spec().yMin, spec().yMax, spec().yStep),
        values: (_u, splits) => splits.map(spec().yText),
      },
    ],
    series: [{}, ...series],
    bands: spreads.map((s, i) => ({
      series: [lines.length + 2 * i + 2, lines.length + 2 * i + 1],
      fill: `color-mix(in srgb, ${strokeOf(s.style, colours).stroke} 18%, transparent)`,
    })),
    hooks,
  };
}
