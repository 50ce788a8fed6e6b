import { ApiError } from '../api/client.ts';
import { t } from '../i18n/language.svelte.ts';

/** What to say of a failed call: what was expected and found, and what to do. */
export function problemText(error: unknown): string {
  if (!(error instanceof ApiError)) return t('error.unknown');
  if (error.status === 0) return t('error.away');
  return [error.problem.detail, error.problem.what_to_do].filter(Boolean).join(' ');
}

/** One thing at a time, with what went wrong said in words. */
export class Work {
  busy = $state(false);
  problem = $state('');

  async run(work: () => Promise<void>): Promise<boolean> {
    if (this.busy) return false;
    this.busy = true;
    this.problem = '';
    try {
      await work();
      return true;
    } catch (error) {
      this.problem = problemText(error);
      return false;
    } finally {
      this.busy = false;
    }
  }
}
