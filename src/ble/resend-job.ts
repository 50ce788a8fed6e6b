import type { BackfillNote } from '../protocol/backfill.ts';
import type { SampleBlock, SampleRing } from './sample-ring.ts';

/** What goes out next: a note, or `count` samples of a block from `skip` on. `sent`: samples sent before. */
export type ResendPart =
  | BackfillNote
  | {
      readonly type: 'samples';
      readonly block: SampleBlock;
      readonly skip: number;
      readonly count: number;
      readonly sent: number;
    };

/** One resend from a ring that goes on being filled: what was overwritten meanwhile is told as gone. */
export class ResendJob {
  /** What was granted of the wish: the ring's oldest sample at the earliest, its newest at the latest. */
  readonly fromIndex: number;
  readonly count: number;
  readonly #ring: SampleRing;
  readonly #counter: number;
  #from: number;
  #left: number;
  #sent = 0;
  #gone: boolean;

  constructor(ring: SampleRing, fromIndex: number, count: number, counter: number) {
    const early = Math.max(0, ring.oldestIndex - fromIndex);
    this.#ring = ring;
    this.#counter = counter;
    this.#gone = early > 0;
    this.fromIndex = fromIndex + early;
    this.count = Math.max(0, Math.min(count - early, ring.nextIndex - this.fromIndex));
    this.#from = this.fromIndex;
    this.#left = this.count;
  }

  /** The next notification, of at most `most` samples. `resend_done` is the last. */
  next(most: number): ResendPart {
    const { oldestIndex, nextIndex } = this.#ring;
    const late = oldestIndex - this.#from;
    if (late > 0) {
      this.#left = Math.max(0, this.#left - late);
      this.#from = oldestIndex;
      this.#gone = true;
    }
    if (this.#gone) {
      this.#gone = false;
      return { type: 'gone', counter: this.#counter, firstIndex: oldestIndex, count: nextIndex - oldestIndex };
    }
    const block = this.#left > 0 ? this.#ring.find(this.#from) : undefined;
    if (block === undefined) {
      return { type: 'resend_done', counter: this.#counter, firstIndex: this.fromIndex, count: this.#sent };
    }
    const skip = this.#from - block.firstIndex;
    const count = Math.min(block.count - skip, this.#left, most);
    const part = { type: 'samples' as const, block, skip, count, sent: this.#sent };
    this.#from += count;
    this.#left -= count;
    this.#sent += count;
    return part;
  }
}
