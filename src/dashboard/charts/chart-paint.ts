import type { ChartBand, LineStyle } from './chart-data.ts';

/** Colours of the page's theme as a drawing needs them. */
export interface ChartColours {
  readonly line: string;
  readonly ctl: string;
  readonly ink: string;
  readonly ink3: string;
  readonly band: string;
  readonly brand: string;
  readonly notesoft: string;
  readonly noteline: string;
  readonly sunk: string;
  readonly surface: string;
  readonly pain: string;
  readonly left: string;
  readonly right: string;
  readonly pelvis: string;
}

const NAMES = [
  'line',
  'ctl',
  'ink',
  'ink3',
  'band',
  'brand',
  'notesoft',
  'noteline',
  'sunk',
  'surface',
  'pain',
  'left',
  'right',
  'pelvis',
] as const satisfies readonly (keyof ChartColours)[];

/** Colours and font of the theme that holds now. Reading them makes the browser lay out the page, so it is done once a theme. */
export interface ChartTheme {
  readonly colours: ChartColours;
  /** As a canvas takes it. */
  readonly font: string;
}
let theme: ChartTheme | undefined;

export function chartTheme(): ChartTheme {
  if (theme !== undefined) return theme;
  const style = getComputedStyle(document.documentElement);
  const colours = Object.fromEntries(
    NAMES.map((n) => [n, style.getPropertyValue(`--${n}`).trim()]),
  ) as unknown as ChartColours;
  theme = { colours, font: `13px ${getComputedStyle(document.body).fontFamily}` };
  return theme;
}

// First of all listeners: charts that redraw for a new theme read it anew.
addEventListener('gaitkeeper-theme', () => {
  theme = undefined;
});

/** Stroke, dash and width of a line. */
export function strokeOf(style: LineStyle, c: ChartColours): { stroke: string; dash: number[]; width: number } {
  switch (style) {
    case 'left':
      return { stroke: c.left, dash: [], width: 2.6 };
    case 'right':
      return { stroke: c.right, dash: [7, 3.5], width: 2.6 };
    case 'pelvis':
      return { stroke: c.pelvis, dash: [1.5, 5], width: 2.6 };
    case 'brand':
      return { stroke: c.brand, dash: [], width: 2.6 };
    case 'quiet':
      return { stroke: c.ink3, dash: [6, 4], width: 2 };
    case 'plain':
      return { stroke: c.ink3, dash: [], width: 2 };
  }
}

/** Diagonal lines: one way for what began, the other for what is missing. */
export function hatch(
  context: CanvasRenderingContext2D,
  stroke: string,
  background: string | null,
  ratio: number,
  down: boolean,
): CanvasPattern | string {
  const size = 7 * ratio;
  const tile = document.createElement('canvas');
  tile.width = tile.height = size;
  const paint = tile.getContext('2d');
  if (paint === null) return stroke;
  if (background !== null) {
    paint.fillStyle = background;
    paint.fillRect(0, 0, size, size);
  }
  paint.strokeStyle = stroke;
  paint.globalAlpha = 0.65;
  paint.lineWidth = 1.3 * ratio;
  paint.beginPath();
  for (const shift of [-size, 0, size]) {
    paint.moveTo(shift, down ? 0 : size);
    paint.lineTo(shift + size, down ? size : 0);
  }
  paint.stroke();
  return context.createPattern(tile, 'repeat') ?? stroke;
}

/** Paints a band between two x positions of the canvas. */
export function paintBand(
  context: CanvasRenderingContext2D,
  band: ChartBand,
  box: { left: number; right: number; top: number; height: number },
  c: ChartColours,
  ratio: number,
): void {
  const width = Math.max(box.right - box.left, 2 * ratio);
  const fills = {
    start: () => c.band,
    break: () => c.sunk,
    run: () => hatch(context, c.ctl, c.sunk, ratio, true),
    onset: () => hatch(context, c.noteline, c.notesoft, ratio, false),
    gap: () => hatch(context, c.ctl, null, ratio, true),
  } as const;
  context.save();
  context.fillStyle = fills[band.kind]();
  context.fillRect(box.left, box.top, width, box.height);
  if (band.kind === 'onset' || band.kind === 'start') {
    context.strokeStyle = band.kind === 'onset' ? c.noteline : c.brand;
    context.globalAlpha = band.kind === 'onset' ? 1 : 0.6;
    context.lineWidth = 1.5 * ratio;
    context.setLineDash([]);
    context.beginPath();
    for (const x of [box.left, box.left + width]) {
      context.moveTo(x, box.top);
      context.lineTo(x, box.top + box.height);
    }
    context.stroke();
  }
  context.restore();
}

/** The shape at a line's end: circle left, diamond right, square pelvis. */
export function paintShape(
  context: CanvasRenderingContext2D,
  style: LineStyle,
  x: number,
  y: number,
  c: ChartColours,
  ratio: number,
): void {
  const r = 5.5 * ratio;
  context.save();
  context.fillStyle = strokeOf(style, c).stroke;
  context.strokeStyle = c.surface;
  context.lineWidth = 2 * ratio;
  context.beginPath();
  if (style === 'right') {
    context.moveTo(x, y - 1.25 * r);
    context.lineTo(x + 1.25 * r, y);
    context.lineTo(x, y + 1.25 * r);
    context.lineTo(x - 1.25 * r, y);
    context.closePath();
  } else if (style === 'pelvis') context.rect(x - r * 0.9, y - r * 0.9, 1.8 * r, 1.8 * r);
  else context.arc(x, y, r, 0, 2 * Math.PI);
  context.stroke();
  context.fill();
  context.restore();
}
