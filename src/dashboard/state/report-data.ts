import { service } from '../api/service.ts';
import type {
  CurveSummary,
  FindingRecord,
  FormulaValues,
  Mark,
  Report,
  TagChange,
  Timeline,
  Walk,
  WalkRecord,
} from '../api/types.ts';
import { currentLanguage } from '../i18n/language.svelte.ts';
import { qualityGrade, type QualityFacts } from './report-math.ts';

/** All that a report shows. `first` and `last` are curves of ten minutes each; one of them only for a short walk. */
export interface ReportData {
  readonly walk: Walk;
  readonly record: WalkRecord | null;
  readonly findings: readonly FindingRecord[];
  readonly marks: readonly Mark[];
  readonly tagChanges: readonly TagChange[];
  readonly timeline: Timeline;
  readonly first: CurveSummary;
  readonly last: CurveSummary | null;
  readonly durationS: number;
  /** The service's report: title, findings, quality, table, in words; null while the walk isn't finished. */
  readonly report: Report | null;
  /** The wearer's own metrics. */
  readonly own: FormulaValues['items'];
}

const NO_CURVES: CurveSummary = { items: [] };
const TEN_MINUTES_S = 600;

/** Width of a timeline's bins: about 240 points a walk, never finer than 10 s [s]. */
export const binFor = (durationS: number): number => (durationS < 20 * 60 ? 10 : durationS < 90 * 60 ? 30 : 60);

/** Loads a report. @throws ApiError where the walk can't be read */
export async function loadReport(id: string): Promise<ReportData> {
  const walk = await service.walk(id);
  const record = walk.summary ?? (await service.summary(id).catch(() => null))?.walk ?? null;
  const durationS = record?.duration_s ?? walk.duration_s;
  const long = durationS > 2.2 * TEN_MINUTES_S;
  const [findings, marks, tagChanges, timeline, first, last, report, own] = await Promise.all([
    // Without these the report would say less than is known, and look whole: it then fails, and says so.
    service.findings(id),
    service.marks(id),
    service.tagChanges(id),
    service.timeline(id, binFor(durationS)),
    service.curves(id, 0, long ? TEN_MINUTES_S : durationS + 1).catch(() => NO_CURVES),
    long ? service.curves(id, durationS - TEN_MINUTES_S, durationS + 1).catch(() => null) : null,
    walk.state === 'finished' ? service.report(id, currentLanguage()).catch(() => null) : null,
    service.walkFormulas(id).catch(() => []),
  ]);
  return { walk, record, findings, marks, tagChanges, timeline, first, last, durationS, report, own };
}

const SUSPECT = new Set(['sensors_swapped', 'site_suspect', 'poor_quality', 'steps_missing', 'pelvis_reversed']);

/** What a walk's data were like. */
export function qualityOf(
  data: ReportData,
): QualityFacts & { grade: 'A' | 'B' | 'C' | null; used: number; all: number } {
  const { record } = data;
  const used = (record?.left.valid_strides ?? 0) + (record?.right.valid_strides ?? 0);
  // What was run is judged by nothing.
  const all = (record?.left.strides ?? 0) + (record?.right.strides ?? 0) - (record?.running?.strides ?? 0);
  const gaps = (record?.gaps ?? []).filter((g) => g.to_s - g.from_s > 0.2);
  const sites = new Set(record?.sites ?? []);
  const facts: QualityFacts = {
    validShare: all === 0 ? null : used / all,
    gapS: gaps.reduce((sum, g) => sum + g.to_s - g.from_s, 0) / Math.max(1, sites.size),
    gapCount: gaps.length,
    bothFeet: sites.has('left_foot') && sites.has('right_foot'),
    pelvis: sites.has('pelvis'),
    suspect: data.findings.some((f) => SUSPECT.has(f.kind)),
  };
  return { ...facts, used, all, grade: qualityGrade(facts, data.durationS) };
}
