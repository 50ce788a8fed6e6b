import type { Side } from '../domain/sites.ts';
import { STANDARD_GRAVITY_MPS2 } from '../domain/units.ts';
import { hump, humpCurvature, humpSlope, Quintic } from './curves.ts';
import { newFootAngles, StanceAngles, SwingAngles, tiltVector } from './foot-angles.ts';
import type { Footfall } from './footfall.ts';
import type { FootShape, FootState } from './foot-shape.ts';
import { addImpact } from './heel-impact.ts';
import {
  add,
  cross,
  leverAcceleration,
  multiply,
  rotate,
  rotateBack,
  rotationFromVector,
  scale,
  subtract,
  type Vec3,
} from './rotation.ts';

/** Half step of the difference that gives the angular acceleration [s]. */
const DIFFERENCE_S = 1e-5;

/** How long after contact the signal is too sharp for a sensor's band [s]. */
const SHARP_S = 0.03;

/** How hard the heel is braked just before it touches [m/s²]. */
const LANDING_BRAKE_MPS2 = 26;

interface SwingPath {
  readonly fcS: number;
  readonly lengthS: number;
  readonly axes: readonly [Quintic, Quintic, Quintic];
  readonly liftM: number;
}

/**
 * One foot's way through its footfalls. On the ground it stands truly still or turns about a point that does: the heel until
 * it is flat (the ball where the toes come down first), the ball from heel-off on. In the air its ankle follows a smooth path that meets both ends' position, speed and
 * acceleration; the heel's last speed is taken away by the ground in some milliseconds: the impact.
 */
export class FootMotion {
  readonly side: Side;
  readonly footfalls: readonly Footfall[];
  readonly shape: FootShape;
  readonly #stances = new Map<number, StanceAngles>();
  readonly #swings = new Map<number, { angles: SwingAngles; path: SwingPath }>();
  readonly #angles = newFootAngles();
  readonly #vector = new Float64Array(4);
  readonly #a = new Float64Array(9);
  readonly #b = new Float64Array(9);
  readonly #state: FootState;
  #cursor = 0;

