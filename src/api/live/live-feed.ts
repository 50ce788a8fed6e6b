import type { SensorHub } from '../../ble/sensor-hub.ts';
import type { StoredEntry, WalkStore } from '../../store/walk-store.ts';
import type { Caller } from '../access/access-control.ts';
import { isoTime, type ServiceClock } from '../clock.ts';
import type { LiveMark, LiveRecord, LiveWalk, SensorList } from '../contract.ts';
import { presentMark, presentWalk } from '../presenters.ts';
import type { WalkHost } from '../recorder/walk-host.ts';
import { eventText, type LiveClient } from './live-client.ts';

/** A little over 33 ms: at most 30 frames a second. */
const FRAME_EVERY_MS = 34;
const HEARTBEAT_EVERY_MS = 5000;
/** A revoked token's streams are closed within this time [ms]. */
const CHECK_EVERY_MS = 2000;
const SENSORS_EVERY_MS = 1000;
/** Entries read at a time while a client catches up. */
const CATCH_UP = 200;

export interface LiveFeedOptions {
  readonly store: WalkStore;
  readonly host: WalkHost;
  readonly hub: SensorHub;
  readonly clock: ServiceClock;
  /** Sensors as the API gives them. */
  readonly sensorList: () => SensorList;
}

interface Reader {
  readonly client: LiveClient;
  readonly caller: Caller;
  /** Entries up to this one of `walkId` have been sent. */
  walkId: string | undefined;
  lastId: number;
  /** Records that are wanted; undefined: all. */
  readonly kinds: ReadonlySet<string> | undefined;
  /** Still reading stored entries: new ones come from there. */
  behind: boolean;
}

/** Where a client wants to go on: after this entry of this walk. */
export interface ResumeFrom {
  readonly walkId: string;
  readonly id: number;
}

/**
 * The live stream: what the store has just written goes to every reader with its id, frames go without. A reader that comes
 * back with the last id it saw first gets what it missed, in order, then what comes: none lost, none doubled.
 */
export class LiveFeed {
  readonly #options: LiveFeedOptions;
  readonly #readers = new Set<Reader>();
  readonly #stops: (() => void)[];
  #stopFrames: (() => void) | undefined;
  #sensorsChanged = false;

