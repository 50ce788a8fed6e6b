import type { Cause } from '../causes.ts';
import type { QualityReason } from '../data-quality.ts';
import type { ExerciseId } from '../exercises.ts';
import type { SafetyLevel, SafetyQuestionId, SafetyDue } from '../safety-check.ts';
import type { PairTag } from '../pair-context.ts';
import type { StopReason } from '../trial.ts';
import type { SecondaryOutcomes } from '../trial-secondary.ts';
import type { Verdict } from '../trial-analysis.ts';
import type { Certainty, WalkFinding } from '../walk-findings.ts';
import type { WalkReport } from '../walk-report.ts';

export const LANGUAGES = ['en', 'ja'] as const;
export type Language = (typeof LANGUAGES)[number];

/** All words of guidance and report in one language. Patterns and changes, never diagnoses (tests/guidance/wording.test.ts). */
export interface GuidanceWords {
  readonly language: Language;
  readonly metric: (name: string) => string;
  readonly side: Readonly<Record<'left' | 'right', string>>;
  readonly certainty: Readonly<Record<Certainty, string>>;
  readonly cause: Readonly<
    Record<Cause['id'], { readonly name: string; readonly canSay: string; readonly cantSay: string }>
  >;
  /** What the whole leg keeps of the landing shock, with why it is no measurement of a joint. */
  readonly wholeLeg: (leg: WalkReport['wholeLeg']) => string;
  readonly selfTest: Readonly<Record<NonNullable<Cause['selfTest']>, string>>;
  readonly exercise: Readonly<
    Record<
      ExerciseId,
      {
        readonly name: string;
        readonly why: string;
        readonly steps: readonly string[];
        readonly dose: string;
        readonly evidence: string;
      }
    >
  >;
  readonly caution: Readonly<Record<string, string>>;
  readonly safety: {
    readonly intro: string;
    readonly question: Readonly<Record<SafetyQuestionId, string>>;
    readonly advice: Readonly<Record<SafetyLevel, string>>;
    readonly due: Readonly<Record<SafetyDue, string>>;
    readonly noClear: string;
    /** When to stop walking and get help. */
    readonly stopWalk: string;
  };
  readonly verdict: Readonly<Record<Verdict, string>>;
  readonly trialStop: Readonly<Record<StopReason, string>>;
  readonly trialKnown: string;
  readonly trialTime: string;
  /** Said of every trial but the first. */
  readonly trialMany: string;
  readonly unchecked: (tags: readonly PairTag[]) => string;
  readonly secondary: (outcomes: SecondaryOutcomes) => readonly string[];
  readonly finding: (finding: WalkFinding) => string;
  readonly since: (finding: WalkFinding) => string;
  readonly size: (finding: WalkFinding) => string;
  readonly result: {
    readonly changed: (findings: readonly WalkFinding[]) => string;
    readonly no_clear_change: string;
    readonly too_short: (minutes: number) => string;
    readonly mostly_run: string;
    readonly not_walking: string;
  };
  readonly quality: Readonly<Record<QualityReason, string>>;
  readonly place: (code: string) => string;
  readonly tag: (key: string) => string;
  /** A tag's value: what is one of our words is translated, the wearer's own words stay. */
  readonly tagValue: (key: string, value: unknown) => string;
  readonly report: Readonly<
    Record<
      | 'quality'
      | 'grade'
      | 'facts'
      | 'findings'
      | 'noFindings'
      | 'mayGoWith'
      | 'fits'
      | 'dose'
      | 'causes'
      | 'causesText'
      | 'canSay'
      | 'cantSay'
      | 'selfTest'
      | 'tagsFrom'
      | 'tryFirst'
      | 'timeline'
      | 'pain'
      | 'noPain'
      | 'gaps'
      | 'tags'
      | 'table'
      | 'start'
      | 'end'
      | 'change'
      | 'curves'
      | 'first'
      | 'last'
      | 'firstShort'
      | 'lastShort'
      | 'minutes'
      | 'methods'
      | 'methodsText'
      | 'limits'
      | 'limitsText'
      | 'notMedical'
      | 'steps'
      | 'distance'
      | 'distanceOf'
      | 'run'
      | 'cadence'
      | 'speed'
      | 'duration'
      | 'certainty'
      | 'strides'
      | 'clear'
      | 'validStrides'
      | 'lost'
      | 'safetyClosed'
      | 'made',
      string
    >
  >;
}

/** The value of a tag in words: `known` translates ours by `key value`. */
export const tagText = (known: Readonly<Record<string, string>>, key: string, value: unknown): string =>
  known[`${key} ${String(value)}`] ?? String(value);

/** A number with a true minus sign and fixed digits. */
export function signed(value: number, digits: number): string {
  const text = Math.abs(value).toFixed(digits);
  return value < 0 && Number(text) !== 0 ? `−${text}` : text;
}

/** Magnitude of a finding with its 80 % range, in the metric's own unit. */
export function sizeNumbers(finding: WalkFinding, joiner: string): string {
  const [a, b] = finding.range;
  const negative = finding.size < 0;
  const low = Math.max(0, negative ? -b : a);
  const high = Math.max(0, negative ? -a : b);
  const size = Math.abs(finding.size);
  if (finding.unit === 'ln ms') return `${(100 * Math.abs(Math.expm1(finding.size))).toFixed(0)} %`;
  const [scale, digits, unit] =
    finding.unit === 'm'
      ? [100, 0, ' cm']
      : finding.unit === 'ms'
        ? [1, 0, ' ms']
        : [1, 1, finding.unit === '%' ? ' %' : '°'];
  const text = `${(scale * size).toFixed(digits)}${unit}`;
  if (finding.sudden) return text;
  return `${text} (${(scale * low).toFixed(digits)}${joiner}${(scale * high).toFixed(digits)}${unit})`;
}

/** To five minutes: an onset is a range, never a point. */
const roundTo5 = (minute: number): number => 5 * Math.round(minute / 5);

/** A range of minutes, rounded to five; one number where both ends are the same. */
export function aboutMinutes([from, to]: readonly [number, number], join: string): string {
  const [early, late] = [roundTo5(from), roundTo5(to)];
  return early === late ? String(early) : `${early}${join}${late}`;
}
