import type { CurveRecord } from '../domain/records.ts';
import { SIDES, type Side } from '../domain/sites.ts';

const WINDOW_S = 600;
/** Most curves a window keeps: evenly thinned beyond that. */
const CAPACITY = 256;
const POINTS = 51;
const FEWEST = 5;

/** Median curve of the first or the last ten minutes with its 10 to 90 % band, 51 points [deg]. */
export interface CurveBand {
  readonly kind: CurveRecord['kind'];
  readonly side: Side;
  readonly window: 'first' | 'last';
  readonly strides: number;
  readonly medianDeg: readonly number[];
  readonly p10Deg: readonly number[];
  readonly p90Deg: readonly number[];
}

/** Curves of a walk's first and last ten minutes, for drawing one over the other. */
export class CurveBands {
  readonly #lastFromS: number;
  readonly #kept = new Map<string, { seen: number; every: number; curves: (readonly number[])[] }>();

  /** @param durationS of the walk */
  constructor(durationS: number) {
    this.#lastFromS = Math.max(durationS - WINDOW_S, durationS / 2);
  }

  add(curve: CurveRecord): void {
    const firstUntilS = Math.min(WINDOW_S, this.#lastFromS);
    const window = curve.ic_s < firstUntilS ? 'first' : curve.ic_s >= this.#lastFromS ? 'last' : undefined;
    if (window === undefined) return;
    const key = `${curve.kind} ${curve.side} ${window}`;
    const kept = this.#kept.get(key) ?? { seen: 0, every: 1, curves: [] };
    this.#kept.set(key, kept);
    if (kept.seen++ % kept.every !== 0) return;
    kept.curves.push(curve.values_deg);
    if (kept.curves.length <= CAPACITY) return;
    kept.curves = kept.curves.filter((_, i) => i % 2 === 0);
    kept.every *= 2;
  }

  bands(): readonly CurveBand[] {
    const kinds = ['eversion_over_stance', 'obliquity_over_cycle'] as const;
    return kinds.flatMap((kind) =>
      SIDES.flatMap((side) =>
        (['first', 'last'] as const).flatMap((window) => {
          const kept = this.#kept.get(`${kind} ${side} ${window}`);
          if (kept === undefined || kept.curves.length < FEWEST) return [];
          const at = (q: number) => Array.from({ length: POINTS }, (_, i) => quantile(kept.curves, i, q));
          const band = { medianDeg: at(0.5), p10Deg: at(0.1), p90Deg: at(0.9) };
          return [{ kind, side, window, strides: kept.seen, ...band }];
        }),
      ),
    );
  }
}

function quantile(curves: readonly (readonly number[])[], point: number, q: number): number {
  const values = curves.map((c) => c[point]!).sort((a, b) => a - b);
  return values[Math.round(q * (values.length - 1))]!;
}
