import { CAUSES } from '../../guidance/causes.ts';
import { EXERCISES, type ExerciseId } from '../../guidance/exercises.ts';
import { SAFETY_QUESTIONS, type SafetyState } from '../../guidance/safety-check.ts';
import { trialView, type Trial } from '../../guidance/trial.ts';
import type { Verdict } from '../../guidance/trial-analysis.ts';
import type { WalkFinding } from '../../guidance/walk-findings.ts';
import type { WalkReport } from '../../guidance/walk-report.ts';
import type { GuidanceWords } from '../../guidance/words/catalogue.ts';
import { reportTitle } from '../../guidance/words/index.ts';
import { isoTime } from '../clock.ts';
import type { PlanExercise, Report, ReportFinding, SafetyCheck, TrialInfo } from '../contract.ts';

/** Rules and their results, put into the words of a language. */
export function presentSafety(state: SafetyState, w: GuidanceWords): SafetyCheck {
  const closed = state.state !== 'open' && state.state !== 'due';
  return {
    intro: w.safety.intro,
    questions: SAFETY_QUESTIONS.map((q) => ({ id: q.id, level: q.level, text: w.safety.question[q.id] })),
    state: state.state,
    yes: [...state.yes],
    due_because: state.dueBecause === undefined ? null : w.safety.due[state.dueBecause],
    advice: closed ? w.safety.advice[state.state] : null,
    no_measurement: w.safety.noClear,
    stop_walk: w.safety.stopWalk,
    valid_until: state.validUntilMs === undefined ? null : isoTime(state.validUntilMs),
  };
}

const presentFinding = (finding: WalkFinding, w: GuidanceWords): ReportFinding => ({
  text: w.finding(finding),
  size_text: w.size(finding),
  since_text: w.since(finding),
  metric: finding.metric,
  side: finding.side,
  direction: finding.direction,
  size: finding.size,
  range: [...finding.range],
  unit: finding.unit,
  certainty: finding.certainty,
  since_min: finding.sinceMin === null ? null : [...finding.sinceMin],
  sudden: finding.sudden,
  may_go_with: finding.mayGoWith.map((id) => presentCause(id, w)),
  exercises: [...finding.exercises],
  exercise_names: finding.exercises.map((id) => w.exercise[id].name),
});

const presentCause = (id: (typeof CAUSES)[number]['id'], w: GuidanceWords) => ({
  id,
  name: w.cause[id].name,
  can_say: w.cause[id].canSay,
  cant_say: w.cause[id].cantSay,
});

export function presentReport(report: WalkReport, w: GuidanceWords): Report {
  const level = (l: WalkReport['rows'][number]['start']) =>
    l === null ? null : { median: l.median, half_width: l.halfWidth, strides: l.strides };
  const exercise = report.exercise === null ? null : w.exercise[report.exercise];
  return {
    result: report.result,
    title: reportTitle(report, w),
    quality: {
      grade: report.quality.grade,
      reasons: report.quality.reasons.map((code) => ({ code, text: w.quality[code] })),
      valid_share: report.quality.validShare,
      gap_share: report.quality.gapShare,
      lost_samples: report.quality.lostSamples,
      gaps: report.quality.gaps,
    },
    findings: report.findings.map((f) => presentFinding(f, w)),
    exercise:
      report.exercise === null || exercise === null
        ? null
        : {
            id: report.exercise,
            name: exercise.name,
            why: exercise.why,
            dose: exercise.dose,
            evidence: exercise.evidence,
          },
    safety: report.safety,
    first_pain_min: report.firstPainMin,
    rows: report.rows.map((row) => ({
      metric: row.metric,
      label: w.metric(row.metric),
      side: row.side,
      start: level(row.start),
      end: level(row.end),
      change:
        row.change === null
          ? null
          : { value: row.change.value, half_width: row.change.halfWidth, clear: row.change.clear },
    })),
    causes: CAUSES.map((cause) => ({
      ...presentCause(cause.id, w),
      measured: cause.measured,
      self_test: cause.selfTest === null ? null : w.selfTest[cause.selfTest],
      whole_leg: cause.wholeLeg === undefined ? null : w.wholeLeg(report.wholeLeg),
      exercise_names: cause.exercises.map((id) => w.exercise[id].name),
    })),
    whole_leg: { left_pct: report.wholeLeg.left, right_pct: report.wholeLeg.right },
    stop_walk: w.safety.stopWalk,
    methods: w.report.methodsText,
    limits: w.report.limitsText,
    version: report.version,
  };
}

