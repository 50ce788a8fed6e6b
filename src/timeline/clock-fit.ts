import { N } from './line-numbers.ts';

/** How well a kind of sensor clock is known before it is heard. */
export interface ClockFitParams {
  /** Standard deviation of the clock's rate error among such sensors (1e-6 = 1 ppm). */
  readonly skewSd: number;
  /** A residual this far from the line is no delay but a step of one of the two clocks [s]. */
  readonly stepS: number;
  /**
   * Packets that are late for so long, all of them, are late because a clock stepped, not because the radio fell behind [s].
   * 0 where there is no clock but the arrivals themselves: a lateness that stays is samples that never came.
   */
  readonly stepUpS: number;
}

/** Most buckets kept, and the longest one [s]: ten minutes are looked back. */
const BUCKETS = 60;
const LONGEST_BUCKET_S = 10;
/** Least noise that a bucket's minimum is believed to have [s]. */
const NOISE_FLOOR_S = 0.0003;
/** A bucket speaks of a step up only if this many packets were all late. */
const STEP_UP_PACKETS = 8;

/** Closed buckets: where each minimum lies on the device clock (from the origin), and the minimum itself. */
interface State {
  at: Float64Array;
  delay: Float64Array;
}

/**
 * Fits a sensor's clock to the walk's clock from receive times alone, causally, in order of arrival: what replay sees is
 * what live saw. A packet can be late but never early, so only the least delayed packet of each stretch counts (lower
 * envelope); the line through these is the median of the slopes of points half a window apart, drawn to zero skew as
 * long as it says less than what is known of such crystals.
 */
export class ClockFit {
  readonly #params: ClockFitParams;
  readonly #n: Float64Array;
  readonly #at = new Float64Array(BUCKETS);
  readonly #delay = new Float64Array(BUCKETS);

  /** @param numbers the time line's, laid out by {@link N} */
  constructor(params: ClockFitParams, numbers: Float64Array) {
    this.#params = params;
    this.#n = numbers;
    this.reset();
  }

  /** Reads what the next packet needs, all of it at once: see docs/decisions/002-many-walkers.md. */
  touch(): number {
    return this.#params.stepS;
  }

  /** Device time -> walk time [s]. */
  walkS(deviceS: number): number {
    const n = this.#n;
    return deviceS + n[N.offsetS]! + n[N.skew]! * (deviceS - n[N.originS]!);
  }

  /** A packet whose last sample was taken at `deviceS` came at `receivedS`. */
  add(deviceS: number, receivedS: number): void {
    const n = this.#n;
    if (n[N.packets] === 0) this.#restart(deviceS, receivedS);
    const x = deviceS - n[N.originS]!;
    const y = receivedS - deviceS;
    const skew = n[N.skew]!;
    n[N.packets]!++;
    if (y - n[N.offsetS]! - skew * x < -this.#params.stepS) {
      // Earlier than any delay allows: the walk's clock stood still (a suspended computer) or one of both was set.
      this.#restart(deviceS, receivedS);
      return;
    }
    const oldest = n[N.closed]! > 0 ? n[N.firstAt]! : n[N.openFrom]!;
    const bucketS = Math.min(LONGEST_BUCKET_S, Math.max(1, (x - oldest) / 12));
    if (x - n[N.openFrom]! >= bucketS) this.#close(x);
    n[N.openPackets]!++;
    const nowSkew = n[N.skew]!;
    if (y - nowSkew * x < n[N.openDelay]! - nowSkew * n[N.openAt]!) {
      n[N.openAt] = x;
      n[N.openDelay] = y;
      if (n[N.closed]! < 12) this.#refit();
    }
  }

  /** What lies beside the numbers. */
  snapshot(): State {
    return { at: this.#at.slice(), delay: this.#delay.slice() };
  }

  restore(state: State): void {
    this.#at.set(state.at);
    this.#delay.set(state.delay);
  }

  reset(): void {
    const n = this.#n;
    n.fill(0, N.originS, N.size);
    n[N.openDelay] = Infinity;
    n[N.lateFrom] = NaN;
    this.#at.fill(0);
    this.#delay.fill(0);
  }

  /** Forgets the delays but not the skew. */
  #restart(deviceS: number, receivedS: number): void {
    const n = this.#n;
    n[N.originS] = deviceS;
    n[N.offsetS] = receivedS - deviceS;
    n[N.closed] = 0;
    n[N.openFrom] = 0;
    n[N.openAt] = 0;
    n[N.openDelay] = n[N.offsetS]!;
    n[N.openPackets] = 1;
    n[N.lateFrom] = NaN;
    n[N.packets] = Math.max(1, n[N.packets]!);
  }

