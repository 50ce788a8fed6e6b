import type { GaitRecord } from '../domain/records.ts';

const ORDER = { event: 0, step: 1, stride: 2, curve: 3, finding: 4, orientation: 5, walk: 6 } as const;

/** By release, then by kind: an event is told before the stride that it closes. */
export const byRelease = (a: GaitRecord, b: GaitRecord): number =>
  a.known_at_s - b.known_at_s || ORDER[a.type] - ORDER[b.type];
