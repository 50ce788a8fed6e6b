/** Samples of one packet as counts, kept for a resend. */
export interface SampleBlock {
  readonly firstIndex: number;
  /** Device clock at the first sample [us], unwrapped. */
  readonly deviceUs: number;
  /** 6 int16 a sample. */
  readonly counts: Int16Array;
  count: number;
}

/** As much as the firmware's 2 MB of flash hold: about 25 minutes at 104 Hz. */
const CAPACITY_SAMPLES = 160_000;

/** The newest samples of a virtual sensor, in blocks without holes; the oldest give way. */
export class SampleRing {
  readonly #capacity: number;
  #blocks: SampleBlock[] = [];
  #held = 0;
  /** Blocks before this one were dropped; they are cut off now and then, not one by one. */
  #first = 0;

  constructor(capacitySamples = CAPACITY_SAMPLES) {
    this.#capacity = capacitySamples;
  }

  /** A block whose samples don't follow on those held (a new boot) begins the ring anew. */
  add(block: SampleBlock): void {
    if (block.firstIndex !== this.nextIndex) {
      this.#blocks = [];
      this.#held = 0;
      this.#first = 0;
    }
    this.#blocks.push(block);
    this.#held += block.count;
    while (this.#held > this.#capacity) {
      this.#held -= this.#blocks[this.#first]!.count;
      this.#first++;
    }
    if (this.#first > 4096) {
      this.#blocks = this.#blocks.slice(this.#first);
      this.#first = 0;
    }
  }

  /** Oldest sample held; equals {@link nextIndex} while the ring is empty. */
  get oldestIndex(): number {
    return this.#blocks[this.#first]?.firstIndex ?? 0;
  }
  /** The sample after the newest one held. */
  get nextIndex(): number {
    const last = this.#blocks.at(-1);
    return last === undefined ? 0 : last.firstIndex + last.count;
  }

  /** The block that holds a sample. */
  find(index: number): SampleBlock | undefined {
    let low = this.#first;
    let high = this.#blocks.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const block = this.#blocks[middle]!;
      if (index < block.firstIndex) high = middle - 1;
      else if (index >= block.firstIndex + block.count) low = middle + 1;
      else return block;
    }
    return undefined;
  }
}
