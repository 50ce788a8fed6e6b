import type { WalkRecord } from '../../domain/records.ts';
import { wearerToldOf } from '../../domain/wearer-told.ts';
import { openRecording } from '../../recording/open-recording.ts';
import { RecordingError, type Recording } from '../../recording/recording.ts';
import type { WalkStore, WalkTags } from '../../store/walk-store.ts';
import { Check } from 'typebox/value';
import { Tags, WallTime } from '../contract.ts';
import { ProblemError } from '../problem.ts';
import { Breather } from './breather.ts';
import type { JobQueue, JobReport } from './job-queue.ts';
import { keepTold } from './told-by-wearer.ts';
import { RecordedWalk } from './recorded-walk.ts';

/** Walk time that is written in one go [s]. */
const PORTION_S = 10;

export interface ImportRequest {
  readonly file: string;
  readonly profileId: string;
  readonly title: string | undefined;
  readonly nowMs: number;
  /** Version of the program, for snapshots. */
  readonly program: string;
}

/**
 * Makes a walk of a recording: the same session as live, written in portions between which the service goes on. A service that
 * ends meanwhile leaves an interrupted walk, which can be closed.
 * @throws RecordingError where the file is none
 */
export async function importRecording(
  store: WalkStore,
  jobs: JobQueue,
  request: ImportRequest,
  report: JobReport,
): Promise<WalkRecord | null> {
  const recording = await openRecording(request.file);
  const startedAtMs = startOf(recording) ?? request.nowMs;
  const walk = store.walks.create({
    profileId: request.profileId,
    startedAtMs,
    source: 'import',
    slots: recording.slots,
    ...describe(recording, request.title),
  });
  keepTold(store, walk.id, wearerToldOf(recording.meta));
  report.walk(walk.id);
  const recorded = RecordedWalk.begin(store, walk, request.program);
  const breather = new Breather();
  let writtenS = 0;
  for await (const notification of recording.notifications) {
    recorded.push(notification);
    if (recorded.newestS - writtenS >= PORTION_S) {
      writtenS = recorded.newestS;
      if (recorded.flush()?.stored === false)
        throw new ProblemError(
          507,
          'full',
          'The disk is full; the import was given up. What was read so far is an interrupted walk.',
        );
      report.share(recording.readBytes / Math.max(1, recording.sizeBytes));
    }
    await breather.breathe();
    if (jobs.closed) return null;
  }
  for (const warning of recording.warnings) report.warn(warning);
  return recorded.finish(startedAtMs + recorded.newestS * 1000).summary;
}

function startOf(recording: Recording): number | undefined {
  const start = recording.meta['started_at'];
  const ms = Check(WallTime, start) ? Date.parse(start) : NaN;
  // Before 1970 nobody recorded; the store knows no such time.
  return ms >= 0 ? ms : undefined;
}

function describe(recording: Recording, title: string | undefined): { title?: string; tags?: WalkTags } {
  const { tags } = recording.meta;
  const own = title ?? recording.meta['title'];
  return {
    ...(typeof own === 'string' ? { title: own.slice(0, 120).replaceAll(/\p{Surrogate}/gu, '') } : {}),
    ...(Check(Tags, tags) ? { tags } : {}),
  };
}

/** Why an import failed, for the one who sent the file. */
export const importTrouble = (error: unknown): string =>
  error instanceof RecordingError || error instanceof ProblemError
    ? error.message
    : 'The recording could not be analysed; the log of the service says why.';
