/** Correlation of fractional Gaussian noise at lag k [min] (Mandelbrot & van Ness 1968). */
const fractionalCorrelation = (k: number, hurst: number): number =>
  0.5 * (Math.abs(k + 1) ** (2 * hurst) - 2 * Math.abs(k) ** (2 * hurst) + Math.abs(k - 1) ** (2 * hurst));

/** Memory of the slow wander of gait over minutes. */
const HURST = 0.9;
/** Strides of a minute at which its white part has its nominal size. */
const NOMINAL_STRIDES = 50;
/** Road camber comes and goes as an Ornstein-Uhlenbeck process of this time [min]; its share of the difference. */
const CAMBER_TIME_MIN = 10;
const CAMBER_SHARE = 0.75;

/** A column over the minutes so far: how a cause would move the series, whitened, with its running products. */
export interface Column {
  readonly at: (tMin: number, speedMps: number) => number;
  readonly white: number[];
  /** g'g and g'y */
  gg: number;
  gy: number;
}

/** A cause that isn't drift (level, warm-up, speed, known jumps), with the prior SD of its size. */
export interface Nuisance extends Column {
  readonly priorSd: number;
}

export interface BankColumn extends Column {
  readonly kind: 'step' | 'ramp';
  readonly tau: number;
  readonly durationMin: number;
  /** g'z for every nuisance column */
  gz: number[];
}

/**
 * One series of minute values under long-memory noise: whitened causally by one Cholesky row a minute, so each minute only
 * adds terms to running sums. Fixed order of summation: replay gives the same bits.
 */
export class WhitenedSeries {
  readonly #sd: number;
  readonly #whiteShare: number;
  readonly #camber: boolean;
  readonly #times: number[] = [];
  readonly #strides: number[] = [];
  readonly #speeds: number[] = [];
  readonly #rows: Float64Array[] = [];
  readonly #y: number[] = [];
  #yy = 0;
  readonly nuisances: Nuisance[] = [];
  readonly bank: BankColumn[] = [];
  #zz: number[][] = [];

  constructor(options: { sd: number; whiteShare: number; camber: boolean }) {
    this.#sd = options.sd;
    this.#whiteShare = options.whiteShare;
    this.#camber = options.camber;
  }

  get count(): number {
    return this.#times.length;
  }

  get yy(): number {
    return this.#yy;
  }

  #covariance(i: number, j: number): number {
    const k = Math.abs(this.#times[i]! - this.#times[j]!);
    const own = i === j ? this.#whiteShare * Math.max(1, NOMINAL_STRIDES / this.#strides[i]!) : 0;
    const memory = (1 - this.#whiteShare) * fractionalCorrelation(k, HURST) + own;
    const shape = this.#camber ? (1 - CAMBER_SHARE) * memory + CAMBER_SHARE * Math.exp(-k / CAMBER_TIME_MIN) : memory;
    return this.#sd * this.#sd * shape;
  }

  #whiten(column: Column, value: number): void {
    const i = column.white.length;
    const row = this.#rows[i]!;
    let sum = value;
    for (let k = 0; k < i; k++) sum -= row[k]! * column.white[k]!;
    const white = sum / row[i]!;
    column.white.push(white);
    column.gg += white * white;
    column.gy += white * this.#y[i]!;
  }

