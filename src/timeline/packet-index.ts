import type { DecodedPacket, SampleClock } from '../protocol/sensor-model.ts';
import { unwrapNear } from './wrapped-counter.ts';

/** Where a packet belongs in the sensor's own count and on its own clock. */
export interface PacketPlace {
  readonly index: number;
  /** Device time of the first sample, unwrapped [s]. */
  readonly deviceS: number;
  /** The device's clock stepped against its sample count just before this packet. */
  readonly step: boolean;
  /** Set where counters start anew with this packet, and why. */
  readonly begins: 'first' | 'reboot' | 'clock' | undefined;
}

interface Reference {
  index: number;
  deviceS: number;
  count: number;
  receivedS: number;
}

interface Candidate {
  sampleIndex: number | undefined;
  deviceTimeS: number | undefined;
  receivedS: number;
}

interface State {
  boot: number | undefined;
  announcedS: number;
  periodS: number;
  reference: Reference | undefined;
  /** Earlier packets, some seconds apart, that the period is measured against. */
  anchors: { index: number; deviceS: number }[];
  candidate: Candidate | undefined;
}

/** Periods that any sensor of ours could have [s]. */
const SHORTEST_PERIOD_S = 1 / 5000;
const LONGEST_PERIOD_S = 2;
/** A packet can't have been taken later than it came; clocks may be this wrong [s]. */
const AHEAD_S = 5;
/** Older than this, and no older than the sensor's own time since it was last heard: it restarted [s]. */
const BEHIND_S = 2;
/** Two odd packets this far apart that follow each other make a new beginning [s]. */
const CANDIDATE_S = 5;
const ANCHOR_EVERY_S = 4;
const ANCHORS = 8;
/** Without any device time, silence longer than this is loss; shorter, it is delay [s]. */
const ARRIVAL_SILENCE_S = 1;

/**
 * Unwraps counters and device times of one sensor, measures its true sampling period on its own clock, and tells
 * restarts from packets that are merely old. An old packet is taken for a restart only where the sensor counts its
 * boots, or where two in a row go on from each other and say no more time since boot than it has been silent: a
 * replayed stream says more.
 */
export class PacketIndex {
  readonly #clock: Exclude<SampleClock, 'walk'>;
  #s: State = fresh();

  constructor(clock: Exclude<SampleClock, 'walk'>) {
    this.#clock = clock;
  }

  /** Time between samples on the sensor's own clock [s]. */
  get periodS(): number {
    return this.#s.periodS;
  }

  /** The packet's place, or why it has none. */
  place(packet: DecodedPacket, receivedS: number): PacketPlace | string {
    const s = this.#s;
    if (!(packet.periodS > SHORTEST_PERIOD_S && packet.periodS < LONGEST_PERIOD_S)) return 'sample period out of range';
    if (packet.count < 1) return 'no samples';
    if (s.reference === undefined)
      return packet.resent === true ? 'resent before the first packet' : this.#begin(packet, receivedS, 'first');
    if (packet.bootCount !== undefined && s.boot !== undefined && packet.bootCount !== s.boot) {
      if ((s.boot - packet.bootCount + 16) % 16 === 1) return 'sent before the restart';
      if (packet.resent === true) return 'resent before the first packet';
      return this.#begin(packet, receivedS, 'reboot');
    }
    if (Math.abs(packet.periodS / s.announcedS - 1) > 0.02)
      return packet.resent === true ? 'resent at another rate' : this.#begin(packet, receivedS, 'clock');
    const { index, deviceS, step } = this.#unwrap(packet, receivedS, s.reference);
    const odd = this.#clock === 'arrival' ? undefined : this.#odd(packet, index, deviceS, receivedS, s.reference);
    if (odd !== undefined) {
      if (packet.resent === true) return odd.reason;
      const goesOn = s.candidate !== undefined && follows(s.candidate, packet, receivedS);
      if (goesOn) return this.#begin(packet, receivedS, odd.cause);
      s.candidate = { sampleIndex: packet.sampleIndex, deviceTimeS: packet.deviceTimeS, receivedS };
      return odd.reason;
    }
    s.candidate = undefined;
    if (index > s.reference.index) {
      const { reference } = s;
      reference.index = index;
      reference.deviceS = deviceS;
      reference.count = packet.count;
      reference.receivedS = receivedS;
      this.#measurePeriod(index, deviceS, step);
    }
    return { index, deviceS, step, begins: undefined };
  }

