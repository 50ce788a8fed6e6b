/** One point of a line; `null` breaks the line there. */
export interface ChartPoint {
  readonly x: number;
  readonly y: number | null;
}

/** How a line is told from others without colour: its dash and the shape at its end. */
export type LineStyle = 'left' | 'right' | 'pelvis' | 'plain' | 'quiet' | 'brand';

export interface ChartLine {
  /** Name at the end of the line; short. */
  readonly name: string;
  /** What follows the name: the newest value, already written. */
  readonly valueText?: string;
  readonly style: LineStyle;
  readonly points: readonly ChartPoint[];
}

export interface ChartBand {
  readonly from: number;
  readonly to: number;
  readonly kind: 'start' | 'onset' | 'gap' | 'break' | 'run';
  readonly label?: string;
}

export interface ChartPin {
  readonly x: number;
  readonly text: string;
  readonly label: string;
}

/** A spread around a line, drawn under it. */
export interface ChartSpread {
  readonly style: LineStyle;
  readonly low: readonly ChartPoint[];
  readonly high: readonly ChartPoint[];
}

/** Values of all lines on one x axis: `undefined` where a line has no point (drawn through), `null` where it breaks. */
export function alignLines(
  lines: readonly { readonly points: readonly ChartPoint[] }[],
): [number[], ...(number | null | undefined)[][]] {
  const xs = [...new Set(lines.flatMap((line) => line.points.map((p) => p.x)))].sort((a, b) => a - b);
  const at = new Map(xs.map((x, i) => [x, i]));
  const columns = lines.map((line) => {
    const column: (number | null | undefined)[] = new Array<undefined>(xs.length).fill(undefined);
    for (const point of line.points) column[at.get(point.x) ?? 0] = point.y;
    return column;
  });
  return [xs, ...columns];
}

/** Newest known point of a line. */
export function lastPoint(points: readonly ChartPoint[]): { x: number; y: number } | null {
  for (let i = points.length - 1; i >= 0; i--) {
    const point = points[i];
    if (point !== undefined && point.y !== null) return { x: point.x, y: point.y };
  }
  return null;
}

/** Moves labels apart so that none covers another; the order by height is kept. */
export function spreadLabels(tops: readonly number[], apart: number, low: number, high: number): number[] {
  const order = tops.map((top, i) => ({ top, i })).sort((a, b) => a.top - b.top);
  let previous = low - apart;
  for (const label of order) {
    label.top = Math.max(label.top, previous + apart);
    previous = label.top;
  }
  let limit = high + apart;
  for (const label of [...order].reverse()) {
    label.top = Math.min(label.top, limit - apart);
    limit = label.top;
  }
  const out = new Array<number>(tops.length).fill(0);
  for (const label of order) out[label.i] = label.top;
  return out;
}

/** All that a chart is drawn from. */
export interface ChartSpec {
  readonly lines: readonly ChartLine[];
  readonly bands: readonly ChartBand[];
  readonly pins: readonly ChartPin[];
  readonly spreads: readonly ChartSpread[];
  /** Range of x from 0; ticks every `xStep`. */
  readonly xMax: number;
  readonly xStep: number;
  readonly xText: (x: number) => string;
  /** Unit of x, said once, at the last tick. */
  readonly xUnit: string;
  readonly yMin: number;
  readonly yMax: number;
  readonly yStep: number;
  readonly yText: (y: number) => string;
  /** A line at zero: what changes are counted from. */
  readonly zero: boolean;
  readonly nowX: number | null;
  /** Room for names at the line ends [px]. */
  readonly labelRoom: number;
  readonly axis: boolean;
}

/** A line of the table under a chart. */
export interface TableLine {
  readonly name: string;
  readonly points: readonly ChartPoint[];
  readonly text: (y: number) => string;
}

/** Multiples of `step` from `from` to `to`. */
export function ticks(from: number, to: number, step: number): number[] {
  const out: number[] = [];
  for (let v = Math.ceil(from / step - 1e-9) * step; v <= to + 1e-9; v += step) out.push(Math.abs(v) < 1e-9 ? 0 : v);
  return out;
}

/** What the lines say near an x, in one line of text: the nearest known point of each. */
export function readingAt(
  lines: readonly ChartLine[],
  at: number,
  within: number,
  text: (y: number) => string,
): string {
  return lines
    .map((line) => {
      let best: { x: number; y: number } | null = null;
      for (const p of line.points)
        if (p.y !== null && (best === null || Math.abs(p.x - at) < Math.abs(best.x - at))) best = { x: p.x, y: p.y };
      return best === null || Math.abs(best.x - at) > within ? '' : `${line.name} ${text(best.y)}`;
    })
    .filter(Boolean)
    .join(' · ');
}
