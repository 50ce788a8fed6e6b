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

interface State {
  originS: number;
  /** Line: received - device = offset + skew * (device - origin). */
  offsetS: number;
  skew: number;
  /** Closed buckets: where each minimum lies on the device clock (from the origin), and the minimum itself. */
  at: Float64Array;
  delay: Float64Array;
  closed: number;
  openFrom: number;
  openAt: number;
  openDelay: number;
  openPackets: number;
  packets: number;
  /** From here on, every bucket was late [device time from the origin]; undefined while they are not. */
  lateFrom: number | undefined;
}

const fresh = (): State => ({
  originS: 0,
  offsetS: 0,
  skew: 0,
  at: new Float64Array(BUCKETS),
  delay: new Float64Array(BUCKETS),
  closed: 0,
  openFrom: 0,
  openAt: 0,
  openDelay: Infinity,
  openPackets: 0,
  packets: 0,
  lateFrom: undefined,
});

/**
 * Fits a sensor's clock to the walk's clock from receive times alone, causally, in order of arrival: what replay sees is
 * what live saw. A packet can be late but never early, so only the least delayed packet of each stretch counts (lower
 * envelope); the line through these is the median of the slopes of points half a window apart, drawn to zero skew as
 * long as it says less than what is known of such crystals.
 */
export class ClockFit {
  readonly #params: ClockFitParams;
  #s: State = fresh();

  constructor(params: ClockFitParams) {
    this.#params = params;
  }

  /** Packets that the fit rests on. */
  get packets(): number {
    return this.#s.packets;
  }

  /** Seconds of the walk's clock per second of the sensor's, minus one. */
  get skew(): number {
    return this.#s.skew;
  }

  /** Device time -> walk time [s]. */
  walkS(deviceS: number): number {
    const s = this.#s;
    return deviceS + s.offsetS + s.skew * (deviceS - s.originS);
  }

  /** A packet whose last sample was taken at `deviceS` came at `receivedS`. */
  add(deviceS: number, receivedS: number): void {
    const s = this.#s;
    if (s.packets === 0) this.#restart(deviceS, receivedS);
    const x = deviceS - s.originS;
    const y = receivedS - deviceS;
    s.packets++;
    if (y - s.offsetS - s.skew * x < -this.#params.stepS) {
      // Earlier than any delay allows: the walk's clock stood still (a suspended computer) or one of both was set.
      this.#restart(deviceS, receivedS);
      return;
    }
    const bucketS = Math.min(LONGEST_BUCKET_S, Math.max(1, (x - (s.closed > 0 ? s.at[0]! : s.openFrom)) / 12));
    if (x - s.openFrom >= bucketS) this.#close(x);
    s.openPackets++;
    if (y - s.skew * x < s.openDelay - s.skew * s.openAt) {
      s.openAt = x;
      s.openDelay = y;
      if (s.closed < 12) this.#refit();
    }
  }

  snapshot(): State {
    return structuredClone(this.#s);
  }

  restore(state: State): void {
    this.#s = structuredClone(state);
  }

  reset(): void {
    this.#s = fresh();
  }

  /** Forgets the delays but not the skew. */
  #restart(deviceS: number, receivedS: number): void {
    const s = this.#s;
    s.originS = deviceS;
    s.offsetS = receivedS - deviceS;
    s.closed = 0;
    s.openFrom = 0;
    s.openAt = 0;
    s.openDelay = s.offsetS;
    s.openPackets = 1;
    s.lateFrom = undefined;
    s.packets = Math.max(1, s.packets);
  }

  #close(x: number): void {
    const s = this.#s;
    const late = s.openDelay - s.offsetS - s.skew * s.openAt;
    if (late > this.#params.stepS && s.openPackets > 0) {
      s.lateFrom ??= s.openFrom;
      if (x - s.lateFrom >= this.#params.stepUpS && s.openPackets >= STEP_UP_PACKETS) {
        const { openAt, openDelay } = s;
        this.#restart(s.originS + openAt, s.originS + openAt + openDelay);
        s.openFrom = x - openAt;
        return;
      }
      // Until then it says nothing of the clock.
    } else if (s.openPackets > 0) {
      s.lateFrom = undefined;
      if (s.closed === BUCKETS) {
        s.at.copyWithin(0, 1);
        s.delay.copyWithin(0, 1);
        s.closed--;
      }
      s.at[s.closed] = s.openAt;
      s.delay[s.closed] = s.openDelay;
      s.closed++;
      this.#refit();
    }
    s.openFrom = x;
    s.openAt = x;
    s.openDelay = Infinity;
    s.openPackets = 0;
  }

  #refit(): void {
    const s = this.#s;
    // The bucket that is still filling has seen few packets: it only counts while there is little else.
    const open = s.closed < 12 && s.openPackets > 0 && s.openDelay < Infinity;
    const m = s.closed + (open ? 1 : 0);
    const at = (i: number): number => (i < s.closed ? s.at[i]! : s.openAt);
    const delay = (i: number): number => (i < s.closed ? s.delay[i]! : s.openDelay);
    const half = m >> 1;
    if (m >= 4) {
      const slopes = new Float64Array(m - half);
      for (let i = 0; i < slopes.length; i++) {
        const run = at(i + half) - at(i);
        slopes[i] = run > 0 ? (delay(i + half) - delay(i)) / run : 0;
      }
      const slope = median(slopes);
      const off = new Float64Array(m);
      for (let i = 0; i < m; i++) off[i] = delay(i) - slope * at(i);
      const centre = median(off);
      for (let i = 0; i < m; i++) off[i] = Math.abs(off[i]! - centre);
      const noiseS = Math.max(NOISE_FLOOR_S, 1.4826 * median(off));
      const spanS = at(m - 1) - at(0);
      const slopeVar = (12 * 1.6 * noiseS * noiseS) / (spanS * spanS * m);
      const priorVar = this.#params.skewSd * this.#params.skewSd;
      s.skew = spanS > 0 ? slope * (priorVar / (priorVar + slopeVar)) : 0;
    }
    const level = new Float64Array(m);
    for (let i = 0; i < m; i++) level[i] = delay(i) - s.skew * at(i);
    level.sort();
    s.offsetS = level[Math.floor(0.1 * m)]!;
  }
}

function median(values: Float64Array): number {
  const sorted = values.slice().sort();
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
