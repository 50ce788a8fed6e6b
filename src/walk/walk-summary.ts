import type { ReasonCode } from '../domain/reasons.ts';
import type { StrideRecord, WalkRecord } from '../domain/records.ts';
import { wasRun } from '../domain/running.ts';
import { SIDES, type SensorSite, type Side } from '../domain/sites.ts';
import type { DriftPanelReading } from '../drift/drift-panel.ts';
import { addToOwnSpread, createOwnSpread, levelOf, ownLevel, type OwnSpreadState } from './own-level.ts';
import type { EndedPause } from './pauses.ts';
import { scoreAgainstStart, type Score } from './scores.ts';
import { SYMMETRY_MIN_STRIDES, symmetryAnglePct } from './symmetry.ts';
import {
  addStride,
  columnMedian,
  createStrideSample,
  type SampledMetric,
  type StrideSampleState,
} from './stride-sample.ts';
import { addValue, createValueSample, medianOf, robustSdOf, type ValueSampleState } from './value-sample.ts';

/** A metric of the registry, as far as a summary needs it. */
export interface SummaryMetric extends SampledMetric {
  /** `positive` quantities are compared by the symmetry angle, angles by their difference. */
  readonly kind: 'positive' | 'angle';
}

/** Fewest valid strides before variability is said (Commandeur 2024). */
const VARIABILITY_MIN_STRIDES = 80;
/** A stride counts for medians from this quality on. */
const VALID_QUALITY = 0.3;

interface SideState {
  /** walked ones */
  strides: number;
  ran: number;
  valid: number;
  distanceM: number;
  withoutLength: number;
  sample: StrideSampleState;
  /** differences of consecutive valid strides, for variability */
  timeSteps: ValueSampleState;
  lengthSteps: ValueSampleState;
  previous: { nextIcS: number; timeS: number | null; lengthM: number | null } | null;
}

export interface SummaryState {
  sides: Record<Side, SideState>;
  steps: number;
  /** of walked strides of either foot */
  strideTimes: ValueSampleState;
  speeds: ValueSampleState;
  rollIn: Record<Side, OwnSpreadState>;
  dropDifference: OwnSpreadState;
  lastDrop: Record<Side, number | null>;
}

const newSide = (): SideState => ({
  strides: 0,
  ran: 0,
  valid: 0,
  distanceM: 0,
  withoutLength: 0,
  sample: createStrideSample(),
  timeSteps: createValueSample(),
  lengthSteps: createValueSample(),
  previous: null,
});

/** Gathers what the walk's summary says, in bounded memory. */
export class WalkSummary {
  readonly #metrics: readonly SummaryMetric[];
  #state: SummaryState;

