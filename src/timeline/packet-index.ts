import type { DecodedPacket, SampleClock } from '../protocol/sensor-model.ts';
import { N } from './line-numbers.ts';
import { unwrapNear } from './wrapped-counter.ts';

/** What became of a packet: it goes on from those before, counters start anew with it, or it has no place. */
export type PacketVerdict = 'goes_on' | 'first' | 'reboot' | 'clock' | { readonly refused: string };

interface Candidate {
  sampleIndex: number | undefined;
  deviceTimeS: number | undefined;
  receivedS: number;
}

interface State {
  /** Packets some seconds apart, that the period is measured against. */
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
  readonly #n: Float64Array;
  #s: State = fresh();

  /** @param numbers the time line's, laid out by {@link N} */
  constructor(clock: Exclude<SampleClock, 'walk'>, numbers: Float64Array) {
    this.#clock = clock;
    this.#n = numbers;
    numbers.fill(NaN, N.boot, N.first);
    numbers[N.periodS] = 0;
  }

  /** Reads what the next packet needs, all of it at once: see docs/decisions/002-many-walkers.md. */
  touch(): number {
    return this.#s.candidate === undefined ? 0 : 1;
  }

  /** Finds the packet's place ({@link N.placedIndex} and on), or why it has none. */
  place(packet: DecodedPacket, receivedS: number): PacketVerdict {
    const s = this.#s;
    const n = this.#n;
    if (!(packet.periodS > SHORTEST_PERIOD_S && packet.periodS < LONGEST_PERIOD_S)) return BAD_PERIOD;
    if (packet.count < 1) return NO_SAMPLES;
    if (Number.isNaN(n[N.refIndex]))
      return packet.resent === true ? RESENT_BEFORE : this.#begin(packet, receivedS, 'first');
    const boot = n[N.boot]!;
    if (packet.bootCount !== undefined && packet.bootCount !== boot && !Number.isNaN(boot)) {
      if ((boot - packet.bootCount + 16) % 16 === 1) return BEFORE_RESTART;
      if (packet.resent === true) return RESENT_BEFORE;
      return this.#begin(packet, receivedS, 'reboot');
    }
    if (Math.abs(packet.periodS / n[N.announcedS]! - 1) > 0.02)
      return packet.resent === true ? RESENT_OTHERWISE : this.#begin(packet, receivedS, 'clock');
    this.#unwrap(packet, receivedS);
    const odd = this.#clock === 'arrival' ? undefined : this.#odd(packet, receivedS);
    if (odd !== undefined) {
      if (packet.resent === true) return odd;
      const goesOn = s.candidate !== undefined && follows(s.candidate, packet, receivedS);
      if (goesOn) return this.#begin(packet, receivedS, odd.cause);
      s.candidate = { sampleIndex: packet.sampleIndex, deviceTimeS: packet.deviceTimeS, receivedS };
      return odd;
    }
    if (s.candidate !== undefined) s.candidate = undefined;
    if (n[N.placedIndex]! > n[N.refIndex]!) {
      n[N.refIndex] = n[N.placedIndex]!;
      n[N.refDeviceS] = n[N.placedDeviceS]!;
      n[N.refCount] = packet.count;
      n[N.refReceivedS] = receivedS;
      this.#measurePeriod();
    }
    return 'goes_on';
  }

  /** What lies beside the numbers. */
  snapshot(): State {
    return structuredClone(this.#s);
  }

  restore(state: State): void {
    this.#s = structuredClone(state);
  }

  #begin(packet: DecodedPacket, receivedS: number, begins: 'first' | 'reboot' | 'clock'): PacketVerdict {
    const n = this.#n;
    const index = packet.sampleIndex ?? 0;
    const deviceS = this.#clock === 'arrival' ? 0 : (packet.deviceTimeS ?? index * packet.periodS);
    n[N.boot] = packet.bootCount ?? NaN;
    n[N.announcedS] = packet.periodS;
    n[N.periodS] = packet.periodS;
    n[N.refCount] = packet.count;
    n[N.refReceivedS] = receivedS;
    n[N.placedStep] = 0;
    n[N.refIndex] = n[N.placedIndex] = index;
    n[N.refDeviceS] = n[N.placedDeviceS] = deviceS;
    this.#s.candidate = undefined;
    this.#anchorAnew();
    return begins;
  }