export function presentExercise(
  id: ExerciseId,
  w: GuidanceWords,
  more: { fits: boolean; ticks: readonly string[] },
): PlanExercise {
  const exercise = EXERCISES.find((e) => e.id === id)!;
  const causes = CAUSES.filter((c) => c.exercises.includes(id));
  const selfTest = causes.map((c) => c.selfTest).find((t) => t !== null);
  const { name, why, steps, dose, evidence } = w.exercise[id];
  return {
    id,
    ease: exercise.ease,
    name,
    why,
    steps: [...steps],
    dose,
    hold_s: exercise.dose.holdS ?? null,
    evidence,
    cautions: exercise.cautions.map((c) => w.caution[c]!),
    trial: exercise.trial,
    goes_with: causes.map((c) => {
      const { id: _, ...words } = presentCause(c.id, w);
      return words;
    }),
    self_test: selfTest === undefined ? null : w.selfTest[selfTest],
    fits: more.fits,
    ticks: [...more.ticks],
  };
}

/** The drawn order, its seal (SHA-256), and whether the safety check lets trials go on. */
export interface TrialSecrets {
  readonly seal: string;
  /** Shown once the trial is over. */
  readonly order: string;
  readonly open: boolean;
  /** Trials of this person that came before it. */
  readonly nth: number;
}

export function presentTrial(trial: Trial, w: GuidanceWords, { seal, order, open, nth }: TrialSecrets): TrialInfo {
  const view = trialView(trial);
  const effect =
    view.pairs !== null
      ? { mean: view.pairs.mean, low: view.pairs.interval80[0], high: view.pairs.interval80[1] }
      : view.strength !== null
        ? {
            mean: view.strength.mean,
            low: view.strength.mean - 1.28 * view.strength.sd,
            high: view.strength.mean + 1.28 * view.strength.sd,
          }
        : null;
  return {
    id: trial.id,
    exercise: trial.exercise,
    exercise_name: w.exercise[trial.exercise].name,
    kind: trial.kind,
    started_at: isoTime(trial.startedAtMs),
    state: view.state,
    verdict: view.verdict,
    verdict_text: w.verdict[view.verdict satisfies Verdict],
    next: open ? view.next : null,
    complete_blocks: view.completeBlocks,
    planned_blocks: view.plannedBlocks,
    seal,
    order: view.state === 'running' ? null : order,
    effect,
    stop_reason: view.stopReason,
    stop_text: view.stopReason === null ? null : w.trialStop[view.stopReason],
    usual_pain: trial.usualPain,
    note: [trial.kind === 'pairs' ? w.trialKnown : w.trialTime, ...(nth > 0 ? [w.trialMany] : [])].join(' '),
    walks: trial.walks.map((t) => ({
      walk_id: t.walkId,
      at: isoTime(t.atMs),
      arm: t.arm,
      pain: t.pain,
      spoiled: t.spoiled,
      first_pain_min: t.firstPainMin ?? null,
      drift_min: t.driftMin ?? null,
      morning_pain: t.morningPain ?? null,
      unchecked: t.unchecked === undefined || t.unchecked.length === 0 ? null : w.unchecked(t.unchecked),
    })),
    secondary: view.secondary === null ? [] : [...w.secondary(view.secondary)],
  };
}
