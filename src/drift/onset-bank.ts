import type { DriftMetric, MinuteValue } from './drift-metric.ts';
import { normalCdf } from '../math/normal.ts';
import { WhitenedSeries } from './whitened-series.ts';

/** Earliest onset looked for, from which minute an alarm may be given, and in how many consecutive minutes it must hold. */
const FIRST_ONSET_MIN = 8;
const FIRST_ALARM_MIN = 15;
const ALARM_MINUTES = 3;
const RAMP_DURATIONS_MIN = [30, 60] as const;
/** Expected changes a minute. */
const CHANGE_RATE = 0.0025;
const RAMP_SIZE_SD = 1.5;
const STEP_SIZE_SD = 2;
/** A sudden change is declared from this probability, size (in u) and age [min], in two consecutive minutes. */
const SUDDEN_P = 0.95;
const SUDDEN_SIZE = 0.75;
const SUDDEN_AGE_MIN = [3, 40] as const;
const WARM_UP_MIN = 3;
const REFERENCE_SPEED_MPS = 1.3;

export type Direction = 'both' | 'left' | 'right' | 'camber';
/** How a change of each direction enters the mean of both feet and their difference. */
const DIRECTIONS: Record<Direction, readonly [number, number]> = {
  both: [1, 0],
  left: [0.5, 1],
  right: [0.5, -1],
  camber: [0, 1],
};

/** What one metric's bank says after a minute. */
export interface DriftState {
  readonly minute: number;
  /** Probability that a drift of at least the practical size is there now. */
  readonly p: number;
  /** Probability that a sudden change explains what is seen. */
  readonly pSudden: number;
  /** Size now, with its SD, in the metric's unit, given that there is a drift. */
  readonly size: number;
  readonly sizeSd: number;
  /** Share of the drift's probability on both feet, the left, the right. */
  readonly shares: Readonly<Record<'both' | 'left' | 'right', number>>;
  /** 10 and 90 % of the onset's distribution [min]. */
  readonly onsetMin: readonly [number, number] | null;
  /** The alarm was given at the end of this minute (counted from 1). */
  readonly alarmMinute: number | null;
  /** Quiet hint for the screen only: half of the alarm's probability. */
  readonly watch: boolean;
  /**
   * The wearer's start and what changed since, level and change estimated together (there are no baseline minutes): of the mean of
   * both feet (or the single series) and of left less right. Level at the reference speed, without warm-up.
   */
  readonly start: { readonly mean: number; readonly difference: number | null };
  readonly change: { readonly mean: number; readonly difference: number | null };
}

export interface SuddenChange {
  readonly atMin: number;
  /** `known`: told from elsewhere, as a slip that the shoe's attitude showed. */
  readonly direction: Direction | 'known';
  readonly size: number;
  readonly foundMin: number;
}

/**
 * Onset bank (drift method, docs/metrics.md): every onset minute and ramp length is weighed against "nothing", beside
 * level, warm-up, speed and known jumps, under long-memory noise. There is no baseline phase: its uncertainty is in the
 * posterior. Deterministic; about 0.2 ms a minute.
 */
export class OnsetBank {
  readonly #metric: DriftMetric;
  readonly #mean: WhitenedSeries;
  readonly #difference: WhitenedSeries | undefined;
  readonly #steady: number;
  #lastTau = FIRST_ONSET_MIN - 1;
  #aboveCount = 0;
  #suddenCount = 0;
  #alarmMinute: number | null = null;
  #pendingJumps: { minute: number; due: number }[] = [];
  readonly sudden: SuddenChange[] = [];

  /** @param steady 2 for a wearer whose walks keep alarming without pain ("steady mode"), else 1 */
  constructor(metric: DriftMetric, steady = 1) {
    this.#metric = metric;
    this.#steady = steady;
    this.#mean = new WhitenedSeries({ sd: metric.s0, whiteShare: metric.whiteShare, camber: false });
    this.#difference =
      metric.sD === undefined
        ? undefined
        : new WhitenedSeries({ sd: metric.sD, whiteShare: metric.whiteShare, camber: true });
    for (const [series, half] of this.#series()) {
      series.addNuisance(50 * (half ? metric.sD! : metric.s0), () => 1);
      series.addNuisance(metric.u, (t) => Math.exp(-t / WARM_UP_MIN));
      series.addNuisance(half ? metric.speedSd / 2 : metric.speedSd, (_, v) => v - REFERENCE_SPEED_MPS);
    }
  }

