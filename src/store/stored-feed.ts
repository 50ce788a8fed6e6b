import type { StoredEntry } from './walk-entry.ts';

export type StoredCallback = (walkId: string, entries: readonly StoredEntry[]) => void;

/** Tells whoever listens what has just been committed, in order. */
export class StoredFeed {
  readonly #callbacks = new Set<StoredCallback>();

  subscribe(callback: StoredCallback): () => void {
    this.#callbacks.add(callback);
    return () => this.#callbacks.delete(callback);
  }

  tell(walkId: string, entries: readonly StoredEntry[]): void {
    if (entries.length === 0) return;
    for (const callback of this.#callbacks) callback(walkId, entries);
  }
}
