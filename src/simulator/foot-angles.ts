import { lateralSign } from '../domain/frames.ts';
import { smoothStep, smoothStepSlope, hump, humpSlope, RateCurve } from './curves.ts';
import type { Footfall } from './footfall.ts';

/**
 * How a foot is turned, as angles whose meaning stays the same all the time, with their rates [rad, rad/s]. `pitch` turns
 * about an axis that lies obliquely by `axis`; `roll` about the foot's own long axis; both are + in the sense of the sign
 * table (toes up, eversion). `tilt` is the share of the ground's tilt that the foot has taken on.
 */
export interface FootAngles {
  pitch: number;
  pitchRate: number;
  axis: number;
  axisRate: number;
  roll: number;
  rollRate: number;
  yaw: number;
  yawRate: number;
  tilt: number;
  tiltRate: number;
  /** Rotation vector of the ground meant by `tilt`. */
  groundX: number;
  groundY: number;
}

/** Angles to write into. */
export const newFootAngles = (): FootAngles => ({
  pitch: 0,
  pitchRate: 0,
  axis: 0,
  axisRate: 0,
  roll: 0,
  rollRate: 0,
  yaw: 0,
  yawRate: 0,
  tilt: 0,
  tiltRate: 0,
  groundX: 0,
  groundY: 0,
});

/** A stance that lasts longer is standing: the foot rests flat and does not roll in and out. */
export const STANDING_S = 1.5;
/** How long a foot that came down rests before it rolls further [s]. */
const STILL_S = 0.065;
/** Share of stance in which the foot rolls from rest to its peak. */
const ROLL_IN_SHARE = 0.16;
/** Share of the ground's tilt that a foot has when it comes down: it swings in the world, not on the ground. */
const TILT_AT_CONTACT = 0.3;
/** Pitch rate at contact over the pitch there [1/s], and how fast it falls there over the pitch [1/s²]. */
const CONTACT_RATE = -2.2;
const CONTACT_SLOPE = -330;

/** A step of one quantity from one value to another within a time, C2 at its ends. */
function glide(
  out: { value: number; rate: number },
  tS: number,
  from: number,
  to: number,
  aS: number,
  bS: number,
): void {
  const u = (tS - aS) / (bS - aS);
  out.value = from + (to - from) * smoothStep(u);
  out.rate = ((to - from) * smoothStepSlope(u)) / (bS - aS);
}
const scratch = { value: 0, rate: 0 };

/** The angles while the foot stands. */
export class StanceAngles {
  readonly #at: Footfall;
  readonly #load: RateCurve | undefined;
  readonly #push: RateCurve | undefined;
  readonly #standing: boolean;
  readonly #peakS: number;
  readonly #riseS: number;

  constructor(at: Footfall) {
    this.#at = at;
    this.#standing = at.fcS - at.icS > STANDING_S;
    // First the foot stands truly still; then it rolls in to its peak, as shoes do until just before the heel rises.
    const stanceS = at.fcS - at.icS;
    this.#riseS = at.running
      ? at.flatS
      : Math.max(at.flatS + STILL_S, at.icS + (at.rollPeakAt - ROLL_IN_SHARE) * stanceS);
    this.#peakS = Math.max(this.#riseS + (at.running ? 0.03 : 0.05), at.icS + at.rollPeakAt * stanceS);
    this.#load = Number.isFinite(at.icS)
      ? new RateCurve(
          [
            { tS: at.icS, rate: CONTACT_RATE * at.pitchIcRad, slope: CONTACT_SLOPE * at.pitchIcRad },
            { tS: at.flatS, rate: 0, slope: 0 },
          ],
          at.pitchIcRad,
          0,
          at.icS,
        )
      : undefined;
    this.#push = Number.isFinite(at.fcS)
      ? new RateCurve(
          [
            { tS: at.heelOffS, rate: 0, slope: 0 },
            { tS: at.fcS, rate: pushOffRate(at), slope: pushOffSlope(at) },
          ],
          0,
          at.pitchFcRad,
          at.heelOffS,
        )
      : undefined;
  }

  /** true while the foot rests: nothing turns. */
  isStill(tS: number): boolean {
    return tS > this.#at.flatS && tS < (this.#standing ? this.#at.heelOffS : this.#riseS);
  }

  at(tS: number, out: FootAngles): void {
    const at = this.#at;
    out.pitch = 0;
    out.pitchRate = 0;
    if (tS < at.flatS) {
      out.pitch = this.#load!.angle(tS);
      out.pitchRate = this.#load!.rate(tS);
    } else if (tS > at.heelOffS) {
      out.pitch = this.#push!.angle(tS);
      out.pitchRate = this.#push!.rate(tS);
    }
    // The axes change over while the foot is flat and the pitch is zero.
    out.axis = tS < at.flatS ? at.loadAxisRad : at.pushAxisRad;
    out.axisRate = 0;
    this.#roll(tS);
    out.roll = scratch.value;
    out.rollRate = scratch.rate;
    out.yaw = at.headingRad;
    out.yawRate = 0;
    if (tS < at.flatS) {
      glide(scratch, tS, TILT_AT_CONTACT, 1, at.icS, at.flatS);
      out.tilt = scratch.value;
      out.tiltRate = scratch.rate;
    } else {
      out.tilt = 1;
      out.tiltRate = 0;
    }
    out.groundX = at.groundTilt[0];
    out.groundY = at.groundTilt[1];
  }

