import type { ImuBlock } from '../../src/domain/samples.ts';
import type { DecodedPacket } from '../../src/protocol/sensor-model.ts';
import { SensorTimeline } from '../../src/timeline/sensor-timeline.ts';
import type { TimelineCounts, TimelineOutput } from '../../src/timeline/timeline-output.ts';

/** Numbers 0 to 1, the same for the same seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let s = seed >>> 0;
  return () => {
    s = (s + 0x6d2b79f5) | 0;
    let t = Math.imul(s ^ (s >>> 15), 1 | s);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A packet and when it came. */
export interface Sent {
  readonly packet: DecodedPacket;
  readonly receivedS: number;
}

export interface SensorOptions {
  readonly rateHz?: number;
  readonly samplesPerPacket?: number;
  /** How much faster than the walk's clock the sensor's runs [ppm]. */
  readonly ppm?: number;
  /** Walk time of the first sample [s]. */
  readonly startS?: number;
  /** Least delay and further, evenly drawn delay of a packet [s]. */
  readonly delayS?: number;
  readonly jitterS?: number;
  readonly seed?: number;
  /** Where counters and clock begin. */
  readonly firstIndex?: number;
  readonly firstSeq?: number;
  readonly deviceStartS?: number;
  readonly bootCount?: number | undefined;
}

/** A sensor whose n-th sample reads acc = (n + 1, 0, 0) and gyr = (0, n + 1, 0): what comes out says which samples it is. */
export class FakeSensor {
  readonly #o: Required<Omit<SensorOptions, 'bootCount'>> & { bootCount: number | undefined };
  readonly #random: () => number;
  #lastReceivedS = 0;

  constructor(options: SensorOptions = {}) {
    this.#o = {
      rateHz: 104,
      samplesPerPacket: 20,
      ppm: 0,
      startS: 1,
      delayS: 0.004,
      jitterS: 0,
      seed: 1,
      firstIndex: 0,
      firstSeq: 0,
      deviceStartS: 0,
      bootCount: 1,
      ...options,
    };
    this.#random = seededRandom(this.#o.seed);
  }

  /** True walk time of sample n [s]. */
  timeS(n: number): number {
    return this.#o.startS + n / this.#o.rateHz / (1 + this.#o.ppm * 1e-6);
  }

  /** The k-th packet, as a radio that keeps the order delivers it. */
  send(k: number): Sent {
    const o = this.#o;
    const count = o.samplesPerPacket;
    const first = k * count;
    const lastS = this.timeS(first + count - 1);
    const receivedS = Math.max(this.#lastReceivedS + 1e-5, lastS + o.delayS + o.jitterS * this.#random());
    this.#lastReceivedS = receivedS;
    return { packet: this.packet(k), receivedS };
  }

  packet(k: number): DecodedPacket {
    const o = this.#o;
    const count = o.samplesPerPacket;
    const first = k * count;
    const accMps2 = new Float64Array(3 * count);
    const gyrRadps = new Float64Array(3 * count);
    for (let i = 0; i < count; i++) {
      accMps2[3 * i] = first + i + 1;
      gyrRadps[3 * i + 1] = first + i + 1;
    }
    const deviceUs = Math.round((o.deviceStartS + first / o.rateHz) * 1e6);
    return {
      count,
      seq: (o.firstSeq + k) % 2 ** 16,
      seqModulo: 2 ** 16,
      sampleIndex: (o.firstIndex + first) % 2 ** 32,
      sampleIndexModulo: 2 ** 32,
      ...(o.bootCount === undefined ? {} : { bootCount: o.bootCount }),
      deviceTimeS: (deviceUs % 2 ** 32) * 1e-6,
      deviceWrapS: 2 ** 32 * 1e-6,
      periodS: Math.round(5e5 / o.rateHz) * 2e-6,
      accMps2,
      gyrRadps,
      accRangeMps2: 160,
      gyrRangeRadps: 35,
    };
  }
}

/** What a timeline gave, and the numbers (n) and times of the samples in it. */
export interface Heard {
  readonly outputs: TimelineOutput[];
  readonly blocks: ImuBlock[];
  readonly gaps: Extract<TimelineOutput, { type: 'gap' }>[];
  readonly n: number[];
  readonly timesS: number[];
  counts: TimelineCounts;
}

/** Runs packets through a timeline. */
export function listen(sent: Iterable<Sent>, timeline = deviceTimeline()): Heard {
  const heard = newHeard(timeline);
  for (const { packet, receivedS } of sent) timeline.push(packet, receivedS, (output) => hear(heard, output));
  timeline.flush((output) => hear(heard, output));
  heard.counts = timeline.counts;
  return heard;
}

export const deviceTimeline = (): SensorTimeline =>
  new SensorTimeline({ site: 'left_foot', clock: 'device', nominalRateHz: 104 });

export const newHeard = (timeline: SensorTimeline): Heard => ({
  outputs: [],
  blocks: [],
  gaps: [],
  n: [],
  timesS: [],
  counts: timeline.counts,
});

export function hear(heard: Heard, output: TimelineOutput): void {
  heard.outputs.push(output);
  if (output.type === 'gap') {
    heard.gaps.push(output);
    return;
  }
  const { block } = output;
  heard.blocks.push(block);
  for (let i = 0; 3 * i < block.accMps2.length; i++) {
    heard.n.push(block.accMps2[3 * i]! - 1);
    heard.timesS.push(block.startS + i / block.rateHz);
  }
}

/** Largest jump in time between blocks that say they follow each other [s]. */
export function largestJumpS(blocks: readonly ImuBlock[]): number {
  let worst = 0;
  blocks.forEach((block, i) => {
    const before = blocks[i - 1];
    if (before === undefined || block.afterGap) return;
    const dueS = before.startS + before.accMps2.length / 3 / before.rateHz;
    worst = Math.max(worst, Math.abs(block.startS - dueS));
  });
  return worst;
}

export const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
