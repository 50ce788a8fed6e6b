import type { StrideRecord } from '../domain/records.ts';

/** What drift is judged by: a few fields of a stride, so that little has to be kept. */
export type DriftStride = Pick<
  StrideRecord,
  | 'side'
  | 'ic_s'
  | 'next_ic_s'
  | 'stride_time_s'
  | 'stance_time_s'
  | 'walking_speed_mps'
  | 'eversion_excursion_deg'
  | 'pelvic_drop_excursion_deg'
  | 'turning'
  | 'quality'
>;

/** Those fields of a stride. */
export const forDrift = (s: StrideRecord): DriftStride => ({
  side: s.side,
  ic_s: s.ic_s,
  next_ic_s: s.next_ic_s,
  stride_time_s: s.stride_time_s,
  stance_time_s: s.stance_time_s,
  walking_speed_mps: s.walking_speed_mps,
  eversion_excursion_deg: s.eversion_excursion_deg,
  pelvic_drop_excursion_deg: s.pelvic_drop_excursion_deg,
  turning: s.turning,
  quality: s.quality,
});
