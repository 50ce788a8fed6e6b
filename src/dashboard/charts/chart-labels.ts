import type uPlot from 'uplot';
import { lastPoint, spreadLabels, type ChartBand, type ChartSpec } from './chart-data.ts';

/** A word above the canvas; `kind` is its class. */
export interface PlacedLabel {
  readonly kind: string;
  readonly text: string;
  /** [px of the plot's box] */
  readonly x: number;
  readonly y: number;
}

/** Which band's name matters most where two would cover each other. */
const NAMED_FIRST: readonly ChartBand['kind'][] = ['onset', 'start', 'break', 'run', 'gap'];
const namedFirst = (bands: readonly ChartBand[]) =>
  bands
    .flatMap((band) => (band.label === undefined ? [] : [{ band, text: band.label }]))
    .sort((a, b) => NAMED_FIRST.indexOf(a.band.kind) - NAMED_FIRST.indexOf(b.band.kind));

/** About how wide a name or a pin is at 13 px [px]; kana and kanji are twice as wide. */
const widthOf = (text: string): number => 16 + 7 * text.length + 6.5 * (text.match(/[\u2e80-\uffff]/g)?.length ?? 0);

/** Words stand above the canvas as text, so that they can be read, zoomed and translated. */
export function placeLabels(u: uPlot, { bands, pins, lines, xMax }: ChartSpec): PlacedLabel[] {
  const ratio = devicePixelRatio;
  const originX = u.bbox.left / ratio;
  const originY = u.bbox.top / ratio;
  const right = originX + u.bbox.width / ratio;
  const out: PlacedLabel[] = [];
  /** What would cover another one is left out: of marks the strongest stays, names of bands are in the key and the table. */
  const put = (label: PlacedLabel): void => {
    const half = widthOf(label.text) / 2;
    if (!out.some((other) => Math.abs(other.x - label.x) < half + widthOf(other.text) / 2)) out.push(label);
  };
  for (const { text, x } of [...pins].sort((a, b) => (Number(b.text) || 0) - (Number(a.text) || 0)))
    put({ kind: 'pin', text, x: originX + u.valToPos(x, 'x'), y: 2 });
  for (const { band, text } of namedFirst(bands)) {
    const middle = originX + u.valToPos((Math.max(band.from, 0) + Math.min(band.to, xMax)) / 2, 'x');
    put({ kind: `band ${band.kind}`, text, x: Math.min(Math.max(middle, originX + 20), right - 20), y: 4 });
  }
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
