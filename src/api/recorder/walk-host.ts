import type { HubNotification, SensorHub } from '../../ble/sensor-hub.ts';
import type { SensorSlot } from '../../domain/notification.ts';
import type { WalkRecord } from '../../domain/records.ts';
import type { SensorSite } from '../../domain/sites.ts';
import type { WearerTold } from '../../domain/wearer-told.ts';
import type { NewWalk, Walk, WalkStore, WalkTags } from '../../store/walk-store.ts';
import type { ServiceClock } from '../clock.ts';
import type { LiveFrame } from '../contract.ts';
import { presentFrame } from '../presenters.ts';
import { ProblemError } from '../problem.ts';
import type { HostLog } from './host-log.ts';
import { LinkTrust } from './link-trust.ts';
import { slotsOf } from './paired-slots.ts';
import { RecordedWalk } from './recorded-walk.ts';
import { SensorStreaming } from './sensor-streaming.ts';
import { keepTold } from './told-by-wearer.ts';
import { resumedS, type WalkClock } from './walk-clock.ts';

export interface WalkHostOptions {
  readonly store: WalkStore;
  readonly hub: SensorHub;
  readonly clock: ServiceClock;
  readonly walkClock: WalkClock;
  readonly log: HostLog;
  /** Version of the program, for snapshots. */
  readonly program: string;
}

interface Running {
  readonly recorded: RecordedWalk;
  readonly fedBy: 'sensors' | 'ingest';
  /** Slot of each sensor's id. */
  readonly slots: ReadonlyMap<string, number>;
  readonly zeroNs: bigint;
  readonly trust: LinkTrust;
}

/**
 * Holds the one walk that is being recorded: from the paired sensors (live) or from a client (ingest). It writes once a
 * second, and what it tells goes out as the store's entries and as frames.
 */
export class WalkHost {
  readonly #options: WalkHostOptions;
  #running: Running | undefined;
  /** The walk that is about to be gone on with. */
  #resuming: string | undefined;
  /** Stored walks that are being closed or erased; undefined: every one. */
  readonly #inWork = new Set<string | undefined>();
  readonly #streaming: SensorStreaming;
  #writeTrouble: string | undefined;
  readonly #stops: (() => void)[];
  readonly #changed = new Set<() => void>();
  readonly #finished = new Set<(walk: Walk) => void>();
  readonly #rewritten = new Set<(walkId: string) => void>();
  #correcting: Promise<void> | undefined;