  /** The period is measured from the packet on that was placed last. */
  #anchorAnew(): void {
    const n = this.#n;
    const index = n[N.placedIndex]!;
    const deviceS = n[N.placedDeviceS]!;
    this.#s.anchors = [{ index, deviceS }];
    n[N.oldestIndex] = index;
    n[N.oldestS] = n[N.newestS] = deviceS;
  }

  #unwrap(packet: DecodedPacket, receivedS: number): void {
    const n = this.#n;
    const periodS = n[N.periodS]!;
    const refIndex = n[N.refIndex]!;
    const refDeviceS = n[N.refDeviceS]!;
    const refCount = n[N.refCount]!;
    const silentS = receivedS - n[N.refReceivedS]!;
    n[N.placedStep] = 0;
    if (this.#clock === 'arrival') {
      const lost = silentS > ARRIVAL_SILENCE_S ? Math.max(0, Math.round(silentS / periodS) - refCount) : 0;
      const index = refIndex + refCount + lost;
      n[N.placedIndex] = index;
      n[N.placedDeviceS] = index * periodS;
      return;
    }
    if (packet.sampleIndex !== undefined) {
      const index = unwrapNear(packet.sampleIndex, packet.sampleIndexModulo, refIndex + refCount);
      const dueS = refDeviceS + (index - refIndex) * periodS;
      n[N.placedIndex] = index;
      n[N.placedDeviceS] = dueS;
      if (packet.deviceTimeS === undefined) return;
      const deviceS = unwrapNear(packet.deviceTimeS, packet.deviceWrapS, dueS);
      n[N.placedDeviceS] = deviceS;
      if (index > refIndex && Math.abs(deviceS - dueS) > 0.03 + 0.01 * (dueS - refDeviceS)) n[N.placedStep] = 1;
      return;
    }
    // Time but no count: packets are lost whole, so the time since the last one is so many packets of samples.
    const deviceS = unwrapNear(packet.deviceTimeS ?? 0, packet.deviceWrapS, refDeviceS + silentS);
    const samples = (deviceS - refDeviceS) / periodS;
    const follow = Math.abs(samples - refCount) < Math.max(0.6, 0.4 * refCount);
    const whole = packet.count === refCount ? refCount * Math.round(samples / refCount) : Math.round(samples);
    n[N.placedIndex] = refIndex + (follow ? refCount : whole);
    n[N.placedDeviceS] = deviceS;
  }

  #odd(packet: DecodedPacket, receivedS: number): Odd | undefined {
    const n = this.#n;
    const aheadS = n[N.placedDeviceS]! - n[N.refDeviceS]!;
    const silentS = receivedS - n[N.refReceivedS]!;
    if (aheadS - silentS > AHEAD_S) return AHEAD;
    if (packet.resent === true) return undefined;
    const old = packet.bootCount === undefined && n[N.placedIndex]! < n[N.refIndex]! && -aheadS > BEHIND_S;
    if (old && (packet.deviceTimeS ?? Infinity) <= silentS + BEHIND_S) return BACKWARDS;
    return undefined;
  }

  #measurePeriod(): void {
    const n = this.#n;
    if (this.#clock === 'arrival') return;
    if (n[N.placedStep] === 1) this.#anchorAnew();
    const index = n[N.placedIndex]!;
    const deviceS = n[N.placedDeviceS]!;
    const spanS = deviceS - n[N.oldestS]!;
    const span = index - n[N.oldestIndex]!;
    if (deviceS - n[N.newestS]! >= ANCHOR_EVERY_S) {
      const { anchors } = this.#s;
      anchors.push({ index, deviceS });
      if (anchors.length > ANCHORS) anchors.shift();
      n[N.oldestIndex] = anchors[0]!.index;
      n[N.oldestS] = anchors[0]!.deviceS;
      n[N.newestS] = deviceS;
    }
    if (spanS < ANCHOR_EVERY_S) return;
    const announcedS = n[N.announcedS]!;
    n[N.periodS] = Math.max(0.95 * announcedS, Math.min(1.05 * announcedS, spanS / span));
  }
}

const fresh = (): State => ({ anchors: [], candidate: undefined });

interface Odd {
  readonly refused: string;
  readonly cause: 'reboot' | 'clock';
}
const AHEAD: Odd = { refused: 'counter ran ahead of time', cause: 'clock' };
const BACKWARDS: Odd = { refused: 'counter ran backwards', cause: 'reboot' };
const BAD_PERIOD = { refused: 'sample period out of range' };
const NO_SAMPLES = { refused: 'no samples' };
const RESENT_BEFORE = { refused: 'resent before the first packet' };
const RESENT_OTHERWISE = { refused: 'resent at another rate' };
const BEFORE_RESTART = { refused: 'sent before the restart' };

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
