import type { Mark, Walk } from '../api/types.ts';
import { symmetryPct } from './report-math.ts';

/** What one walk contributes to trends: no absolute angle, only what may be compared across days. */
export interface WalkFacts {
  readonly walk: Walk;
  readonly atMs: number;
  readonly minutes: number;
  /** Minute of the first pain; null when none was marked (then the walk's length is a lower bound). */
  readonly firstPainMin: number | null;
  readonly mostPain: number | null;
  readonly speedMps: number | null;
  readonly cadenceSpm: number | null;
  readonly stancePct: number | null;
  /** Roll-in at the end less the walk's own start [deg]. */
  readonly rollChange: { readonly left: number | null; readonly right: number | null };
}

function scoreChange(walk: Walk, side: 'left' | 'right'): number | null {
  const scores = walk.summary?.metrics['scores'] as Record<string, Record<string, unknown>> | undefined;
  const score = scores?.[`excessive_pronation_${side}`];
  const value = score?.['value'];
  const level = score?.['own_level'];
  return typeof value === 'number' && typeof level === 'number' ? value - level : null;
}

/** Facts of a walk with its pain marks. */
export function walkFacts(walk: Walk, marks: readonly Mark[]): WalkFacts {
  const own = marks.filter((m) => m.walk_id === walk.id).sort((a, b) => a.at_s - b.at_s);
  const strengths = own.flatMap((m) => (m.strength === null ? [] : [m.strength]));
  const l = walk.summary?.left.medians['stance_time_s'];
  const r = walk.summary?.right.medians['stance_time_s'];
  return {
    walk,
    atMs: Date.parse(walk.started_at),
    minutes: walk.duration_s / 60,
    firstPainMin: own[0] === undefined ? null : own[0].at_s / 60,
    mostPain: strengths.length === 0 ? null : Math.max(...strengths),
    speedMps: walk.summary?.walking_speed_mps ?? null,
    cadenceSpm: walk.summary?.cadence_spm ?? null,
    stancePct: typeof l === 'number' && typeof r === 'number' && l > 0 && r > 0 ? symmetryPct(l, r) : null,
    rollChange: { left: scoreChange(walk, 'left'), right: scoreChange(walk, 'right') },
  };
}

/** Days of a month as rows of seven, Monday first; null outside the month. */
export function monthRows(year: number, month: number): (number | null)[][] {
  const lead = (new Date(year, month, 1).getDay() + 6) % 7;
  const days = new Date(year, month + 1, 0).getDate();
  const cells: (number | null)[] = [
    ...new Array<null>(lead).fill(null),
    ...Array.from({ length: days }, (_, i) => i + 1),
  ];
  while (cells.length % 7 !== 0) cells.push(null);
  return Array.from({ length: cells.length / 7 }, (_, i) => cells.slice(7 * i, 7 * i + 7));
}
