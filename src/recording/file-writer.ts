import { open, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { RecordingError } from './recording.ts';

/** Bytes gathered before they're written. */
const PORTION = 256 * 1024;

/** A file that is there whole or not at all: written beside its place, moved there when it's finished. */
export interface WholeFile {
  write(bytes: Uint8Array | string): Promise<void>;
  /** The file is complete. */
  finish(): Promise<void>;
  /** It is not: nothing is left behind. Does nothing after `finish`. */
  abandon(): Promise<void>;
}

/**
 * Begins a file.
 * @throws RecordingError where it can't be made there
 */
export async function beginFile(file: string): Promise<WholeFile> {
  const beside = path.join(path.dirname(file), `.${path.basename(file)}.${process.pid}.part`);
  let handle;
  try {
    // Gait is health data: for its owner's eyes.
    handle = await open(beside, 'w', 0o600);
  } catch (error) {
    throw new RecordingError(`"${file}" can't be written: ${(error as Error).message}`);
  }
  let gathered: Buffer[] = [];
  let size = 0;
  let done = false;
  const drain = async (): Promise<void> => {
    const bytes = Buffer.concat(gathered);
    gathered = [];
    size = 0;
    try {
      for (let at = 0; at < bytes.length;) at += (await handle.write(bytes, at)).bytesWritten;
    } catch (error) {
      throw new RecordingError(`"${file}" can't be written: ${(error as Error).message}`);
    }
  };
  return {
    async write(bytes) {
      const copy = Buffer.from(bytes);
      gathered.push(copy);
      size += copy.length;
      if (size >= PORTION) await drain();
    },
    async finish() {
      await drain();
      await handle.close();
      await rename(beside, file);
      done = true;
    },
    async abandon() {
      if (done) return;
      await handle.close().catch(() => undefined);
      await rm(beside, { force: true });
    },
  };
}
