import type { SafetyCheck } from '../api/types.ts';

/** One of the nine questions: the service has their words in each language. Answers come from people only. */
export type SafetyQuestion = SafetyCheck['questions'][number];
export type SafetyLevel = SafetyQuestion['level'];
export type SafetyAnswer = 'yes' | 'no' | 'unsure';

/** Most urgent first. */
export const SAFETY_LEVELS = ['emergency', 'doctor_soon', 'talk_first'] as const satisfies readonly SafetyLevel[];

/** The most urgent level that was not answered with no; null where there is none. "Unsure" counts as yes. */
export function mostUrgent(
  questions: readonly SafetyQuestion[],
  answers: Readonly<Record<string, SafetyAnswer>>,
): SafetyLevel | null {
  for (const level of SAFETY_LEVELS)
    if (questions.some((q) => q.level === level && (answers[q.id] ?? 'no') !== 'no')) return level;
  return null;
}

/** Emergency number by region, as the design names them. */
export function emergencyNumber(region: string): string {
  const upper = region.toUpperCase();
  if (upper === 'JP') return '119';
  if (upper === 'GB') return '999';
  if (upper === 'US' || upper === 'CA') return '911';
  return '112';
}
