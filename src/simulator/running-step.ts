import { radFromDeg } from '../domain/units.ts';
import type { Footfall } from './footfall.ts';

/** From heel-off to final contact of a run, as a share of the stride. */
export const RUN_PUSH_OFF_SHARE = 0.16;
/** Time from a runner's contact to the flat sole [s]. */
const FLAT_AFTER_S = 0.055;
/** A runner comes down with a flatter foot, twice as fast, and leaves the ground with the heel less high. */
const PITCH_IC = 0.45;
const PITCH_FC = 0.82;
const FALL = 2;
const TOE_CLEARANCE_M = 0.05;

/** A walker's footfall as a heel-striking runner has it. */
export const asRun = (at: Footfall): Footfall => ({
  ...at,
  running: true,
  flatS: at.icS + FLAT_AFTER_S,
  pitchIcRad: Math.max(radFromDeg(3), PITCH_IC * at.pitchIcRad),
  pitchFcRad: PITCH_FC * at.pitchFcRad,
  rollIcRad: at.rollIcRad - radFromDeg(4),
  rollPeakRad: at.rollPeakRad + radFromDeg(3),
  rollPeakAt: at.rollPeakAt - 0.06,
  toeClearanceM: TOE_CLEARANCE_M,
  impactMps: [at.impactMps[0], at.impactMps[1], FALL * at.impactMps[2]],
  impactS: at.impactS + 0.004,
});