  #series(): [WhitenedSeries, boolean][] {
    return this.#difference === undefined
      ? [[this.#mean, false]]
      : [
          [this.#mean, false],
          [this.#difference, true],
        ];
  }

  /** A jump known from elsewhere (the sensor slipped on the shoe, load put on): from then on a new level. */
  declareJump(minute: number): void {
    this.#pendingJumps.push({ minute, due: minute + 2 });
    this.sudden.push({ atMin: minute, direction: 'known', size: 0, foundMin: minute });
  }

  #addJump(tj: number, direction: Direction): void {
    const [cMean] = DIRECTIONS[direction];
    for (const [series, half] of this.#series()) {
      if (!half && cMean === 0) continue;
      const sd = (half ? 6 : 3) * this.#metric.u;
      series.addNuisance(sd, (t) => (t > tj ? 1 : 0));
      series.addNuisance(sd, (t) => (t > tj - 1 && t <= tj ? 1 : 0));
      series.addNuisance(sd, (t) => (t > tj && t <= tj + 1 ? 1 : 0));
    }
  }

  /** Takes one valid minute; minutes come in order, missing ones are left out. */
  push(value: MinuteValue): DriftState {
    const t = value.minute + 0.5;
    for (const jump of this.#pendingJumps.filter((j) => value.minute >= j.due)) this.#addJump(jump.minute, 'both');
    this.#pendingJumps = this.#pendingJumps.filter((j) => value.minute < j.due);
    while (this.#lastTau + 1 < t) this.#addOnset(++this.#lastTau);
    this.#mean.push(t, value.strides, value.mean, value.speedMps);
    this.#difference?.push(t, value.strides, value.difference ?? 0, value.speedMps);
    return this.#weigh(value.minute, t);
  }

  #addOnset(tau: number): void {
    for (const [series] of this.#series()) {
      series.addBankColumn('step', tau, 0, (t) => (t > tau ? 1 : 0));
      if (tau % 2 === 0)
        for (const d of RAMP_DURATIONS_MIN)
          series.addBankColumn('ramp', tau, d, (t) => Math.min(1, Math.max(0, t - tau) / d));
    }
  }

  #weigh(minute: number, t: number): DriftState {
    const { u, delta } = this.#metric;
    const mean = this.#mean.solve();
    const difference = this.#difference?.solve();
    const phiMean = mean.scale * this.#steady;
    const phiDifference = (difference?.scale ?? 1) * this.#steady;
    const pair = difference !== undefined;
    const rampDirections: Direction[] = pair ? ['both', 'left', 'right'] : ['both'];
    const stepDirections: Direction[] = pair ? ['both', 'left', 'right', 'camber'] : ['both'];

    let total = 1;
    let ramps = 0;
    let big = 0;
    let sizeSum = 0;
    let squareSum = 0;
    let steps = 0;
    let bestStep = { weight: 0, tau: 0, direction: 'both' as Direction, size: 0 };
    const shares = { both: 0, left: 0, right: 0, camber: 0 };
    const taken = { mean: [] as number[], difference: [] as number[] };
    const change = { mean: 0, difference: 0 };
    const onset = new Map<number, number>();
    for (const [c, column] of this.#mean.bank.entries()) {
      if (column.tau > t - 1) continue;
      const ramp = column.kind === 'ramp';
      const directions = ramp ? rampDirections : stepDirections;
      const sizeSd = (ramp ? RAMP_SIZE_SD : STEP_SIZE_SD) * u;
      const now = column.at(t, 0);
      // Ramps start at every second minute and come in two lengths: their rate is shared out.
      const prior = CHANGE_RATE / directions.length;
      let byMean = 0;
      let byDifference = 0;
      for (const direction of directions) {
        const [cMean, cDifference] = DIRECTIONS[direction];
        let information = (cMean * cMean * mean.information[c]!) / phiMean;
        let score = (cMean * mean.score[c]!) / phiMean;
        if (difference !== undefined) {
          information += (cDifference * cDifference * difference.information[c]!) / phiDifference;
          score += (cDifference * difference.score[c]!) / phiDifference;
        }
        const f = 1 + sizeSd * sizeSd * information;
        const a = (score * sizeSd * sizeSd) / f;
        const variance = (sizeSd * sizeSd) / f;
        const weight = prior * Math.exp(-0.5 * Math.log(f) + 0.5 * score * a);
        total += weight;
        byMean += weight * a * cMean;
        byDifference += weight * a * cDifference;
        if (ramp) {
          const sd = Math.sqrt(variance);
          const chance = now <= 0 ? 0 : 1 - normalCdf((delta / now - a) / sd) + normalCdf((-delta / now - a) / sd);
          const w = weight * chance;
          ramps += weight;
          big += w;
          sizeSum += weight * a * now;
          squareSum += weight * (variance + a * a) * now * now;
          shares[direction] += w;
          onset.set(column.tau, (onset.get(column.tau) ?? 0) + w);
        } else {
          steps += weight;
          if (weight > bestStep.weight) bestStep = { weight, tau: column.tau, direction, size: a };
        }
      }
      change.mean += byMean * now;
      change.difference += byDifference * now;
      addScaled(taken.mean, column.gz, byMean);
      const other = this.#difference?.bank[c];
      if (other !== undefined) addScaled(taken.difference, other.gz, byDifference);
    }
    const p = big / total;
    const pSudden = steps / total;
    this.#watchForSudden(minute, t, pSudden, bestStep);
    const size = ramps > 0 ? sizeSum / ramps : 0;
    if (minute + 0.5 >= FIRST_ALARM_MIN && p >= this.#metric.alarmP) this.#aboveCount++;
    else this.#aboveCount = 0;
    if (this.#aboveCount >= ALARM_MINUTES) this.#alarmMinute ??= minute + 1;
    const share = (v: number) => (big > 0 ? v / big : 0);
    return {
      minute,
      p,
      pSudden,
      size,
      sizeSd: ramps > 0 ? Math.sqrt(Math.max(0, squareSum / ramps - size * size)) : 0,
      shares: { both: share(shares.both), left: share(shares.left), right: share(shares.right) },
      onsetMin: onsetRange(onset, big),
      alarmMinute: this.#alarmMinute,
      watch: p >= this.#metric.alarmP / 2,
      start: {
        mean: mean.nuisance(taken.mean.map((v) => v / total))[0]!,
        difference: difference?.nuisance(taken.difference.map((v) => v / total))[0] ?? null,
      },
      change: { mean: change.mean / total, difference: pair ? change.difference / total : null },
    };
  }

  #watchForSudden(
    minute: number,
    t: number,
    pSudden: number,
    best: { tau: number; direction: Direction; size: number },
  ): void {
    const age = t - best.tau;
    const [youngest, oldest] = SUDDEN_AGE_MIN;
    const here =
      pSudden > SUDDEN_P && Math.abs(best.size) > SUDDEN_SIZE * this.#metric.u && age >= youngest && age <= oldest;
    this.#suddenCount = here ? this.#suddenCount + 1 : 0;
    if (this.#suddenCount < 2) return;
    this.#suddenCount = 0;
    this.sudden.push({ atMin: best.tau, direction: best.direction, size: best.size, foundMin: minute });
    this.#addJump(best.tau, best.direction);
  }
}

/** sum += factor x values, growing as needed. */
function addScaled(sum: number[], values: readonly number[], factor: number): void {
  for (let k = 0; k < values.length; k++) sum[k] = (sum[k] ?? 0) + factor * values[k]!;
}

function onsetRange(onset: Map<number, number>, total: number): readonly [number, number] | null {
  if (total <= 0) return null;
  let sum = 0;
  let low: number | null = null;
  for (const [tau, weight] of [...onset].sort((a, b) => a[0] - b[0])) {
    sum += weight;
    if (low === null && sum >= 0.1 * total) low = tau;
    if (sum >= 0.9 * total) return [low ?? tau, tau];
  }
  return null;
}
