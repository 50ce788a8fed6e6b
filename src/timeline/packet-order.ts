import { N } from './line-numbers.ts';

/** Samples of one packet at their place in the sensor's own count. */
export interface IndexedPacket {
  /** Unwrapped index of the first sample. */
  readonly index: number;
  readonly count: number;
  /** Unwrapped device time of the first sample [s]. */
  readonly deviceS: number;
  /** The device's clock stepped against its sample count just before. */
  readonly step: boolean;
  readonly accMps2: Float64Array;
  readonly gyrRadps: Float64Array;
}

/** Takes what comes in order: samples `skip` and on of the packet; `lost` samples before them never came. */
export type Deliver = (packet: IndexedPacket, skip: number, lost: number) => void;

/** What became of a packet. `late`: it fills a hole that was already given up. */
export type Placement = 'next' | 'ahead' | 'filled' | 'late' | 'duplicate';

interface Held extends IndexedPacket {
  readonly receivedS: number;
}

interface State {
  held: Held[];
  /** Given-up ranges [from, to), newest last. */
  lost: [number, number][];
}

/** Most packets that wait for one before them. */
export const WINDOW_PACKETS = 8;
/** How long a hole is waited for [s]: at first, and at most (where packets were seen to come later). */
const PATIENCE_S = 0.5;
const MOST_PATIENCE_S = 2;
/** Given-up ranges that are remembered, to tell a late packet from a repeated one. */
const REMEMBERED_RANGES = 256;

const fresh = (): State => ({ held: [], lost: [] });

/**
 * Puts one sensor's packets into the order of their samples. A hole is waited for until eight later packets are there or
 * half a second has passed (longer, up to two seconds, once a link was seen to deliver later than that); what comes
 * after that is late: counted as recovered and kept by the store, but the signal path has gone on. Nothing comes twice.
 */
export class PacketOrder {
  readonly #window: number;
  readonly #n: Float64Array;
  #s: State = fresh();

  /**
   * @param numbers the time line's, laid out by {@link N}
   * @param windowPackets how many later packets a hole is waited for; 1: not at all
   */
  constructor(numbers: Float64Array, windowPackets = WINDOW_PACKETS) {
    this.#n = numbers;
    this.#window = windowPackets;
    this.reset();
  }

  /** Reads what the next packet needs, all of it at once: see docs/decisions/002-many-walkers.md. */
  touch(): number {
    return this.#window + this.#s.held.length;
  }

  /** Where the last packet was `late`: samples it brought, and by how much the number of missing ones changed. */
  late = 0;
  lostChange = 0;

