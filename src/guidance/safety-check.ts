/**
 * The safety check: nine fixed questions, answered by the wearer. Any yes closes plan and trials; recording and report stay
 * open. No measurement can clear an answer or stand for one: this file knows nothing of sensors.
 */
export const SAFETY_LEVELS = ['emergency', 'doctor_soon', 'talk_first'] as const;
/** emergency: call now; doctor_soon: see a doctor within days; talk_first: talk to a doctor before going on. */
export type SafetyLevel = (typeof SAFETY_LEVELS)[number];

export interface SafetyQuestion {
  readonly id: string;
  readonly level: SafetyLevel;
}

/** In the order in which they are asked. The words are in the catalogues; they are to be reviewed by a clinician. */
export const SAFETY_QUESTIONS = [
  { id: 'numb_seat_bladder_bowel', level: 'emergency' },
  { id: 'both_legs_weak_numb', level: 'emergency' },
  { id: 'accident_or_chest_pain', level: 'emergency' },
  { id: 'fever_weight_cancer_night', level: 'doctor_soon' },
  { id: 'weakness_growing', level: 'doctor_soon' },
  { id: 'steroids_bones_immune', level: 'doctor_soon' },
  { id: 'age_pregnancy_six_weeks', level: 'talk_first' },
  { id: 'legs_ease_on_sitting', level: 'talk_first' },
  { id: 'cramp_eases_standing', level: 'talk_first' },
] as const satisfies readonly SafetyQuestion[];
export type SafetyQuestionId = (typeof SAFETY_QUESTIONS)[number]['id'];

export interface SafetyAnswers {
  readonly answeredAtMs: number;
  /** true = yes. Every question has an answer, or the check is not done. */
  readonly answers: Readonly<Partial<Record<SafetyQuestionId, boolean>>>;
}

export interface SafetyState {
  /** `open`: plan and trials may be used. `due`: answer first. Else the most urgent yes. */
  readonly state: 'open' | 'due' | SafetyLevel;
  /** Questions answered with yes. */
  readonly yes: readonly SafetyQuestionId[];
  /** Why the check is due; undefined where it isn't. */
  readonly dueBecause: SafetyDue | undefined;
  readonly validUntilMs: number | undefined;
}

export type SafetyDue = 'first_use' | 'incomplete' | 'strong_pain' | 'new_kind_of_pain' | 'thirty_days';

const VALID_MS = 30 * 24 * 3600 * 1000;
/** Pain from which on the questions are asked again. */
export const STRONG_PAIN = 7;

/** A pain mark as far as the check needs it. */
export interface MarkForSafety {
  readonly atMs: number;
  readonly strength: number | null;
  readonly place: string | null;
}

/**
 * Where the wearer stands.
 * @param last the newest answers; undefined at first use
 * @param marks all pain marks; those after the answers can make the check due again
 */
export function safetyState(
  last: SafetyAnswers | undefined,
  marks: readonly MarkForSafety[],
  nowMs: number,
): SafetyState {
  if (last === undefined) return { state: 'due', yes: [], dueBecause: 'first_use', validUntilMs: undefined };
  const yes = SAFETY_QUESTIONS.filter((q) => last.answers[q.id] === true);
  const validUntilMs = last.answeredAtMs + VALID_MS;
  const ids = yes.map((q) => q.id);
  // A yes stands until the questions are answered anew: neither time nor a quiet walk takes it back.
  const worst = SAFETY_LEVELS.find((level) => yes.some((q) => q.level === level));
  if (worst !== undefined) return { state: worst, yes: ids, dueBecause: undefined, validUntilMs };
  const dueBecause = dueReason(last, marks, nowMs);
  return { state: dueBecause === undefined ? 'open' : 'due', yes: ids, dueBecause, validUntilMs };
}

function dueReason(last: SafetyAnswers, marks: readonly MarkForSafety[], nowMs: number): SafetyDue | undefined {
  if (SAFETY_QUESTIONS.some((q) => last.answers[q.id] === undefined)) return 'incomplete';
  const known = new Set(marks.filter((m) => m.atMs <= last.answeredAtMs).map((m) => m.place));
  const later = marks.filter((m) => m.atMs > last.answeredAtMs);
  if (later.some((m) => m.strength !== null && m.strength >= STRONG_PAIN)) return 'strong_pain';
  if (known.size > 0 && later.some((m) => m.place !== null && !known.has(m.place))) return 'new_kind_of_pain';
  if (nowMs > last.answeredAtMs + VALID_MS) return 'thirty_days';
  return undefined;
}
