import type { InfluxDB } from 'influx';
import { MEASUREMENTS, pointOf } from './influx-points.ts';
import type { MirrorOutbox, OutboxEntry } from './mirror-outbox.ts';

export interface InfluxMirrorOptions {
  /** `http://host:8086`: InfluxDB 1.x. */
  readonly url: string;
  /** Made where it is missing and the user may. */
  readonly database: string;
  readonly username?: string | undefined;
  /** Keep it out of argv and logs. */
  readonly password?: string | undefined;
  /** How long a request may take [ms]; 10 s where it is left out. */
  readonly requestTimeoutMs?: number;
  /** Waits; given by tests. */
  readonly pause?: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly nowMs?: () => number;
}

export interface MirrorStatus {
  readonly state: 'up_to_date' | 'sending' | 'waiting' | 'stopped';
  /** Entries that still have to be sent. */
  readonly backlog: number;
  /** Entries that the other side refused and that were put aside. */
  readonly parked: number;
  /** Points that were confirmed since the start. */
  readonly sent: number;
  /** What went wrong last, while it does. */
  readonly trouble: string | undefined;
  readonly failures: number;
}

const POINTS_A_WRITE = 500;
const IDLE_MS = 2000;
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 15_000;
const REQUEST_TIMEOUT_MS = 10_000;
/** A point that is refused so many times is put aside. */
const TRIES_OF_A_POINT = 5;

/**
 * Copies strides, steps and walk summaries to InfluxDB 1.x from the outbox, at least once each, as points for which twice
 * is the same as once. The cursor moves when the server has confirmed; until then everything is in the store alone, so
 * memory stays small and recording doesn't notice whether the server is down, slow, full or restarting.
 */
export class InfluxMirror {
  readonly #outbox: MirrorOutbox;
  readonly #options: InfluxMirrorOptions;
  readonly #pause;
  readonly #nowMs;
  readonly #timeoutMs: number;
  #client: InfluxDB | undefined;
  #running: { readonly abort: AbortController; readonly done: Promise<void> } | undefined;
  #state: MirrorStatus['state'] = 'stopped';
  #trouble: string | undefined;
  #failures = 0;
  #sent = 0;
  #wake: (() => void) | undefined;

  constructor(outbox: MirrorOutbox, options: InfluxMirrorOptions) {
    this.#outbox = outbox;
    this.#options = options;
    this.#pause = options.pause ?? pause;
    this.#nowMs = options.nowMs ?? Date.now;
    this.#timeoutMs = options.requestTimeoutMs ?? REQUEST_TIMEOUT_MS;
  }

