import type { SensorSite } from '../domain/sites.ts';
import type { DecodedPacket, SampleClock } from '../protocol/sensor-model.ts';
import { BlockWriter } from './block-writer.ts';
import { ClockFit } from './clock-fit.ts';
import { PacketIndex } from './packet-index.ts';
import { PacketOrder, WINDOW_PACKETS, type IndexedPacket } from './packet-order.ts';
import { createCounts, type TimelineCounts, type TimelineOutput } from './timeline-output.ts';
import { unwrapNear } from './wrapped-counter.ts';

type Emit = (output: TimelineOutput) => void;
type DeviceClock = Exclude<SampleClock, 'walk'>;

/** The first packets of a sensor wait so long, so that the clock rests on the least delayed of several [s]. */
const HOLD_S = 2;
const HOLD_SAMPLES = 2048;
/** An error of the time line is made good over this time [s], and never faster than by this share of the rate. */
const SLEW_S = 20;
const FASTEST_SLEW = 0.005;
/** After a longer gap the time line starts where the clock says; across a shorter one it goes on by the count [s]. */
const SHORT_GAP_S = 0.2;
/** A time line that is this far behind jumps, with a gap, instead of running after [s]. */
const JUMP_S = 0.5;

/** What is known of the clocks of such sensors: crystals are good to some 60 ppm, an unknown rate to 2 %. */
const CLOCKS = {
  device: { skewSd: 60e-6, stepS: 0.25, stepUpS: 15 },
  device_packet: { skewSd: 200e-6, stepS: 0.25, stepUpS: 15 },
  arrival: { skewSd: 0.02, stepS: 0.25, stepUpS: 0 },
} as const;

interface Waiting {
  packet: IndexedPacket;
  skip: number;
  lost: number;
}

interface Line {
  /** When the next sample is due, and when the last one was taken [s]; undefined before the first. */
  nextS: number | undefined;
  lastS: number | undefined;
  /** Rate that the blocks say; refreshed after long gaps only, so that stages see a constant. */
  rateHz: number;
  /** Why the next sample begins the line anew; undefined while it goes on. */
  begins: 'first' | 'reboot' | 'clock' | undefined;
  /** Packet counters heard so far: first, and last + 1. */
  firstSeq: number;
  nextSeq: number | undefined;
  hold: Waiting[] | undefined;
  holdSinceS: number;
  holdSamples: number;
}

interface State {
  readonly line: Line;
  readonly index: ReturnType<PacketIndex['snapshot']>;
  readonly order: ReturnType<PacketOrder['snapshot']>;
  readonly fit: ReturnType<ClockFit['snapshot']>;
  readonly writer: ReturnType<BlockWriter['snapshot']>;
}

/**
 * Time line of a sensor that is heard by radio. Samples lie on the sensor's own uniform grid by their index; the grid's
 * time follows the fitted clock slowly (never a jump between samples that follow each other), and starts anew after
 * gaps too long for any stage to bridge.
 */
