import { CONTENT_WIDTH, INK_SOFT, LINE, MARGIN, SUNK, type ReportPage } from './report-page.ts';

/** One line of a chart; null breaks it: a gap stays a gap. */
export interface ChartLine {
  readonly values: readonly (number | null)[];
  readonly color: string;
  /** Dash lengths: a line is never told by colour alone. */
  readonly dash: readonly number[];
  readonly label: string;
  /** Band around it, same length. */
  readonly band?: { readonly low: readonly number[]; readonly high: readonly number[] };
}

export interface ChartOptions {
  readonly title: string;
  readonly unit: string;
  /** x of the first and the last value, and what is written below them. */
  readonly from: number;
  readonly to: number;
  readonly xUnit: string;
  /** Smallest height of the y axis: a quiet line must look quiet. */
  readonly leastSpan?: number;
  readonly height?: number;
  readonly x?: number;
  readonly width?: number;
  readonly pins?: readonly { readonly at: number; readonly text: string; readonly color: string }[];
  /** Shaded times, named where their name has room. */
  readonly spans?: readonly { readonly from: number; readonly to: number; readonly text?: string }[];
}

/** A small line chart. Draws at the page's present height; `advance` false leaves the page where it is (side by side). */
export function drawChart(page: ReportPage, lines: readonly ChartLine[], options: ChartOptions, advance = true): void {
  const { doc } = page;
  const height = options.height ?? 84;
  const left = (options.x ?? MARGIN) + 34;
  const width = (options.width ?? CONTENT_WIDTH) - 34 - 52;
  const total = height + 34;
  page.need(total);
  const top = page.y + 16;
  const [low, high] = rangeOf(lines, options.leastSpan ?? 0);
  const px = (x: number) => left + ((x - options.from) / Math.max(1e-9, options.to - options.from)) * width;
  const py = (v: number) => top + height - ((v - low) / (high - low)) * height;

  doc.font('bold').fontSize(9).fillColor(INK_SOFT);
  doc.text(`${options.title} (${options.unit})`, options.x ?? MARGIN, page.y, { width: width + 80, lineBreak: false });
  doc.font('regular').fontSize(7.5);
  for (const { from, to, text } of options.spans ?? []) {
    const wide = Math.max(1, px(to) - px(from));
    doc.rect(px(from), top, wide, height).fill(SUNK);
    if (text !== undefined && doc.widthOfString(text) < wide)
      doc.fillColor(INK_SOFT).text(text, px(from), top + 2, { width: wide, align: 'center', lineBreak: false });
  }
  for (const v of ticksOf(low, high)) {
    doc
      .moveTo(left, py(v))
      .lineTo(left + width, py(v))
      .lineWidth(0.4)
      .undash()
      .stroke(LINE);
    doc.fillColor(INK_SOFT).text(tickText(v), left - 34, py(v) - 4, { width: 29, align: 'right', lineBreak: false });
  }
  for (const x of options.xUnit === '%' ? [0, 50, 100] : minuteTicks(options.from, options.to))
    doc.text(x === options.from ? `${tickText(x)} ${options.xUnit}` : tickText(x), px(x) - 20, top + height + 3, {
      width: 40,
      align: 'center',
      lineBreak: false,
    });
  for (const pin of options.pins ?? []) {
    doc
      .moveTo(px(pin.at), top)
      .lineTo(px(pin.at), top + height)
      .lineWidth(0.8)
      .undash()
      .stroke(pin.color);
    doc.fillColor(pin.color).text(pin.text, px(pin.at) - 10, top - 8, { width: 20, align: 'center', lineBreak: false });
  }
  const labels: { y: number; line: ChartLine }[] = [];
  for (const line of lines) {
    drawLine(
      page,
      line,
      (i) => px(options.from + (i / Math.max(1, line.values.length - 1)) * (options.to - options.from)),
      py,
    );
    const last = line.values.findLast((v) => v !== null);
    if (last !== undefined) labels.push({ y: py(last), line });
  }
  labels.sort((a, b) => a.y - b.y);
  let free = -Infinity;
  for (const { y, line } of labels) {
    const at = Math.max(y - 4, free);
    doc
      .font('bold')
      .fontSize(7.5)
      .fillColor(line.color)
      .text(line.label, left + width + 4, at, { width: 50, lineBreak: false });
    free = at + 9;
  }
  if (advance) page.y += total;
}

function drawLine(page: ReportPage, line: ChartLine, px: (i: number) => number, py: (v: number) => number): void {
  const { doc } = page;
  if (line.band !== undefined) {
    const { low, high } = line.band;
    for (const [i, v] of high.entries())
      if (i === 0) doc.moveTo(px(i), py(v));
      else doc.lineTo(px(i), py(v));
    for (let i = low.length - 1; i >= 0; i--) doc.lineTo(px(i), py(low[i]!));
    doc.closePath().fillOpacity(0.12).fill(line.color).fillOpacity(1);
  }
  let open = false;
  for (const [i, v] of line.values.entries()) {
    if (v === null) open = false;
    else if (open) doc.lineTo(px(i), py(v));
    else {
      doc.moveTo(px(i), py(v));
      open = true;
    }
  }
  doc.lineWidth(1.3);
  if (line.dash.length > 0) doc.dash(line.dash[0]!, { space: line.dash[1] ?? line.dash[0]! });
  else doc.undash();
  doc.stroke(line.color).undash();
}

function rangeOf(lines: readonly ChartLine[], leastSpan: number): readonly [number, number] {
  let low = Infinity;
  let high = -Infinity;
  const take = (v: number | null): void => {
    if (v === null) return;
    low = Math.min(low, v);
    high = Math.max(high, v);
  };
  for (const line of lines) {
    line.values.forEach(take);
    line.band?.low.forEach(take);
    line.band?.high.forEach(take);
  }
  if (!Number.isFinite(low)) return [0, 1];
  const pad = Math.max(0.08 * (high - low), (leastSpan - (high - low)) / 2, 1e-3);
  return [low - pad, high + pad];
}

/** About four round numbers within a range. */
function ticksOf(low: number, high: number): readonly number[] {
  const rough = (high - low) / 4;
  const power = 10 ** Math.floor(Math.log10(Math.max(rough, 1e-9)));
  const step = [1, 2, 5, 10].map((m) => m * power).find((s) => s >= rough) ?? 10 * power;
  const ticks: number[] = [];
  for (let v = Math.ceil(low / step - 1e-9) * step; v <= high + 1e-9; v += step) ticks.push(Number(v.toPrecision(10)));
  return ticks;
}

/** Minutes of a walk: every 5, 15 or 30. */
function minuteTicks(from: number, to: number): readonly number[] {
  const step = to - from <= 30 ? 5 : to - from <= 75 ? 15 : 30;
  const ticks: number[] = [];
  for (let v = Math.ceil(from / step) * step; v <= to; v += step) ticks.push(v);
  return ticks;
}

const tickText = (v: number): string => String(v).replace('-', '−');
