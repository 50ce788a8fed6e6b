import { RecordingWriter } from '../../src/recording/mcap-writer.ts';
import type { BenchWalk } from './walks.ts';

/** A walk as an MCAP file's bytes. */
export async function mcapOf(walk: BenchWalk): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  const writer = new RecordingWriter((bytes) => {
    parts.push(bytes.slice());
    return Promise.resolve();
  }, walk.slots);
  await writer.start({});
  for (const notification of walk.notifications) await writer.add(notification);
  await writer.end();
  return Buffer.concat(parts);
}