  constructor(options: WalkHostOptions) {
    this.#options = options;
    this.#streaming = new SensorStreaming(options);
    this.#stops = [
      options.hub.onNotification((notification) => this.#onNotification(notification)),
      options.hub.onChange(() => this.#running?.trust.note(options.hub.sensors())),
      options.clock.every(1000, () => this.#everySecond()),
    ];
  }

  /** The store has been told what the wearer said of a walk; the one under way takes note of it. */
  wearerSaid(walkId: string): void {
    if (walkId === this.currentId) this.#running?.recorded.wearerSaid();
  }

  /**
   * Pauses the walk under way, or goes on with it; twice is once. Packets are kept meanwhile, nothing is learned from them.
   * @throws ProblemError 409 where this is not the one
   */
  pause(walkId: string, paused: boolean): Walk {
    const running = this.#need(walkId);
    this.#options.store.walks.pause(walkId, this.nowS(), paused);
    running.recorded.wearerSaid();
    this.tellChange();
    return this.#options.store.walks.get(walkId);
  }

  /**
   * The walk under way was recorded with swapped sensors: analysed again with these sites, while it goes on. Sensors that are paired
   * change their sites with it.
   * @throws ProblemError 409 where this is not the one; StoreError
   */
  async correctSites(walkId: string, slots: readonly SensorSlot[]): Promise<void> {
    const running = this.#need(walkId);
    this.#correcting = this.#correct(running, slots);
    try {
      await this.#correcting;
    } finally {
      this.#correcting = undefined;
    }
    for (const call of this.#rewritten) call(walkId);
    this.tellChange();
  }

  async #correct({ recorded, slots: slotOf }: Running, slots: readonly SensorSlot[]): Promise<void> {
    await recorded.correctSites(slots);
    const moved = new Map<string, SensorSite>();
    for (const [sensorId, slot] of slotOf) {
      const site = slots.find((s) => s.slot === slot)?.site;
      if (site !== undefined) moved.set(sensorId, site);
    }
    await this.#options.hub.moveTo(moved);
  }

  /** Resolves once no correction of sites is under way: only then may the walk end. */
  async settled(): Promise<void> {
    await this.#correcting?.catch(() => undefined);
  }

  /**
   * Work on a stored walk (undefined: on all) that takes its time: until it is done that walk can't be gone on with, nor, for all, one begin.
   * @throws ProblemError 409 where the walk, for all any, is being recorded
   */
  async exclusively<T>(walkId: string | undefined, work: () => Promise<T>): Promise<T> {
    const busy = [this.currentId, this.#resuming].filter((id) => id !== undefined);
    if (walkId === undefined ? busy.length > 0 : busy.includes(walkId))
      throw new ProblemError(409, 'walk_running', 'This walk is being recorded.', { whatToDo: 'Stop it first.' });
    this.#inWork.add(walkId);
    try {
      return await work();
    } finally {
      this.#inWork.delete(walkId);
    }
  }

  /** All that was told of a walk is void: its records are new from the first on. */
  onRewritten(call: (walkId: string) => void): () => void {
    this.#rewritten.add(call);
    return () => this.#rewritten.delete(call);
  }

  /** Since when the walk under way is paused [s]; null while it goes on. */
  get pausedSinceS(): number | null {
    return this.#running?.recorded.pausedSinceS ?? null;
  }

  /** The walk being recorded. */
  get currentId(): string | undefined {
    return this.#running?.recorded.id;
  }

  /** Why the last second could not be written; undefined while all is well. */
  get writeTrouble(): string | undefined {
    return this.#writeTrouble;
  }

  get heldSeconds(): number {
    return this.#running?.recorded.heldSeconds ?? 0;
  }

  /** A walk started, stopped or changed. */
  onChange(call: () => void): () => void {
    this.#changed.add(call);
    return () => this.#changed.delete(call);
  }

  /** A walk was finished, however it was fed. */
  onFinished(call: (walk: Walk) => void): void {
    this.#finished.add(call);
  }

  /** Tells all who watch that something about the walk has changed. */
  tellChange(): void {
    for (const call of this.#changed) call();
  }

  /** Walk time now [s]; of a walk fed by a client: its newest packet. */
  nowS(): number {
    const running = this.#need();
    return running.fedBy === 'sensors' ? this.#sinceZeroS(running.zeroNs) : running.recorded.newestS;
  }

  /** Somebody looks at the sensors: they stream while anybody does. */
  watch(): () => void {
    return this.#streaming.watch();
  }

  /** Starts a walk with the paired sensors. @throws ProblemError 409 where one runs or no sensor is paired */
  start(request: { profileId: string; title?: string; tags?: WalkTags }): Walk {
    this.#refuseSecond();
    const paired = this.#options.hub.sensors().filter((sensor) => sensor.paired && sensor.site !== undefined);
    if (paired.length === 0)
      throw new ProblemError(409, 'no_sensors', 'Expected at least one paired sensor, found none.', {
        whatToDo: 'Pair your sensors first; the virtual walker has some to try with.',
      });
    const { slots, bySensor } = slotsOf(paired);
    const zeroNs = this.#options.walkClock.nowNs();
    const trust = new LinkTrust();
    trust.note(paired);
    const walk = this.#create({
      ...request,
      source: paired.every((sensor) => sensor.virtual) ? 'virtual' : 'live',
      slots: trust.toldIn(slots),
      zeroNs,
    });
    this.#run({
      recorded: RecordedWalk.begin(this.#options.store, walk, this.#options.program),
      fedBy: 'sensors',
      slots: bySensor,
      zeroNs,
      trust,
    });
    return walk;
  }

  /** Starts a walk whose packets a client sends. @throws ProblemError 409, 400 */
  startIngest(request: {
    profileId: string;
    title?: string;
    tags?: WalkTags;
    slots: readonly SensorSlot[];
    told?: WearerTold;
  }): RecordedWalk {
    this.#refuseSecond();
    const zeroNs = this.#options.walkClock.nowNs();
    const { told, ...rest } = request;
    const walk = this.#create({ ...rest, source: 'ingest', zeroNs });
    if (told !== undefined) keepTold(this.#options.store, walk.id, told);
    let recorded: RecordedWalk;
    try {
      recorded = RecordedWalk.begin(this.#options.store, walk, this.#options.program);
    } catch (error) {
      this.#options.store.walks.finish(walk.id, { endedAtMs: this.#options.clock.wallMs(), summary: null });
      throw new ProblemError(400, 'slots', error instanceof Error ? error.message : 'These slots cannot make a walk.');
    }
    this.#run({ recorded, fedBy: 'ingest', slots: new Map(), zeroNs, trust: new LinkTrust() });
    return recorded;
  }

  #create(walk: Omit<NewWalk, 'startedAtMs'> & { zeroNs: bigint }): Walk {
    const { zeroNs, ...rest } = walk;
    const { bootId } = this.#options.walkClock;
    return this.#options.store.walks.create({
      ...rest,
      startedAtMs: this.#options.clock.wallMs(),
      monotonicZeroNs: zeroNs.toString(),
      ...(bootId === undefined ? {} : { bootId }),
    });
  }

