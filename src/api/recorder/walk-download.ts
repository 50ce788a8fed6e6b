import { PassThrough, type Readable, type Writable } from 'node:stream';
import { CsvWriter } from '../../recording/csv-writer.ts';
import { RecordingWriter, type WriteBytes } from '../../recording/mcap-writer.ts';
import type { Walk, WalkStore } from '../../store/walk-store.ts';
import { isoTime } from '../clock.ts';
import { Breather } from './breather.ts';
import { notificationsInPlace } from './stored-analysis.ts';
import { toldOf } from './told-by-wearer.ts';

/** What a recording says of its walk; an import reads it back. */
const metaOf = (store: WalkStore, walk: Walk): Record<string, unknown> => ({
  walk_id: walk.id,
  started_at: isoTime(walk.startedAtMs),
  title: walk.title,
  tags: walk.tags,
  source: walk.source,
  ...toldOf(store, walk.id),
});

/** The walk's packets as they came, as an MCAP file that is written while it is read. */
export function mcapOfWalk(store: WalkStore, walk: Walk): Readable {
  return produced(async (write) => {
    const writer = new RecordingWriter(write, walk.slots);
    await writer.start(metaOf(store, walk));
    for await (const notification of store.walks.notifications(walk.id)) await writer.add(notification);
    await writer.end();
  });
}

/** The walk's samples on its clock, in the interchange form: what came again late is in its place, as in the walk's strides. */
export function csvOfWalk(store: WalkStore, walk: Walk): Readable {
  return produced(async (write) => {
    const writer = new CsvWriter(walk.slots);
    const breather = new Breather();
    const put = async (text: string): Promise<void> => {
      if (text !== '') await write(Buffer.from(text));
    };
    await put(writer.start());
    for await (const notification of notificationsInPlace(store, walk.id)) {
      await put(writer.push(notification));
      await breather.breathe();
    }
    await put(writer.end());
  });
}

/** Runs a writer into a stream at the pace of its reader; a failure breaks the stream off, so that nobody takes it for whole. */
function produced(produce: (write: WriteBytes) => Promise<void>): Readable {
  const stream = new PassThrough();
  produce((bytes) => writeTo(stream, bytes)).then(
    () => stream.end(),
    (error: unknown) => stream.destroy(error instanceof Error ? error : new Error(String(error))),
  );
  return stream;
}

/** Resolves when the stream takes more. @throws where its reader has gone */
function writeTo(stream: Writable, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    if (stream.destroyed) reject(new Error('The reader has gone.'));
    // The bytes are the writer's own and are overwritten by its next call.
    else if (stream.write(Buffer.from(bytes))) resolve();
    else {
      const go = (): void => {
        stream.off('drain', go);
        stream.off('close', go);
        resolve();
      };
      stream.on('drain', go);
      stream.on('close', go);
    }
  });
}
