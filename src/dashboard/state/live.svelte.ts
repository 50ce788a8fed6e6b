import { service } from '../api/service.ts';
import type { LiveEvents, LiveFrame, Mark, Pause, SensorList, Side, Site, Walk } from '../api/types.ts';
import { siteOf } from '../api/types.ts';
import { LiveLine, type LineStatus } from './live-line.ts';
import { painQueue } from './pain-queue.svelte.ts';
import { session } from './session.svelte.ts';
import { WalkSeries } from './walk-series.ts';

/** How a component looks: see the design's table of states. */
export type ViewState = 'empty' | 'loading' | 'live' | 'stale' | 'degraded' | 'error';

/** Older than this is stale; shown within two seconds of the last sample, so judged a little before [ms]. */
export const STALE_MS = 1600;
export const LOST_MS = 15_000;
export const DEGRADED_LOSS = 0.05;
const TICK_MS = 250;
const SHOW_EVERY_MS = 900;

type Draw = (frame: LiveFrame, nowMs: number) => void;

/**
 * The walk under way, as it comes down the live stream. Frames are kept plain and handed to drawings once a display frame,
 * the latest only; numbers (`shown`) change at most once a second.
 */
class Live {
  line = $state.raw<LineStatus>({ state: 'off', retryAtMs: 0 });
  walk = $state.raw<Walk | null>(null);
  /** True once the stream has said which walk runs. */
  known = $state(false);
  shown = $state.raw<LiveFrame | null>(null);
  sensors = $state.raw<SensorList | null>(null);
  marks = $state.raw<readonly Mark[]>([]);
  /** When the wearer had paused; the last one may last. */
  pauses = $state.raw<readonly Pause[]>([]);
  nowMs = $state(performance.now());
  /** Counts what was added to `series`, so that charts redraw. */
  added = $state(0);
  caughtUp = $state(false);
  series = new WalkSeries('');
  /** The walk that ended while this page looked on: its report is the next place. */
  ended = $state<string | null>(null);