  constructor(side: Side, footfalls: readonly Footfall[], shape: FootShape) {
    this.side = side;
    this.footfalls = footfalls;
    this.shape = shape;
    const zero: Vec3 = [0, 0, 0];
    this.#state = {
      rotation: new Float64Array(9),
      rate: zero,
      rateChange: zero,
      anchor: zero,
      position: zero,
      velocity: zero,
      acceleration: zero,
    };
  }

  /** Index of the footfall whose stance or following swing holds the time. */
  indexAt(tS: number): number {
    const list = this.footfalls;
    let i = Math.min(this.#cursor, list.length - 1);
    while (i > 0 && list[i]!.icS > tS) i--;
    while (i + 1 < list.length && list[i + 1]!.icS <= tS) i++;
    if (i !== this.#cursor) this.#forget(i);
    this.#cursor = i;
    return i;
  }

  /** Rotation world-from-foot at a time, row-major; owned by the caller. */
  rotationAt(tS: number, out: Float64Array): void {
    this.#turn(this.indexAt(tS), tS, false, out);
  }

  /** World position of a point of the foot [m]. */
  positionOf(point: Vec3, tS: number): Vec3 {
    const state = this.#at(tS);
    return add(state.position, rotate(state.rotation, subtract(point, state.anchor)));
  }

  /** World velocity of a point of the foot [m/s]. */
  velocityOf(point: Vec3, tS: number): Vec3 {
    const state = this.#at(tS);
    return add(state.velocity, rotate(state.rotation, cross(state.rate, subtract(point, state.anchor))));
  }

  /** Specific force [m/s²] and angular rate [rad/s] at a point of the foot, in the foot's axes, added to `out` (6 numbers). */
  addInertial(point: Vec3, tS: number, out: Float64Array): void {
    const state = this.#at(tS);
    const [ax, ay, az] = state.acceleration;
    const force = rotateBack(state.rotation, [ax, ay, az + STANDARD_GRAVITY_MPS2]);
    const lever = leverAcceleration(state.rate, state.rateChange, subtract(point, state.anchor));
    out[0] = out[0]! + force[0] + lever[0];
    out[1] = out[1]! + force[1] + lever[1];
    out[2] = out[2]! + force[2] + lever[2];
    out[3] = out[3]! + state.rate[0];
    out[4] = out[4]! + state.rate[1];
    out[5] = out[5]! + state.rate[2];
  }

  /** true where the signal holds frequencies above a sensor's band: an impact. */
  isSharp(tS: number, marginS: number): boolean {
    const list = this.footfalls;
    const i = this.indexAt(tS);
    const sinceS = tS - list[i]!.icS;
    const next = list[i + 1];
    return sinceS < SHARP_S || (next !== undefined && next.icS - tS < marginS);
  }

  /** Footfalls before the last two are never asked for again in a stream: their curves are dropped. */
  #forget(index: number): void {
    if (this.#stances.size < 64) return;
    for (const key of this.#stances.keys()) if (key < index - 2) this.#stances.delete(key);
    for (const key of this.#swings.keys()) if (key < index - 2) this.#swings.delete(key);
  }

  /** Fills the rotation (world from foot) and returns the rate in the foot's frame. `air`: the swing after footfall `index`. */
  #turn(index: number, tS: number, air: boolean, rotation: Float64Array): Vec3 {
    const at = this.footfalls[index]!;
    const angles = this.#angles;
    if (air || tS > at.fcS) this.#swingAngles(index).at(tS, angles);
    else this.#stance(index).at(tS, angles);
    tiltVector(angles, this.side, this.#vector);
    const v = this.#vector;
    const x = v[0]!;
    const y = v[1]!;
    const a = this.#a;
    const b = this.#b;
    const cos = Math.cos(angles.yaw);
    const sin = Math.sin(angles.yaw);
    // rotation = yaw * ground * tilt
    rotationFromVector(angles.tilt * angles.groundX, angles.tilt * angles.groundY, 0, b);
    for (let j = 0; j < 3; j++) {
      a[j] = cos * b[j]! - sin * b[3 + j]!;
      a[3 + j] = sin * b[j]! + cos * b[3 + j]!;
      a[6 + j] = b[6 + j]!;
    }
    // The yaw's rate, seen from the ground's frame, plus the rate at which the ground's tilt is taken on.
    const gx = b[6]! * angles.yawRate + angles.tiltRate * angles.groundX;
    const gy = b[7]! * angles.yawRate + angles.tiltRate * angles.groundY;
    const gz = b[8]! * angles.yawRate;
    rotationFromVector(x, y, 0, b);
    multiply(a, b, rotation);
    const dx = v[2]!;
    const dy = v[3]!;
    const angle2 = x * x + y * y;
    const angle = Math.sqrt(angle2);
    const c = angle2 < 1e-10 ? 0.5 : (1 - Math.cos(angle)) / angle2;
    const s = angle2 < 1e-10 ? 1 / 6 : (angle - Math.sin(angle)) / (angle2 * angle);
    const wedge = x * dy - y * dx;
    return [
      b[0]! * gx + b[3]! * gy + b[6]! * gz + dx + s * y * wedge,
      b[1]! * gx + b[4]! * gy + b[7]! * gz + dy - s * x * wedge,
      b[2]! * gx + b[5]! * gy + b[8]! * gz - c * wedge,
    ];
  }

  #stance(index: number): StanceAngles {
    let stance = this.#stances.get(index);
    if (stance === undefined) {
      stance = new StanceAngles(this.footfalls[index]!);
      // A stance whose end isn't planned yet will be made anew when it is.
      if (Number.isFinite(this.footfalls[index]!.fcS)) this.#stances.set(index, stance);
    }
    return stance;
  }

  #swingAngles(index: number): SwingAngles {
    return this.#swings.get(index)?.angles ?? this.#swing(index).angles;
  }

  #swing(index: number): { angles: SwingAngles; path: SwingPath } {
    const known = this.#swings.get(index);
    if (known !== undefined) return known;
    const from = this.footfalls[index]!;
    const to = this.footfalls[index + 1];
    if (to === undefined) throw new Error(`The ${this.side} foot's step after ${from.fcS} s is not planned yet.`);
    const angles = new SwingAngles(from, to);
    const { ankle, ball } = this.shape;
    const rotation = new Float64Array(9);
    // Take-off: the ankle turns about the ball, which still stands.
    this.#swings.set(index, { angles, path: EMPTY_PATH });
    const offRate = this.#turn(index, from.fcS, false, rotation);
    const offChange = this.#rateChange(index, from.fcS, true, true);
    const lever = subtract(ankle, ball);
    const p0 = add(this.#ballGround(from), rotate(rotation, lever));
    const v0 = rotate(rotation, cross(offRate, lever));
    const a0 = rotate(rotation, leverAcceleration(offRate, offChange, lever));
    // Landing: what touches first comes down with the footfall's speed, slowing.
    const onRate = this.#turn(index, to.icS, true, rotation);
    const onChange = this.#rateChange(index, to.icS, true, false);
    const speed = to.impactMps;
    const onLever = subtract(ankle, this.#touching(to));
    const p1 = add(this.#touch(to), rotate(rotation, onLever));
    const v1 = add(speed, rotate(rotation, cross(onRate, onLever)));
    const brake = -LANDING_BRAKE_MPS2 / Math.max(0.1, Math.hypot(speed[0], speed[1]));
    const hit = Math.min(1, Math.hypot(speed[0], speed[1]) / 0.6);
    const a1 = add(
      [hit * brake * speed[0], hit * brake * speed[1], 5 * hit],
      rotate(rotation, leverAcceleration(onRate, onChange, onLever)),
    );
    const lengthS = to.icS - from.fcS;
    const axis = (k: 0 | 1 | 2) => new Quintic(lengthS, p0[k], v0[k], a0[k], p1[k], v1[k], a1[k]);
    const path: SwingPath = { fcS: from.fcS, lengthS, axes: [axis(0), axis(1), axis(2)], liftM: 0 };
    const swing = { angles, path: { ...path, liftM: this.#lift(index, path, from, to) } };
    this.#swings.set(index, swing);
    return swing;
  }

  /** How much the swing has to be lifted for the toes to clear the ground (and on stairs the whole foot the edge). */
  #lift(index: number, path: SwingPath, from: Footfall, to: Footfall): number {
    const rotation = new Float64Array(9);
    const climb = to.heel[2] - from.heel[2];
    const points = to.stairs ? [this.shape.toe, HEEL] : [this.shape.toe];
    let liftM = -Infinity;
    for (let u = 0.25; u < 0.78; u += 0.05) {
      const t = u * path.lengthS;
      this.#turn(index, path.fcS + t, true, rotation);
      const z = path.axes[2].value(t);
      const ground = from.heel[2] + climb * (to.stairs ? (climb > 0 ? Math.min(1, 2 * u) : Math.max(0, 2 * u - 1)) : u);
      for (const point of points) {
        const height = z + rotate(rotation, subtract(point, this.shape.ankle))[2] - ground;
        liftM = Math.max(liftM, (to.toeClearanceM - height) / hump(u));
      }
    }
    return liftM;
  }

  /** Angular acceleration by a difference; at the border of two phases a one-sided one. */
  #rateChange(index: number, tS: number, air: boolean, forward: boolean): Vec3 {
    const scratch = new Float64Array(9);
    const late = this.#turn(index, forward ? tS + 2 * DIFFERENCE_S : tS, air, scratch);
    const early = this.#turn(index, forward ? tS : tS - 2 * DIFFERENCE_S, air, scratch);
    return scale(subtract(late, early), 0.5 / DIFFERENCE_S);
  }

  /** The point of the foot that meets the ground: the heel, or the ball of a foot that comes down toes first. */
  #touching(at: Footfall): Vec3 {
    return at.pitchIcRad < 0 ? this.shape.ball : HEEL;
  }

  /** Where it first touches; the ground gives way from there to the footfall's own point. */
  #touch(at: Footfall): Vec3 {
    const ground = at.pitchIcRad < 0 ? this.#ballGround(at) : at.heel;
    return subtract(ground, scale(at.impactMps, 0.5 * at.impactS));
  }

  #ballGround(at: Footfall): Vec3 {
    const b = new Float64Array(9);
    rotationFromVector(at.groundTilt[0], at.groundTilt[1], 0, b);
    const [x, y, z] = rotate(b, this.shape.ball);
    const cos = Math.cos(at.headingRad);
    const sin = Math.sin(at.headingRad);
    return add(at.heel, [cos * x - sin * y, sin * x + cos * y, z]);
  }

  #at(tS: number): FootState {
    const index = this.indexAt(tS);
    const at = this.footfalls[index]!;
    const state = this.#state;
    const air = tS > at.fcS;
    state.rate = this.#turn(index, tS, air, state.rotation);
    if (!air && this.#stance(index).isStill(tS)) {
      state.rate = state.rateChange = ZERO;
      this.#onGround(at, tS, state);
      return state;
    }
    // Differences stay within the phase, so that the angular acceleration isn't smeared over its borders.
    const to = air ? this.footfalls[index + 1]!.icS : at.fcS;
    const a = Math.max(tS - DIFFERENCE_S, air ? at.fcS : at.icS);
    const b = Math.min(tS + DIFFERENCE_S, to);
    const late = this.#turn(index, b, air, this.#c);
    const early = this.#turn(index, a, air, this.#c);
    state.rateChange = scale(subtract(late, early), 1 / (b - a));
    if (air) this.#inAir(this.#swing(index).path, tS - at.fcS, state);
    else this.#onGround(at, tS, state);
    return state;
  }
  readonly #c = new Float64Array(9);

  #onGround(at: Footfall, tS: number, state: FootState): void {
    const still = ZERO;
    state.velocity = still;
    state.acceleration = still;
    if (tS >= at.heelOffS) {
      state.anchor = this.shape.ball;
      state.position = this.#ballGround(at);
      return;
    }
    // The heel of a foot that came down toes first sinks while the ball stands.
    const onBall = at.pitchIcRad < 0 && tS < at.flatS;
    state.anchor = onBall ? this.shape.ball : HEEL;
    state.position = onBall ? this.#ballGround(at) : at.heel;
    addImpact(at, tS - at.icS, state);
  }

  #inAir(path: SwingPath, t: number, state: FootState): void {
    const [x, y, z] = path.axes;
    const u = t / path.lengthS;
    state.anchor = this.shape.ankle;
    state.position = [x.value(t), y.value(t), z.value(t) + path.liftM * hump(u)];
    state.velocity = [x.velocity(t), y.velocity(t), z.velocity(t) + (path.liftM * humpSlope(u)) / path.lengthS];
    state.acceleration = [
      x.acceleration(t),
      y.acceleration(t),
      z.acceleration(t) + (path.liftM * humpCurvature(u)) / path.lengthS ** 2,
    ];
  }
}
const ZERO: Vec3 = [0, 0, 0];
const HEEL = ZERO;
const EMPTY_PATH: SwingPath = {
  fcS: 0,
  lengthS: 1,
  axes: [new Quintic(1, 0, 0, 0, 0, 0, 0), new Quintic(1, 0, 0, 0, 0, 0, 0), new Quintic(1, 0, 0, 0, 0, 0, 0)],
  liftM: 0,
};
