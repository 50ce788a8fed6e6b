/** Rows kept: enough to learn the grid of a recording. A power of two. */
const CAPACITY = 256;
const WIDTH = 7;
const MASK = CAPACITY - 1;

interface State {
  /** time, acc x y z, gyr x y z of each row, in a ring */
  rows: Float64Array;
  /** Rows put in since the beginning, in order of time; the last CAPACITY are kept. */
  end: number;
  /** Rows before this one may not be disturbed any more. */
  settled: number;
}

/** What became of a row that was put in. */
export type RowFate = 'new' | 'reordered' | 'repeated' | 'late';

/** A window over the rows of one sensor, sorted by time; doubled rows are dropped. */
export class RowWindow {
  #s: State = { rows: new Float64Array(CAPACITY * WIDTH), end: 0, settled: 0 };

  static readonly capacity = CAPACITY;

  get end(): number {
    return this.#s.end;
  }

  get settled(): number {
    return this.#s.settled;
  }

  /** Rows up to here (exclusive) were used. */
  settle(end: number): void {
    this.#s.settled = end;
  }

  timeS(row: number): number {
    return this.#s.rows[(row & MASK) * WIDTH]!;
  }

  setTimeS(row: number, timeS: number): void {
    this.#s.rows[(row & MASK) * WIDTH] = timeS;
  }

  /** One of the six values (0 to 2 acc, 3 to 5 gyr). */
  value(row: number, axis: number): number {
    return this.#s.rows[(row & MASK) * WIDTH + 1 + axis]!;
  }

  /** Copies a row's values to sample `to` of the arrays. */
  copy(row: number, acc: Float64Array, gyr: Float64Array, to: number): void {
    const { rows } = this.#s;
    const at = (row & MASK) * WIDTH;
    const j = 3 * to;
    acc[j] = rows[at + 1]!;
    acc[j + 1] = rows[at + 2]!;
    acc[j + 2] = rows[at + 3]!;
    gyr[j] = rows[at + 4]!;
    gyr[j + 1] = rows[at + 5]!;
    gyr[j + 2] = rows[at + 6]!;
  }

  /** Whether two rows hold the same six values. */
  same(a: number, b: number): boolean {
    for (let axis = 0; axis < 6; axis++) if (this.value(a, axis) !== this.value(b, axis)) return false;
    return true;
  }

  /** Puts in sample `from` of the arrays. */
  put(timeS: number, acc: Float64Array, gyr: Float64Array, from: number): RowFate {
    const s = this.#s;
    const { rows } = s;
    let row = s.end;
    if (s.settled > 0 && timeS <= this.timeS(s.settled - 1))
      return timeS === this.timeS(s.settled - 1) ? 'repeated' : 'late';
    while (row > s.settled && this.timeS(row - 1) > timeS) row--;
    const at = (row & MASK) * WIDTH;
    if (row < s.end)
      for (let r = s.end; r > row; r--) {
        const to = (r & MASK) * WIDTH;
        const source = ((r - 1) & MASK) * WIDTH;
        for (let k = 0; k < WIDTH; k++) rows[to + k] = rows[source + k]!;
      }
    const j = 3 * from;
    rows[at] = timeS;
    rows[at + 1] = acc[j]!;
    rows[at + 2] = acc[j + 1]!;
    rows[at + 3] = acc[j + 2]!;
    rows[at + 4] = gyr[j]!;
    rows[at + 5] = gyr[j + 1]!;
    rows[at + 6] = gyr[j + 2]!;
    const sorted = row < s.end;
    if (row > s.settled && this.timeS(row - 1) === timeS && this.same(row - 1, row)) {
      for (let r = row; sorted && r < s.end; r++) {
        const to = (r & MASK) * WIDTH;
        const source = ((r + 1) & MASK) * WIDTH;
        for (let k = 0; k < WIDTH; k++) rows[to + k] = rows[source + k]!;
      }
      return 'repeated';
    }
    s.end++;
    return sorted ? 'reordered' : 'new';
  }

  snapshot(): State {
    return structuredClone(this.#s);
  }

  restore(state: State): void {
    this.#s = structuredClone(state);
  }
}
