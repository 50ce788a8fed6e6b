import type { FindingRecord, WalkRecord } from '../domain/records.ts';
import type { Side } from '../domain/sites.ts';
import { strideMetrics } from '../pipeline/metrics/index.ts';
import { CAUSES, type Cause } from './causes.ts';
import type { ExerciseId } from './exercises.ts';
import type { StartEndRow } from './start-end.ts';

export type Certainty = 'low' | 'medium' | 'high';

/** One thing that changed in a walk, or that its data can't say. At most three are shown. */
export interface WalkFinding {
  readonly metric: string;
  readonly side: Side | null;
  readonly direction: 'more' | 'less';
  /** Change now, in the metric's unit, with its 80 % range. */
  readonly size: number;
  readonly range: readonly [number, number];
  readonly unit: string;
  readonly certainty: Certainty;
  /** Minutes between which it began; null where it can't be said. */
  readonly sinceMin: readonly [number, number] | null;
  readonly sudden: boolean;
  /** Causes of the table that this may go with. */
  readonly mayGoWith: readonly Cause['id'][];
  readonly exercises: readonly ExerciseId[];
}

const MOST_FINDINGS = 3;
const Z80 = 1.2816;

/**
 * From records to findings. Rules only: drift alarms first (most certain first), then changes of several signals of one
 * cause between the first and the last minutes, then sudden changes. "Nothing clear changed" is an empty list, and a full result.
 */
export function walkFindings(
  walk: Pick<WalkRecord, 'metrics'>,
  records: readonly FindingRecord[],
  rows: readonly StartEndRow[],
): readonly WalkFinding[] {
  const drifts = records.filter((r) => r.kind === 'drift').map((r) => fromDrift(r, finalReading(walk, r)));
  const found = drifts.filter((f) => f !== undefined).sort((a, b) => rank(b.certainty) - rank(a.certainty));
  for (const cause of CAUSES) {
    const finding = fromSeveralSignals(cause, rows);
    if (finding !== undefined) found.push(finding);
  }
  for (const record of records.filter((r) => r.kind === 'sudden_change')) {
    const finding = fromSudden(record);
    if (finding !== undefined && !found.some((f) => f.metric === finding.metric)) found.push(finding);
  }
  return found.slice(0, MOST_FINDINGS);
}

const rank = (certainty: Certainty): number => ['low', 'medium', 'high'].indexOf(certainty);

/** The probability of a drift in words: above 0.95 high, above 0.85 medium, else low. */
export const certaintyOf = (p: number): Certainty => (p > 0.95 ? 'high' : p >= 0.85 ? 'medium' : 'low');

interface Reading {
  readonly p: number;
  readonly size: number;
  readonly sizeSd: number;
  readonly onsetMin: readonly [number, number] | null;
}

/** The bank's last word on the metric: all minutes of the walk are in it, those before the alarm and those after. */
function finalReading(walk: Pick<WalkRecord, 'metrics'>, record: FindingRecord): Reading | undefined {
  const readings = walk.metrics['drift'] as Record<string, Reading> | undefined;
  return readings?.[String(record.data?.['metric'])];
}

function fromDrift(record: FindingRecord, final: Reading | undefined): WalkFinding | undefined {
  const data = record.data ?? {};
  const metric = data['metric'];
  if (typeof metric !== 'string') return undefined;
  const size = final?.size ?? Number(data['size']);
  const sd = final?.sizeSd ?? Number(data['size_sd']);
  const direction = size >= 0 ? 'more' : 'less';
  return {
    metric,
    side: record.side,
    direction,
    size,
    range: [size - Z80 * sd, size + Z80 * sd],
    unit: String(data['unit']),
    certainty: certaintyOf(final?.p ?? record.confidence),
    sinceMin: final?.onsetMin ?? (data['onset_min'] as [number, number] | undefined) ?? null,
    sudden: false,
    ...causesOf(metric, direction),
  };
}

function fromSudden(record: FindingRecord): WalkFinding | undefined {
  const data = record.data ?? {};
  const metric = data['metric'];
  if (typeof metric !== 'string') return undefined;
  const size = Number(data['size']);
  const atMin = Number(data['at_min']);
  return {
    metric,
    side: null,
    direction: size >= 0 ? 'more' : 'less',
    size,
    range: [size, size],
    unit: String(data['unit']),
    certainty: 'medium',
    sinceMin: [atMin, atMin],
    sudden: true,
    // A jump is a shoe, a strap, the ground or a load: no cause in the body is named for it.
    mayGoWith: [],
    exercises: [],
  };
}

function causesOf(metric: string, direction: 'more' | 'less'): Pick<WalkFinding, 'mayGoWith' | 'exercises'> {
  const causes = CAUSES.filter((c) =>
    c.signals.some((s) => s.alone && s.metric === metric && (s.direction === direction || s.direction === 'either')),
  );
  return { mayGoWith: causes.map((c) => c.id), exercises: causes.flatMap((c) => c.exercises) };
}

/** Signals that count only together: at least two of a cause, clear on both sides and the same way. Never more than low. */
function fromSeveralSignals(cause: Cause, rows: readonly StartEndRow[]): WalkFinding | undefined {
  const together = cause.signals.filter((s) => !s.alone);
  if (together.length < 2 || cause.signals.some((s) => s.alone)) return undefined;
  const clear = together.flatMap((signal) => {
    const both = rows.filter((r) => r.metric === signal.metric && r.change?.clear === true);
    const right = both.filter(
      (r) => signal.direction === 'either' || r.change!.value > 0 === (signal.direction === 'more'),
    );
    return right.length === 2 ? [{ signal, rows: right }] : [];
  });
  // A stride that is shorter only because the pace fell says nothing: the stride time must have stayed.
  const pace = rows.filter((r) => r.metric === 'stride_time_s' && r.start !== null && r.change !== null);
  const samePace = pace.length > 0 && pace.every((r) => Math.abs(r.change!.value) < 0.02 * r.start!.median);
  if (clear.length < 2 || !samePace) return undefined;
  const main = clear[0]!;
  const size = (main.rows[0]!.change!.value + main.rows[1]!.change!.value) / 2;
  const half = Math.max(...main.rows.map((r) => r.change!.halfWidth)) * (Z80 / 1.96);
  return {
    metric: main.signal.metric,
    side: null,
    direction: size >= 0 ? 'more' : 'less',
    size,
    range: [size - half, size + half],
    unit: strideMetrics.find((m) => m.name === main.signal.metric)!.unit,
    certainty: 'low',
    sinceMin: null,
    sudden: false,
    mayGoWith: [cause.id],
    exercises: cause.exercises,
  };
}
