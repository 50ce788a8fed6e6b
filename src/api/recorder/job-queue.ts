import { randomBytes } from 'node:crypto';
import type { ImportJob } from '../contract.ts';

/** Finished jobs that are still remembered. */
const REMEMBERED = 50;
/** Jobs that may wait. */
const MOST_WAITING = 20;

/** What a job may say about itself while it runs. */
export interface JobReport {
  share(share: number): void;
  walk(walkId: string): void;
  warn(text: string): void;
}

/** Long work, one at a time, in portions between which the service goes on. */
export class JobQueue {
  readonly #jobs = new Map<string, ImportJob>();
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;
  #closed = false;

  get closed(): boolean {
    return this.#closed;
  }

  get full(): boolean {
    return this.#waiting >= MOST_WAITING;
  }

  find(id: string): ImportJob | undefined {
    const job = this.#jobs.get(id);
    return job === undefined ? undefined : { ...job, warnings: [...job.warnings] };
  }

  /** Puts work at the end of the queue; its failure is told by the job, in words. */
  add(work: (report: JobReport) => Promise<void>, describe: (error: unknown) => string): ImportJob {
    const job: ImportJob = {
      id: randomBytes(12).toString('base64url'),
      state: 'analysing',
      share: 0,
      walk_id: null,
      warnings: [],
      problem: null,
    };
    this.#jobs.set(job.id, job);
    this.#forgetOld();
    void this.run(async () => {
      try {
        await work({
          share: (share) => {
            job.share = Math.min(1, Math.max(0, share));
          },
          walk: (walkId) => {
            job.walk_id = walkId;
          },
          warn: (text) => {
            if (job.warnings.length < 100) job.warnings.push(text);
          },
        });
        job.state = 'done';
        job.share = 1;
      } catch (error) {
        job.state = 'failed';
        job.problem = describe(error);
      }
    });
    return { ...job };
  }

  /** Work that its caller waits for, in the same queue. */
  run<T>(work: () => Promise<T>): Promise<T> {
    this.#waiting++;
    const result = this.#last.then(work).finally(() => {
      this.#waiting--;
    });
    this.#last = result.catch(() => undefined);
    return result;
  }

  /** No further portions: running jobs see `closed` and stop. Resolves when they have. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#last;
  }

  #forgetOld(): void {
    for (const [id, job] of this.#jobs) {
      if (this.#jobs.size <= REMEMBERED) return;
      if (job.state !== 'analysing') this.#jobs.delete(id);
    }
  }
}
