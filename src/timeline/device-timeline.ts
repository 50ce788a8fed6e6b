import type { SensorSite } from '../domain/sites.ts';
import type { DecodedPacket, SampleClock } from '../protocol/sensor-model.ts';
import { BlockWriter } from './block-writer.ts';
import { ClockFit } from './clock-fit.ts';
import { N } from './line-numbers.ts';
import { PacketIndex } from './packet-index.ts';
import { PacketOrder, WINDOW_PACKETS, type IndexedPacket } from './packet-order.ts';
import { addSamples, createSampleStore, type SampleStore } from './sample-store.ts';
import { createCounts, type RunningCounts, type TimelineOutput } from './timeline-output.ts';
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

/** A packet that waits: its samples lie with those of the others. */
type Waiting = Omit<IndexedPacket, 'accMps2' | 'gyrRadps'> & {
  readonly skip: number;
  readonly lost: number;
};

/** The first packets of a line: arrays of its own for each would be most of what a walk's beginning costs. */
interface Hold {
  readonly packets: Waiting[];
  readonly samples: SampleStore;
}

/** What of the line is no number. */
interface Line {
  /** Why the next sample begins the line anew; undefined while it goes on. */
  begins: 'first' | 'reboot' | 'clock' | undefined;
  hold: Hold | undefined;
}

interface State {
  readonly numbers: Float64Array;
  readonly line: Line;
  readonly index: ReturnType<PacketIndex['snapshot']>;
  readonly order: ReturnType<PacketOrder['snapshot']>;
  readonly fit: ReturnType<ClockFit['snapshot']>;
  readonly writer: ReturnType<BlockWriter['snapshot']>;
}

const newHold = (): Hold => ({ packets: [], samples: createSampleStore() });

