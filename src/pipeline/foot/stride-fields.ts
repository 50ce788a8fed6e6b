/** Fields of a stride that rest on the way of the foot. */
export const SPATIAL_FIELDS = [
  'stride_length_m',
  'walking_speed_mps',
  'foot_clearance_m',
  'foot_progression_deg',
] as const;

/** Fields of a stride that are counted from a flat foot. */
export const ANGLE_FIELDS = [
  'pitch_ic_deg',
  'pitch_fc_deg',
  'eversion_at_ic_deg',
  'eversion_peak_deg',
  'eversion_excursion_deg',
  'eversion_peak_velocity_dps',
  'eversion_peak_at_pct_stance',
] as const;
