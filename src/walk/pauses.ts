import type { Pause } from '../domain/wearer-told.ts';

/** A pause as the walk record has it: over, and whether it was long enough to be called a break. */
export interface EndedPause {
  readonly from_s: number;
  readonly to_s: number;
  readonly is_break: boolean;
}

/** A pause longer than this is a break [s]. */
export const BREAK_S = 5 * 60;

/** When the wearer had paused the walk: what is walked meanwhile is kept as packets, and nothing is learned from it. */
export class Pauses {
  #list: readonly Pause[] = [];

  /** All pauses of the walk so far, in order; replaces what was told before. */
  set(pauses: readonly Pause[]): void {
    this.#list = pauses.map(({ from_s, to_s }) => ({ from_s, to_s }));
  }

  /** Whether this moment lies in a pause: [from, to). */
  holds(atS: number): boolean {
    return this.#list.some(({ from_s, to_s }) => atS >= from_s && (to_s === null || atS < to_s));
  }

  /** Whether any of this time lies in a pause. */
  touches(fromS: number, toS: number): boolean {
    return this.#list.some(({ from_s, to_s }) => toS >= from_s && (to_s === null || fromS < to_s));
  }

  /** Start of the pause that lasts at the moment; null while the walk goes on. */
  get sinceS(): number | null {
    const last = this.#list.at(-1);
    return last?.to_s === null ? last.from_s : null;
  }

  /** Pauses that began before the walk's end, the last one cut there. */
  ended(endS: number): EndedPause[] {
    return this.#list
      .filter(({ from_s }) => from_s < endS)
      .map(({ from_s, to_s }) => {
        const until = Math.min(to_s ?? endS, endS);
        return { from_s, to_s: until, is_break: until - from_s > BREAK_S };
      });
  }

  snapshot(): readonly Pause[] {
    return structuredClone(this.#list);
  }
}