/** The packet that is being placed, for all time lines: who keeps it copies it. */
const current: { -readonly [K in keyof IndexedPacket]: IndexedPacket[K] } = {
  index: NaN,
  count: 0,
  deviceS: NaN,
  step: false,
  accMps2: new Float64Array(0),
  gyrRadps: new Float64Array(0),
};

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
  readonly #n = new Float64Array(N.size);
  /** Of the call that is under way. */
  #counts: RunningCounts = createCounts();
  #emit: Emit = () => undefined;
  #line: Line = { begins: 'first', hold: newHold() };

  constructor(options: { readonly site: SensorSite; readonly clock: DeviceClock; readonly lendBlocks: boolean }) {
    this.#site = options.site;
    this.#clock = options.clock;
    const n = this.#n;
    this.#index = new PacketIndex(options.clock, n);
    this.#order = new PacketOrder(n, options.clock === 'arrival' ? 1 : WINDOW_PACKETS);
    this.#fit = new ClockFit(CLOCKS[options.clock], n);
    n[N.nextS] = n[N.lastS] = n[N.nextSeq] = NaN;
    this.#writer = new BlockWriter(options.site, options.lendBlocks);
  }

  /** Reads what the next packet needs, all of it at once: see docs/decisions/002-many-walkers.md. */
  touch(): number {
    const n = this.#n;
    const held = this.#line.hold === undefined ? 0 : this.#inOrder.length;
    const parts = this.#index.touch() + this.#order.touch() + this.#fit.touch() + this.#writer.touch();
    return n[0]! + n[8]! + n[16]! + n[24]! + n[32]! + held + parts;
  }

  /** Takes a packet; gives why it was refused, or undefined. */
  push(packet: DecodedPacket, receivedS: number, counts: RunningCounts, emit: Emit): string | undefined {
    if (!Number.isFinite(receivedS)) return 'no receive time';
    const n = this.#n;
    const verdict = this.#index.place(packet, receivedS);
    if (typeof verdict === 'object') return verdict.refused;
    if (verdict !== 'goes_on') this.#begin(verdict, receivedS, counts, emit);
    this.#counts = counts;
    this.#emit = emit;
    const lastDeviceS = n[N.placedDeviceS]! + (packet.count - 1) * n[N.periodS]!;
    if (packet.resent !== true) this.#fit.add(lastDeviceS, receivedS);
    current.index = n[N.placedIndex]!;
    current.count = packet.count;
    current.deviceS = n[N.placedDeviceS]!;
    current.step = n[N.placedStep] === 1;
    current.accMps2 = packet.accMps2;
    current.gyrRadps = packet.gyrRadps;
    const placement = this.#order.push(current, receivedS, this.#inOrder);
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
    const { hold } = this.#line;
    if (hold !== undefined && (receivedS - n[N.holdSinceS]! >= HOLD_S || hold.samples.count >= HOLD_SAMPLES))
      this.#release();
    return undefined;
  }

  /** Delivers all that waits. */
  flush(counts: RunningCounts, emit: Emit): void {
    this.#counts = counts;
    this.#emit = emit;
    this.#order.flush(this.#inOrder);
    this.#release();
    this.#writer.flush(emit);
  }

  snapshot(): State {
    return {
      numbers: this.#n.slice(),
      line: structuredClone(this.#line),
      index: this.#index.snapshot(),
      order: this.#order.snapshot(),
      fit: this.#fit.snapshot(),
      writer: this.#writer.snapshot(),
    };
  }

  restore(snapshot: unknown): void {
    const state = snapshot as State;
    this.#n.set(state.numbers);
    this.#line = structuredClone(state.line);
    this.#index.restore(state.index);
    this.#order.restore(state.order);
    this.#fit.restore(state.fit);
    this.#writer.restore(state.writer);
  }

  #begin(begins: 'first' | 'reboot' | 'clock', receivedS: number, counts: RunningCounts, emit: Emit): void {
    this.flush(counts, emit);
    if (begins === 'reboot') counts.reboots++;
    this.#order.reset();
    this.#fit.reset();
    const n = this.#n;
    this.#line = { begins, hold: newHold() };
    n[N.nextSeq] = NaN;
    n[N.holdSinceS] = receivedS;
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
    const { index, count, deviceS, step } = packet;
    hold.packets.push({ index, count, deviceS, step, skip, lost });
    addSamples(hold.samples, packet.accMps2, packet.gyrRadps, 0, count);
  };

  #release(): void {
    const { hold } = this.#line;
    if (hold === undefined) return;
    this.#line.hold = undefined;
    let from = 0;
    for (const { skip, lost, ...packet } of hold.packets) {
      const to = from + 3 * packet.count;
      const accMps2 = hold.samples.acc.subarray(from, to);
      const gyrRadps = hold.samples.gyr.subarray(from, to);
      this.#place({ ...packet, accMps2, gyrRadps }, skip, lost);
      from = to;
    }
  }

  /** Gives samples their time and hands them on. */
  #place(packet: IndexedPacket, skip: number, lost: number): void {
    const line = this.#line;
    const n = this.#n;
    const counts = this.#counts;
    const count = packet.count - skip;
    const periodS = n[N.periodS]! * (1 + n[N.skew]!);
    const targetS = this.#fit.walkS(packet.deviceS + skip * n[N.periodS]!);
    const nextS = n[N.nextS]!;
    const lastS = n[N.lastS]!;
    let startS: number;
    if (Number.isNaN(nextS)) {
      startS = targetS;
      this.#announceRate(periodS);
    } else if (line.begins !== undefined) {
      startS = Math.max(targetS, lastS + periodS);
      this.#gap(startS, line.begins === 'reboot' ? 'reboot' : 'clock', undefined);
      this.#announceRate(periodS);
    } else if (lost > 0) {
      const long = lost * periodS > SHORT_GAP_S;
      startS = long ? Math.max(targetS, lastS + periodS) : nextS + lost * periodS;
      this.#gap(startS, 'loss', this.#clock === 'arrival' ? undefined : lost);
      if (long) this.#announceRate(periodS);
    } else if (targetS - nextS > (packet.step ? periodS : JUMP_S)) {
      startS = targetS;
      this.#gap(startS, 'clock', undefined);
      this.#announceRate(periodS);
    } else startS = nextS;
    line.begins = undefined;
    const slew = Math.max(-FASTEST_SLEW, Math.min(FASTEST_SLEW, (targetS - startS) / SLEW_S));
    const stepS = periodS * (1 + slew);
    n[N.nextS] = startS + count * stepS;
    n[N.lastS] = startS + (count - 1) * stepS;
    counts.samples += count;
    counts.lastSampleS = n[N.lastS]!;
    counts.rateHz = 1 / periodS;
    if (this.#clock !== 'arrival') counts.clockSkewPpm = -1e6 * n[N.skew]!;
    this.#writer.write(packet.accMps2, packet.gyrRadps, skip, packet.count, startS, n[N.rateHz]!, this.#emit);
  }

  /** Seven digits are far below any clock's error, and the same for as long as nothing changes. */
  #announceRate(periodS: number): void {
    this.#n[N.rateHz] = Number((1 / periodS).toPrecision(7));
  }

  #gap(toS: number, cause: 'loss' | 'reboot' | 'clock', lostSamples: number | undefined): void {
    const emit = this.#emit;
    this.#writer.breakHere(emit);
    this.#counts.gaps++;
    const fromS = Math.min(this.#n[N.nextS]!, toS);
    emit({ type: 'gap', site: this.#site, fromS, toS, cause, ...(lostSamples === undefined ? {} : { lostSamples }) });
  }

  #countPackets(packet: DecodedPacket, counts: RunningCounts): void {
    if (packet.seq === undefined) return;
    const n = this.#n;
    const nextSeq = n[N.nextSeq]!;
    if (Number.isNaN(nextSeq)) {
      n[N.firstSeq] = packet.seq;
      n[N.nextSeq] = packet.seq + 1;
      return;
    }
    const seq = unwrapNear(packet.seq, packet.seqModulo, nextSeq);
    if (seq >= nextSeq) {
      counts.lostPackets += seq - nextSeq;
      n[N.nextSeq] = seq + 1;
    } else if (seq < n[N.firstSeq]!) {
      counts.lostPackets += n[N.firstSeq]! - seq - 1;
      n[N.firstSeq] = seq;
    } else counts.lostPackets--;
  }
}
