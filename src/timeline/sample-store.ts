/** Samples that wait, x0 y0 z0 x1 y1 z1 ...: the first `count` of the arrays, which have room for more. */
export interface SampleStore {
  acc: Float64Array;
  gyr: Float64Array;
  count: number;
}

/** One for all: an array without numbers takes as much room as one of twenty. */
const NONE = new Float64Array(0);

export const createSampleStore = (): SampleStore => ({ acc: NONE, gyr: NONE, count: 0 });

/** Adds samples `from` to `to` of other arrays. */
export function addSamples(s: SampleStore, acc: Float64Array, gyr: Float64Array, from: number, to: number): void {
  const room = 3 * (s.count + to - from);
  if (s.acc.length < room) {
    s.acc = grown(s.acc, room);
    s.gyr = grown(s.gyr, room);
  }
  for (let i = 3 * from, j = 3 * s.count; i < 3 * to; i++, j++) {
    s.acc[j] = acc[i]!;
    s.gyr[j] = gyr[i]!;
  }
  s.count += to - from;
}

function grown(values: Float64Array, room: number): Float64Array {
  const larger = new Float64Array(2 * room);
  larger.set(values);
  return larger;
}