  #roll(tS: number): void {
    const at = this.#at;
    if (tS < at.flatS) {
      glide(scratch, tS, at.rollIcRad, at.rollFlatRad, at.icS, at.icS + 0.6 * (at.flatS - at.icS));
      return;
    }
    if (tS <= at.heelOffS && this.#standing) {
      scratch.value = at.rollFlatRad;
      scratch.rate = 0;
      return;
    }
    const pushS = at.heelOffS + 0.6 * (at.fcS - at.heelOffS);
    const settled = this.#standing ? at.rollFlatRad : 0.4 * at.rollPeakRad;
    if (tS > pushS) {
      glide(scratch, tS, at.rollPushRad, at.rollFcRad, pushS, at.fcS);
      return;
    }
    if (this.#standing) {
      glide(scratch, tS, at.rollFlatRad, at.rollPushRad, at.heelOffS, pushS);
      return;
    }
    if (tS < this.#peakS) {
      glide(scratch, tS, at.rollFlatRad, at.rollPeakRad, this.#riseS, this.#peakS);
      return;
    }
    const downS = Math.max(this.#peakS + (at.running ? 0.02 : 0.06), at.heelOffS);
    if (tS < downS) {
      glide(scratch, tS, at.rollPeakRad, settled, this.#peakS, downS);
      return;
    }
    glide(scratch, tS, settled, at.rollPushRad, downS, pushS);
  }
}

/** From the toe's leaving until the heel rises no more [s]: a runner's swings up behind. */
const KICK_S = 0.018;
const RUN_KICK_S = 0.085;
/** ... and until the toes come up. */
const UP_S = 0.055;
const RUN_UP_S = 0.145;

/** Pitch rate when the toe leaves the ground [rad/s]: the whole push-off shape scales with its angle. */
const pushOffRate = (at: Footfall): number => 7.6 * at.pitchFcRad;
/** How fast that fades there [rad/s²]; a runner's foot turns fastest as it leaves. */
const pushOffSlope = (at: Footfall): number => (at.running ? 0 : -24 * at.pitchFcRad);

/** A foot that comes down toes first points them so long before contact [s], so fast over its pitch there [1/s]. */
const POINT_S = 0.06;
const POINT_RATE = 22;

/** The angles while the foot swings from one footfall to the next. */
export class SwingAngles {
  readonly #from: Footfall;
  readonly #to: Footfall;
  readonly #pitch: RateCurve;
  readonly #yawBy: number;

  constructor(from: Footfall, to: Footfall) {
    this.#from = from;
    this.#to = to;
    const fcS = from.fcS;
    const icS = to.icS;
    const off = pushOffRate(from);
    const up = 0.55 * -off;
    const kickS = from.running ? RUN_KICK_S : KICK_S;
    const upS = fcS + (from.running ? RUN_UP_S : UP_S);
    // The push-off rotation ends soon after the toe's leaving, then the toes come up, twice as fast in mid-swing.
    this.#pitch = new RateCurve(
      [
        { tS: fcS, rate: off, slope: pushOffSlope(from) },
        { tS: fcS + kickS, rate: 0, slope: -off / (from.running ? 0.05 : 0.026) },
        { tS: upS, rate: up, slope: 0 },
        ...(to.pitchIcRad < 0 ? [{ tS: icS - POINT_S, rate: POINT_RATE * to.pitchIcRad, slope: 0 }] : []),
        { tS: icS, rate: CONTACT_RATE * to.pitchIcRad, slope: CONTACT_SLOPE * to.pitchIcRad },
      ],
      from.pitchFcRad,
      to.pitchIcRad,
      upS,
    );
    const turn = to.headingRad - from.headingRad;
    this.#yawBy = turn;
  }

  at(tS: number, out: FootAngles): void {
    const from = this.#from;
    const to = this.#to;
    const fcS = from.fcS;
    const icS = to.icS;
    const lengthS = icS - fcS;
    const u = (tS - fcS) / lengthS;
    out.pitch = this.#pitch.angle(tS);
    out.pitchRate = this.#pitch.rate(tS);
    if (u < 0.5) glide(scratch, tS, from.pushAxisRad, to.swingAxisRad, fcS, fcS + 0.22 * lengthS);
    else glide(scratch, tS, to.swingAxisRad, to.loadAxisRad, fcS + 0.72 * lengthS, icS);
    out.axis = scratch.value;
    out.axisRate = scratch.rate;
    glide(scratch, tS, from.rollFcRad, to.rollIcRad, fcS, icS);
    out.roll = scratch.value;
    out.rollRate = scratch.rate;
    glide(scratch, tS, from.headingRad, from.headingRad + this.#yawBy, fcS, icS);
    out.yaw = scratch.value + to.swingYawRad * hump(u);
    out.yawRate = scratch.rate + (to.swingYawRad * humpSlope(u)) / lengthS;
    if (u < 0.5) glide(scratch, tS, 1, 0, fcS, fcS + 0.5 * lengthS);
    else glide(scratch, tS, 0, TILT_AT_CONTACT, fcS + 0.5 * lengthS, icS);
    out.tilt = scratch.value;
    out.tiltRate = scratch.rate;
    const ground = u < 0.5 ? from.groundTilt : to.groundTilt;
    out.groundX = ground[0];
    out.groundY = ground[1];
  }
}

/** Rotation vector [x, y] of pitch and roll in the foot's frame, and its rate, written to `out` as x, y, x', y'. */
export function tiltVector(angles: FootAngles, side: Footfall['side'], out: Float64Array): void {
  const sign = lateralSign(side);
  const s = Math.sin(-sign * angles.axis);
  const c = Math.cos(angles.axis);
  const axisRate = -sign * angles.axisRate;
  out[0] = angles.pitch * s + sign * angles.roll;
  out[1] = -angles.pitch * c;
  out[2] = angles.pitchRate * s + angles.pitch * c * axisRate + sign * angles.rollRate;
  out[3] = -angles.pitchRate * c + angles.pitch * s * axisRate;
}
