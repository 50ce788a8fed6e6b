import type { GaitRecord } from '../domain/records.ts';

/** What a walk happened in. Every field may be left out; texts are the wearer's own words. */
export interface WalkTags {
  readonly shoes?: string;
  readonly insoles?: string;
  readonly luggage_kg?: number;
  readonly ground?: string;
  readonly route?: string;
  readonly cold?: boolean;
  readonly notes?: string;
}

export const WALK_STATES = ['recording', 'finished', 'interrupted'] as const;
/** `interrupted`: the service ended in mid-walk; the walk can be resumed or closed. */
export type WalkState = (typeof WALK_STATES)[number];

/** Pain as the wearer marked it. An undone mark stays in the log, but not in lists. */
export interface Mark {
  readonly id: string;
  readonly walkId: string;
  /** Walk time [s]. */
  readonly atS: number;
  /** Where it hurts: the page's own codes (`left_knee`) or free text, at most 64 characters. */
  readonly place: string;
  /** 0 (none) to 10; null: marked by one tap, not said (yet). */
  readonly strength: number | null;
  readonly note: string;
  readonly createdAtMs: number;
  readonly undone: boolean;
}

/** A mark was set, changed or undone (its state afterwards). */
export interface MarkEntry extends Mark {
  readonly type: 'mark';
}

/** The tags from this moment of the walk on. */
export interface TagsEntry {
  readonly type: 'tags';
  readonly at_s: number;
  readonly tags: WalkTags;
}

/** The wearer paused the walk, or went on with it. */
export interface PauseEntry {
  readonly type: 'pause';
  readonly at_s: number;
  readonly paused: boolean;
}

/** The walk began, was resumed, was cut off, or ended. */
export interface StateEntry {
  readonly type: 'state';
  readonly at_s: number;
  readonly state: WalkState;
}

/** Everything that a walk's log can hold: what the analysis gave, and what the wearer did. */
export type WalkEntry = GaitRecord | MarkEntry | TagsEntry | PauseEntry | StateEntry;
export type WalkEntryType = WalkEntry['type'];

/** An entry with its number. Numbers grow over the whole store and are never used again: the `id:` of server-sent events. */
export interface StoredEntry<E extends WalkEntry = WalkEntry> {
  readonly id: number;
  readonly entry: E;
}