  snapshot(): State {
    return structuredClone(this.#s);
  }

  restore(state: State): void {
    this.#s = structuredClone(state);
  }

  #begin(packet: DecodedPacket, receivedS: number, begins: 'first' | 'reboot' | 'clock'): PacketPlace {
    const index = packet.sampleIndex ?? 0;
    const deviceS = this.#clock === 'arrival' ? 0 : (packet.deviceTimeS ?? index * packet.periodS);
    this.#s = {
      boot: packet.bootCount,
      announcedS: packet.periodS,
      periodS: packet.periodS,
      reference: { index, deviceS, count: packet.count, receivedS },
      anchors: [{ index, deviceS }],
      candidate: undefined,
    };
    return { index, deviceS, step: false, begins };
  }

  #unwrap(packet: DecodedPacket, receivedS: number, ref: Reference): { index: number; deviceS: number; step: boolean } {
    const { periodS } = this.#s;
    const silentS = receivedS - ref.receivedS;
    if (this.#clock === 'arrival') {
      const lost = silentS > ARRIVAL_SILENCE_S ? Math.max(0, Math.round(silentS / periodS) - ref.count) : 0;
      const index = ref.index + ref.count + lost;
      return { index, deviceS: index * periodS, step: false };
    }
    if (packet.sampleIndex !== undefined) {
      const index = unwrapNear(packet.sampleIndex, packet.sampleIndexModulo, ref.index + ref.count);
      const dueS = ref.deviceS + (index - ref.index) * periodS;
      if (packet.deviceTimeS === undefined) return { index, deviceS: dueS, step: false };
      const deviceS = unwrapNear(packet.deviceTimeS, packet.deviceWrapS, dueS);
      const step = index > ref.index && Math.abs(deviceS - dueS) > 0.03 + 0.01 * (dueS - ref.deviceS);
      return { index, deviceS, step };
    }
    // Time but no count: packets are lost whole, so the time since the last one is so many packets of samples.
    const deviceS = unwrapNear(packet.deviceTimeS ?? 0, packet.deviceWrapS, ref.deviceS + silentS);
    const samples = (deviceS - ref.deviceS) / periodS;
    const follow = Math.abs(samples - ref.count) < Math.max(0.6, 0.4 * ref.count);
    const whole = packet.count === ref.count ? ref.count * Math.round(samples / ref.count) : Math.round(samples);
    return { index: ref.index + (follow ? ref.count : whole), deviceS, step: false };
  }

  #odd(
    packet: DecodedPacket,
    index: number,
    deviceS: number,
    receivedS: number,
    ref: Reference,
  ): { reason: string; cause: 'reboot' | 'clock' } | undefined {
    const silentS = receivedS - ref.receivedS;
    if (deviceS - ref.deviceS - silentS > AHEAD_S) return { reason: 'counter ran ahead of time', cause: 'clock' };
    if (packet.resent === true) return undefined;
    const old = packet.bootCount === undefined && index < ref.index && ref.deviceS - deviceS > BEHIND_S;
    if (old && (packet.deviceTimeS ?? Infinity) <= silentS + BEHIND_S)
      return { reason: 'counter ran backwards', cause: 'reboot' };
    return undefined;
  }

  #measurePeriod(index: number, deviceS: number, step: boolean): void {
    const s = this.#s;
    if (this.#clock === 'arrival') return;
    if (step) s.anchors = [{ index, deviceS }];
    const oldest = s.anchors[0]!;
    const newest = s.anchors[s.anchors.length - 1]!;
    if (deviceS - newest.deviceS >= ANCHOR_EVERY_S) {
      s.anchors.push({ index, deviceS });
      if (s.anchors.length > ANCHORS) s.anchors.shift();
    }
    if (deviceS - oldest.deviceS < ANCHOR_EVERY_S) return;
    const measured = (deviceS - oldest.deviceS) / (index - oldest.index);
    s.periodS = Math.max(0.95 * s.announcedS, Math.min(1.05 * s.announcedS, measured));
  }
}

const fresh = (): State => ({
  boot: undefined,
  announcedS: 0,
  periodS: 0,
  reference: undefined,
  anchors: [],
  candidate: undefined,
});

/** Whether a packet goes on from an odd one before it, shortly after it. */
function follows(candidate: Candidate, packet: DecodedPacket, receivedS: number): boolean {
  if (receivedS - candidate.receivedS > CANDIDATE_S) return false;
  if (packet.sampleIndex !== undefined && candidate.sampleIndex !== undefined) {
    const ahead = packet.sampleIndex - candidate.sampleIndex;
    return ahead > 0 && ahead * packet.periodS <= CANDIDATE_S;
  }
  const aheadS = (packet.deviceTimeS ?? 0) - (candidate.deviceTimeS ?? 0);
  return aheadS > 0 && aheadS <= CANDIDATE_S;
}