  #frame: LiveFrame | null = null;
  #frameMs = 0;
  #shownMs = -Infinity;
  #drawn = true;
  #draws = new Set<Draw>();
  #raf = 0;
  #tick: ReturnType<typeof setInterval> | undefined;
  #addedNow = 0;
  readonly #line = new LiveLine({
    onStatus: (status) => {
      const wasLost = this.line.state === 'lost';
      this.line = status;
      if (status.state === 'live' && wasLost) void painQueue.send();
    },
    onEvent: (name, data) => this.#onEvent(name, data),
    onRefused: () => {
      session.state = 'out';
    },
  });

  start(): void {
    this.#line.start();
    this.#tick ??= setInterval(() => this.#onTick(), TICK_MS);
  }

  stop(): void {
    this.#line.stop();
    clearInterval(this.#tick);
    this.#tick = undefined;
  }

  retryNow(): void {
    this.#line.retryNow();
  }

  /** Calls `draw` with the newest frame, at most once a display frame. Gives what ends it. */
  onFrame(draw: Draw): () => void {
    this.#draws.add(draw);
    return () => this.#draws.delete(draw);
  }

  /** Age of the newest frame [ms]; infinite before the first. */
  get frameAgeMs(): number {
    // Read first, so that whoever asks before the first frame is told later.
    const now = this.nowMs;
    return this.#frame === null ? Infinity : Math.max(0, now - this.#frameMs);
  }

  /** The wearer has paused the walk under way. */
  get paused(): boolean {
    return this.walk !== null && this.walk.paused_since_s !== null;
  }

  /** The wearer runs: what holds for walking waits. */
  get running(): boolean {
    return this.shown !== null && this.shown.running_since_s !== null;
  }

  /** What the service answered about the walk under way, before the stream tells it. */
  take(walk: Walk): void {
    if (walk.id === this.walk?.id) this.#onWalk(walk);
  }

  get frame(): LiveFrame | null {
    return this.#frame;
  }

  /** How old a site's newest sample is [ms]: what the service said then, and the time since. */
  ageMs(site: Site): number | null {
    const sensor = this.shown?.sensors.find((s) => s.site === site);
    if (sensor === undefined) return null;
    return sensor.last_heard_ms_ago === null ? Infinity : sensor.last_heard_ms_ago + this.frameAgeMs;
  }

  /** State of what one site feeds. */
  siteState(site: Site): ViewState {
    if (this.shown === null) return this.line.state === 'lost' ? 'error' : 'loading';
    const sensor = this.shown.sensors.find((s) => s.site === site);
    if (sensor === undefined) return 'empty';
    const age = this.ageMs(site) ?? Infinity;
    if (age > LOST_MS || sensor.state === 'lost' || sensor.state === 'quarantined') return 'error';
    if (age > STALE_MS) return 'stale';
    if ((sensor.loss_share ?? 0) > DEGRADED_LOSS) return 'degraded';
    return 'live';
  }

  sideState(side: Side): ViewState {
    return this.siteState(siteOf(side));
  }

  #onTick(): void {
    this.nowMs = performance.now();
    // Numbers and charts change together, once a second: at 30 frames a second one of them then pays for it.
    if (this.nowMs - this.#shownMs <= SHOW_EVERY_MS) return;
    if (this.#addedNow === this.added && (this.#frame === null || this.#frame === this.shown)) return;
    this.added = this.#addedNow;
    this.#show();
  }

  #show(): void {
    this.shown = this.#frame;
    this.#shownMs = performance.now();
  }

  #onEvent<E extends keyof LiveEvents>(name: E, data: LiveEvents[E]): void {
    switch (name) {
      case 'frame':
        this.#onFrame(data as LiveFrame);
        break;
      case 'record':
        this.#onRecord(data as LiveEvents['record']);
        break;
      case 'walk':
        this.#onWalk((data as LiveEvents['walk']).walk);
        break;
      case 'mark':
        this.#onMark(data as LiveEvents['mark']);
        break;
      case 'sensors':
        this.sensors = data as SensorList;
        break;
      case 'rewritten':
        this.series = new WalkSeries((data as LiveEvents['rewritten']).walk_id);
        this.caughtUp = false;
        break;
      case 'caught_up':
        this.caughtUp = true;
        this.added = ++this.#addedNow;
        break;
      case 'heartbeat':
        break;
    }
  }

  #onFrame(frame: LiveFrame): void {
    const first = this.#frame === null || this.#frame.walk_id !== frame.walk_id;
    this.#frame = frame;
    this.#frameMs = performance.now();
    if (first) this.#show();
    this.#drawn = false;
    if (this.#raf === 0 && this.#draws.size > 0 && !document.hidden) this.#raf = requestAnimationFrame(this.#draw);
  }

  #draw = (nowMs: number): void => {
    this.#raf = 0;
    if (this.#drawn || this.#frame === null) return;
    this.#drawn = true;
    for (const draw of this.#draws) draw(this.#frame, nowMs);
  };

  #onRecord({ walk_id: walkId, record }: LiveEvents['record']): void {
    if (this.series.walkId !== walkId) this.series = new WalkSeries(walkId);
    this.series.add(record);
    if (record.type === 'stride' || record.type === 'finding') this.#addedNow++;
  }

  #onWalk(walk: Walk | null): void {
    const before = this.walk;
    this.known = true;
    const running = walk?.state === 'recording' ? walk : null;
    if (before !== null && running?.id !== before.id) this.ended = before.id;
    this.walk = running;
    if (running === null) {
      this.marks = [];
      this.pauses = [];
      return;
    }
    if (this.series.walkId !== running.id) {
      this.series = new WalkSeries(running.id);
      this.added = ++this.#addedNow;
    }
    if (before?.id !== running.id || before.paused_since_s !== running.paused_since_s)
      void service.pauses(running.id).then(
        (pauses) => (this.pauses = pauses),
        () => undefined,
      );
    if (before?.id !== running.id)
      void service.marks(running.id).then(
        (marks) => (this.marks = marks),
        () => undefined,
      );
  }

  #onMark({ walk_id: walkId, mark_id: markId, mark }: LiveEvents['mark']): void {
    if (walkId !== this.walk?.id) return;
    const others = this.marks.filter((m) => m.id !== markId);
    this.marks = mark === null ? others : [...others, mark].sort((a, b) => a.at_s - b.at_s);
  }
}

export const live = new Live();
