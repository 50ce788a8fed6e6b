import { ApiError } from '../api/client.ts';
import { service } from '../api/service.ts';
import type { MarkRequest } from '../api/types.ts';
import { keep, kept } from './kept.ts';

/** A mark as the page holds it: `markId` once the service has it. */
export interface HeldMark {
  readonly key: string;
  readonly walkId: string;
  markId: string | null;
  request: MarkRequest;
  /** Changed since the service last heard of it. */
  dirty: boolean;
  undone: boolean;
}

const KEPT = 'gaitkeeper.marks';

function readKept(): HeldMark[] {
  try {
    const marks: unknown = JSON.parse(kept(KEPT) ?? '[]');
    return Array.isArray(marks) ? (marks as HeldMark[]) : [];
  } catch {
    return [];
  }
}

/**
 * Marks wait here until the service has taken them, so that marking works without a line and survives a reload. One
 * after the other, in order; what the service refuses for good is dropped.
 */
class PainQueue {
  held = $state<HeldMark[]>(readKept());
  #sending = false;

  get waiting(): number {
    return this.held.filter((m) => m.dirty).length;
  }

  add(walkId: string, request: MarkRequest): HeldMark {
    this.held.push({ key: crypto.randomUUID(), walkId, markId: null, request, dirty: true, undone: false });
    void this.send();
    return this.held[this.held.length - 1] as HeldMark;
  }

  change(key: string, change: MarkRequest): void {
    const mark = this.held.find((m) => m.key === key);
    if (mark === undefined) return;
    mark.request = { ...mark.request, ...change };
    mark.dirty = true;
    void this.send();
  }

  undo(key: string): void {
    const mark = this.held.find((m) => m.key === key);
    if (mark === undefined) return;
    mark.undone = true;
    mark.dirty = true;
    void this.send();
  }

  async send(): Promise<void> {
    this.#keep();
    if (this.#sending) return;
    this.#sending = true;
    try {
      for (;;) {
        const mark = this.held.find((m) => m.dirty);
        if (mark === undefined) break;
        mark.dirty = false;
        try {
          await this.#sendOne(mark);
        } catch (error) {
          if (!(error instanceof ApiError) || error.status === 0 || error.status >= 500 || error.status === 401) {
            mark.dirty = true;
            break;
          }
          this.held = this.held.filter((m) => m !== mark);
        }
      }
    } finally {
      this.#sending = false;
      this.held = this.held.filter((m) => m.dirty || !m.undone).slice(-20);
      this.#keep();
    }
  }

  async #sendOne(mark: HeldMark): Promise<void> {
    if (mark.undone) {
      if (mark.markId !== null) await service.deleteMark(mark.walkId, mark.markId);
      return;
    }
    if (mark.markId === null) mark.markId = (await service.addMark(mark.walkId, mark.request)).id;
    else await service.patchMark(mark.walkId, mark.markId, mark.request);
  }

  #keep(): void {
    keep(KEPT, JSON.stringify(this.held.filter((m) => m.dirty)));
  }
}

export const painQueue = new PainQueue();
