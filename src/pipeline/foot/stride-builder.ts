import type { ReasonCode } from '../../domain/reasons.ts';
import type { CurveRecord, FindingRecord, StrideRecord } from '../../domain/records.ts';
import type { Side } from '../../domain/sites.ts';
import { lateralSign } from '../../domain/frames.ts';
import { isRun } from '../../domain/running.ts';
import { DEG_PER_RAD } from '../../domain/units.ts';
import { cross3, dot3, levelUnit, turnAbout } from '../../math/rotation.ts';
import { learnAccOffset } from './acc-offset.ts';
import type { FootFlat } from './foot-flat.ts';
import {
  addHeading,
  createFootHeading,
  createStrideHeading,
  footForward,
  strideHeading,
  type FootHeadingState,
} from './foot-heading.ts';
import { footImpact } from './foot-impact.ts';
import type { FootParams } from './foot-params.ts';
import { heelOffIndex } from './heel-off.ts';
import { rollInCurve, rollInOf } from './roll-in.ts';
import { FILLED, longestHole, MEASURED, timeAt, type SampleRingState } from './sample-ring.ts';
import { createStanceMotion, elevationAt, elevationOfVector, traceStance } from './stance-motion.ts';
import { leftness } from './side-vote.ts';
import { signalFault } from './signal-fault.ts';
import { createShoeLie, neutralUp, pathBetween, restForce, type ShoeLieState } from './shoe-lie.ts';
import { ANGLE_FIELDS, SPATIAL_FIELDS } from './stride-fields.ts';
import { createStridePath, type StridePath } from './stride-path.ts';
import { isTrusted, strideQuality } from './stride-quality.ts';

/** One stance as far as it is known. */
export interface Stance {
  icIndex: number;
  icS: number;
  fcIndex: number | undefined;
  fcS: number | undefined;
  /** Deepest push-off rate. */
  troughIndex: number | undefined;
  flat: FootFlat | undefined;
  /** After a long stance: the stillest moment shortly before push-off. */
  depart: FootFlat | undefined;
}

export interface StrideBuilderState {
  heading: FootHeadingState;
  lie: ShoeLieState;
}

export const createStrideBuilderState = (): StrideBuilderState => ({
  heading: createFootHeading(),
  lie: createShoeLie(),
});

/** Above this at foot-flat no distance can be measured [rad/s]. */
const STILL_LIMIT = 40 / DEG_PER_RAD;
/** More velocity left over than this can't be put right [m/s]. */
const RESIDUAL_LIMIT_MPS = 1.3;
const DRIFT_LIMIT_M = 0.25;
/** Two steps of stairs are believed where everything else is good [m]. */
const CLIMB_LIMIT_M = 0.6;

const path = createStridePath();
const motion = createStanceMotion();
const heading = createStrideHeading();
const own = new Float64Array(3);
const left = new Float64Array(3);
const neutral = new Float64Array(3);
const forward = new Float64Array(3);
const travel = new Float64Array(3);

/** What a stride became. */
export interface BuiltStride {
  stride: StrideRecord;
  curve: CurveRecord | undefined;
  finding: FindingRecord | undefined;
  /** > 0: moves as a foot of its label. */
  sideVote: number;
  /** Level displacement as measured, however good [m]. */
  movedM: number | undefined;
  /** The way, where it was good; scratch: holds until the next stride. */
  path: StridePath | undefined;
}

/**
 * Makes the record of a stride whose both stances are known as well as they will ever be.
 * @param from the stance that begins the stride
 * @param to the one that ends it
 * @param curves whether its curve is worked out as well
 */
