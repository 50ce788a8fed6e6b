import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { WalkReport } from '../guidance/walk-report.ts';
import type { Language } from '../guidance/words/catalogue.ts';

/** What a thread is given to print: plain data. */
export interface PrintJob {
  readonly report: WalkReport;
  readonly language: Language;
}

/** Why a report could not be printed: took too long, too many wait already, or the printer failed. */
export class PrintError extends Error {
  readonly reason: 'too_slow' | 'busy' | 'failed' | 'closed';

  constructor(reason: PrintError['reason'], message: string) {
    super(message);
    this.name = 'PrintError';
    this.reason = reason;
  }
}

const LIMIT_MS = 20_000;
const MOST_WAITING = 8;
const MOST_MEMORY_MB = 256;

/**
 * Prints reports in a thread of their own, one after another, so that the event loop stays free for walks. Works from the built
 * files and from the sources (there with tsx, which every developer has).
 */
export class ReportPrinter {
  readonly #limitMs: number;
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;
  #worker: Worker | undefined;
  #closed = false;

  /** @param options.limitMs after which a report is given up */
  constructor(options: { readonly limitMs?: number } = {}) {
    this.#limitMs = options.limitMs ?? LIMIT_MS;
  }

  /**
   * @returns the PDF's bytes
   * @throws PrintError
   */
  print(report: WalkReport, language: Language): Promise<Uint8Array> {
    if (this.#waiting >= MOST_WAITING)
      return Promise.reject(
        new PrintError('busy', `Expected fewer than ${MOST_WAITING} reports waiting to be printed.`),
      );
    this.#waiting++;
    const mine = this.#last.then(() => this.#run({ report, language })).finally(() => this.#waiting--);
    this.#last = mine.catch(() => undefined);
    return mine;
  }

  #run(job: PrintJob): Promise<Uint8Array> {
    if (this.#closed) return Promise.reject(new PrintError('closed', 'The service is ending.'));
    return new Promise((resolve, reject) => {
      const worker = newThread(job);
      this.#worker = worker;
      const timer = setTimeout(() => {
        end(() => reject(new PrintError('too_slow', `Printing took longer than ${this.#limitMs / 1000} s.`)));
      }, this.#limitMs);
      const end = (answer: () => void): void => {
        clearTimeout(timer);
        worker.removeAllListeners();
        this.#worker = undefined;
        void worker.terminate().then(answer, answer);
      };
      worker.once('message', (pdf: Uint8Array) => {
        end(() => resolve(pdf));
      });
      worker.once('error', (error: Error) => {
        end(() => reject(new PrintError('failed', `The report could not be printed: ${error.message}`)));
      });
      worker.once('exit', () => {
        end(() => reject(new PrintError(this.#closed ? 'closed' : 'failed', 'The printer ended before its report.')));
      });
    });
  }

  /** Ends what is being printed; what waits is refused. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#worker?.terminate();
  }
}

function newThread(workerData: PrintJob): Worker {
  const resourceLimits = { maxOldGenerationSizeMb: MOST_MEMORY_MB };
  if (!import.meta.url.endsWith('.ts'))
    return new Worker(new URL('./report-worker.js', import.meta.url), { workerData, resourceLimits });
  // A thread doesn't inherit what makes the main one read TypeScript.
  const reader = pathToFileURL(createRequire(import.meta.url).resolve('tsx/esm/api')).href.replace(/cjs$/, 'mjs');
  const file = new URL('./report-worker.ts', import.meta.url).href;
  const code = `import(${JSON.stringify(reader)}).then((tsx) => { tsx.register(); return import(${JSON.stringify(file)}); })`;
  return new Worker(code, { eval: true, workerData, resourceLimits });
}
