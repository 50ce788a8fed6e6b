import type { CurveRecord, FindingRecord, StrideRecord, WalkRecord } from '../domain/records.ts';
import type { Side } from '../domain/sites.ts';
import { strideMetrics } from '../pipeline/metrics/index.ts';
import { CurveBands, type CurveBand } from './curve-bands.ts';
import { QualityCount, type DataQuality } from './data-quality.ts';
import { exerciseToTry, type ExerciseId } from './exercises.ts';
import { MinuteTimeline, type TimelineSeries } from './minute-timeline.ts';
import type { SafetyState } from './safety-check.ts';
import { CHANGE_NEEDS_S, StartEndTable, type StartEndRow } from './start-end.ts';
import { firstPainMin } from './walk-outcomes.ts';
import { walkFindings, type WalkFinding } from './walk-findings.ts';

/** A pain mark as the report shows it. */
export interface ReportMark {
  readonly atS: number;
  readonly place: string;
  readonly strength: number | null;
}

export interface ReportContext {
  readonly title: string;
  readonly startedAtMs: number;
  readonly tags: Readonly<Record<string, unknown>>;
  readonly tagChanges: readonly { readonly atS: number; readonly tags: Readonly<Record<string, unknown>> }[];
  readonly marks: readonly ReportMark[];
  readonly safety: SafetyState;
  readonly tried: ReadonlySet<ExerciseId>;
  readonly version: string;
}

/** What the report's title states. */
export type ReportResult = 'changed' | 'no_clear_change' | 'too_short' | 'mostly_run' | 'not_walking';

/** A finished walk for its wearer and for the physiotherapist: numbers and codes; the words are made of it in each language. */
export interface WalkReport {
  readonly result: ReportResult;
  readonly title: string;
  readonly startedAtMs: number;
  readonly durationS: number;
  readonly steps: number;
  readonly distanceM: number | null;
  /** Share of the strides that the distance rests on; null where that isn't known. */
  readonly distanceShare: number | null;
  readonly cadenceSpm: number | null;
  readonly speedMps: number | null;
  readonly sites: readonly string[];
  readonly quality: DataQuality;
  readonly findings: readonly WalkFinding[];
  /** The one to try first; null where the safety check closes it or all were tried. */
  readonly exercise: ExerciseId | null;
  readonly safety: SafetyState['state'];
  readonly marks: readonly ReportMark[];
  readonly firstPainMin: number | null;
  readonly tags: Readonly<Record<string, unknown>>;
  readonly tagChanges: ReportContext['tagChanges'];
  readonly gaps: WalkRecord['gaps'];
  /** What was run; null where an older version analysed the walk. */
  readonly running: NonNullable<WalkRecord['running']> | null;
  readonly rows: readonly StartEndRow[];
  readonly timeline: readonly TimelineSeries[];
  readonly curves: readonly CurveBand[];
  readonly symmetry: Readonly<Record<string, unknown>>;
  /** Share of each landing's shock that the whole leg keeps from the pelvis [%], median over the walk. */
  readonly wholeLeg: Readonly<Record<Side, number | null>>;
  readonly version: string;
}

/** Rows of the left and right table. */
const TABLE_METRICS = strideMetrics.map((m) => m.name);
/** Lines of the timeline, median a minute. */
const TIMELINE_METRICS = [
  'eversion_excursion_deg',
  'pelvic_drop_excursion_deg',
  'stance_time_s',
  'stride_time_s',
  'stride_length_m',
  'walking_speed_mps',
];

/** Takes a walk's records in order and makes its report. Pure; the same records give the same report. */
export class ReportBuilder {
  readonly #startEnd = new StartEndTable(TABLE_METRICS);
  readonly #timeline = new MinuteTimeline(TIMELINE_METRICS);
  readonly #quality = new QualityCount();
  readonly #curves: CurveBands;
  readonly #findings: FindingRecord[] = [];
  #firstS = Infinity;
  #lastS = 0;

  /** @param durationS of the walk, for the last ten minutes of the curves */
  constructor(durationS: number) {
    this.#curves = new CurveBands(durationS);
  }

  record(record: StrideRecord | CurveRecord | FindingRecord): void {
    if (record.type === 'finding') this.#findings.push(record);
    else if (record.type === 'curve') this.#curves.add(record);
    else this.#stride(record);
  }

  #stride(stride: StrideRecord): void {
    this.#firstS = Math.min(this.#firstS, stride.ic_s);
    this.#lastS = Math.max(this.#lastS, stride.next_ic_s);
    this.#startEnd.stride(stride);
    this.#timeline.stride(stride);
    this.#quality.stride(stride);
  }

  build(walk: WalkRecord, context: ReportContext): WalkReport {
    const rows = this.#startEnd.rows(Number.isFinite(this.#firstS) ? this.#firstS : 0, this.#lastS);
    const quality = this.#quality.grade(walk);
    const findings = quality.grade === 'C' ? [] : walkFindings(walk, this.#findings, rows);
    const fitting = findings.flatMap((f) => f.exercises);
    const mayTry = context.safety.state === 'open';
    return {
      result:
        walk.strides === 0
          ? 'not_walking'
          : findings.length > 0
            ? 'changed'
            : 2 * (walk.running?.strides ?? 0) > walk.strides
              ? 'mostly_run'
              : walk.duration_s < CHANGE_NEEDS_S
                ? 'too_short'
                : 'no_clear_change',
      title: context.title,
      startedAtMs: context.startedAtMs,
      durationS: walk.duration_s,
      steps: walk.steps,
      distanceM: walk.distance_m,
      distanceShare: walk.distance_share ?? null,
      cadenceSpm: walk.cadence_spm,
      speedMps: walk.walking_speed_mps,
      sites: walk.sites,
      quality,
      findings,
      exercise: mayTry ? (exerciseToTry(fitting, context.tried)?.id ?? null) : null,
      safety: context.safety.state,
      marks: context.marks,
      firstPainMin: firstPainMin(context.marks),
      tags: context.tags,
      tagChanges: context.tagChanges,
      gaps: walk.gaps,
      running: walk.running ?? null,
      rows,
      timeline: this.#timeline.series(),
      curves: this.#curves.bands(),
      wholeLeg: {
        left: walk.left.medians['impact_attenuation_pct'] ?? null,
        right: walk.right.medians['impact_attenuation_pct'] ?? null,
      },
      symmetry: (walk.metrics['symmetry'] as Record<string, unknown> | undefined) ?? {},
      version: context.version,
    };
  }
}