  constructor(options: LiveFeedOptions) {
    this.#options = options;
    const { clock } = options;
    this.#stops = [
      options.store.onStored((walkId, entries) => this.#onStored(walkId, entries)),
      options.host.onChange(() => this.#onWalkChange()),
      options.host.onRewritten((walkId) => this.#onRewritten(walkId)),
      options.hub.onChange(() => {
        this.#sensorsChanged = true;
      }),
      clock.every(HEARTBEAT_EVERY_MS, () => {
        this.#toAll(eventText('heartbeat', JSON.stringify({ time: isoTime(clock.wallMs()) })));
        for (const { client } of this.#readers) client.cutIfStalled();
      }),
      clock.every(CHECK_EVERY_MS, () => {
        for (const { client, caller } of this.#readers) if (!caller.stillValid()) client.end();
      }),
      clock.every(SENSORS_EVERY_MS, () => this.tellSensorsNow()),
    ];
  }

  get readers(): number {
    return this.#readers.size;
  }

  /** Takes a client in. `from`: go on after this entry; `all`: from the first entry of the walk under way; else: what comes. */
  join(client: LiveClient, caller: Caller, from: ResumeFrom | 'all' | undefined, kinds?: ReadonlySet<string>): void {
    const { host, store } = this.#options;
    const reader: Reader = { client, caller, kinds, walkId: undefined, lastId: 0, behind: true };
    this.#readers.add(reader);
    const unwatch = host.watch();
    client.onClose(() => {
      this.#readers.delete(reader);
      unwatch();
      if (this.#readers.size === 0) {
        this.#stopFrames?.();
        this.#stopFrames = undefined;
      }
    });
    this.#stopFrames ??= this.#options.clock.every(FRAME_EVERY_MS, () => this.#sendFrame());
    client.write('retry: 1000\n\n');
    client.send('walk', this.#walkJson());
    client.send('sensors', JSON.stringify(this.#options.sensorList()));
    const current = host.currentId;
    if (from !== undefined && from !== 'all') {
      reader.walkId = from.walkId;
      reader.lastId = from.id;
    } else if (current !== undefined) {
      reader.walkId = current;
      reader.lastId = from === 'all' ? 0 : store.entries.lastId(current);
    }
    void this.#catchUp(reader);
  }

  /** Ends every stream in good order. */
  close(): void {
    for (const stop of this.#stops) stop();
    this.#stopFrames?.();
    for (const { client } of this.#readers) client.end();
  }

  async #catchUp(reader: Reader): Promise<void> {
    const { store, host } = this.#options;
    const { client } = reader;
    try {
      while (!client.closed) {
        const entries = reader.walkId === undefined ? [] : store.entries.after(reader.walkId, reader.lastId, CATCH_UP);
        if (entries.length > 0) {
          for (const entry of entries) this.#sendEntry(reader, reader.walkId!, entry);
          await client.drained();
          await new Promise(setImmediate);
          continue;
        }
        const current = host.currentId;
        if (current !== undefined && current !== reader.walkId) {
          // The walk that was left has been read to its end; the one under way began meanwhile: all of it is new.
          reader.walkId = current;
          reader.lastId = 0;
          continue;
        }
        reader.behind = false;
        client.send('caught_up', '{}');
        return;
      }
    } catch {
      // A walk that was erased meanwhile, or a store that can't be read now: the client comes again and is told.
      client.end();
    }
  }

  #onStored(walkId: string, entries: readonly StoredEntry[]): void {
    if (walkId !== this.#options.host.currentId) return;
    for (const reader of this.#readers) {
      if (reader.behind) continue;
      if (reader.walkId !== walkId) {
        reader.walkId = walkId;
        reader.lastId = 0;
      }
      for (const entry of entries) if (entry.id > reader.lastId) this.#sendEntry(reader, walkId, entry);
    }
  }

  #sendEntry(reader: Reader, walkId: string, { id, entry }: StoredEntry): void {
    reader.lastId = id;
    const eventId = `${walkId}:${id}`;
    switch (entry.type) {
      case 'mark': {
        const mark: LiveMark = { walk_id: walkId, mark_id: entry.id, mark: entry.undone ? null : presentMark(entry) };
        reader.client.send('mark', JSON.stringify(mark), eventId);
        break;
      }
      case 'tags':
      case 'pause':
      case 'state':
        reader.client.send('walk', this.#walkJson(), eventId);
        break;
      case 'orientation':
        break;
      default: {
        if (reader.kinds?.has(entry.type) === false) break;
        const record: LiveRecord = { id, walk_id: walkId, record: entry };
        reader.client.send('record', JSON.stringify(record), eventId);
      }
    }
  }

  /** Every reader begins the walk anew. */
  #onRewritten(walkId: string): void {
    for (const reader of this.#readers) {
      reader.client.send('rewritten', JSON.stringify({ walk_id: walkId }));
      if (reader.walkId !== walkId) continue;
      reader.lastId = 0;
      if (reader.behind) continue;
      reader.behind = true;
      void this.#catchUp(reader);
    }
  }

  #onWalkChange(): void {
    this.#toAll(eventText('walk', this.#walkJson()));
  }

  #walkJson(): string {
    const { host, store } = this.#options;
    const walk = host.currentId === undefined ? undefined : store.walks.find(host.currentId);
    const live: LiveWalk = { walk: walk === undefined ? null : presentWalk(walk, host.pausedSinceS) };
    return JSON.stringify(live);
  }

  #sendFrame(): void {
    const text = eventText('frame', JSON.stringify(this.#options.host.frame()));
    for (const { client } of this.#readers) client.sendFrame(text);
  }

  /** Something that is told with the sensors has changed elsewhere than in the hub. */
  noteSensors(): void {
    this.#sensorsChanged = true;
  }

  /** Tells what changed of the sensors, where anything did. */
  tellSensorsNow(): void {
    if (!this.#sensorsChanged || this.#readers.size === 0) return;
    this.#sensorsChanged = false;
    this.#toAll(eventText('sensors', JSON.stringify(this.#options.sensorList())));
  }

  #toAll(text: string): void {
    for (const { client } of this.#readers) client.write(text);
  }
}
