import type { LiveEvents } from '../api/types.ts';

/** What the line to the service is doing. */
export type LineState = 'off' | 'connecting' | 'live' | 'lost';

export interface LineStatus {
  readonly state: LineState;
  /** When the next try comes [ms, performance clock]; 0 while none is waiting. */
  readonly retryAtMs: number;
}

export interface LineHandlers {
  readonly onStatus: (status: LineStatus) => void;
  readonly onEvent: <E extends keyof LiveEvents>(name: E, data: LiveEvents[E]) => void;
  /** The session is over: no further tries make sense. */
  readonly onRefused: () => void;
}

/** A line without a sign for this long is dead; the service sends a heartbeat every 5 s. */
const DEAD_AFTER_MS = 12_000;
const BACKOFF_MS = [1000, 2000, 4000, 8000] as const;
/** Records that the page draws; steps, curves and contacts, two of each a stride, stay where they are. */
const KINDS = 'stride,finding';
const NAMES = ['walk', 'record', 'rewritten', 'caught_up', 'frame', 'sensors', 'mark', 'heartbeat'] as const;

/**
 * The live stream. Stored records carry ids; after a break the line asks to go on after the last one it saw, so none is
 * lost and none doubled. The browser's own retry gives up on some answers and says nothing while it waits, so each try is
 * a fresh EventSource with the last id in `after`.
 */
export class LiveLine {
  readonly #handlers: LineHandlers;
  #source: EventSource | undefined;
  #lastId = '';
  #tries = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #watch: ReturnType<typeof setInterval> | undefined;
  #heardMs = 0;

  constructor(handlers: LineHandlers) {
    this.#handlers = handlers;
  }

  start(): void {
    if (this.#source !== undefined || this.#timer !== undefined) return;
    this.#open();
    this.#watch ??= setInterval(() => {
      if (this.#source !== undefined && performance.now() - this.#heardMs > DEAD_AFTER_MS) this.#broken();
    }, 1000);
  }

  /** Tries at once instead of waiting. */
  retryNow(): void {
    if (this.#timer === undefined) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#open();
  }

  stop(): void {
    clearTimeout(this.#timer);
    clearInterval(this.#watch);
    this.#timer = undefined;
    this.#watch = undefined;
    this.#source?.close();
    this.#source = undefined;
    this.#handlers.onStatus({ state: 'off', retryAtMs: 0 });
  }

  /** Forgets where the stream stood: the next start begins at the walk's first record. */
  forget(): void {
    this.#lastId = '';
  }

  #open(): void {
    const query = this.#lastId === '' ? 'records=all' : `after=${encodeURIComponent(this.#lastId)}`;
    const source = new EventSource(`/api/v1/live?${query}&kinds=${KINDS}`);
    this.#source = source;
    this.#heardMs = performance.now();
    this.#handlers.onStatus({ state: this.#tries === 0 ? 'connecting' : 'lost', retryAtMs: 0 });
    source.onopen = () => {
      this.#heardMs = performance.now();
      this.#tries = 0;
      this.#handlers.onStatus({ state: 'live', retryAtMs: 0 });
    };
    source.onerror = () => {
      if (this.#source === source) this.#broken();
    };
    for (const name of NAMES)
      source.addEventListener(name, (event: MessageEvent<string>) => {
        if (this.#source !== source) return;
        this.#heardMs = performance.now();
        if (event.lastEventId !== '') this.#lastId = event.lastEventId;
        this.#handlers.onEvent(name, JSON.parse(event.data) as LiveEvents[typeof name]);
      });
  }

  #broken(): void {
    this.#source?.close();
    this.#source = undefined;
    const wait = BACKOFF_MS[Math.min(this.#tries, BACKOFF_MS.length - 1)] ?? 8000;
    this.#tries++;
    this.#handlers.onStatus({ state: 'lost', retryAtMs: performance.now() + wait });
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      void this.#stillWelcome().then((welcome) => {
        if (this.#watch === undefined) return;
        if (welcome) this.#open();
        else this.#handlers.onRefused();
      });
    }, wait);
  }

  /** EventSource hides why it failed; a refused session is told from a service that is away. */
  async #stillWelcome(): Promise<boolean> {
    try {
      return (await fetch('/api/v1/session', { credentials: 'same-origin' })).status !== 401;
    } catch {
      return true;
    }
  }
}