  /** Ends the walk under way. @throws ProblemError 409 where this is not the one */
  stop(walkId: string): Walk {
    const running = this.#need(walkId);
    if (this.#correcting !== undefined)
      throw new ProblemError(409, 'conflict', 'Left and right of this walk are being swapped.', {
        whatToDo: 'End it in a few seconds.',
      });
    const { walks } = this.#options.store;
    walks.patch(walkId, { slots: running.trust.toldIn(walks.get(walkId).slots) });
    const walk = running.recorded.finish(this.#options.clock.wallMs());
    this.#end(running);
    this.#options.log.info({ walk: walk.id }, 'walk finished');
    for (const call of this.#finished) call(walk);
    return walk;
  }

  /** Goes on with a walk that was cut off. @throws ProblemError 409 */
  async resume(walkId: string): Promise<Walk> {
    const { store, walkClock, clock, hub, program } = this.#options;
    const walk = store.walks.get(walkId);
    if (walk.state !== 'interrupted')
      throw new ProblemError(409, 'not_interrupted', `Expected an interrupted walk, found one that is ${walk.state}.`);
    this.#refuseSecond();
    if (walk.source === 'ingest' || walk.source === 'import')
      throw new ProblemError(
        409,
        'not_from_sensors',
        'The packets of this walk came from a file or a client; it can only be closed.',
      );
    if (this.#inWork.has(walkId))
      throw new ProblemError(409, 'conflict', 'This walk is being closed or erased; it cannot be gone on with.');
    this.#resuming = walkId;
    let recorded: RecordedWalk;
    try {
      recorded = await RecordedWalk.resume(store, walkId, program);
    } finally {
      this.#resuming = undefined;
    }
    const atS = resumedS(walk, walkClock, clock.wallMs());
    const slots = new Map(
      walk.slots.flatMap((slot) => (slot.deviceId === undefined ? [] : [[slot.deviceId, slot.slot]])),
    );
    const zeroNs = walkClock.nowNs() - BigInt(Math.round(atS * 1e9));
    this.#run({ recorded, fedBy: 'sensors', slots, zeroNs, trust: new LinkTrust(walk.slots) });
    const known = new Set(
      hub
        .sensors()
        .filter((sensor) => sensor.paired)
        .map((sensor) => sensor.id),
    );
    const missing = [...slots.keys()].filter((id) => !known.has(id));
    if (missing.length > 0)
      this.#options.log.warn(
        { walk: walkId, missing: missing.length },
        'sensors of the resumed walk are not paired any more',
      );
    return store.walks.get(walkId);
  }

  /** The walk record as it stands now. */
  summaryNow(walkId: string): WalkRecord {
    return this.#need(walkId).recorded.summaryNow();
  }

  /** What is to be drawn now. */
  frame(): LiveFrame {
    return presentFrame(this.currentId ?? null, this.#running?.recorded.live(), this.#options.hub.sensors());
  }

  /** Writes what is there; a walk under way stays open and is `interrupted` at the next start. */
  close(): void {
    for (const stop of this.#stops) stop();
    this.#write();
    this.#changed.clear();
  }

  #run(running: Running): void {
    this.#running = running;
    this.#streaming.recording(running.fedBy === 'sensors');
    this.#options.log.info({ walk: running.recorded.id, from: running.fedBy }, 'walk recording');
    this.tellChange();
  }

  #end(running: Running): void {
    if (this.#running === running) this.#running = undefined;
    this.#streaming.recording(false);
    this.tellChange();
  }

  #need(walkId?: string): Running {
    const running = this.#running;
    if (running === undefined || (walkId !== undefined && running.recorded.id !== walkId)) {
      if (walkId !== undefined) this.#options.store.walks.get(walkId);
      throw new ProblemError(409, 'not_recording', 'Expected a walk that is being recorded; this one is not.');
    }
    return running;
  }

  #refuseSecond(): void {
    if (this.#running !== undefined || this.#resuming !== undefined)
      throw new ProblemError(409, 'walk_running', 'A walk is being recorded already.', { whatToDo: 'Stop it first.' });
    if (this.#inWork.has(undefined))
      throw new ProblemError(409, 'conflict', 'Walks are being erased.', { whatToDo: 'Start in a few seconds.' });
  }

  #sinceZeroS(zeroNs: bigint): number {
    return Number(this.#options.walkClock.nowNs() - zeroNs) / 1e9;
  }

  #onNotification({ sensorId, bytes }: HubNotification): void {
    const running = this.#running;
    if (running?.fedBy !== 'sensors') return;
    const slot = running.slots.get(sensorId);
    const receivedS = this.#sinceZeroS(running.zeroNs);
    // A virtual sensor's packet from before the walk may come after its beginning.
    if (slot !== undefined && receivedS >= 0) running.recorded.push({ slot, receivedS, bytes: new Uint8Array(bytes) });
  }

  #everySecond(): void {
    if (this.#running?.fedBy === 'sensors') this.#write();
    this.#streaming.settle();
  }

  #write(): void {
    try {
      this.#running?.recorded.flush();
      this.#writeTrouble = undefined;
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      if (this.#writeTrouble === undefined) this.#options.log.error({ err: error }, 'a second could not be written');
      this.#writeTrouble = text;
    }
  }
}
