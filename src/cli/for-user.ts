import { RecordingError } from '../recording/recording.ts';
import { StoreError } from '../store/store-error.ts';
import { UserError } from './terminal.ts';

/** Runs what reads recordings or the store; what these say against it becomes a sentence for the user. */
export async function forUser<T>(run: () => T | Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    throw error instanceof RecordingError || error instanceof StoreError ? new UserError(error.message) : error;
  }
}