  constructor(metrics: readonly SummaryMetric[]) {
    this.#metrics = metrics;
    this.#state = {
      sides: { left: newSide(), right: newSide() },
      steps: 0,
      strideTimes: createValueSample(),
      speeds: createValueSample(),
      rollIn: { left: createOwnSpread(), right: createOwnSpread() },
      dropDifference: createOwnSpread(),
      lastDrop: { left: null, right: null },
    };
  }

  step(): void {
    this.#state.steps++;
  }

  stride(stride: StrideRecord): void {
    const state = this.#state;
    const side = state.sides[stride.side];
    // Counted, and no more: a run is none of what the walk was like.
    if (wasRun(stride)) {
      side.ran++;
      side.previous = null;
      return;
    }
    side.strides++;
    if (stride.stride_time_s !== null) addValue(state.strideTimes, stride.stride_time_s);
    if (stride.stride_length_m === null) side.withoutLength++;
    else side.distanceM += stride.stride_length_m;

    const valid = !stride.turning && stride.quality >= VALID_QUALITY;
    if (!valid) {
      side.previous = null;
      return;
    }
    side.valid++;
    addStride(side.sample, this.#metrics, stride);
    if (stride.walking_speed_mps !== null) addValue(state.speeds, stride.walking_speed_mps);
    this.#variability(side, stride);
    if (stride.eversion_excursion_deg !== null)
      addToOwnSpread(state.rollIn[stride.side], stride.ic_s, stride.eversion_excursion_deg);
    if (stride.pelvic_drop_excursion_deg !== null) {
      state.lastDrop[stride.side] = stride.pelvic_drop_excursion_deg;
      const { left, right } = state.lastDrop;
      if (left !== null && right !== null) addToOwnSpread(state.dropDifference, stride.ic_s, left - right);
    }
  }

  #variability(side: SideState, stride: StrideRecord): void {
    const before = side.previous;
    if (before !== null && Math.abs(before.nextIcS - stride.ic_s) < 0.05) {
      if (before.timeS !== null && stride.stride_time_s !== null)
        addValue(side.timeSteps, Math.abs(stride.stride_time_s - before.timeS));
      if (before.lengthM !== null && stride.stride_length_m !== null)
        addValue(side.lengthSteps, Math.abs(stride.stride_length_m - before.lengthM));
    }
    side.previous = { nextIcS: stride.next_ic_s, timeS: stride.stride_time_s, lengthM: stride.stride_length_m };
  }

  /** Scores and symmetry as they stand now. */
  metrics(drift: DriftPanelReading): Record<string, unknown> {
    const { left, right } = this.#state.sides;
    const enough = Math.min(left.valid, right.valid) >= SYMMETRY_MIN_STRIDES;
    const symmetry: Record<string, unknown> = {};
    for (const metric of this.#metrics) {
      const l = this.#median(left, metric.name);
      const r = this.#median(right, metric.name);
      if (l === null || r === null) continue;
      const value = !enough ? null : metric.kind === 'angle' ? l - r : l > 0 && r > 0 ? symmetryAnglePct(l, r) : null;
      symmetry[metric.name] = {
        value,
        unit: metric.kind === 'angle' ? 'left - right' : '%',
        left: l,
        right: r,
        strides: Math.min(left.valid, right.valid),
        reason: value === null ? 'too_few_strides' : null,
      };
    }
    return {
      symmetry,
      variability: { left: this.#variabilityOf(left), right: this.#variabilityOf(right) },
      scores: this.scores(drift),
    };
  }

  #variabilityOf(side: SideState): Record<string, unknown> {
    // SD from successive differences (median |d| / 0.9539, for two equal normal spreads): blind to slow changes of pace.
    const spread = (steps: ValueSampleState, metric: string) => {
      const d = medianOf(steps);
      const level = this.#median(side, metric);
      if (d === null || level === null || steps.seen < VARIABILITY_MIN_STRIDES) return null;
      return (100 * (d / 0.9539)) / level;
    };
    return {
      stride_time_cv_pct: spread(side.timeSteps, 'stride_time_s'),
      stride_length_cv_pct: spread(side.lengthSteps, 'stride_length_m'),
      strides: side.timeSteps.seen,
      reason: side.timeSteps.seen < VARIABILITY_MIN_STRIDES ? 'too_few_strides' : null,
    };
  }

  scores(drift: DriftPanelReading): Record<string, Score> {
    const state = this.#state;
    const out: Record<string, Score> = {};
    for (const side of SIDES) {
      const certainty = state.sides[side].strides === 0 ? 0 : state.sides[side].valid / state.sides[side].strides;
      out[`excessive_pronation_${side}`] = scoreAgainstStart(
        ownLevel(state.rollIn[side], drift.eversion_excursion_deg, side),
        0.8 * certainty,
      );
    }
    const certainty = Math.min(...SIDES.map((s) => state.sides[s].valid / Math.max(1, state.sides[s].strides)));
    out['hip_drop_asymmetry'] = scoreAgainstStart(
      ownLevel(state.dropDifference, drift.pelvic_drop_excursion_deg, 'difference'),
      0.8 * certainty,
    );
    return out;
  }

  record(context: {
    durationS: number;
    sites: readonly SensorSite[];
    gaps: WalkRecord['gaps'];
    pauses: readonly EndedPause[];
    running: NonNullable<WalkRecord['running']>;
    sensors: Record<string, unknown>[];
    reasons: Record<string, ReasonCode>;
    knownAtS: number;
    drift: DriftPanelReading;
    extra: Record<string, unknown>;
  }): WalkRecord {
    const state = this.#state;
    const strideTime = medianOf(state.strideTimes);
    const reasons = { ...context.reasons };
    const { left, right } = state.sides;
    const strides = left.strides + left.ran + right.strides + right.ran;
    if (strides === 0 && state.steps === 0 && reasons['strides'] === undefined) reasons['strides'] = 'not_walking';
    // The side that saw more of the walk tells how far it went.
    const far = this.#filledDistance(right) > this.#filledDistance(left) ? right : left;
    const distance = this.#filledDistance(far);
    return {
      type: 'walk',
      duration_s: context.durationS,
      sites: [...context.sites],
      steps: state.steps,
      strides,
      distance_m: distance > 0 ? distance : null,
      distance_share: distance > 0 ? (far.strides - far.withoutLength) / (far.strides + far.ran) : null,
      cadence_spm: strideTime === null ? null : 120 / strideTime,
      walking_speed_mps: medianOf(state.speeds),
      left: this.#side(left),
      right: this.#side(right),
      metrics: { ...this.metrics(context.drift), drift: context.drift, ...context.extra },
      gaps: context.gaps,
      pauses: [...context.pauses],
      running: context.running,
      sensors: context.sensors,
      reasons,
      known_at_s: context.knownAtS,
    };
  }

  #side(side: SideState): WalkRecord['left'] {
    return {
      strides: side.strides + side.ran,
      valid_strides: side.valid,
      medians: Object.fromEntries(this.#metrics.map((m) => [m.name, this.#median(side, m.name)])),
    };
  }

  #median(side: SideState, metric: string): number | null {
    return columnMedian(side.sample, this.#metrics, metric);
  }

  /** Walked strides without a length go as far as the side's median stride. */
  #filledDistance(side: SideState): number {
    const length = this.#median(side, 'stride_length_m');
    return side.distanceM + (length === null ? 0 : side.withoutLength * length);
  }

  /** One side's roll-in at the wearer's start, for the live page; null while learning. */
  rollInLevel(side: Side, drift: DriftPanelReading): { start: number | null; sd: number | null; strides: number } {
    const spread = this.#state.rollIn[side];
    const level = levelOf(drift.eversion_excursion_deg, side);
    return { start: level?.level ?? null, sd: robustSdOf(spread.start), strides: spread.seen };
  }

  snapshot(): SummaryState {
    return structuredClone(this.#state);
  }

  restore(state: SummaryState): void {
    this.#state = structuredClone(state);
  }
}
