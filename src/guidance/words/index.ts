import type { WalkReport } from '../walk-report.ts';
import type { GuidanceWords, Language } from './catalogue.ts';
import { en } from './en.ts';
import { ja } from './ja.ts';

const CATALOGUES: Record<Language, GuidanceWords> = { en, ja };

/** The words of a language. */
export const wordsOf = (language: Language): GuidanceWords => CATALOGUES[language];

/** The sentence that states a report's result. */
export function reportTitle(report: WalkReport, w: GuidanceWords): string {
  if (report.result === 'changed') return w.result.changed(report.findings);
  if (report.result === 'too_short') return w.result.too_short(Math.floor(report.durationS / 60));
  return w.result[report.result];
}
