/** Marks of a sample: as measured; bridged over a short hole; filled over a hole in which nothing can be known. */
export const MEASURED = 0;
export const BRIDGED = 1;
export const FILLED = 2;

export interface SampleRingState {
  rateHz: number;
  capacity: number;
  /** Samples ever written; the next has this index. */
  count: number;
  /** First index of the present unbroken run. */
  runStart: number;
  timeS: Float64Array;
  /** x0 y0 z0 x1 ... [m/s²] */
  acc: Float32Array;
  /** as measured, bias left in [rad/s] */
  gyr: Float32Array;
  /** pitch rate, toes up +: raw, for crossings, for shape [rad/s] */
  pitchRate: Float32Array;
  pitchCrossing: Float32Array;
  pitchShape: Float32Array;
  mark: Uint8Array;
}

/** The newest seconds of one shoe, addressed by running index; the capacity is a power of two, so `index & mask` is the slot. */
export const createSampleRing = (rateHz: number, memoryS: number): SampleRingState => {
  let capacity = 64;
  while (capacity < rateHz * memoryS) capacity *= 2;
  return {
    rateHz,
    capacity,
    count: 0,
    runStart: 0,
    timeS: new Float64Array(capacity),
    acc: new Float32Array(3 * capacity),
    gyr: new Float32Array(3 * capacity),
    pitchRate: new Float32Array(capacity),
    pitchCrossing: new Float32Array(capacity),
    pitchShape: new Float32Array(capacity),
    mark: new Uint8Array(capacity),
  };
};

/** Reads what the next packet needs, all of it at once: see docs/decisions/002-many-walkers.md. */
export function touchRing(ring: SampleRingState): number {
  const slot = ring.count & (ring.capacity - 1);
  const { timeS, acc, gyr, pitchRate, pitchCrossing, pitchShape, mark } = ring;
  const measured = timeS[slot]! + acc[3 * slot]! + gyr[3 * slot]! + mark[slot]!;
  return ring.rateHz + measured + pitchRate[slot]! + pitchCrossing[slot]! + pitchShape[slot]!;
}

/** Oldest index that is still there and belongs to the present run. */
export const oldestIndex = (ring: SampleRingState): number => Math.max(ring.runStart, ring.count - ring.capacity);

/** Walk time of the newest sample [s]; there has to be one. */
export const newestS = (ring: SampleRingState): number => ring.timeS[(ring.count - 1) & (ring.capacity - 1)]!;

/** Walk time of a sample, or between two of them [s]. */
export function timeAt(ring: SampleRingState, index: number): number {
  const mask = ring.capacity - 1;
  const i = Math.floor(index);
  const a = ring.timeS[i & mask]!;
  return i === index ? a : a + (index - i) * (ring.timeS[(i + 1) & mask]! - a);
}

/** Longest run of samples not as measured in [from, to], and whether any was filled. */
export function longestHole(ring: SampleRingState, from: number, to: number): number {
  const mask = ring.capacity - 1;
  let longest = 0;
  let run = 0;
  for (let i = from; i <= to; i++) {
    run = ring.mark[i & mask] === MEASURED ? 0 : run + 1;
    if (run > longest) longest = run;
  }
  return longest;
}