  /** Adds a nuisance, also over the minutes that have been. */
  addNuisance(priorSd: number, at: Nuisance['at']): void {
    const column: Nuisance = { at, priorSd, white: [], gg: 0, gy: 0 };
    for (let i = 0; i < this.count; i++) this.#whiten(column, at(this.#times[i]!, this.#speeds[i]!));
    this.nuisances.push(column);
    const products = this.nuisances.map((z) => dot(z.white, column.white));
    for (const [j, row] of this.#zz.entries()) row.push(products[j]!);
    this.#zz.push([...products]);
    for (const g of this.bank) g.gz.push(dot(g.white, column.white));
  }

  /** Adds a bank column; it must be zero over the minutes that have been. */
  addBankColumn(kind: BankColumn['kind'], tau: number, durationMin: number, at: Column['at']): void {
    const white = new Array<number>(this.count).fill(0);
    this.bank.push({ kind, tau, durationMin, at, white, gg: 0, gy: 0, gz: this.nuisances.map(() => 0) });
  }

  /** One valid minute: its middle [min], strides it rests on, value and median speed. */
  push(tMin: number, strides: number, value: number, speedMps: number): void {
    const i = this.count;
    this.#times.push(tMin);
    this.#strides.push(strides);
    this.#speeds.push(speedMps);
    const row = new Float64Array(i + 1);
    for (let j = 0; j <= i; j++) {
      let sum = this.#covariance(i, j);
      const other = j === i ? row : this.#rows[j]!;
      for (let k = 0; k < j; k++) sum -= row[k]! * other[k]!;
      row[j] = j === i ? Math.sqrt(sum) : sum / other[j]!;
    }
    this.#rows.push(row);
    let sum = value;
    for (let k = 0; k < i; k++) sum -= row[k]! * this.#y[k]!;
    const y = sum / row[i]!;
    this.#y.push(y);
    this.#yy += y * y;
    for (const z of this.nuisances) this.#whiten(z, z.at(tMin, speedMps));
    for (const [a, za] of this.nuisances.entries())
      for (const [b, zb] of this.nuisances.entries()) this.#zz[a]![b]! += za.white[i]! * zb.white[i]!;
    for (const g of this.bank) {
      this.#whiten(g, g.at(tMin, speedMps));
      const white = g.white[i]!;
      for (const [a, z] of this.nuisances.entries()) g.gz[a]! += white * z.white[i]!;
    }
  }

  /**
   * What each bank column explains once level, warm-up, speed and known jumps are estimated beside it.
   * `information` and `score` are in whitened units; `scale` is the wearer's own noise variance against the nominal one.
   */
  solve(): { information: Float64Array; score: Float64Array; scale: number; nuisance: NuisanceSolver } {
    const n = this.nuisances.length;
    const factor = cholesky(
      this.#zz.map((row, a) => row.map((v, b) => (a === b ? v + 1 / this.nuisances[a]!.priorSd ** 2 : v))),
    );
    const zy = this.nuisances.map((z) => z.gy);
    const half = forward(factor, zy);
    let explained = 0;
    for (const v of half) explained += v * v;
    const information = new Float64Array(this.bank.length);
    const score = new Float64Array(this.bank.length);
    let best = 0;
    const h = new Array<number>(n);
    for (const [c, g] of this.bank.entries()) {
      forward(factor, g.gz, h);
      let i = g.gg;
      let b = g.gy;
      for (let k = 0; k < n; k++) {
        i -= h[k]! * h[k]!;
        b -= h[k]! * half[k]!;
      }
      information[c] = i;
      score[c] = b;
      if (i > 1e-9) best = Math.max(best, (b * b) / i);
    }
    const scale = (50 + Math.max(0, this.#yy - explained - best)) / (50 + this.count);
    const nuisance = (explainedGz: readonly number[]): number[] =>
      backward(
        factor,
        forward(
          factor,
          zy.map((v, k) => v - (explainedGz[k] ?? 0)),
        ),
      );
    return { information, score, scale, nuisance };
  }
}

/**
 * Level, warm-up, speed slope and known jumps, estimated once changes have taken their part: give the sum over bank columns of
 * amplitude x g'z.
 */
export type NuisanceSolver = (explainedGz: readonly number[]) => number[];

function dot(a: readonly number[], b: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

/** Lower factor of a symmetric positive definite matrix. */
function cholesky(matrix: readonly (readonly number[])[]): number[][] {
  const factor: number[][] = [];
  for (let i = 0; i < matrix.length; i++) {
    const row: number[] = [];
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i]![j]!;
      const other = j === i ? row : factor[j]!;
      for (let k = 0; k < j; k++) sum -= row[k]! * other[k]!;
      row.push(j === i ? Math.sqrt(Math.max(sum, 1e-300)) : sum / other[j]!);
    }
    factor.push(row);
  }
  return factor;
}

/** Solves factor x = right. */
function forward(
  factor: readonly (readonly number[])[],
  right: readonly number[],
  out = new Array<number>(right.length),
): number[] {
  for (let i = 0; i < right.length; i++) {
    const row = factor[i]!;
    let sum = right[i]!;
    for (let k = 0; k < i; k++) sum -= row[k]! * out[k]!;
    out[i] = sum / row[i]!;
  }
  return out;
}

/** Solves factor' x = right. */
function backward(factor: readonly (readonly number[])[], right: readonly number[]): number[] {
  const out = [...right];
  for (let i = out.length - 1; i >= 0; i--) {
    let sum = out[i]!;
    for (let k = i + 1; k < out.length; k++) sum -= factor[k]![i]! * out[k]!;
    out[i] = sum / factor[i]![i]!;
  }
  return out;
}
