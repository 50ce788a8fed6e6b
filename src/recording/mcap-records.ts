import { crc32 } from 'node:zlib';

/** Opcodes of the MCAP records that are looked at here (mcap.dev/spec). */
export const OPCODE = { header: 1, footer: 2, channel: 4, message: 5, chunk: 6, metadata: 12, dataEnd: 15 } as const;

/** The eight bytes that an MCAP file begins and ends with. */
export const MAGIC = Uint8Array.of(0x89, 0x4d, 0x43, 0x41, 0x50, 0x30, 0x0d, 0x0a);

/** Opcode and length before each record's content [bytes]. */
export const RECORD_HEAD = 9;
/** No record of ours is larger; a larger length is damage [bytes]. */
const LARGEST_RECORD = 64 * 1024 * 1024;
const LAST_OPCODE = 15;
/** Fixed part of a chunk record's content, without compression name: times, size, CRC, two lengths [bytes]. */
const CHUNK_HEAD = 8 + 8 + 8 + 4 + 4 + 8;
/** Of a message record's content: channel, sequence, log and publish time [bytes]. */
const MESSAGE_HEAD = 2 + 4 + 8 + 8;

/** A piece of the file. */
export type McapPiece =
  | { readonly kind: 'record'; readonly opcode: number; readonly bytes: Uint8Array; readonly offset: number }
  /** Bytes that are no record; reading goes on behind them. */
  | { readonly kind: 'damage'; readonly offset: number; readonly length: number }
  /** The file ends within this record. */
  | { readonly kind: 'rest'; readonly bytes: Uint8Array; readonly offset: number }
  /** The end of the file: `finished` where its writer came to it, whatever was damaged on the way. */
  | { readonly kind: 'end'; readonly finished: boolean };

/**
 * Cuts an MCAP file into its top-level records, whatever state it is in: where a record's length can't be true, the next
 * chunk is looked for. Push bytes, take pieces.
 */
export class McapRecords {
  #buffer: Uint8Array = new Uint8Array(0);
  #at = 0;
  #offset = 0;
  #magicSeen = false;
  #damageFrom: number | undefined;
  #ended = false;

  append(bytes: Uint8Array): void {
    const rest = this.#buffer.subarray(this.#at);
    const joined = new Uint8Array(rest.length + bytes.length);
    joined.set(rest);
    joined.set(bytes, rest.length);
    this.#buffer = joined;
    this.#at = 0;
  }

  /** There are no more bytes. */
  end(): void {
    this.#ended = true;
  }

