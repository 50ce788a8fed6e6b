import { t } from '../i18n/language.svelte.ts';
import { findingWords } from './finding-words.ts';
import type { ReportData } from './report-data.ts';
import { CHANGE_NEEDS_S } from './report-math.ts';
import { clearChanges } from './report-rows.ts';

/** The result of a walk in one sentence: the service's where it gave a report, else what the page can tell by itself. */
export function reportTitle(data: ReportData): string {
  if (data.report !== null) return data.report.title;
  if (data.record === null || data.record.steps === 0) return t('report.title.none');
  const drift = data.findings.find((f) => f.kind === 'drift');
  if (drift !== undefined) return t('report.title.finding', { what: findingWords(drift).title });
  if (data.durationS < CHANGE_NEEDS_S)
    return t('report.title.short', { minutes: String(Math.floor(data.durationS / 60)) });
  const changes = clearChanges(data);
  return changes.length > 0 ? t('report.title.changes', { count: changes.length }) : t('report.title.same');
}