export function buildStride(
  s: StrideBuilderState,
  ring: SampleRingState,
  side: Side,
  from: Stance,
  to: Stance,
  bias: Float64Array,
  pitchAxis: Float64Array,
  p: FootParams,
  curves: boolean,
  knownAtS: number,
): BuiltStride {
  const reasons: Record<string, ReasonCode> = {
    pelvic_drop_deg: 'no_pelvis_sensor',
    pelvic_drop_excursion_deg: 'no_pelvis_sensor',
    impact_attenuation_pct: 'no_pelvis_sensor',
  };
  const sign = lateralSign(side);
  const withhold = (reason: ReasonCode, ...fields: string[]): void => {
    for (const field of fields) reasons[field] ??= reason;
  };
  const strideTimeS = to.icS - from.icS;
  const stanceTimeS = from.fcS === undefined ? null : from.fcS - from.icS;
  const mask = ring.capacity - 1;
  const holeSamples = longestHole(ring, Math.floor(from.icIndex), Math.floor(to.icIndex));
  const holeS = holeSamples / ring.rateHz;
  const inHole = (index: number): boolean => ring.mark[Math.round(index) & mask] === FILLED;
  const running = isRun(from.icS, from.fcS, to.icS);
  // The way reaches into the next stance.
  const fault = signalFault(ring, Math.floor(from.icIndex), Math.ceil(to.flat?.index ?? to.icIndex));
  const still = Math.max(from.flat?.stillRadps ?? Infinity, to.flat?.stillRadps ?? Infinity);

  let lengthM: number | null = null;
  let clearanceM: number | null = null;
  let progression: number | null = null;
  let turning = false;
  let quality = 0;
  let sigmaM: number | null = null;
  let moved = false;
  // First: a run is why its foot never was still, and angles have no flat foot to count from.
  if (running) withhold('running', ...SPATIAL_FIELDS, ...ANGLE_FIELDS, 'heel_off_pct_stance');
  neutralUp(s.lie, neutral);
  let movedM: number | undefined;
  let sideVote = 0;
  if (from.flat === undefined || to.flat === undefined) withhold('no_mid_stance', ...SPATIAL_FIELDS);
  else {
    pathBetween(s.lie, ring, from.depart ?? from.flat, to.flat, neutral, bias, p, path);
    turning = Math.abs(path.yawRad) > p.turnRad;
    const wayHoleS = Math.max(holeS, longestHole(ring, from.flat.index, to.flat.index) / ring.rateHz);
    const q = strideQuality(still, path.residualMps, path.z, wayHoleS, 1 / ring.rateHz);
    const size = Math.hypot(path.x, path.y);
    const heightLimitM = isTrusted(still, path.residualMps) ? CLIMB_LIMIT_M : DRIFT_LIMIT_M;
    movedM = size;
    if (wayHoleS > p.bridgedGapS) withhold('gap', ...SPATIAL_FIELDS);
    else if (fault !== undefined) withhold(fault.reason, ...SPATIAL_FIELDS);
    else if (still > STILL_LIMIT) withhold('not_still', ...SPATIAL_FIELDS);
    else if (path.residualMps > RESIDUAL_LIMIT_MPS || Math.abs(path.z) > heightLimitM || size > 3)
      withhold('impossible', ...SPATIAL_FIELDS);
    else if (!running) {
      lengthM = size;
      clearanceM = path.clearanceM;
      sigmaM = q.lengthSigmaM;
      quality = q.quality;
      moved = true;
      learnAccOffset(s.lie.accOffset, path, still, neutral, restForce(s.lie), p);
    }
  }

  let pitchIc: number | null = null;
  let pitchFc: number | null = null;
  let roll: ReturnType<typeof rollInOf> | undefined;
  let curve: CurveRecord | undefined;
  let finding: FindingRecord | undefined;
  if (from.flat === undefined) withhold('no_mid_stance', ...ANGLE_FIELDS);
  else if (from.fcIndex === undefined) withhold('no_mid_stance', ...ANGLE_FIELDS);
  else if (fault?.turning === true) withhold(fault.reason, ...ANGLE_FIELDS);
  else if (hasFilled(ring, Math.floor(from.icIndex), Math.ceil(from.fcIndex))) withhold('gap', ...ANGLE_FIELDS);
  else if (!running) {
    traceStance(ring, from.flat, Math.floor(from.icIndex) - 2, Math.ceil(from.fcIndex) + 2, bias, motion);
    if (!turning && moved) sideVote = sign * leftness(motion, from.icIndex, from.fcIndex, from.flat, neutral);
    if (moved && lengthM !== null && lengthM > p.headingLengthM) {
      // In a turn the way lies half the turn behind the foot's own direction at its end.
      travel.set(path.seenFromEnd);
      turnAbout(travel, neutral, path.yawRad / 2);
      strideHeading(motion, from.icIndex, from.fcIndex, neutral, travel, pitchAxis, sign, p, heading);
      // Turning strides only tell as long as nothing better is known.
      const usable = !turning || (s.heading.strides < p.headingSettled / 2 && Math.abs(path.yawRad) < p.sharpTurnRad);
      if (usable && addHeading(s.heading, heading, neutral, p)) finding = slipped(side, from.icS, knownAtS);
    }
    if (s.heading.strides === 0) withhold('no_heading', ...ANGLE_FIELDS, 'foot_progression_deg');
    else {
      footForward(s.heading, neutral, sign, p, forward);
      cross3(neutral, forward, left);
      const flatPitch = elevationOfVector(from.flat.up, forward);
      pitchIc = elevationAt(motion, from.icIndex, forward) - flatPitch;
      pitchFc = elevationAt(motion, from.fcIndex, forward) - flatPitch;
      roll = rollInOf(motion, from.icIndex, from.fcIndex, left, sign);
      if (curves)
        curve = {
          type: 'curve',
          kind: 'eversion_over_stance',
          side,
          ic_s: from.icS,
          values_deg: rollInCurve(from.icIndex, from.fcIndex).map((v) => v * DEG_PER_RAD),
          known_at_s: knownAtS,
        };
      if (lengthM !== null) {
        // toes out: the foot's axis lies outward of the way it went
        own.set(path.seenFromEnd);
        turnAbout(own, neutral, path.yawRad / 2);
        levelUnit(own, neutral);
        progression = sign * Math.atan2(-dot3(own, left), dot3(own, forward));
      }
    }
  }
  const timing = stanceTimeS !== null && from.fcIndex !== undefined && !inHole(from.fcIndex) && !inHole(from.icIndex);
  if (!timing) withhold('gap', 'stance_time_s', 'swing_time_s');
  if (from.fcS === undefined) withhold('gap', 'fc_s');
  if (from.flat === undefined) withhold('no_mid_stance', 'mid_stance_s');
  if (to.flat === undefined) withhold('no_mid_stance', 'next_mid_stance_s');
  const impact = footImpact(ring, from.icIndex);
  if (typeof impact === 'string') reasons['impact_attenuation_pct'] = impact;
  const heelOff =
    running || from.flat === undefined || from.troughIndex === undefined || !timing
      ? undefined
      : heelOffIndex(ring, (from.depart ?? from.flat).index, from.troughIndex);
  if (heelOff === undefined) withhold('no_mid_stance', 'heel_off_pct_stance');
  const provisional = s.heading.strides < p.headingSettled;
  const degOrNull = (v: number | null | undefined): number | null => (v == null ? null : v * DEG_PER_RAD);
  const stride: StrideRecord = {
    type: 'stride',
    side,
    ic_s: from.icS,
    fc_s: from.fcS ?? null,
    next_ic_s: to.icS,
    mid_stance_s: from.flat?.timeS ?? null,
    next_mid_stance_s: to.flat?.timeS ?? null,
    stride_time_s: strideTimeS,
    stance_time_s: timing ? stanceTimeS : null,
    swing_time_s: timing && from.fcS !== undefined ? to.icS - from.fcS : null,
    stride_length_m: lengthM,
    walking_speed_mps: lengthM === null ? null : lengthM / strideTimeS,
    foot_clearance_m: clearanceM,
    foot_progression_deg: degOrNull(progression),
    pitch_ic_deg: degOrNull(pitchIc),
    pitch_fc_deg: degOrNull(pitchFc),
    eversion_at_ic_deg: degOrNull(roll?.atIcRad),
    eversion_peak_deg: degOrNull(roll?.peakRad),
    eversion_excursion_deg: roll === undefined ? null : (roll.peakRad - roll.atIcRad) * DEG_PER_RAD,
    eversion_peak_velocity_dps: degOrNull(roll?.peakVelocityRadps),
    eversion_peak_at_pct_stance: roll?.peakAtPct ?? null,
    pelvic_drop_deg: null,
    pelvic_drop_excursion_deg: null,
    turning,
    quality,
    reasons,
    known_at_s: knownAtS,
    heel_off_pct_stance:
      heelOff === undefined || stanceTimeS === null ? null : (100 * (timeAt(ring, heelOff) - from.icS)) / stanceTimeS,
    foot_impact_mps2: typeof impact === 'string' ? null : impact,
    stride_length_sigma_m: sigmaM,
    eversion_sigma_deg: roll === undefined ? null : Math.hypot(1.7, provisional ? 1.5 : 0.5),
    heading_provisional: provisional,
    foot_still_dps: Number.isFinite(still) ? still * DEG_PER_RAD : null,
    velocity_residual_mps: moved ? path.residualMps : null,
    height_drift_m: moved ? path.z : null,
    turn_deg: moved ? path.yawRad * DEG_PER_RAD : null,
  };
  return { stride, curve, finding, movedM, sideVote, path: moved ? path : undefined };
}

function hasFilled(ring: SampleRingState, from: number, to: number): boolean {
  const mask = ring.capacity - 1;
  for (let i = from; i <= to; i++) if (ring.mark[i & mask]! > MEASURED + 1) return true;
  return false;
}

/** The finding that the sensor moved on its shoe. */
export const slipped = (side: Side, atS: number, knownAtS: number): FindingRecord => ({
  type: 'finding',
  kind: 'sensor_slipped',
  at_s: atS,
  side,
  text: `The ${side} shoe sensor sits otherwise than before; its roll-in starts anew.`,
  confidence: 0.8,
  known_at_s: knownAtS,
});