  /** The next piece; undefined: more bytes are needed, or, after the end, only {@link rest} is left. Pieces are views, valid until the next append. */
  next(): McapPiece | undefined {
    if (!this.#magicSeen) {
      if (this.#left() < MAGIC.length) return undefined;
      this.#skip(MAGIC.length);
      this.#magicSeen = true;
    }
    while (this.#left() >= RECORD_HEAD) {
      const length = lengthAt(this.#buffer, this.#at);
      if (length === undefined) {
        this.#damageFrom ??= this.#offset;
        this.#skip(1);
        continue;
      }
      if (this.#damageFrom !== undefined) {
        // Within damage only a whole, plausible chunk counts as the way on.
        if (this.#left() < RECORD_HEAD + CHUNK_HEAD && !this.#ended) return undefined;
        if (!this.#chunkHere(length)) {
          this.#skip(1);
          continue;
        }
        const offset = this.#damageFrom;
        this.#damageFrom = undefined;
        return { kind: 'damage', offset, length: this.#offset - offset };
      }
      const whole = RECORD_HEAD + length;
      if (this.#left() < whole) {
        if (!this.#ended || this.#chunkHere(length)) return undefined;
        // A length that leads past the end of the file: cut off here, or a damaged length with good chunks behind it.
        this.#damageFrom = this.#offset;
        this.#skip(1);
        continue;
      }
      if (this.#left() < whole + RECORD_HEAD && !this.#ended) return undefined;
      if (this.#swallowsChunk(whole)) {
        this.#damageFrom = this.#offset;
        this.#skip(1);
        continue;
      }
      const bytes = this.#buffer.subarray(this.#at, this.#at + whole);
      const offset = this.#offset;
      this.#skip(whole);
      return { kind: 'record', opcode: opcodeOf(bytes), bytes, offset };
    }
    return undefined;
  }

  /** After the last byte: what is left over, and the end. */
  *rest(): Generator<McapPiece> {
    const bytes = this.#buffer.subarray(this.#at);
    if (this.#damageFrom !== undefined)
      yield { kind: 'damage', offset: this.#damageFrom, length: this.#offset + bytes.length - this.#damageFrom };
    else if (bytes.length > 0) yield { kind: 'rest', bytes, offset: this.#offset };
    yield { kind: 'end', finished: magicLike(this.#buffer.subarray(-MAGIC.length)) };
  }

  #left(): number {
    return this.#buffer.length - this.#at;
  }

  #skip(count: number): void {
    this.#at += count;
    this.#offset += count;
  }

  /** Whether the record's length is damaged: it ends where no record can begin, and a chunk stands within it. */
  #swallowsChunk(whole: number): boolean {
    const [from, next] = [this.#at, this.#at + whole];
    if (next + MAGIC.length >= this.#buffer.length) return false;
    const endsWell = lengthAt(this.#buffer, next) !== undefined;
    if (endsWell || chunkLike(this.#buffer.subarray(from), whole - RECORD_HEAD)) return false;
    for (let at = this.#buffer.indexOf(OPCODE.chunk, from + 1); at >= 0 && at < next;) {
      const length = lengthAt(this.#buffer, at);
      if (length !== undefined && chunkLike(this.#buffer.subarray(at), length)) return true;
      at = this.#buffer.indexOf(OPCODE.chunk, at + 1);
    }
    return false;
  }

  #chunkHere(length: number): boolean {
    return this.#buffer[this.#at] === OPCODE.chunk && chunkLike(this.#buffer.subarray(this.#at), length);
  }
}

/** Whether the bytes begin with an MCAP file's own, one of which may be damaged. */
export const magicLike = (bytes: Uint8Array): boolean =>
  MAGIC.filter((byte, i) => bytes[i] === byte).length >= MAGIC.length - 1;

/** Content length of the record there; undefined where there can't be one. */
function lengthAt(bytes: Uint8Array, at: number): number | undefined {
  const opcode = bytes[at]!;
  if (opcode < 1 || opcode > LAST_OPCODE) return undefined;
  const length = uint64At(bytes, at + 1);
  if (length > LARGEST_RECORD) return undefined;
  const content = at + RECORD_HEAD;
  const contradicts =
    opcode === OPCODE.chunk &&
    bytes.length - at >= RECORD_HEAD + CHUNK_HEAD &&
    uint64At(bytes, content + 32) !== length - CHUNK_HEAD &&
    uint32At(bytes, content + 28) === 0;
  return contradicts ? undefined : length;
}

/** Whether the record's head is one of an uncompressed chunk, but for its opcode, which is not looked at. */
function chunkLike(record: Uint8Array, length: number): boolean {
  if (record.length < RECORD_HEAD + CHUNK_HEAD || uint32At(record, RECORD_HEAD + 28) !== 0) return false;
  return uint64At(record, RECORD_HEAD + 32) === length - CHUNK_HEAD;
}

/** Opcode of a whole record; of a chunk whose first byte was damaged, that of a chunk. */
function opcodeOf(record: Uint8Array): number {
  return chunkLike(record, record.length - RECORD_HEAD) ? OPCODE.chunk : record[0]!;
}

/** Whether the chunk record's content is what was written; undefined where its writer gave no sum, or compressed it. */
export function chunkIntact(chunk: Uint8Array): boolean | undefined {
  const sum = uint32At(chunk, RECORD_HEAD + 24);
  if (sum === 0 || uint32At(chunk, RECORD_HEAD + 28) !== 0) return undefined;
  return crc32(chunk.subarray(RECORD_HEAD + CHUNK_HEAD)) === sum;
}

/** Whether the record is the one that ends the data: nothing but their sum. */
export function endsData(record: Uint8Array): boolean {
  return record[0] === OPCODE.dataEnd && record.length === RECORD_HEAD + 4;
}

/** Name of the chunk record's compression; empty: none. */
export function chunkCompression(chunk: Uint8Array): string {
  const at = RECORD_HEAD + 28;
  return new TextDecoder().decode(chunk.subarray(at + 4, at + 4 + Math.min(32, uint32At(chunk, at))));
}

/** Takes a message; its data are a view. */
export type OnMessage = (channelId: number, logNs: number, data: Uint8Array) => void;

/**
 * Goes through the records of an uncompressed chunk record as far as they are whole, or takes a single record.
 * @param onOther takes records that are no messages, as they are
 */
export function readRecords(record: Uint8Array, onMessage: OnMessage, onOther: (record: Uint8Array) => void): void {
  let at = opcodeOf(record) === OPCODE.chunk ? RECORD_HEAD + CHUNK_HEAD : 0;
  while (at + RECORD_HEAD <= record.length) {
    const from = at + RECORD_HEAD;
    const end = from + uint64At(record, at + 1);
    if (end > record.length) return;
    if (record[at] !== OPCODE.message) onOther(record.subarray(at, end));
    else if (end - from >= MESSAGE_HEAD) {
      const channelId = record[from]! | (record[from + 1]! << 8);
      onMessage(channelId, uint64At(record, from + 6), record.subarray(from + MESSAGE_HEAD, end));
    }
    at = end;
  }
}

/** First and last log time of a chunk record [s]. */
export function chunkTimesS(chunk: Uint8Array): { readonly fromS: number; readonly toS: number } {
  return { fromS: uint64At(chunk, RECORD_HEAD) / 1e9, toS: uint64At(chunk, RECORD_HEAD + 8) / 1e9 };
}

function uint32At(bytes: Uint8Array, at: number): number {
  return (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0;
}

/** Exact below 2^53: a hundred days of nanoseconds. */
function uint64At(bytes: Uint8Array, at: number): number {
  return uint32At(bytes, at) + 2 ** 32 * uint32At(bytes, at + 4);
}
