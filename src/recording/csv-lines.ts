/** A line of a text file, without its end. A view into `bytes`, valid until the next one is asked for. */
export interface Line {
  bytes: Uint8Array;
  from: number;
  to: number;
  /** 1 for the first line of the file. */
  number: number;
}

/** A line longer than this is no CSV [bytes]. */
const LONGEST_LINE = 64 * 1024;

/** Cuts bytes into lines (LF, CRLF), calling `take` for each; the last one may have no end. */
export class LineCutter {
  readonly #take: (line: Line) => void;
  readonly #line: Line = { bytes: new Uint8Array(0), from: 0, to: 0, number: 0 };
  #rest: Uint8Array = new Uint8Array(0);
  /** Set once a line was longer than any line of a table. */
  tooLong = false;

  constructor(take: (line: Line) => void) {
    this.#take = take;
  }

  push(bytes: Uint8Array): void {
    let from = 0;
    if (this.#rest.length > 0) {
      const end = bytes.indexOf(10);
      const joined = join(this.#rest, end < 0 ? bytes : bytes.subarray(0, end));
      if (joined.length > LONGEST_LINE) this.tooLong = true;
      if (end < 0) {
        this.#rest = this.tooLong ? joined.slice(0, LONGEST_LINE) : joined;
        return;
      }
      this.#give(joined, 0, joined.length);
      from = end + 1;
    }
    for (let end = bytes.indexOf(10, from); end >= 0; end = bytes.indexOf(10, from)) {
      if (end - from > LONGEST_LINE) this.tooLong = true;
      this.#give(bytes, from, end);
      from = end + 1;
    }
    this.#rest = bytes.slice(from);
    if (this.#rest.length > LONGEST_LINE) this.tooLong = true;
  }

  end(): void {
    if (this.#rest.length > 0) this.#give(this.#rest, 0, this.#rest.length);
    this.#rest = new Uint8Array(0);
  }

  #give(bytes: Uint8Array, from: number, end: number): void {
    const line = this.#line;
    line.bytes = bytes;
    line.from = from;
    line.to = end > from && bytes[end - 1] === 13 ? end - 1 : end;
    line.number++;
    this.#take(line);
  }
}

function join(a: Uint8Array, b: Uint8Array): Uint8Array {
  const joined = new Uint8Array(a.length + b.length);
  joined.set(a);
  joined.set(b, a.length);
  return joined;
}
