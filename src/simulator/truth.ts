import { lateralSign } from '../domain/frames.ts';
import { SIDES, type Side } from '../domain/sites.ts';
import { degFromRad, radFromDeg } from '../domain/units.ts';
import { STANDING_S } from './foot-angles.ts';
import type { FootMotion } from './foot-motion.ts';
import type { Footfall } from './footfall.ts';
import type { PelvisMotion } from './pelvis-motion.ts';
import { cross, dot, multiply, rotationFromVector, scale, subtract, type Vec3 } from './rotation.ts';

/** What truly happened at a foot. `optional`: a shuffle at a bout's edge or in a turn, may be found or not. */
export interface TruthEvent {
  readonly side: Side;
  readonly kind: 'ic' | 'fc';
  readonly time_s: number;
  readonly optional?: true;
}

/** A stride as it truly was, in the units of a stride record; the angles are elevations of the foot's axes against foot-flat. */
export interface TruthStride {
  readonly side: Side;
  readonly ic_s: number;
  readonly fc_s: number;
  readonly next_ic_s: number;
  readonly mid_stance_s: number;
  readonly next_mid_stance_s: number;
  /** First stride of this foot in a bout. */
  readonly first?: true;
  readonly turning?: true;
  /** Ends beside the other foot. */
  readonly last?: true;
  readonly stairs?: true;
  /** Less than half of it on the ground: a run, with a flight between the feet. */
  readonly running?: true;
  readonly stride_length_m: number;
  readonly foot_clearance_m: number;
  readonly foot_progression_deg: number;
  readonly eversion_at_ic_deg: number;
  readonly eversion_peak_deg: number;
  readonly eversion_excursion_deg: number;
  readonly eversion_peak_at_pct_stance: number;
  /** The heel begins to rise, per cent of stance. */
  readonly heel_off_pct_stance: number;
  readonly pitch_ic_deg: number;
  readonly pitch_fc_deg: number;
  /** F: null until a contact of each side came before (in this bout, since the last turn). */
  readonly pelvic_drop_deg: number | null;
  /** B80 */
  readonly pelvic_drop_excursion_deg: number;
}

/** The truth.json of a virtual walk. */
export interface Truth {
  readonly duration_s: number;
  readonly events: readonly TruthEvent[];
  readonly strides: readonly TruthStride[];
}

/** A stride is turning where the body's heading changes by more within it. */
const TURNING_RAD = radFromDeg(15);
const NEUTRAL_STEPS = 10;
const STILL_S = 0.06;
/** Roll is averaged over so much before a contact [s] (the 80 of B80). */
const BEFORE_S = 0.08;

/** What happened until a time, on the noise-free motion. `place`: where the shoe sensors sit in the foot's frame [m]. */
export function truthUntil(
  untilS: number,
  feet: Readonly<Record<Side, FootMotion>>,
  pelvis: PelvisMotion,
  place: Readonly<Record<Side, Vec3>>,
): Truth {
  const events: TruthEvent[] = [];
  for (const side of SIDES) {
    const list = feet[side].footfalls;
    list.forEach((at, i) => {
      if (Number.isFinite(at.icS) && at.icS < untilS) events.push(event(at, 'ic', at.icS, at.closing || isTurn(at)));
      if (at.fcS < untilS) events.push(event(at, 'fc', at.fcS, at.bout !== list[i + 1]?.bout || isTurn(at)));
    });
  }
  events.sort((a, b) => a.time_s - b.time_s);
  const drops = pelvicDrops(untilS, feet, pelvis);
  const strides: TruthStride[] = [];
  for (const side of SIDES) {
    const foot = feet[side];
    foot.footfalls.forEach((at, i) => {
      const next = foot.footfalls[i + 1];
      const drop = drops.get(at);
      if (next === undefined || drop === undefined || next.bout !== at.bout || next.icS >= untilS) return;
      strides.push(strideOf(foot, at, next, foot.footfalls[i - 1]?.bout !== at.bout, place[side], drop));
    });
  }
  strides.sort((a, b) => a.ic_s - b.ic_s);
  return { duration_s: untilS, events, strides };
}

const isTurn = (at: Footfall): boolean => Math.abs(at.turnedRad) > TURNING_RAD;

const event = (at: Footfall, kind: 'ic' | 'fc', timeS: number, optional: boolean): TruthEvent =>
  optional ? { side: at.side, kind, time_s: timeS, optional: true } : { side: at.side, kind, time_s: timeS };

interface Drop {
  readonly f: number | null;
  readonly b80: number;
}

/** F and B80 of pelvis-pipeline.md section 3 for each stance that ends. */
function pelvicDrops(
  untilS: number,
  feet: Readonly<Record<Side, FootMotion>>,
  pelvis: PelvisMotion,
): Map<Footfall, Drop> {
  const all = SIDES.flatMap((side) => feet[side].footfalls)
    .filter((at) => Number.isFinite(at.icS) && at.fcS < untilS)
    .sort((a, b) => a.icS - b.icS);
  const before: Record<Side, number[]> = { left: [], right: [] };
  const drops = new Map<Footfall, Drop>();
  let bout = 0;
  for (const at of all) {
    if (at.bout !== bout || isTurn(at)) {
      before.left = [];
      before.right = [];
      bout = at.bout;
    }
    const rollBefore = mean((k) => pelvis.rollAt(at.icS - BEFORE_S * k), 8);
    const recent = before[at.side];
    recent.push(rollBefore);
    if (recent.length > NEUTRAL_STEPS) recent.shift();
    const sign = lateralSign(at.side);
    const stanceS = at.fcS - at.icS;
    let peak = -Infinity;
    for (let share = 0.05; share <= 0.5; share += 0.01) {
      peak = Math.max(peak, sign * pelvis.rollAt(at.icS + share * stanceS));
    }
    const neutral =
      before.left.length === 0 || before.right.length === 0
        ? null
        : 0.5 * (average(before.left) + average(before.right));
    drops.set(at, {
      f: neutral === null ? null : degFromRad(peak - sign * neutral),
      b80: degFromRad(peak - sign * rollBefore),
    });
  }
  return drops;
}

