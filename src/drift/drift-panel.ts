import type { FindingRecord, StrideRecord } from '../domain/records.ts';
import { wasRun } from '../domain/running.ts';
import { SIDES, otherSide, type Side } from '../domain/sites.ts';
import { median } from '../math/median.ts';
import { DRIFT_METRICS, type DriftMetricName, type MinuteValue } from './drift-metric.ts';
import { forDrift, type DriftStride } from './drift-stride.ts';
import { driftFinding, suddenFinding } from './drift-wording.ts';
import { MINUTE_MIN_STRIDES, pairMinute } from './minute-values.ts';
import { OnsetBank, type DriftState } from './onset-bank.ts';
import { openMinute, packOpenMinute, unpackOpenMinute, type OpenMinute, type PackedOpenMinute } from './open-minute.ts';
import { keptMinute, packMinutes, unpackMinutes, type PackedMinutes } from './packed-minutes.ts';

/** Strides dropped after a start and before a stop. */
const EDGE_STRIDES = 3;
/** A pause longer than this between strides of a foot ends a bout [s]. */
const BOUT_PAUSE_S = 1;
const SPEED_RANGE_MPS = [0.5, 2.2] as const;
const LOWEST_QUALITY = 0.3;
/** A minute is closed when strides this far into the next are in [s]: edges and the pelvis' delay are behind it. */
const MINUTE_CLOSES_AFTER_S = 10;
/** How much more noise a steady wearer's walk is given. */
const STEADY = 2;
const METRIC_NAMES = Object.keys(DRIFT_METRICS) as DriftMetricName[];

interface Jump {
  metric: DriftMetricName;
  minute: number;
  /** how many minute values the bank had when it was told */
  after: number;
}

/** All that a panel needs to go on, in working form. */
interface PanelState {
  values: Record<DriftMetricName, MinuteValue[]>;
  jumps: Jump[];
  open: [number, OpenMinute][];
  pending: Record<Side, DriftStride[]>;
  boutStrides: Record<Side, number>;
  previous: Record<Side, { nextIcS: number; stanceMs: number | null; timeMs: number | null; icS: number } | null>;
  closedUntil: number;
  /** Noise counts double: a wearer whose walks keep alarming without pain. */
  steady: boolean;
  newestS: number;
  said: string[];
}

/** The same to be kept: minute values as columns, speeds once a minute. Under 10 kB for two hours, the open minute included. */
export interface DriftPanelState extends Omit<PanelState, 'values' | 'open'> {
  readonly values: Record<DriftMetricName, PackedMinutes>;
  readonly speeds: { readonly minutes: Uint16Array; readonly mps: Float32Array };
  readonly open: readonly (readonly [number, PackedOpenMinute])[];
}

/** What the panel says of each metric now. */
export type DriftPanelReading = Readonly<
  Partial<Record<DriftMetricName, DriftState & { readonly name: DriftMetricName }>>
>;

/**
 * Four onset banks over one walk: roll-in, pelvic drop, stance difference, stride-time variability. Takes strides, gives
 * findings when something changed; the same strides give the same findings.
 */
export class DriftPanel {
  #banks = newBanks();
  #readings: Partial<Record<DriftMetricName, DriftState>> = {};
  #state: PanelState = newState();

  /** Takes the next stride of either foot, in order of release. */
  push(stride: StrideRecord, emit: (finding: FindingRecord) => void): void {
    const pending = this.#state.pending[stride.side];
    const last = pending.at(-1);
    const before = last?.next_ic_s ?? this.#state.previous[stride.side]?.nextIcS ?? -Infinity;
    const ran = wasRun(stride);
    if (ran || stride.ic_s - before > BOUT_PAUSE_S) {
      // The strides that wait were the last before a stop, or before a run.
      pending.length = 0;
      this.#state.boutStrides[stride.side] = 0;
      this.#state.previous[stride.side] = null;
    }
    if (!ran) {
      this.#state.boutStrides[stride.side]++;
      pending.push(forDrift(stride));
      if (pending.length > EDGE_STRIDES) this.#accept(pending.shift()!);
    }
    this.#state.newestS = Math.max(this.#state.newestS, stride.next_ic_s);
    this.#closeMinutes(stride.known_at_s, emit, false);
  }

