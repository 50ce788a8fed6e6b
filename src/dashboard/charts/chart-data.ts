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
  readonly kind: 'start' | 'onset' | 'gap' | 'break';
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
