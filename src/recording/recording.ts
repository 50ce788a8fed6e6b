import type { SensorNotification, SensorSlot } from '../domain/notification.ts';

/** What is known of a walk beside what its sensors sent. Plain JSON; keys as the writer chose them. */
export type RecordingMeta = Readonly<Record<string, unknown>>;

/** Clocks that count from 1970 are known by their size: from here on [s]. */
const YEAR_2000_S = 946_684_800;

/** What the reading of its clock at the walk's 0 tells of it: the day, where the clock counts from 1970. */
export const metaOfZero = (zeroS: number): RecordingMeta =>
  zeroS > YEAR_2000_S && zeroS < 10 * YEAR_2000_S ? { started_at: new Date(zeroS * 1000).toISOString() } : {};

/** A recorded walk, opened. */
export interface Recording {
  readonly format: 'mcap' | 'csv';
  readonly slots: readonly SensorSlot[];
  readonly meta: RecordingMeta;
  /** What is missing or was mended, in sentences for people. Complete once the notifications were read to the end. */
  readonly warnings: readonly string[];
  /** Size of the file [bytes], and how much of it was read so far; for progress. */
  readonly sizeBytes: number;
  readonly readBytes: number;
  /** What the sensors sent, in the order in which it was received. Can be gone through once, here or by {@link batches}. */
  readonly notifications: AsyncIterable<SensorNotification>;
  /** The same, in portions as they are read: cheaper. */
  readonly batches: AsyncIterable<readonly SensorNotification[]>;
}

/** A recording that can't be read; the message tells a person what was expected, what was found, and what to do. */
export class RecordingError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'RecordingError';
  }
}

/** A recording that is read in portions. */
export function recordingOf(
  from: Omit<Recording, 'notifications' | 'readBytes'> & { readonly progress: { readonly readBytes: number } },
): Recording {
  const { progress, ...rest } = from;
  return {
    ...rest,
    get readBytes() {
      return progress.readBytes;
    },
    notifications: oneByOne(from.batches),
  };
}

async function* oneByOne(batches: Recording['batches']): AsyncGenerator<SensorNotification> {
  for await (const batch of batches) yield* batch;
}