  /**
   * This wearer's walks keep alarming without pain: what is seen is weighed against twice the noise. Told before the first minute;
   * later it changes nothing.
   */
  beSteady(): void {
    if (this.#state.steady || METRIC_NAMES.some((name) => this.#state.values[name].length > 0)) return;
    this.#state.steady = true;
    this.#banks = newBanks(true);
    for (const { metric, minute } of this.#state.jumps) this.#banks[metric].declareJump(minute);
  }

  get steady(): boolean {
    return this.#state.steady;
  }

  /** The shoe or belt moved: the level may have jumped, and that is not drift. */
  slipped(metric: 'eversion_excursion_deg' | 'pelvic_drop_excursion_deg', atS: number): void {
    this.#declare(metric, Math.floor(atS / 60));
  }

  /** The wearer said that something changed (a load, the shoes, the ground): any level may have jumped at this moment. */
  contextChanged(atS: number): void {
    for (const metric of METRIC_NAMES) this.#declare(metric, Math.floor(atS / 60));
  }

  #declare(metric: DriftMetricName, minute: number): void {
    if (this.#state.jumps.some((j) => j.metric === metric && j.minute === minute)) return;
    this.#banks[metric].declareJump(minute);
    this.#state.jumps.push({ metric, minute, after: this.#state.values[metric].length });
  }

  /** The walk is over: closes the last full minutes. */
  finish(knownAtS: number, emit: (finding: FindingRecord) => void): void {
    this.#closeMinutes(knownAtS, emit, true);
  }

  /** The newest reading of each metric that has one. */
  readings(): DriftPanelReading {
    return Object.fromEntries(
      Object.entries(this.#readings).map(([name, reading]) => [name, { ...reading, name: name as DriftMetricName }]),
    );
  }

  #accept(stride: DriftStride): void {
    const state = this.#state;
    const number = state.boutStrides[stride.side] - EDGE_STRIDES;
    const previous = state.previous[stride.side];
    const consecutive = previous !== null && Math.abs(stride.ic_s - previous.nextIcS) < 0.05;
    const stanceMs = stride.stance_time_s === null ? null : 1000 * stride.stance_time_s;
    const timeMs = stride.stride_time_s === null ? null : 1000 * stride.stride_time_s;
    const speed = stride.walking_speed_mps;
    const valid =
      number > EDGE_STRIDES &&
      !stride.turning &&
      stride.quality >= LOWEST_QUALITY &&
      (speed === null || (speed >= SPEED_RANGE_MPS[0] && speed <= SPEED_RANGE_MPS[1]));
    state.previous[stride.side] = {
      nextIcS: stride.next_ic_s,
      stanceMs: valid ? stanceMs : null,
      timeMs: valid ? timeMs : null,
      icS: stride.ic_s,
    };
    if (!valid) return;
    const open = this.#minute(Math.floor(stride.ic_s / 60));
    if (speed !== null) open.rollIn.speedsMps.push(Math.fround(speed));
    if (stride.eversion_excursion_deg !== null)
      open.rollIn[stride.side].push(Math.fround(stride.eversion_excursion_deg));
    if (stride.pelvic_drop_excursion_deg !== null)
      open.drop[stride.side].push(Math.fround(stride.pelvic_drop_excursion_deg));
    if (consecutive && previous.timeMs !== null && timeMs !== null)
      open.timeStepsMs.push(Math.fround(Math.abs(timeMs - previous.timeMs)));
    const partner = state.previous[otherSide(stride.side)];
    if (partner?.stanceMs != null && stanceMs !== null && Math.abs(partner.icS - stride.ic_s) < 1.2)
      open.stanceDifferencesMs.push(
        Math.fround(stride.side === 'left' ? stanceMs - partner.stanceMs : partner.stanceMs - stanceMs),
      );
  }

  #minute(minute: number): OpenMinute {
    const found = this.#state.open.find(([m]) => m === minute);
    if (found !== undefined) return found[1];
    const open = openMinute();
    this.#state.open.push([minute, open]);
    return open;
  }

  #closeMinutes(knownAtS: number, emit: (finding: FindingRecord) => void, all: boolean): void {
    const until = all
      ? Math.floor(this.#state.newestS / 60)
      : Math.floor((this.#state.newestS - MINUTE_CLOSES_AFTER_S) / 60);
    if (until <= this.#state.closedUntil) return;
    this.#state.closedUntil = until;
    const ready = this.#state.open.filter(([minute]) => minute < until).sort((a, b) => a[0] - b[0]);
    this.#state.open = this.#state.open.filter(([minute]) => minute >= until);
    for (const [minute, open] of ready) {
      const speed = open.rollIn.speedsMps.length === 0 ? 1.3 : median(open.rollIn.speedsMps);
      open.drop.speedsMps = [speed];
      open.rollIn.speedsMps = [speed];
      this.#take('eversion_excursion_deg', pairMinute(minute, open.rollIn), knownAtS, emit);
      this.#take('pelvic_drop_excursion_deg', pairMinute(minute, open.drop), knownAtS, emit);
      const single = (values: number[], value: number): MinuteValue | undefined =>
        values.length < MINUTE_MIN_STRIDES || !Number.isFinite(value)
          ? undefined
          : { minute, strides: values.length, mean: value, difference: undefined, speedMps: speed };
      this.#take(
        'stance_difference_ms',
        single(open.stanceDifferencesMs, median(open.stanceDifferencesMs)),
        knownAtS,
        emit,
      );
      const spread = Math.log((1.4826 * median(open.timeStepsMs)) / Math.SQRT2);
      this.#take('ln_stride_time_sd', single(open.timeStepsMs, spread), knownAtS, emit);
    }
  }

  #take(
    name: DriftMetricName,
    measured: MinuteValue | undefined,
    knownAtS: number,
    emit: (finding: FindingRecord) => void,
  ): void {
    if (measured === undefined) return;
    const value = keptMinute(measured);
    this.#state.values[name].push(value);
    const reading = this.#pushToBank(name, value);
    const metric = DRIFT_METRICS[name];
    if (reading.alarmMinute !== null)
      this.#sayOnce(`${name}:drift`, () => emit(driftFinding(metric, reading, knownAtS)));
    for (const jump of this.#banks[name].sudden)
      if (jump.direction !== 'camber' && jump.direction !== 'known')
        this.#sayOnce(`${name}:sudden:${jump.atMin}`, () => emit(suddenFinding(metric, jump, knownAtS)));
  }

  #pushToBank(name: DriftMetricName, value: MinuteValue): DriftState {
    const reading = this.#banks[name].push(value);
    this.#readings[name] = reading;
    return reading;
  }

  #sayOnce(key: string, say: () => void): void {
    if (this.#state.said.includes(key)) return;
    this.#state.said.push(key);
    say();
  }

  snapshot(): DriftPanelState {
    const { values, open, ...rest } = this.#state;
    const speeds = new Map(METRIC_NAMES.flatMap((n) => values[n].map((v) => [v.minute, v.speedMps] as const)));
    return {
      ...structuredClone(rest),
      values: byMetric((name) => packMinutes(values[name])),
      speeds: { minutes: Uint16Array.from(speeds.keys()), mps: Float32Array.from(speeds.values()) },
      open: open.map(([minute, strides]) => [minute, packOpenMinute(strides)]),
    };
  }

  /** Rebuilds the banks by replaying the minute values; about 0.1 s for two hours. */
  restore(state: DriftPanelState): void {
    const { values, speeds, open, ...rest } = state;
    const speedOf = new Map(Array.from(speeds.minutes, (minute, i) => [minute, speeds.mps[i]!]));
    this.#state = {
      ...structuredClone(rest),
      values: byMetric((name) => unpackMinutes(values[name], (minute) => speedOf.get(minute)!)),
      open: open.map(([minute, strides]) => [minute, unpackOpenMinute(strides)]),
    };
    this.#banks = newBanks(this.#state.steady);
    this.#readings = {};
    for (const name of METRIC_NAMES) {
      const jumps = this.#state.jumps.filter((j) => j.metric === name);
      for (const [i, value] of this.#state.values[name].entries()) {
        for (const jump of jumps) if (jump.after === i) this.#banks[name].declareJump(jump.minute);
        this.#pushToBank(name, value);
      }
      for (const jump of jumps)
        if (jump.after >= this.#state.values[name].length) this.#banks[name].declareJump(jump.minute);
    }
  }
}

function newBanks(steady = false): Record<DriftMetricName, OnsetBank> {
  return byMetric((name) => new OnsetBank(DRIFT_METRICS[name], steady ? STEADY : 1));
}

const byMetric = <T>(make: (name: DriftMetricName) => T): Record<DriftMetricName, T> =>
  Object.fromEntries(METRIC_NAMES.map((name) => [name, make(name)])) as Record<DriftMetricName, T>;

function newState(): PanelState {
  const bySide = <T>(make: () => T) => Object.fromEntries(SIDES.map((s) => [s, make()])) as Record<Side, T>;
  return {
    values: byMetric(() => []),
    jumps: [],
    open: [],
    pending: bySide(() => []),
    boutStrides: bySide(() => 0),
    previous: bySide(() => null),
    closedUntil: 0,
    steady: false,
    newestS: 0,
    said: [],
  };
}
