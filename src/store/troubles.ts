import type { StoreTrouble } from './walk-store.ts';

/** Remembers since when each trouble lasts. */
export class Troubles {
  readonly #nowMs: () => number;
  readonly #since = new Map<StoreTrouble['code'], number>();

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** @param texts what is wrong now; undefined for what is fine */
  now(texts: Readonly<Record<StoreTrouble['code'], string | undefined>>): readonly StoreTrouble[] {
    const troubles: StoreTrouble[] = [];
    for (const [code, text] of Object.entries(texts) as [StoreTrouble['code'], string | undefined][]) {
      if (text === undefined) {
        this.#since.delete(code);
        continue;
      }
      const sinceMs = this.#since.get(code) ?? this.#nowMs();
      this.#since.set(code, sinceMs);
      troubles.push({ code, text, sinceMs });
    }
    return troubles;
  }
}
