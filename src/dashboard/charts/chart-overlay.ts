import type uPlot from 'uplot';
import { lastPoint, spreadLabels, type ChartBand, type ChartSpec } from './chart-data.ts';
import { paintBand, paintShape, type ChartColours } from './chart-paint.ts';

/** A word above the canvas; `kind` is its class. */
export interface PlacedLabel {
  readonly kind: string;
  readonly text: string;
  /** [px of the plot's box] */
  readonly x: number;
  readonly y: number;
}

/** What lies under the lines: bands. */
export function paintUnder(u: uPlot, { bands, xMax }: ChartSpec, colours: ChartColours): void {
  const { top, height } = u.bbox;
  for (const band of bands) {
    const left = u.valToPos(Math.max(band.from, 0), 'x', true);
    const right = u.valToPos(Math.min(band.to, xMax), 'x', true);
    if (right >= left) paintBand(u.ctx, band, { left, right, top, height }, colours, devicePixelRatio);
  }
}

/** What lies over the lines: zero, now, pins, and the shape at each line's end. */
export function paintOver(u: uPlot, spec: ChartSpec, colours: ChartColours): void {
  const { ctx } = u;
  const ratio = devicePixelRatio;
  const { top, height, left, width } = u.bbox;
  const stroke = (colour: string, lineWidth: number, from: [number, number], to: [number, number]) => {
    ctx.strokeStyle = colour;
    ctx.lineWidth = lineWidth * ratio;
    ctx.beginPath();
    ctx.moveTo(...from);
    ctx.lineTo(...to);
    ctx.stroke();
  };
  ctx.save();
  ctx.setLineDash([]);
  if (spec.zero && spec.yMin < 0) {
    const y = u.valToPos(0, 'y', true);
    ctx.globalCompositeOperation = 'destination-over';
    stroke(colours.ctl, 1, [left, y], [left + width, y]);
    ctx.globalCompositeOperation = 'source-over';
  }
  if (spec.nowX !== null) {
    const x = u.valToPos(spec.nowX, 'x', true);
    stroke(colours.ink, 1.2, [x, top], [x, top + height]);
  }
  for (const pin of spec.pins) {
    const x = u.valToPos(pin.x, 'x', true);
    ctx.setLineDash([2 * ratio, 3 * ratio]);
    stroke(colours.pain, 1.6, [x, top - 6 * ratio], [x, top + height]);
    ctx.setLineDash([]);
  }
  for (const line of spec.lines) {
    const last = lastPoint(line.points);
    if (last !== null && line.name !== '')
      paintShape(ctx, line.style, u.valToPos(last.x, 'x', true), u.valToPos(last.y, 'y', true), colours, ratio);
  }
  ctx.restore();
}

/** Which band's name matters most where two would cover each other. */
const NAMED_FIRST: readonly ChartBand['kind'][] = ['onset', 'start', 'break', 'run', 'gap'];
const namedFirst = (bands: readonly ChartBand[]) =>
  bands
    .flatMap((band) => (band.label === undefined ? [] : [{ band, text: band.label }]))
    .sort((a, b) => NAMED_FIRST.indexOf(a.band.kind) - NAMED_FIRST.indexOf(b.band.kind));

/** About how wide a name is at 13 px [px]; kana and kanji are twice as wide. */
const widthOf = (text: string): number => 8 + 7 * text.length + 6.5 * (text.match(/[\u2e80-\uffff]/g)?.length ?? 0);

/** Words stand above the canvas as text, so that they can be read, zoomed and translated. */
export function placeLabels(u: uPlot, { bands, pins, lines, xMax }: ChartSpec): PlacedLabel[] {
  const ratio = devicePixelRatio;
  const originX = u.bbox.left / ratio;
  const originY = u.bbox.top / ratio;
  const right = originX + u.bbox.width / ratio;
  const out: PlacedLabel[] = [];
  for (const { band, text } of namedFirst(bands)) {
    const middle = originX + u.valToPos((Math.max(band.from, 0) + Math.min(band.to, xMax)) / 2, 'x');
    const x = Math.min(Math.max(middle, originX + 20), right - 20);
    // Names that would cover another's are left to the key and the table.
    const half = widthOf(text) / 2;
    if (out.some((other) => Math.abs(other.x - x) < half + widthOf(other.text) / 2)) continue;
    out.push({ kind: `band ${band.kind}`, text, x, y: 4 });
  }
  for (const pin of pins) out.push({ kind: 'pin', text: pin.text, x: originX + u.valToPos(pin.x, 'x'), y: 2 });
  const named = lines.flatMap((line) => {
    const last = lastPoint(line.points);
    return last === null || line.name === '' ? [] : [{ line, last }];
  });
  const tops = spreadLabels(
    named.map(({ last }) => originY + u.valToPos(last.y, 'y') - 9),
    18,
    originY - 12,
    originY + u.bbox.height / ratio - 15,
  );
  named.forEach(({ line, last }, i) => {
    const x = Math.min(originX + u.valToPos(last.x, 'x') + 12, right + 10);
    const text = [line.name, line.valueText].filter(Boolean).join(' ');
    out.push({ kind: `end ${line.style}`, text, x, y: tops[i] ?? 0 });
  });
  return out;
}
