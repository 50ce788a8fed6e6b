import { randomBytes } from 'node:crypto';
import { closeSync, existsSync, openSync, rmSync, statfsSync, statSync, writeSync } from 'node:fs';
import path from 'node:path';

/** Enough for an erasure's log while the disk is full. */
export const RESERVE_BYTES = 16 * 1024 * 1024;
/** The reserve is only taken where it doesn't hurt. */
const FREE_FOR_RESERVE = 8;
const PORTION = 1024 * 1024;

/** Space that is kept back so that erasing works on a full disk: a file that is thrown away first. */
export class ReserveFile {
  readonly #file: string;
  readonly #bytes: number;

  constructor(folder: string, bytes: number) {
    this.#file = path.join(folder, 'reserve.bin');
    this.#bytes = bytes;
  }

  /** Takes the space where there is plenty; never throws. */
  take(): void {
    if (this.#bytes === 0 || this.held) return;
    try {
      if (freeBytes(path.dirname(this.#file)) < FREE_FOR_RESERVE * this.#bytes) return;
      const descriptor = openSync(this.#file, 'w', 0o600);
      try {
        // Random, so that no file system squeezes it to nothing.
        const noise = randomBytes(Math.min(PORTION, this.#bytes));
        for (let at = 0; at < this.#bytes; at += noise.length) writeSync(descriptor, noise);
      } finally {
        closeSync(descriptor);
      }
    } catch {
      this.free();
    }
  }

  free(): void {
    rmSync(this.#file, { force: true });
  }

  get held(): boolean {
    return existsSync(this.#file) && statSync(this.#file).size >= this.#bytes;
  }
}

/** Bytes that this user may still write to the disk of a folder. */
export function freeBytes(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}
