import type { WalkRecord } from '../domain/records.ts';
import type { SensorSlot } from '../domain/notification.ts';
import type { Connection } from './connection.ts';
import { StoreError } from './store-error.ts';
import type { Walk, WalkState, WalkTags } from './walk-store.ts';

/** A row of `walks`. */
export interface WalkRow {
  readonly walk: number;
  readonly id: string;
  readonly profile_id: string;
  readonly state: WalkState;
  readonly hidden: 'importing' | 'erasing' | null;
  readonly started_at_ms: number;
  readonly ended_at_ms: number | null;
  readonly monotonic_zero_ns: string | null;
  readonly boot_id: string | null;
  readonly title: string;
  readonly source: string;
  readonly tags: string;
  readonly slots: string;
  readonly summary: string | null;
  readonly duration_s: number;
  readonly notifications: number;
  readonly raw_bytes: number;
  readonly raw_removed: number;
  readonly generation: number;
  readonly last_seq: number;
}

export function walkOf(row: WalkRow): Walk {
  return {
    id: row.id,
    profileId: row.profile_id,
    state: row.state,
    startedAtMs: row.started_at_ms,
    endedAtMs: row.ended_at_ms,
    monotonicZeroNs: row.monotonic_zero_ns,
    bootId: row.boot_id,
    durationS: row.duration_s,
    title: row.title,
    source: row.source,
    tags: JSON.parse(row.tags) as WalkTags,
    slots: JSON.parse(row.slots) as SensorSlot[],
    summary: row.summary === null ? null : (JSON.parse(row.summary) as WalkRecord),
    notifications: row.notifications,
    rawBytes: row.raw_bytes,
    rawRemoved: row.raw_removed === 1,
    generation: row.generation,
  };
}

/** Finds the rows of walks that are to be seen. */
export class WalkRows {
  readonly #connection: Connection;
  readonly #byId;

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#byId = connection.db.prepare<[string], WalkRow>('SELECT * FROM walks WHERE id = ? AND hidden IS NULL');
  }

  find(walkId: string): WalkRow | undefined {
    return this.#connection.read(() => this.#byId.get(walkId));
  }

  /** @throws StoreError `not_found` */
  get(walkId: string): WalkRow {
    const row = this.find(walkId);
    if (row === undefined) throw new StoreError('not_found', `There is no walk ${shown(walkId)}.`);
    return row;
  }

  /** @throws StoreError `not_found`; `conflict` where the walk isn't recording */
  recording(walkId: string): WalkRow {
    const row = this.get(walkId);
    if (row.state !== 'recording')
      throw new StoreError(
        'conflict',
        `The walk ${walkId} is ${row.state}: it takes no more data unless it is resumed.`,
      );
    return row;
  }
}

/** A caller's text in a message: short, on one line. */
export const shown = (text: string): string => JSON.stringify(text.length > 40 ? text.slice(0, 40) + '…' : text);
