/** How soon a yes asks for help. Wording to be reviewed by a clinician; see docs. */
export type Urgency = 'now' | 'days' | 'before';

/** The nine questions, in three groups; the words are `safety.q.*` of the catalogue. Answers come from people only. */
export const SAFETY_QUESTIONS = [
  { id: 'saddle_numbness_or_bladder', urgency: 'now' },
  { id: 'both_legs_weak_or_numb', urgency: 'now' },
  { id: 'accident_or_chest_pain', urgency: 'now' },
  { id: 'fever_weight_cancer_night', urgency: 'days' },
  { id: 'weakness_getting_worse', urgency: 'days' },
  { id: 'steroids_bones_immune', urgency: 'days' },
  { id: 'age_pregnancy_six_weeks', urgency: 'before' },
  { id: 'leg_pain_eases_sitting', urgency: 'before' },
  { id: 'cramp_eases_standing', urgency: 'before' },
] as const satisfies readonly { id: string; urgency: Urgency }[];

export type SafetyAnswer = 'yes' | 'no' | 'unsure';

/** The most urgent group with a yes; null where there is none. */
export function mostUrgent(answers: Readonly<Record<string, SafetyAnswer>>): Urgency | null {
  for (const urgency of ['now', 'days', 'before'] as const)
    if (SAFETY_QUESTIONS.some((q) => q.urgency === urgency && answers[q.id] === 'yes')) return urgency;
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