  #close(x: number): void {
    const n = this.#n;
    const late = n[N.openDelay]! - n[N.offsetS]! - n[N.skew]! * n[N.openAt]!;
    if (late > this.#params.stepS && n[N.openPackets]! > 0) {
      if (Number.isNaN(n[N.lateFrom])) n[N.lateFrom] = n[N.openFrom]!;
      if (x - n[N.lateFrom]! >= this.#params.stepUpS && n[N.openPackets]! >= STEP_UP_PACKETS) {
        const openAt = n[N.openAt]!;
        const deviceS = n[N.originS]! + openAt;
        this.#restart(deviceS, deviceS + n[N.openDelay]!);
        n[N.openFrom] = x - openAt;
        return;
      }
      // Until then it says nothing of the clock.
    } else if (n[N.openPackets]! > 0) {
      n[N.lateFrom] = NaN;
      let closed = n[N.closed]!;
      if (closed === BUCKETS) {
        this.#at.copyWithin(0, 1);
        this.#delay.copyWithin(0, 1);
        closed--;
      }
      this.#at[closed] = n[N.openAt]!;
      this.#delay[closed] = n[N.openDelay]!;
      n[N.closed] = closed + 1;
      n[N.firstAt] = this.#at[0]!;
      this.#refit();
    }
    n[N.openFrom] = x;
    n[N.openAt] = x;
    n[N.openDelay] = Infinity;
    n[N.openPackets] = 0;
  }

  #refit(): void {
    const n = this.#n;
    const closed = n[N.closed]!;
    at.set(this.#at);
    delay.set(this.#delay);
    // The bucket that is still filling has seen few packets: it only counts while there is little else.
    const open = closed < 12 && n[N.openPackets]! > 0 && n[N.openDelay]! < Infinity;
    const m = closed + (open ? 1 : 0);
    if (open) {
      at[closed] = n[N.openAt]!;
      delay[closed] = n[N.openDelay]!;
    }
    const half = m >> 1;
    if (m >= 4) {
      for (let i = 0; i < m - half; i++) {
        const run = at[i + half]! - at[i]!;
        sorted[i] = run > 0 ? (delay[i + half]! - delay[i]!) / run : 0;
      }
      const slope = sortedMedian(m - half);
      for (let i = 0; i < m; i++) sorted[i] = delay[i]! - slope * at[i]!;
      const centre = sortedMedian(m);
      for (let i = 0; i < m; i++) sorted[i] = Math.abs(sorted[i]! - centre);
      const noiseS = Math.max(NOISE_FLOOR_S, 1.4826 * sortedMedian(m));
      const spanS = at[m - 1]! - at[0]!;
      const slopeVar = (12 * 1.6 * noiseS * noiseS) / (spanS * spanS * m);
      const priorVar = this.#params.skewSd * this.#params.skewSd;
      n[N.skew] = spanS > 0 ? slope * (priorVar / (priorVar + slopeVar)) : 0;
    }
    for (let i = 0; i < m; i++) sorted[i] = delay[i]! - n[N.skew]! * at[i]!;
    sortFirst(m);
    n[N.offsetS] = sorted[Math.floor(0.1 * m)]!;
  }
}

/** Scratch of a fit: the points, and values to put in order. */
const at = new Float64Array(BUCKETS + 1);
const delay = new Float64Array(BUCKETS + 1);
const sorted = new Float64Array(BUCKETS + 1);

/** Puts the first `count` of {@link sorted} in order; there are few, and they nearly are. */
function sortFirst(count: number): void {
  for (let i = 1; i < count; i++) {
    const value = sorted[i]!;
    let k = i;
    while (k > 0 && sorted[k - 1]! > value) {
      sorted[k] = sorted[k - 1]!;
      k--;
    }
    sorted[k] = value;
  }
}

/** Median of the first `count` of {@link sorted}, which are put in order. */
function sortedMedian(count: number): number {
  sortFirst(count);
  const middle = count >> 1;
  return count % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
