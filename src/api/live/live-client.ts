import type { ServerResponse } from 'node:http';

/** Bytes that may wait in memory for one client; beyond, it is cut. */
const CUT_ABOVE_BYTES = 1024 * 1024;
/** Frames are for drawing only: a client that is behind by this much gets none [bytes]. */
const NO_FRAMES_ABOVE_BYTES = 64 * 1024;
/** A client that has read nothing for this long is cut [ms]. */
const STALLED_AFTER_MS = 20_000;

/** One open event stream. Nothing here waits: a client that does not read is cut, the others never notice. */
export class LiveClient {
  readonly #raw: ServerResponse;
  #stalledSinceMs: number | undefined;
  #closed = false;

  constructor(raw: ServerResponse) {
    this.#raw = raw;
    raw.once('close', () => {
      this.#closed = true;
    });
    raw.on('error', () => this.cut());
    raw.on('drain', () => {
      this.#stalledSinceMs = undefined;
    });
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Bytes that wait for the client. */
  get waitingBytes(): number {
    return this.#raw.writableLength;
  }

  onClose(call: () => void): void {
    this.#raw.once('close', call);
  }

  send(event: string, json: string, id?: string): void {
    this.write(
      id === undefined ? `event: ${event}\ndata: ${json}\n\n` : `id: ${id}\nevent: ${event}\ndata: ${json}\n\n`,
    );
  }

  /** A frame, as made by {@link frameText}: left out where the client is behind. */
  sendFrame(text: string): void {
    if (this.waitingBytes < NO_FRAMES_ABOVE_BYTES) this.write(text);
  }

  write(text: string): void {
    if (this.#closed) return;
    if (!this.#raw.write(text)) this.#stalledSinceMs ??= performance.now();
    if (this.waitingBytes > CUT_ABOVE_BYTES) this.cut();
  }

  /** Cuts a client that does not read. */
  cutIfStalled(): void {
    if (this.#stalledSinceMs !== undefined && performance.now() - this.#stalledSinceMs > STALLED_AFTER_MS) this.cut();
  }

  /** Resolves when what waits has gone out (or the client has). */
  drained(): Promise<void> {
    if (this.#closed || !this.#raw.writableNeedDrain) return Promise.resolve();
    return new Promise((resolve) => {
      const done = (): void => {
        this.#raw.off('drain', done);
        this.#raw.off('close', done);
        resolve();
      };
      this.#raw.on('drain', done);
      this.#raw.on('close', done);
    });
  }

  /** Ends in good order. */
  end(): void {
    if (!this.#closed) this.#raw.end();
  }

  cut(): void {
    this.#closed = true;
    this.#raw.destroy();
  }
}

export const eventText = (event: string, json: string): string => `event: ${event}\ndata: ${json}\n\n`;
