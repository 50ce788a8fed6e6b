import type { TimelineSeries } from './minute-timeline.ts';
import { strideMetrics } from '../pipeline/metrics/index.ts';

/** A walk as far as a comparison needs it: medians a minute, of both sides, with the speed of each minute. */
export interface ComparableWalk {
  readonly id: string;
  readonly timeline: readonly TimelineSeries[];
}

/** How one metric differs between two walks or sets of walks: B less A. */
export interface Comparison {
  readonly metric: string;
  /** Angles are compared as change from each walk's own start: where a sensor sits differs from day to day. */
  readonly against: 'own_start' | 'value';
  readonly a: number | null;
  readonly b: number | null;
  readonly difference: number | null;
  /** Half of the 95 % interval. */
  readonly halfWidth: number | null;
  readonly clear: boolean;
  readonly matchedMinutes: number;
  readonly reason: 'no_shared_minutes' | null;
}

/** Minutes match where they are the same minute of both walks and the speeds are this close [m/s]. */
const SPEED_MATCH_MPS = 0.1;
const FEWEST_MINUTES = 10;
/** Neighbouring minutes remember each other: one in five counts. */
const INDEPENDENT_SHARE = 1 / 5;
/** The wearer's start [min]. */
const START_MIN = [3, 15] as const;

/**
 * Compares sets of walks by matched minutes and speed. Every walk of A is paired with every walk of B; the interval is the wider of
 * that of the minutes and, where there are several walks, that between the pairs.
 */
export function compareWalks(a: readonly ComparableWalk[], b: readonly ComparableWalk[]): readonly Comparison[] {
  const metrics = [...new Set([...a, ...b].flatMap((w) => w.timeline.map((s) => s.metric)))];
  return metrics.map((metric) => compareMetric(metric, a, b));
}

interface Minutes {
  readonly values: readonly (number | null)[];
  readonly speeds: readonly (number | null)[];
}

function compareMetric(metric: string, a: readonly ComparableWalk[], b: readonly ComparableWalk[]): Comparison {
  const angle = strideMetrics.find((m) => m.name === metric)?.kind === 'angle';
  const minutesOf = (walk: ComparableWalk): Minutes => ({
    values: angle ? lessStart(bothSides(walk, metric)) : bothSides(walk, metric),
    speeds: bothSides(walk, 'walking_speed_mps'),
  });
  const pairs: { a: number; b: number; difference: number; halfWidth: number; minutes: number }[] = [];
  for (const wa of a.map(minutesOf))
    for (const wb of b.map(minutesOf)) {
      const pair = comparePair(wa, wb, metric === 'walking_speed_mps');
      if (pair !== undefined) pairs.push(pair);
    }
  const against = angle ? 'own_start' : 'value';
  if (pairs.length === 0)
    return {
      metric,
      against,
      a: null,
      b: null,
      difference: null,
      halfWidth: null,
      clear: false,
      matchedMinutes: 0,
      reason: 'no_shared_minutes',
    };
  const difference = mean(pairs.map((p) => p.difference));
  const within = Math.sqrt(mean(pairs.map((p) => p.halfWidth ** 2)) / Math.min(a.length, b.length));
  const between =
    pairs.length < 2 ? 0 : (1.96 * spread(pairs.map((p) => p.difference))) / Math.sqrt(Math.min(a.length, b.length));
  const halfWidth = Math.max(within, between);
  return {
    metric,
    against,
    a: mean(pairs.map((p) => p.a)),
    b: mean(pairs.map((p) => p.b)),
    difference,
    halfWidth,
    clear: Math.abs(difference) > halfWidth,
    matchedMinutes: Math.round(mean(pairs.map((p) => p.minutes))),
    reason: null,
  };
}

function comparePair(
  a: Minutes,
  b: Minutes,
  ignoreSpeed: boolean,
): { a: number; b: number; difference: number; halfWidth: number; minutes: number } | undefined {
  const left: number[] = [];
  const right: number[] = [];
  for (let i = 0; i < Math.min(a.values.length, b.values.length); i++) {
    const va = a.values[i];
    const vb = b.values[i];
    if (va == null || vb == null) continue;
    const speedA = a.speeds[i];
    const speedB = b.speeds[i];
    if (!ignoreSpeed && speedA != null && speedB != null && Math.abs(speedA - speedB) > SPEED_MATCH_MPS) continue;
    left.push(va);
    right.push(vb);
  }
  if (left.length < FEWEST_MINUTES) return undefined;
  const differences = left.map((v, i) => right[i]! - v);
  return {
    a: mean(left),
    b: mean(right),
    difference: mean(differences),
    halfWidth: (1.96 * spread(differences)) / Math.sqrt(differences.length * INDEPENDENT_SHARE),
    minutes: left.length,
  };
}

/** Mean of both sides a minute; one side alone where the other has none. */
function bothSides(walk: ComparableWalk, metric: string): readonly (number | null)[] {
  const sides = walk.timeline.filter((s) => s.metric === metric).map((s) => s.values);
  const length = Math.max(0, ...sides.map((v) => v.length));
  return Array.from({ length }, (_, i) => {
    const there = sides.map((v) => v[i]).filter((v) => v != null);
    return there.length === 0 ? null : mean(there);
  });
}

function lessStart(values: readonly (number | null)[]): readonly (number | null)[] {
  const start = values.slice(...START_MIN).filter((v) => v !== null);
  if (start.length === 0) return values.map(() => null);
  const sorted = [...start].sort((x, y) => x - y);
  const level = sorted[sorted.length >> 1]!;
  return values.map((v) => (v === null ? null : v - level));
}

const mean = (values: readonly number[]): number => values.reduce((x, y) => x + y, 0) / values.length;

function spread(values: readonly number[]): number {
  const m = mean(values);
  return Math.sqrt(values.reduce((s, v) => s + (v - m) ** 2, 0) / Math.max(1, values.length - 1));
}
