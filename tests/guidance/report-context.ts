import type { ReportContext } from '../../src/guidance/walk-report.ts';

/** A walk of which nobody said anything, by someone who may try exercises. */
export const OPEN: ReportContext = {
  title: '',
  startedAtMs: 0,
  tags: {},
  tagChanges: [],
  marks: [],
  safety: { state: 'open', yes: [], dueBecause: undefined, validUntilMs: 1 },
  tried: new Set(),
  version: 'test',
};
