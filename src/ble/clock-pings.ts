/** Pings kept for the estimate: ten minutes at one every 30 s. */
const KEPT = 20;
/** Below this span the clocks' drift says nothing [s]. */
const DRIFT_FROM_S = 240;

interface Ping {
  readonly hostS: number;
  readonly deviceS: number;
  readonly roundTripS: number;
}

/** What the time pings say of a sensor's clock, beside the fit from its packets. */
export interface ClockCheck {
  /** Device clock minus host clock at the best ping [s]. */
  readonly offsetS: number;
  /** The offset is right to within this: half the shortest round trip [ms]. */
  readonly errorMs: number;
  /** How much faster the device's clock runs [ppm]; undefined before there are enough pings. */
  readonly driftPpm: number | undefined;
}

/** Offset and drift of a sensor's clock from questions and answers: the answer with the shortest way tells most. */
export class ClockPings {
  #pings: Ping[] = [];

  /**
   * Takes an answered ping.
   * @param sentMs host clock when it was asked
   * @param receivedMs host clock when the answer came
   * @param deviceUs device clock when it answered, since its boot
   */
  add(sentMs: number, receivedMs: number, deviceUs: number): void {
    const ping = {
      hostS: (sentMs + receivedMs) / 2000,
      deviceS: deviceUs / 1e6,
      roundTripS: (receivedMs - sentMs) / 1000,
    };
    // The device's clock began anew: it restarted.
    if (ping.deviceS < (this.#pings.at(-1)?.deviceS ?? -Infinity)) this.#pings = [];
    this.#pings.push(ping);
    if (this.#pings.length > KEPT) this.#pings.shift();
  }

  /** What the pings of the last ten minutes say; undefined before the first. */
  read(): ClockCheck | undefined {
    const best = shortest(this.#pings);
    if (best === undefined) return undefined;
    return {
      offsetS: best.deviceS - best.hostS,
      errorMs: (best.roundTripS * 1000) / 2,
      driftPpm: this.#driftPpm(),
    };
  }

  /** Between the best ping of the older half and that of the newer one. */
  #driftPpm(): number | undefined {
    const middle = this.#pings.length >> 1;
    const early = shortest(this.#pings.slice(0, middle));
    const late = shortest(this.#pings.slice(middle));
    if (early === undefined || late === undefined || late.hostS - early.hostS < DRIFT_FROM_S) return undefined;
    return ((late.deviceS - early.deviceS) / (late.hostS - early.hostS) - 1) * 1e6;
  }
}

function shortest(pings: readonly Ping[]): Ping | undefined {
  let best: Ping | undefined;
  for (const ping of pings) if (best === undefined || ping.roundTripS < best.roundTripS) best = ping;
  return best;
}
