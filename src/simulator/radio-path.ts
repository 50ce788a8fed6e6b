import type { WornSite } from './body-motion.ts';
import type { Faults } from './faults.ts';
import type { Random } from './random.ts';
import type { MadePacket, VirtualSensor } from './virtual-sensor.ts';

/** A packet on its way: when it arrives [s]. */
export interface Arrival {
  readonly receivedS: number;
  readonly packet: MadePacket;
}

/** Time between two chances to send [s]: a Bluetooth connection's interval. */
const INTERVAL_S = 0.015;
/** From the sensor's radio to the receiver's clock [s], at least. */
const LEAST_DELAY_S = 0.0015;

/**
 * The way from a sensor to the receiver: packets wait for the connection's next event, are delayed, lost, doubled and
 * overtaken. Pull packets in order; arrivals come in order of time.
 */
export class RadioPath {
  readonly site: WornSite;
  readonly #sensor: VirtualSensor;
  readonly #random: Random;
  readonly #faults: Faults;
  readonly #samplesPerPacket: number;
  readonly #phaseS: number;
  readonly #waiting: Arrival[] = [];
  /** Nothing made from now on arrives before this. */
  #lastS = 0;
  #over = false;
  /** Packets lost so far. */
  lost = 0;

  constructor(sensor: VirtualSensor, faults: Faults, samplesPerPacket: number, random: Random) {
    this.site = sensor.site;
    this.#sensor = sensor;
    this.#faults = faults;
    this.#samplesPerPacket = samplesPerPacket;
    this.#random = random.fork(`radio:${sensor.site}`);
    this.#phaseS = this.#random.uniform(0, INTERVAL_S);
  }

  /** Time of the next arrival [s]; Infinity when there will be none before the sensor's samples of `horizonS`. */
  peek(horizonS: number): number {
    // No packet arrives before its samples are taken: what those still to come can't overtake is settled.
    while (!this.#over && this.#sensor.nextSampleS < Math.min(horizonS, this.#waiting[0]?.receivedS ?? Infinity)) {
      this.#send();
    }
    return this.#waiting[0]?.receivedS ?? Infinity;
  }

  take(): Arrival | undefined {
    return this.#waiting.shift();
  }

  #send(): void {
    const packet = this.#sensor.nextPacket(this.#samplesPerPacket);
    if (packet === undefined) {
      this.#over = true;
      return;
    }
    const random = this.#random;
    const faults = this.#faults;
    const delay = faults.jitterS === 0 ? 0 : -faults.jitterS * Math.log(1 - random.next());
    const late = random.next() < faults.reorder;
    const doubled = random.next() < faults.duplicate;
    const lost =
      random.next() < faults.loss ||
      faults.outages.some((o) => o.site === this.site && packet.readyS >= o.fromS && packet.readyS < o.toS);
    if (lost) {
      this.lost++;
      return;
    }
    const event = this.#phaseS + INTERVAL_S * Math.ceil((packet.readyS - this.#phaseS) / INTERVAL_S);
    // A connection keeps the order; only a fault breaks it.
    const receivedS = Math.max(this.#lastS + 1e-5, event + LEAST_DELAY_S + Math.min(delay, 0.4));
    if (!late) this.#lastS = receivedS;
    this.#put({ receivedS: receivedS + (late ? random.uniform(0.08, 0.15) : 0), packet });
    if (doubled) this.#put({ receivedS: receivedS + random.uniform(0.002, 0.05), packet });
  }

  #put(arrival: Arrival): void {
    let i = this.#waiting.length;
    while (i > 0 && this.#waiting[i - 1]!.receivedS > arrival.receivedS) i--;
    this.#waiting.splice(i, 0, arrival);
  }
}
