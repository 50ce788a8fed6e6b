import { Transform, type Readable, type TransformCallback } from 'node:stream';
import type { FastifyRequest } from 'fastify';
import { ProblemError } from './problem.ts';

/** An upload that brings nothing for this long is given up [ms]. */
const STALLED_AFTER_MS = 10_000;

/** The body of an upload as a stream that ends with an error where it is too long or stalls. @throws ProblemError 413 */
export function limitedBody(request: FastifyRequest, limitBytes: number): Readable {
  const tooLarge = () =>
    new ProblemError(413, 'too_large', `Expected at most ${Math.round(limitBytes / 2 ** 20)} MiB, found more.`, {
      whatToDo: 'A CSV becomes some eight times smaller by: gaitkeeper convert walk.csv walk.mcap',
    });
  if (Number(request.headers['content-length'] ?? 0) > limitBytes) throw tooLarge();
  const limit = new ByteLimit(limitBytes, tooLarge);
  const { raw } = request;
  raw.pipe(limit);
  raw.once('error', (error) => limit.destroy(error));
  raw.once('aborted', () => limit.destroy(new ProblemError(400, 'cut_off', 'The upload was cut off.')));
  const watch = setInterval(() => {
    if (limit.idleMs() > STALLED_AFTER_MS)
      limit.destroy(
        new ProblemError(408, 'stalled', `Nothing came for ${STALLED_AFTER_MS / 1000} s; the upload was given up.`),
      );
  }, 1000);
  watch.unref();
  limit.once('close', () => clearInterval(watch));
  return limit;
}

class ByteLimit extends Transform {
  readonly #limitBytes: number;
  readonly #tooLarge: () => Error;
  #bytes = 0;
  #lastMs = performance.now();

  constructor(limitBytes: number, tooLarge: () => Error) {
    super();
    this.#limitBytes = limitBytes;
    this.#tooLarge = tooLarge;
  }

  /** Time since the last bytes; none while the reader holds the stream back. */
  idleMs(): number {
    return this.writableNeedDrain ? 0 : performance.now() - this.#lastMs;
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, callback: TransformCallback): void {
    this.#lastMs = performance.now();
    this.#bytes += chunk.length;
    if (this.#bytes > this.#limitBytes) callback(this.#tooLarge());
    else callback(null, chunk);
  }
}