  /** @param packet its arrays are copied if it has to wait */
  push(packet: IndexedPacket, receivedS: number, deliver: Deliver): Placement {
    const n = this.#n;
    const end = packet.index + packet.count;
    let placement: Placement;
    if (Number.isNaN(n[N.next])) {
      // Nobody knows which packet is the first one until some have come.
      placement = this.#hold(packet, receivedS);
      const { held } = this.#s;
      if (held.length < this.#window && receivedS - firstReceivedS(held) <= MOST_PATIENCE_S) return placement;
      this.#start(deliver);
      return placement;
    }
    if (end <= n[N.first]!) {
      // From before what was taken for the beginning.
      this.late = packet.count;
      this.lostChange = n[N.first]! - end;
      if (this.lostChange > 0) this.#s.lost.push([end, n[N.first]!]);
      n[N.first] = packet.index;
      placement = 'late';
    } else if (end <= n[N.next]!) {
      this.late = this.#recover(packet.index, end);
      this.lostChange = -this.late;
      placement = this.late > 0 ? 'late' : 'duplicate';
    } else if (packet.index <= n[N.next]!) {
      const filled = n[N.held]! > 0;
      this.#take(packet, deliver);
      if (filled) this.#drain(deliver);
      placement = filled ? 'filled' : 'next';
    } else placement = this.#hold(packet, receivedS);
    while (n[N.held]! > 0) {
      const { held } = this.#s;
      if (held.length < this.#window && receivedS - firstReceivedS(held) <= n[N.patienceS]!) break;
      this.#give(deliver);
      this.#drain(deliver);
    }
    return placement;
  }

  /** A live packet came `latenessS` after the one behind it: holes are worth waiting for so long. */
  waitLonger(latenessS: number): void {
    const n = this.#n;
    if (latenessS <= MOST_PATIENCE_S)
      n[N.patienceS] = Math.max(n[N.patienceS]!, Math.min(MOST_PATIENCE_S, 1.25 * latenessS));
  }

  /** Nothing more will come: holes are given up, all that waits is delivered. */
  flush(deliver: Deliver): void {
    if (Number.isNaN(this.#n[N.next])) this.#start(deliver);
    while (this.#s.held.length > 0) {
      this.#give(deliver);
      this.#drain(deliver);
    }
  }

  /** What lies beside the numbers. */
  snapshot(): State {
    return structuredClone(this.#s);
  }

  restore(state: State): void {
    this.#s = structuredClone(state);
  }

  reset(): void {
    const n = this.#n;
    this.#s = fresh();
    n[N.first] = 0;
    n[N.next] = NaN;
    n[N.held] = 0;
    n[N.patienceS] = PATIENCE_S;
  }

  #start(deliver: Deliver): void {
    const { held } = this.#s;
    if (held.length === 0) return;
    this.#n[N.first] = this.#n[N.next] = held[0]!.index;
    this.#drain(deliver);
  }

  #take(packet: IndexedPacket, deliver: Deliver): void {
    const next = this.#n[N.next]!;
    this.#n[N.next] = packet.index + packet.count;
    deliver(packet, Math.max(0, next - packet.index), Math.max(0, packet.index - next));
  }

  #drain(deliver: Deliver): void {
    const { held } = this.#s;
    while (held.length > 0 && held[0]!.index <= this.#n[N.next]!) {
      const packet = this.#shift();
      if (packet.index + packet.count > this.#n[N.next]!) this.#take(packet, deliver);
    }
  }

  /** Gives up the hole before the first packet that waits. */
  #give(deliver: Deliver): void {
    const { lost } = this.#s;
    const packet = this.#shift();
    lost.push([this.#n[N.next]!, packet.index]);
    if (lost.length > REMEMBERED_RANGES) lost.shift();
    this.#take(packet, deliver);
  }

  #shift(): Held {
    this.#n[N.held] = this.#s.held.length - 1;
    return this.#s.held.shift()!;
  }

  #hold(packet: IndexedPacket, receivedS: number): Placement {
    const { held } = this.#s;
    let at = held.length;
    while (at > 0 && held[at - 1]!.index > packet.index) at--;
    const before = held[at - 1];
    if (before !== undefined && before.index + before.count >= packet.index + packet.count) return 'duplicate';
    held.splice(at, 0, {
      index: packet.index,
      count: packet.count,
      deviceS: packet.deviceS,
      step: packet.step,
      accMps2: packet.accMps2.slice(0, 3 * packet.count),
      gyrRadps: packet.gyrRadps.slice(0, 3 * packet.count),
      receivedS,
    });
    this.#n[N.held] = held.length;
    return at < held.length - 1 ? 'filled' : 'ahead';
  }

  /** Takes [from, to) out of the given-up ranges; how many samples that were. */
  #recover(from: number, to: number): number {
    const { lost } = this.#s;
    let found = 0;
    for (let i = lost.length - 1; i >= 0; i--) {
      const [a, b] = lost[i]!;
      if (b <= from || a >= to) continue;
      found += Math.min(b, to) - Math.max(a, from);
      const rest: [number, number][] = [];
      if (a < from) rest.push([a, from]);
      if (b > to) rest.push([to, b]);
      lost.splice(i, 1, ...rest);
    }
    return found;
  }
}

/** Since when the first hole has been waited for [s]. */
function firstReceivedS(held: readonly Held[]): number {
  let first = Infinity;
  for (const packet of held) if (packet.receivedS < first) first = packet.receivedS;
  return first;
}
