import type { StrideRecord, WalkRecord } from '../domain/records.ts';
import { wasRun } from '../domain/running.ts';

export type QualityGrade = 'A' | 'B' | 'C';

/** How far a walk's numbers can be trusted, and why not further. Codes; the words are in the catalogues. */
export interface DataQuality {
  readonly grade: QualityGrade;
  readonly reasons: readonly QualityReason[];
  /** Shares 0 to 1. */
  readonly validShare: number;
  readonly lengthShare: number;
  readonly gapShare: number;
  readonly lostSamples: number;
  readonly gaps: number;
}

export type QualityReason =
  | 'few_valid_strides'
  | 'lengths_missing'
  | 'many_gaps'
  | 'sides_in_doubt'
  | 'sensor_limits'
  | 'one_foot_only'
  | 'no_pelvis_sensor';

/** Counts walked strides; graded when the walk record is there. */
export class QualityCount {
  #strides = 0;
  #valid = 0;
  #withLength = 0;

  stride(stride: StrideRecord): void {
    // A run that gives no values is no fault of the data.
    if (wasRun(stride)) return;
    this.#strides++;
    if (stride.turning) return;
    if (stride.quality >= 0.3) this.#valid++;
    if (stride.stride_length_m !== null) this.#withLength++;
  }

  grade(walk: WalkRecord): DataQuality {
    const straight = Math.max(1, this.#strides);
    const validShare = this.#valid / straight;
    const lengthShare = this.#withLength / straight;
    const gapS = walk.gaps.reduce((sum, g) => sum + g.to_s - g.from_s, 0);
    const gapShare = gapS / Math.max(1, walk.duration_s * Math.max(1, walk.sites.length));
    const lostSamples = walk.sensors.reduce((sum, s) => sum + (Number(s['lostSamples']) || 0), 0);
    const reasons: QualityReason[] = [];
    const walked = this.#strides > 0;
    if (walked && validShare < 0.8) reasons.push('few_valid_strides');
    if (walked && lengthShare < 0.8 && walk.sites.some((s) => s.endsWith('foot'))) reasons.push('lengths_missing');
    if (gapShare > 0.02) reasons.push('many_gaps');
    if (walk.metrics['sides_in_doubt'] === true) reasons.push('sides_in_doubt');
    if (walk.sensors.some((s) => typeof s['quality_limit'] === 'string')) reasons.push('sensor_limits');
    if (walk.reasons['symmetry'] === 'one_foot_only') reasons.push('one_foot_only');
    if (!walk.sites.includes('pelvis')) reasons.push('no_pelvis_sensor');
    const grave = reasons.includes('sides_in_doubt') || validShare < 0.5 || gapShare > 0.15;
    const light = reasons.some((r) => r !== 'no_pelvis_sensor');
    return {
      grade: grave ? 'C' : light ? 'B' : 'A',
      reasons,
      validShare,
      lengthShare,
      gapShare,
      lostSamples,
      gaps: Number(walk.metrics['gap_count'] ?? walk.gaps.length),
    };
  }
}