  start(): void {
    if (this.#running !== undefined) return;
    const abort = new AbortController();
    this.#running = { abort, done: this.#run(abort.signal) };
  }

  /** Ends after what is on its way; the rest goes out at the next start. */
  async stop(): Promise<void> {
    const running = this.#running;
    running?.abort.abort();
    this.#wake?.();
    await running?.done;
    this.#running = undefined;
    this.#state = 'stopped';
  }

  /** There is something new (call it from `onStored`). */
  wake(): void {
    this.#wake?.();
  }

  status(): MirrorStatus {
    return {
      state: this.#state,
      backlog: this.#outbox.backlog,
      parked: this.#outbox.parked().length,
      sent: this.#sent,
      trouble: this.#trouble,
      failures: this.#failures,
    };
  }

  /** Tries again what was put aside. @returns how many went through */
  async retryParked(): Promise<number> {
    let through = 0;
    for (const entry of this.#outbox.parkedEntries()) {
      await this.#write([entry]);
      this.#outbox.unpark(entry.id);
      through++;
    }
    return through;
  }

  async #run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        const more = await this.#round(signal);
        this.#failures = 0;
        this.#trouble = undefined;
        if (more) continue;
        this.#state = 'up_to_date';
        await this.#idle(signal);
      } catch (error) {
        this.#state = 'waiting';
        this.#trouble = messageOf(error);
        // A new connection: whatever the old one is caught in is left behind.
        this.#client = undefined;
        await this.#pause(Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** this.#failures++), signal);
      }
    }
  }

  /** @returns whether there may be more to do at once */
  async #round(signal: AbortSignal): Promise<boolean> {
    const walkId = this.#outbox.nextRewrite();
    if (walkId !== undefined) {
      this.#state = 'sending';
      await this.#rewrite(walkId, signal);
      return true;
    }
    const { entries, cursor } = this.#outbox.next(POINTS_A_WRITE);
    if (entries.length === 0 && cursor === this.#outbox.cursor) return false;
    this.#state = 'sending';
    await this.#deliver(entries, signal);
    if (signal.aborted) return false;
    this.#outbox.advance(cursor);
    return true;
  }

  /** Takes the points of a walk back and sends what is left of it. */
  async #rewrite(walkId: string, signal: AbortSignal): Promise<void> {
    const client = await this.#connected();
    for (const measurement of MEASUREMENTS)
      await this.#withDeadline(
        client.dropSeries({
          database: this.#options.database,
          measurement: (m) => m.name(measurement),
          where: (e) => e.tag('walk').equals.value(walkId),
        }),
      );
    for (let after = 0; ;) {
      const entries = this.#outbox.ofWalk(walkId, after, POINTS_A_WRITE);
      await this.#deliver(entries, signal);
      if (signal.aborted) return;
      const last = entries.at(-1);
      if (last === undefined) break;
      after = last.id;
    }
    this.#outbox.rewritten(walkId);
  }

  /** Sends entries; where the server refuses some, the others go through and those are put aside. */
  async #deliver(entries: readonly OutboxEntry[], signal: AbortSignal): Promise<void> {
    if (entries.length === 0 || signal.aborted) return;
    try {
      await this.#write(entries);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      if (entries.length === 1) return this.#insist(entries[0]!, signal);
      const half = entries.length >> 1;
      await this.#deliver(entries.slice(0, half), signal);
      await this.#deliver(entries.slice(half), signal);
    }
  }

  async #insist(entry: OutboxEntry, signal: AbortSignal): Promise<void> {
    for (let tried = 1; !signal.aborted; tried++) {
      try {
        await this.#write([entry]);
        return;
      } catch (error) {
        if (!isRefusal(error)) throw error;
        if (tried < TRIES_OF_A_POINT - 1) await this.#pause(FIRST_WAIT_MS, signal);
        else {
          this.#outbox.park(entry.id, messageOf(error), this.#nowMs());
          return;
        }
      }
    }
  }

  async #write(entries: readonly OutboxEntry[]): Promise<void> {
    const points = entries.map(pointOf).filter((p) => p !== undefined);
    if (points.length === 0) return;
    const client = await this.#connected();
    await this.#withDeadline(client.writePoints(points, { database: this.#options.database, precision: 'n' }));
    this.#sent += points.length;
  }

  async #connected(): Promise<InfluxDB> {
    if (this.#client !== undefined) return this.#client;
    const { url, database, username, password } = this.#options;
    const { InfluxDB } = await import('influx');
    const { protocol, hostname, port } = new URL(url);
    const secure = protocol === 'https:';
    const client = new InfluxDB({
      protocol: secure ? 'https' : 'http',
      host: hostname,
      port: port === '' ? (secure ? 443 : 8086) : Number(port),
      database,
      ...(username === undefined ? {} : { username }),
      ...(password === undefined ? {} : { password }),
      // Its own backoff would go on refusing for seconds after the server is back; the outbox has one.
      pool: { maxRetries: 0, requestTimeout: this.#timeoutMs, backoff: NO_BACKOFF },
    });
    try {
      await this.#withDeadline(client.createDatabase(database));
    } catch (error) {
      // A user who may only write can't make it, and need not.
      if (!isRefusal(error) && !isForbidden(error)) throw error;
    }
    this.#client = client;
    return client;
  }

  /** The client itself would wait for ever for a body that doesn't come. */
  async #withDeadline<T>(work: Promise<T>): Promise<T> {
    const limitMs = this.#timeoutMs * 1.5;
    let timer: NodeJS.Timeout | undefined;
    const deadline = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        reject(new Error(`InfluxDB did not answer within ${limitMs / 1000} s.`));
      }, limitMs);
    });
    try {
      return await Promise.race([work, deadline]);
    } finally {
      clearTimeout(timer);
    }
  }

  #idle(signal: AbortSignal): Promise<void> {
    const woken = new AbortController();
    this.#wake = () => {
      woken.abort();
    };
    return this.#pause(IDLE_MS, AbortSignal.any([signal, woken.signal])).finally(() => (this.#wake = undefined));
  }
}

const NO_BACKOFF = {
  getDelay: () => 0,
  next: () => NO_BACKOFF,
  reset: () => NO_BACKOFF,
};

function statusOf(error: unknown): number | undefined {
  const { res } = error as { res?: { statusCode?: number } };
  return res?.statusCode;
}

/** The server has understood and does not want these points. */
const isRefusal = (error: unknown): boolean => [400, 413, 422].includes(statusOf(error) ?? 0);
const isForbidden = (error: unknown): boolean => [401, 403].includes(statusOf(error) ?? 0);

function messageOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.replaceAll(/\s+/g, ' ').slice(0, 300);
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    timer.unref();
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
    signal.addEventListener('abort', done);
  });
}