export class DeviceTimeline {
  readonly #site: SensorSite;
  readonly #clock: DeviceClock;
  readonly #index: PacketIndex;
  readonly #order: PacketOrder;
  readonly #fit: ClockFit;
  readonly #writer: BlockWriter;
  /** Of the call that is under way. */
  #counts: TimelineCounts = createCounts();
  #emit: Emit = () => undefined;
  #line: Line = {
    nextS: undefined,
    lastS: undefined,
    rateHz: 0,
    begins: 'first',
    firstSeq: 0,
    nextSeq: undefined,
    hold: [],
    holdSinceS: 0,
    holdSamples: 0,
  };

  constructor(options: { readonly site: SensorSite; readonly clock: DeviceClock; readonly lendBlocks: boolean }) {
    this.#site = options.site;
    this.#clock = options.clock;
    this.#index = new PacketIndex(options.clock);
    this.#order = new PacketOrder(options.clock === 'arrival' ? 1 : WINDOW_PACKETS);
    this.#fit = new ClockFit(CLOCKS[options.clock]);
    this.#writer = new BlockWriter(options.site, options.lendBlocks);
  }

  /** Takes a packet; gives why it was refused, or undefined. */
  push(packet: DecodedPacket, receivedS: number, counts: TimelineCounts, emit: Emit): string | undefined {
    if (!Number.isFinite(receivedS)) return 'no receive time';
    const place = this.#index.place(packet, receivedS);
    if (typeof place === 'string') return place;
    if (place.begins !== undefined) this.#begin(place.begins, receivedS, counts, emit);
    this.#counts = counts;
    this.#emit = emit;
    const { index, deviceS, step } = place;
    const { count, accMps2, gyrRadps } = packet;
    const lastDeviceS = deviceS + (count - 1) * this.#index.periodS;
    if (packet.resent !== true) this.#fit.add(lastDeviceS, receivedS);
    const placement = this.#order.push({ index, count, deviceS, step, accMps2, gyrRadps }, receivedS, this.#inOrder);
    if (placement === 'late') {
      counts.lateSamples += this.#order.late;
      counts.lostSamples += this.#order.lostChange;
    }
    if (placement === 'duplicate') counts.duplicates++;
    else if (packet.resent !== true) {
      this.#countPackets(packet, counts);
      if (placement === 'filled' || placement === 'late') counts.reordered++;
      if (placement === 'late') this.#order.waitLonger(receivedS - this.#fit.walkS(lastDeviceS));
    }
    const { hold, holdSinceS, holdSamples } = this.#line;
    if (hold !== undefined && (receivedS - holdSinceS >= HOLD_S || holdSamples >= HOLD_SAMPLES)) this.#release();
    return undefined;
  }

  /** Delivers all that waits. */
  flush(counts: TimelineCounts, emit: Emit): void {
    this.#counts = counts;
    this.#emit = emit;
    this.#order.flush(this.#inOrder);
    this.#release();
    this.#writer.flush(emit);
  }

  snapshot(): State {
    return {
      line: structuredClone(this.#line),
      index: this.#index.snapshot(),
      order: this.#order.snapshot(),
      fit: this.#fit.snapshot(),
      writer: this.#writer.snapshot(),
    };
  }

  restore(snapshot: unknown): void {
    const state = snapshot as State;
    this.#line = structuredClone(state.line);
    this.#index.restore(state.index);
    this.#order.restore(state.order);
    this.#fit.restore(state.fit);
    this.#writer.restore(state.writer);
  }

  #begin(begins: 'first' | 'reboot' | 'clock', receivedS: number, counts: TimelineCounts, emit: Emit): void {
    this.flush(counts, emit);
    if (begins === 'reboot') counts.reboots++;
    this.#order.reset();
    this.#fit.reset();
    const line = this.#line;
    line.begins = begins;
    line.nextSeq = undefined;
    line.hold = [];
    line.holdSinceS = receivedS;
    line.holdSamples = 0;
  }

  readonly #inOrder = (packet: IndexedPacket, skip: number, lost: number): void => {
    const counts = this.#counts;
    if (lost > 0 && this.#clock !== 'arrival') {
      counts.lostSamples += lost;
      if (this.#clock === 'device_packet') counts.lostPackets += Math.max(1, Math.round(lost / packet.count));
    }
    const { hold } = this.#line;
    if (hold === undefined) {
      this.#place(packet, skip, lost);
      return;
    }
    const accMps2 = packet.accMps2.slice(0, 3 * packet.count);
    const gyrRadps = packet.gyrRadps.slice(0, 3 * packet.count);
    hold.push({ packet: { ...packet, accMps2, gyrRadps }, skip, lost });
    this.#line.holdSamples += packet.count;
  };

  #release(): void {
    const { hold } = this.#line;
    if (hold === undefined) return;
    this.#line.hold = undefined;
    for (const { packet, skip, lost } of hold) this.#place(packet, skip, lost);
  }

  /** Gives samples their time and hands them on. */
  #place(packet: IndexedPacket, skip: number, lost: number): void {
    const line = this.#line;
    const counts = this.#counts;
    const count = packet.count - skip;
    const periodS = this.#index.periodS * (1 + this.#fit.skew);
    const targetS = this.#fit.walkS(packet.deviceS + skip * this.#index.periodS);
    let startS: number;
    if (line.nextS === undefined || line.lastS === undefined) {
      startS = targetS;
      this.#announceRate(periodS);
    } else if (line.begins !== undefined) {
      startS = Math.max(targetS, line.lastS + periodS);
      this.#gap(startS, line.begins === 'reboot' ? 'reboot' : 'clock', undefined);
      this.#announceRate(periodS);
    } else if (lost > 0) {
      const long = lost * periodS > SHORT_GAP_S;
      startS = long ? Math.max(targetS, line.lastS + periodS) : line.nextS + lost * periodS;
      this.#gap(startS, 'loss', this.#clock === 'arrival' ? undefined : lost);
      if (long) this.#announceRate(periodS);
    } else if (targetS - line.nextS > (packet.step ? periodS : JUMP_S)) {
      startS = targetS;
      this.#gap(startS, 'clock', undefined);
      this.#announceRate(periodS);
    } else startS = line.nextS;
    line.begins = undefined;
    const slew = Math.max(-FASTEST_SLEW, Math.min(FASTEST_SLEW, (targetS - startS) / SLEW_S));
    const stepS = periodS * (1 + slew);
    line.nextS = startS + count * stepS;
    line.lastS = startS + (count - 1) * stepS;
    counts.samples += count;
    counts.lastSampleS = line.lastS;
    counts.rateHz = 1 / periodS;
    if (this.#clock !== 'arrival') counts.clockSkewPpm = -1e6 * this.#fit.skew;
    this.#writer.write(packet.accMps2, packet.gyrRadps, skip, packet.count, startS, line.rateHz, this.#emit);
  }

  /** Seven digits are far below any clock's error, and the same for as long as nothing changes. */
  #announceRate(periodS: number): void {
    this.#line.rateHz = Number((1 / periodS).toPrecision(7));
  }

  #gap(toS: number, cause: 'loss' | 'reboot' | 'clock', lostSamples: number | undefined): void {
    const emit = this.#emit;
    this.#writer.breakHere(emit);
    this.#counts.gaps++;
    const fromS = Math.min(this.#line.nextS!, toS);
    emit({ type: 'gap', site: this.#site, fromS, toS, cause, ...(lostSamples === undefined ? {} : { lostSamples }) });
  }

  #countPackets(packet: DecodedPacket, counts: TimelineCounts): void {
    if (packet.seq === undefined) return;
    const line = this.#line;
    if (line.nextSeq === undefined) {
      line.firstSeq = packet.seq;
      line.nextSeq = packet.seq + 1;
      return;
    }
    const seq = unwrapNear(packet.seq, packet.seqModulo, line.nextSeq);
    if (seq >= line.nextSeq) {
      counts.lostPackets += seq - line.nextSeq;
      line.nextSeq = seq + 1;
    } else if (seq < line.firstSeq) {
      counts.lostPackets += line.firstSeq - seq - 1;
      line.firstSeq = seq;
    } else counts.lostPackets--;
  }
}