/** Mean of a function over [0, 1] at `n` middles. */
function mean(f: (share: number) => number, n: number): number {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += f((i + 0.5) / n);
  return sum / n;
}
const average = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

function strideOf(
  foot: FootMotion,
  at: Footfall,
  next: Footfall,
  first: boolean,
  place: Vec3,
  drop: Drop,
): TruthStride {
  const frame = flatFrame(at);
  const sign = lateralSign(at.side);
  const rotation = new Float64Array(9);
  /** Elevations of the foot's lateral and long axis against foot-flat [rad]. */
  const everted = (tS: number): number => {
    foot.rotationAt(tS, rotation);
    return sign * Math.asin(dot(upOf(rotation), frame.lateral));
  };
  const pitched = (tS: number): number => {
    foot.rotationAt(tS, rotation);
    return Math.asin(dot(upOf(rotation), frame.forward));
  };
  const atIc = everted(at.icS);
  const stanceS = at.fcS - at.icS;
  let peak = atIc;
  let peakS = at.icS;
  const endS = at.icS + 0.6 * stanceS;
  for (let tS = at.icS; tS <= endS; tS += 0.004) {
    const value = everted(tS);
    if (value > peak) {
      peak = value;
      peakS = tS;
    }
  }
  const midS = midStance(foot, at);
  const nextMidS = midStance(foot, next);
  const moved = subtract(foot.positionOf(place, nextMidS), foot.positionOf(place, midS));
  const way = Math.atan2(moved[1], moved[0]);
  let top = -Infinity;
  for (let tS = at.fcS; tS < next.icS; tS += 0.005) top = Math.max(top, foot.positionOf(place, tS)[2]);
  const bottom = foot.positionOf(place, midS)[2];
  const toeOut = Math.atan2(Math.sin(next.headingRad - way), Math.cos(next.headingRad - way));
  return {
    side: at.side,
    ic_s: at.icS,
    fc_s: at.fcS,
    next_ic_s: next.icS,
    mid_stance_s: midS,
    next_mid_stance_s: nextMidS,
    ...(first ? { first: true as const } : {}),
    ...(isTurn(next) ? { turning: true as const } : {}),
    ...(next.closing ? { last: true as const } : {}),
    ...(at.stairs || next.stairs ? { stairs: true as const } : {}),
    ...(2 * stanceS < next.icS - at.icS ? { running: true as const } : {}),
    stride_length_m: Math.hypot(moved[0], moved[1]),
    foot_clearance_m: top - bottom,
    foot_progression_deg: degFromRad(sign * toeOut),
    eversion_at_ic_deg: degFromRad(atIc),
    eversion_peak_deg: degFromRad(peak),
    eversion_excursion_deg: degFromRad(peak - atIc),
    eversion_peak_at_pct_stance: (100 * (peakS - at.icS)) / stanceS,
    heel_off_pct_stance: (100 * (at.heelOffS - at.icS)) / stanceS,
    pitch_ic_deg: degFromRad(pitched(at.icS)),
    pitch_fc_deg: degFromRad(pitched(at.fcS)),
    pelvic_drop_deg: drop.f,
    pelvic_drop_excursion_deg: drop.b80,
  };
}

/** The world's up in the foot's frame. */
const upOf = (rotation: Float64Array): Vec3 => [rotation[6]!, rotation[7]!, rotation[8]!];

/** Up, forward and lateral (left) of a rested, flat foot on this ground, in the foot's frame. */
function flatFrame(at: Footfall): { forward: Vec3; lateral: Vec3 } {
  const ground = new Float64Array(9);
  const roll = new Float64Array(9);
  const flat = new Float64Array(9);
  rotationFromVector(at.groundTilt[0], at.groundTilt[1], 0, ground);
  rotationFromVector(lateralSign(at.side) * at.rollNeutralRad, 0, 0, roll);
  multiply(ground, roll, flat);
  const up = upOf(flat);
  const along = subtract([1, 0, 0], scale(up, up[0]));
  const forward = scale(along, 1 / Math.hypot(...along));
  return { forward, lateral: cross(up, forward) };
}

/** Middle of the stillest 60 ms of a stance [s]. */
export function midStance(foot: FootMotion, at: Footfall): number {
  const fromS = at.flatS;
  const toS = Math.min(at.heelOffS, at.icS + STANDING_S);
  if (toS - fromS <= STILL_S) return 0.5 * (fromS + toS);
  const step = 0.005;
  const width = Math.round(STILL_S / step);
  const out = new Float64Array(6);
  const speeds: number[] = [];
  for (let tS = fromS; tS <= toS; tS += step) {
    out.fill(0);
    foot.addInertial([0, 0, 0], tS, out);
    speeds.push(out[3]! ** 2 + out[4]! ** 2 + out[5]! ** 2);
  }
  let best = Infinity;
  let first = 0;
  for (let i = 0; i + width < speeds.length; i++) {
    let sum = 0;
    for (let j = i; j <= i + width; j++) sum += speeds[j]!;
    if (sum < best * (1 - 1e-9) - 1e-12) {
      best = sum;
      first = i;
    }
  }
  return fromS + (first + 0.5 * width) * step;
}
