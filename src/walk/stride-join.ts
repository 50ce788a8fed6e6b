import type { StrideRecord } from '../domain/records.ts';
import { wasRun } from '../domain/running.ts';
import type { PelvicStride } from '../pipeline/pelvis/pelvis-output.ts';

/** The pelvis gives a stride at the next contact + 0.1 s; after this it won't come [s]. */
const PELVIS_DUE_S = 1;
/** A pelvis sensor that is further behind the shoes than this is silent: strides don't wait for it [s]. */
const PELVIS_SILENT_S = 2;
/** Contacts of the pelvis' own finding count as the shoe's within this time [s]. */
const SAME_CONTACT_S = 0.15;

/** Joins the pelvis' values into the shoes' strides, each by its own clock; the order of arrival changes nothing. */
export class StrideJoin {
  readonly #pelvisWorn: boolean;
  #strides: StrideRecord[] = [];
  #pelvic: PelvicStride[] = [];
  #pelvisClockS = -Infinity;

  constructor(pelvisWorn: boolean) {
    this.#pelvisWorn = pelvisWorn;
  }

  /** Reads what the next packet needs, all of it at once: see docs/decisions/002-many-walkers.md. */
  touch(): number {
    return this.#strides.length + this.#pelvisClockS;
  }

  /** Takes over a stride: it is filled in here and given on. */
  stride(stride: StrideRecord): void {
    this.#strides.push(stride);
  }

  pelvic(stride: PelvicStride): void {
    this.#pelvic.push(stride);
    if (this.#pelvic.length > 32) this.#pelvic.shift();
  }

  pelvisClock(timeS: number): void {
    if (timeS > this.#pelvisClockS) this.#pelvisClockS = timeS;
  }

  /** @param footClockS newest sample of any shoe [s] */
  release(footClockS: number, emit: (stride: StrideRecord) => void, all = false): void {
    const strides = this.#strides;
    if (strides.length === 0) return;
    let kept = 0;
    for (const stride of strides) {
      const joined = this.#joined(stride, footClockS, all);
      if (joined === undefined) strides[kept++] = stride;
      else emit(joined);
    }
    strides.length = kept;
  }

  #joined(stride: StrideRecord, footClockS: number, all: boolean): StrideRecord | undefined {
    if (!this.#pelvisWorn) return stride;
    const pelvic = this.#take(stride);
    if (pelvic !== undefined) return withPelvis(stride, pelvic);
    const passed = this.#pelvisClockS >= stride.next_ic_s + PELVIS_DUE_S;
    const silent = footClockS - this.#pelvisClockS > PELVIS_SILENT_S && footClockS - stride.next_ic_s > PELVIS_DUE_S;
    if (!all && !passed && !silent) return undefined;
    const late = passed ? 'pelvis_unsure' : 'pelvis_late';
    const reason = wasRun(stride) ? 'running' : late;
    return {
      ...stride,
      reasons: {
        ...stride.reasons,
        pelvic_drop_deg: reason,
        pelvic_drop_excursion_deg: reason,
        impact_attenuation_pct: reason,
      },
      known_at_s: all ? stride.known_at_s : Math.max(stride.known_at_s, stride.next_ic_s + PELVIS_DUE_S),
    };
  }

  /** The pelvis' values of the same stride, the first that came; undefined where there are none. */
  #take(stride: StrideRecord): PelvicStride | undefined {
    const pelvic = this.#pelvic;
    for (let i = 0; i < pelvic.length; i++) {
      const p = pelvic[i]!;
      if (p.side !== stride.side || Math.abs(p.icS - stride.ic_s) >= SAME_CONTACT_S) continue;
      if (Math.abs(p.nextIcS - stride.next_ic_s) >= SAME_CONTACT_S) continue;
      pelvic.splice(i, 1);
      return p;
    }
    return undefined;
  }

  snapshot(): unknown {
    return structuredClone({ strides: this.#strides, pelvic: this.#pelvic, pelvisClockS: this.#pelvisClockS });
  }

  restore(state: unknown): void {
    const s = structuredClone(state) as { strides: StrideRecord[]; pelvic: PelvicStride[]; pelvisClockS: number };
    this.#strides = s.strides;
    this.#pelvic = s.pelvic;
    this.#pelvisClockS = s.pelvisClockS;
  }
}

/** Fills in the pelvis' values. The stride is the join's own: a copy of forty fields would cost as much as all else here. */
function withPelvis(stride: StrideRecord, pelvic: PelvicStride): StrideRecord {
  const reasons: StrideRecord['reasons'] = {};
  for (const field of Object.keys(stride.reasons)) {
    const code = stride.reasons[field]!;
    if (code !== 'no_pelvis_sensor') reasons[field] = code;
  }
  for (const field of Object.keys(pelvic.reasons)) reasons[field] = pelvic.reasons[field]!;
  stride.pelvic_drop_deg = pelvic.pelvicDropDeg;
  stride.pelvic_drop_excursion_deg = pelvic.pelvicDropExcursionDeg;
  stride['pelvic_obliquity_range_deg'] = pelvic.obliquityRangeDeg;
  stride['pelvic_tilt_mean_deg'] = pelvic.tiltMeanDeg;
  stride['pelvic_rotation_range_deg'] = pelvic.rotationRangeDeg;
  stride['pelvis_impact_mps2'] = pelvic.impactMps2;
  // The drop is one of walking: its neutral needs the double support that a run has not.
  if (wasRun(stride))
    for (const field of ['pelvic_drop_deg', 'pelvic_drop_excursion_deg']) {
      stride[field] = null;
      reasons[field] = 'running';
    }
  if (pelvic.turning) stride.turning = true;
  stride.reasons = reasons;
  stride.known_at_s = Math.max(stride.known_at_s, pelvic.knownAtS);
  return stride;
}
