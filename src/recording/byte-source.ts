import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { RecordingError } from './recording.ts';

/** Bytes that can be read from the beginning more than once: a file, an upload held in memory. */
export interface ByteSource {
  /** What people know it by. */
  readonly name: string;
  readonly sizeBytes: number;
  read(): AsyncIterable<Uint8Array>;
}

const READ_BYTES = 256 * 1024;

/**
 * A file; a folder stands for the walk.mcap or walk.csv in it.
 * @throws RecordingError where there is none, or it can't be read
 */
export async function fileSource(file: string): Promise<ByteSource> {
  let found;
  try {
    found = await stat(file);
  } catch (error) {
    throw new RecordingError(why(file, error as NodeJS.ErrnoException));
  }
  if (found.isDirectory()) {
    for (const name of ['walk.mcap', 'walk.csv']) {
      const inside = path.join(file, name);
      if ((await stat(inside).catch(() => undefined))?.isFile() === true) return fileSource(inside);
    }
    throw new RecordingError(`"${file}" is a folder without a walk.mcap or walk.csv. Name the recording itself.`);
  }
  if (!found.isFile())
    throw new RecordingError(
      `"${file}" is a pipe or a device: a recording is read more than once. Save it to a file first, and name that.`,
    );
  return {
    name: file,
    sizeBytes: found.size,
    async *read() {
      if (found.size === 0) return;
      // As far as it went when it was opened: a file that is still being written is the same each time it is read.
      const stream = createReadStream(file, { highWaterMark: READ_BYTES, end: found.size - 1 });
      try {
        for await (const bytes of stream) yield bytes as Uint8Array;
      } catch (error) {
        throw new RecordingError(why(file, error as NodeJS.ErrnoException));
      }
    },
  };
}

/** Bytes in memory, for instance an upload. */
export function memorySource(name: string, bytes: Uint8Array): ByteSource {
  return {
    name,
    sizeBytes: bytes.length,
    read: () => pieces(bytes),
  };
}

async function* pieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += READ_BYTES)
    yield await Promise.resolve(bytes.subarray(at, at + READ_BYTES));
}

function why(file: string, error: NodeJS.ErrnoException): string {
  switch (error.code) {
    case 'ENOENT':
      return `There is no file "${file}". Check the path.`;
    case 'EACCES':
    case 'EPERM':
      return `"${file}" may not be read by this user. Check its rights.`;
    default:
      return `"${file}" can't be read: ${error.message}`;
  }
}
