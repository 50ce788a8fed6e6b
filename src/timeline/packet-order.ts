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
  /** First index that was delivered; the one that is due, undefined before the first. */
  first: number;
  next: number | undefined;
  held: Held[];
  /** Given-up ranges [from, to), newest last. */
  lost: [number, number][];
  patienceS: number;
}

/** Most packets that wait for one before them. */
export const WINDOW_PACKETS = 8;
/** How long a hole is waited for [s]: at first, and at most (where packets were seen to come later). */
const PATIENCE_S = 0.5;
const MOST_PATIENCE_S = 2;
/** Given-up ranges that are remembered, to tell a late packet from a repeated one. */
const REMEMBERED_RANGES = 256;

const fresh = (): State => ({ first: 0, next: undefined, held: [], lost: [], patienceS: PATIENCE_S });

/**
 * Puts one sensor's packets into the order of their samples. A hole is waited for until eight later packets are there or
 * half a second has passed (longer, up to two seconds, once a link was seen to deliver later than that); what comes
 * after that is late: counted as recovered and kept by the store, but the signal path has gone on. Nothing comes twice.
 */
export class PacketOrder {
  readonly #window: number;
  #s: State = fresh();

  /** @param windowPackets how many later packets a hole is waited for; 1: not at all */
  constructor(windowPackets = WINDOW_PACKETS) {
    this.#window = windowPackets;
  }

  /** Where the last packet was `late`: samples it brought, and by how much the number of missing ones changed. */
  late = 0;
  lostChange = 0;

  /** @param packet its arrays are copied if it has to wait */
  push(packet: IndexedPacket, receivedS: number, deliver: Deliver): Placement {
    const s = this.#s;
    const end = packet.index + packet.count;
    let placement: Placement;
    if (s.next === undefined) {
      // Nobody knows which packet is the first one until some have come.
      placement = this.#hold(packet, receivedS);
      if (s.held.length < this.#window && receivedS - firstReceivedS(s.held) <= MOST_PATIENCE_S) return placement;
      this.#start(deliver);
      return placement;
    }
    if (end <= s.first) {
      // From before what was taken for the beginning.
      this.late = packet.count;
      this.lostChange = s.first - end;
      if (this.lostChange > 0) s.lost.push([end, s.first]);
      s.first = packet.index;
      placement = 'late';
    } else if (end <= s.next) {
      this.late = this.#recover(packet.index, end);
      this.lostChange = -this.late;
      placement = this.late > 0 ? 'late' : 'duplicate';
    } else if (packet.index <= s.next) {
      const filled = s.held.length > 0;
      this.#take(packet, deliver);
      this.#drain(deliver);
      placement = filled ? 'filled' : 'next';
    } else placement = this.#hold(packet, receivedS);
    while (s.held.length > 0 && (s.held.length >= this.#window || receivedS - firstReceivedS(s.held) > s.patienceS)) {
      this.#give(deliver);
      this.#drain(deliver);
    }
    return placement;
  }

  /** A live packet came `latenessS` after the one behind it: holes are worth waiting for so long. */
  waitLonger(latenessS: number): void {
    if (latenessS <= MOST_PATIENCE_S)
      this.#s.patienceS = Math.max(this.#s.patienceS, Math.min(MOST_PATIENCE_S, 1.25 * latenessS));
  }

  /** Nothing more will come: holes are given up, all that waits is delivered. */
  flush(deliver: Deliver): void {
    if (this.#s.next === undefined) this.#start(deliver);
    while (this.#s.held.length > 0) {
      this.#give(deliver);
      this.#drain(deliver);
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

  #start(deliver: Deliver): void {
    const s = this.#s;
    if (s.held.length === 0) return;
    s.first = s.held[0]!.index;
    s.next = s.first;
    this.#drain(deliver);
  }

  #take(packet: IndexedPacket, deliver: Deliver): void {
    const next = this.#s.next!;
    this.#s.next = packet.index + packet.count;
    deliver(packet, Math.max(0, next - packet.index), Math.max(0, packet.index - next));
  }

  #drain(deliver: Deliver): void {
    const { held } = this.#s;
    while (held.length > 0 && held[0]!.index <= this.#s.next!) {
      const packet = held.shift()!;
      if (packet.index + packet.count > this.#s.next!) this.#take(packet, deliver);
    }
  }

  /** Gives up the hole before the first packet that waits. */
  #give(deliver: Deliver): void {
    const s = this.#s;
    const packet = s.held.shift()!;
    s.lost.push([s.next!, packet.index]);
    if (s.lost.length > REMEMBERED_RANGES) s.lost.shift();
    this.#take(packet, deliver);
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
