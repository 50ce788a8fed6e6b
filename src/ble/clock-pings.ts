/** Pings kept for the estimate: forty minutes at one every 30 s. */
const KEPT = 80;
/** Below this span the clocks' drift says nothing [s]. */
const DRIFT_FROM_S = 240;

interface Ping {
  readonly hostS: number;
  /** Device clock minus host clock, as if the answer had been given half way [s]. */
  readonly offsetS: number;
  readonly deviceS: number;
  readonly roundTripS: number;
}

/** What the time pings say of a sensor's clock, beside the fit from its packets. */
export interface ClockCheck {
  /** Device clock minus host clock at the newest ping [s]. */
  readonly offsetS: number;
  /** Half the shortest round trip: no single answer is further off [ms]. */
  readonly errorMs: number;
  /** How much faster the device's clock runs [ppm]; undefined before there are enough pings. */
  readonly driftPpm: number | undefined;
}

/** Offset and drift of a sensor's clock from questions and answers; answers that came quickly tell most. */
export class ClockPings {
  #pings: Ping[] = [];

  /**
   * Takes an answered ping.
   * @param sentMs host clock when it was asked
   * @param receivedMs host clock when the answer came
   * @param deviceUs device clock when it answered, since its boot
   */
  add(sentMs: number, receivedMs: number, deviceUs: number): void {
    const hostS = (sentMs + receivedMs) / 2000;
    const deviceS = deviceUs / 1e6;
    // The device's clock began anew: it restarted.
    if (deviceS < (this.#pings.at(-1)?.deviceS ?? -Infinity)) this.#pings = [];
    this.#pings.push({ hostS, deviceS, offsetS: deviceS - hostS, roundTripS: (receivedMs - sentMs) / 1000 });
    if (this.#pings.length > KEPT) this.#pings.shift();
  }

  /** What the pings of the last forty minutes say; undefined before the first. */
  read(): ClockCheck | undefined {
    const newest = this.#pings.at(-1);
    const quick = [...this.#pings].sort((a, b) => a.roundTripS - b.roundTripS);
    const best = quick[0];
    if (newest === undefined || best === undefined) return undefined;
    const errorMs = (best.roundTripS * 1000) / 2;
    const used = quick.slice(0, Math.max(2, Math.ceil(quick.length / 2)));
    const slope = slopeOf(used);
    if (slope === undefined) return { offsetS: best.offsetS, errorMs, driftPpm: undefined };
    const meanHostS = mean(used.map((p) => p.hostS));
    const offsetS = mean(used.map((p) => p.offsetS)) + slope * (newest.hostS - meanHostS);
    return { offsetS, errorMs, driftPpm: slope * 1e6 };
  }
}

/** Least squares of offset over time; undefined where the pings lie too near to each other. */
function slopeOf(pings: readonly Ping[]): number | undefined {
  const times = pings.map((p) => p.hostS);
  if (Math.max(...times) - Math.min(...times) < DRIFT_FROM_S) return undefined;
  const centre = mean(times);
  let product = 0;
  let square = 0;
  for (const { hostS, offsetS } of pings) {
    product += (hostS - centre) * offsetS;
    square += (hostS - centre) ** 2;
  }
  return product / square;
}

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
