import type uPlot from 'uplot';
import { lastPoint, type ChartSpec } from './chart-data.ts';
import { paintBand, paintShape, type ChartColours } from './chart-paint.ts';

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
