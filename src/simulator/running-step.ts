import { radFromDeg } from '../domain/units.ts';
import type { Footfall } from './footfall.ts';
import type { Running } from './scenario.ts';

/** From heel-off to final contact of a run, as a share of the stride. */
export const RUN_PUSH_OFF_SHARE = 0.16;
/** Time from a runner's contact to the flat sole [s]; with the ball first, the heel sinks more slowly. */
const FLAT_AFTER_S = 0.055;
const HEEL_SINKS_S = 0.075;
/** A runner comes down with a flatter foot, twice as fast, and leaves the ground with the heel less high. */
const PITCH_IC = 0.45;
const PITCH_FC = 0.82;
const FALL = 2;
/** On the ball the calf takes the fall: a lower and later blow [of the speed; s]. */
const BALL_FALL = 1.3;
const BALL_IMPACT_S = 0.012;
const TOE_CLEARANCE_M = 0.05;

/** A walker's footfall as a runner has it: striking with the heel, or with the ball where the run's pitch is below 0. */
export function asRun(at: Footfall, { pitchIcRad }: Running): Footfall {
  const onBall = pitchIcRad !== undefined && pitchIcRad < 0;
  const fall = onBall ? BALL_FALL : FALL;
  return {
    ...at,
    running: true,
    flatS: at.icS + (onBall ? HEEL_SINKS_S : FLAT_AFTER_S),
    pitchIcRad: pitchIcRad ?? Math.max(radFromDeg(3), PITCH_IC * at.pitchIcRad),
    pitchFcRad: PITCH_FC * at.pitchFcRad,
    rollIcRad: at.rollIcRad - radFromDeg(4),
    rollPeakRad: at.rollPeakRad + radFromDeg(3),
    rollPeakAt: at.rollPeakAt - 0.06,
    toeClearanceM: TOE_CLEARANCE_M,
    impactMps: [at.impactMps[0], at.impactMps[1], fall * at.impactMps[2]],
    impactS: at.impactS + (onBall ? BALL_IMPACT_S : 0.004),
  };
}
