import type { DecodedPacket } from '../protocol/sensor-model.ts';

/** A run of samples that didn't come, by the sensor's own count. */
export interface LostRange {
  readonly fromIndex: number;
  readonly count: number;
}

const MODULO = 2 ** 32;
/** A jump of the counter by more than this is a restart, not loss: an hour at 208 Hz. */
const LONGEST = 208 * 3600;
/** Ranges remembered at most; the oldest are given up first. */
const MOST_RANGES = 64;

/**
 * Which samples of one sensor are missing, across losses of its link, so that they can be asked for again. A new boot forgets
 * them: its ring buffer is empty.
 */
export class LostRanges {
  #next: number | undefined;
  #bootCount: number | undefined;
  #ranges: LostRange[] = [];
  #asked: LostRange | undefined;

  /** A live packet: what lies between it and the one before is missing. */
  live(packet: DecodedPacket): void {
    if (packet.sampleIndex === undefined) return;
    if (packet.bootCount !== this.#bootCount) {
      this.#bootCount = packet.bootCount;
      this.#ranges = [];
      this.#asked = undefined;
      this.#next = undefined;
    }
    if (this.#next !== undefined) {
      const ahead = (packet.sampleIndex - this.#next + MODULO) % MODULO;
      if (ahead > 0 && ahead <= LONGEST) this.#ranges.push({ fromIndex: this.#next, count: ahead });
      if (ahead > LONGEST) return; // behind: a packet that overtook, or came twice
      if (this.#ranges.length > MOST_RANGES) this.#ranges.shift();
    }
    this.#next = (packet.sampleIndex + packet.count) % MODULO;
  }

  /** Samples that came again are no longer missing. */
  resent(packet: DecodedPacket): void {
    const from = packet.sampleIndex;
    if (from === undefined) return;
    this.#ranges = this.#ranges.flatMap((range) => {
      const offset = (from - range.fromIndex + MODULO) % MODULO;
      if (offset >= range.count) return [range];
      const head = { fromIndex: range.fromIndex, count: offset };
      const tailFrom = offset + packet.count;
      const tail = { fromIndex: (range.fromIndex + tailFrom) % MODULO, count: range.count - tailFrom };
      return [head, tail].filter((r) => r.count > 0);
    });
  }

  /** The sensor no longer holds what is older than this: given up, a gap for good. */
  gone(oldestIndex: number): void {
    this.#ranges = this.#ranges.flatMap((range) => {
      const offset = (oldestIndex - range.fromIndex + MODULO) % MODULO;
      if (offset > LONGEST) return [range];
      return offset >= range.count ? [] : [{ fromIndex: oldestIndex, count: range.count - offset }];
    });
  }

  /** The range to ask for now; undefined while one is under way or none is missing. */
  next(): LostRange | undefined {
    if (this.#asked !== undefined) return undefined;
    this.#asked = this.#ranges[0];
    return this.#asked;
  }

  /** The resend that was asked for has ended. What of it is still missing was lost on the air again and is asked for once more. */
  done(): void {
    const asked = this.#asked;
    this.#asked = undefined;
    // No progress at all: it would be asked for for ever.
    if (asked !== undefined && this.#ranges[0]?.fromIndex === asked.fromIndex && this.#ranges[0].count === asked.count)
      this.#ranges.shift();
  }

  /** The sensor will never send what was asked for: given up, a gap for good. */
  giveUp(): void {
    const asked = this.#asked;
    this.#asked = undefined;
    if (asked !== undefined && this.#ranges[0]?.fromIndex === asked.fromIndex) this.#ranges.shift();
  }

  /** What was asked for did not come, for now: it stays missing and can be asked for again. */
  notNow(): void {
    this.#asked = undefined;
  }

  /** Samples that are missing now. */
  get missing(): number {
    return this.#ranges.reduce((sum, r) => sum + r.count, 0);
  }
}
