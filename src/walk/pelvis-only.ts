import type { ReasonCode } from '../domain/reasons.ts';
import type { StrideRecord } from '../domain/records.ts';
import { ANGLE_FIELDS, SPATIAL_FIELDS } from '../pipeline/foot/stride-fields.ts';
import type { PelvicStride } from '../pipeline/pelvis/pelvis-output.ts';

const FOOT_FIELDS = [
  'fc_s',
  'mid_stance_s',
  'next_mid_stance_s',
  'stance_time_s',
  'swing_time_s',
  ...SPATIAL_FIELDS,
  ...ANGLE_FIELDS,
] as const;

/** A stride that only the pelvis saw: its time and the pelvis' values; what only a shoe can tell is null with that reason. */
export function strideFromPelvis(pelvic: PelvicStride): StrideRecord {
  const missing = Object.fromEntries(FOOT_FIELDS.map((f) => [f, null])) as Record<(typeof FOOT_FIELDS)[number], null>;
  const reasons = Object.fromEntries(FOOT_FIELDS.map((f) => [f, 'no_foot_sensor'])) as Record<string, ReasonCode>;
  return {
    type: 'stride',
    side: pelvic.side,
    ic_s: pelvic.icS,
    next_ic_s: pelvic.nextIcS,
    stride_time_s: pelvic.nextIcS - pelvic.icS,
    ...missing,
    pelvic_drop_deg: pelvic.pelvicDropDeg,
    pelvic_drop_excursion_deg: pelvic.pelvicDropExcursionDeg,
    pelvic_obliquity_range_deg: pelvic.obliquityRangeDeg,
    pelvic_tilt_mean_deg: pelvic.tiltMeanDeg,
    pelvic_rotation_range_deg: pelvic.rotationRangeDeg,
    turning: pelvic.turning,
    // Contacts from the pelvis are good to some 30 ms: medium at best.
    quality: pelvic.pelvicDropDeg === null ? 0.3 : 0.5,
    reasons: { ...reasons, ...pelvic.reasons },
    known_at_s: pelvic.knownAtS,
  };
}
