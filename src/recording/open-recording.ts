import { fileSource, type ByteSource } from './byte-source.ts';
import { openCsv } from './csv-reader.ts';
import { openMcap } from './mcap-reader.ts';
import { MAGIC, magicLike } from './mcap-records.ts';
import { RecordingError, type Recording } from './recording.ts';

/** Bytes looked at to tell what a file is. */
const LOOK_BYTES = 4096;

/**
 * Opens a recording, MCAP or CSV, told apart by its content.
 * @param from path of a file (or of a folder with a walk.mcap or walk.csv), or bytes that can be read again
 * @param resent packets that a sensor sent again after a lost link: moved to where they belong (their receive time is then
 * that of the packet behind the hole), or left where they came
 * @throws RecordingError, in words for people, where it is none or holds no sensors
 */
export async function openRecording(
  from: string | ByteSource,
  resent: 'in place' | 'as they came' = 'in place',
): Promise<Recording> {
  const source = typeof from === 'string' ? await fileSource(from) : from;
  const start = await startOf(source);
  if (start.length === 0) throw new RecordingError(`"${source.name}" is empty: expected a recording.`);
  if (magicLike(start)) return openMcap(source, resent);
  const refusal = notText(start);
  if (refusal !== undefined) throw new RecordingError(`"${source.name}" ${refusal}`);
  return openCsv(source);
}

async function startOf(source: ByteSource): Promise<Uint8Array> {
  const start = new Uint8Array(LOOK_BYTES);
  let count = 0;
  for await (const bytes of source.read()) {
    const part = bytes.subarray(0, LOOK_BYTES - count);
    start.set(part, count);
    count += part.length;
    if (count === LOOK_BYTES) break;
  }
  return start.subarray(0, count);
}

/** Why bytes can't be a CSV; undefined where they may be one. */
function notText(start: Uint8Array): string | undefined {
  const [a, b] = start;
  if (MAGIC.slice(0, start.length).every((byte, i) => start[i] === byte) || (a === 0x89 && b === 0x4d))
    return 'is an MCAP file that was cut off or damaged at its very beginning: nothing can be read from it.';
  if (a === 0x1f && b === 0x8b) return 'is compressed (gzip). Unpack it first: gunzip';
  if (a === 0x50 && b === 0x4b) return 'is a ZIP archive. Unpack it first and name the recording in it.';
  if ((a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff)) return 'is text in UTF-16. Save it as UTF-8.';
  if (start.includes(0))
    return 'is not a recording: expected an MCAP file or a CSV table, found binary data of another kind.';
  return undefined;
}
