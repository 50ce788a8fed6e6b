import { lateralSign } from '../domain/frames.ts';
import { otherSide, type Side } from '../domain/sites.ts';
import { radFromDeg } from '../domain/units.ts';
import type { Activity, ActivitySpan, BodyNode, Footfall } from './footfall.ts';
import { changeShare, type Person } from './person.ts';
import { type Random, Wander } from './random.ts';
import { add, scale, type Vec3 } from './rotation.ts';
import { asRun, RUN_PUSH_OFF_SHARE } from './running-step.ts';
import type { Command, Ground, Scenario } from './scenario.ts';

/** How long before the first heel leaves the ground the body begins to move [s]. */
const ANTICIPATION_S = 0.35;
/** Least pitch at contact, of heel or ball [rad]. */
const LEAST_PITCH_RAD = radFromDeg(2);
const CLOSING = { kind: 'step', speed: 0.8, turnRad: 0, riseM: 0 } as const;

/**
 * Turns what the walker does next into footfalls, one step at a time and only as far ahead as is asked for, so that a walk
 * can go on for ever and can be told something new in between.
 */
export class GaitPlan {
  readonly footfalls: Readonly<Record<Side, Footfall[]>>;
  readonly nodes: BodyNode[] = [];
  readonly activities: ActivitySpan[] = [];

  #person: Person;
  #ground: Ground;
  #script: Iterator<Command, never>;
  readonly #random: Random;
  readonly #wander: Wander;
  readonly #speedWander: Wander;
  /** Walking ends (and the walker stands) at this time. */
  readonly #endS: number;

  /** Up to here everything is decided. */
  #knownS = 0;
  #lastSide: Side;
  #lastIcS: number | undefined;
  #center: Vec3 = [0, 0, 0];
  /** A point of the ground: its height there, from which the gradients count. */
  #groundOrigin: Vec3 = [0, 0, 0];
  #headingRad = 0;
  #speed = 1;
  #strideS = 1;
  #bout = 0;
  #stepOfBout = 0;
  #phaseRad = 0;
  #turns: Record<Side, number> = { left: 0, right: 0 };
  #held = false;

  constructor(scenario: Scenario, random: Random, endS: number) {
    this.#person = scenario.person;
    this.#ground = scenario.ground;
    this.#script = scenario.script;
    this.#random = random.fork('steps');
    this.#wander = new Wander(random.fork('wander'));
    this.#speedWander = new Wander(random.fork('speed'));
    this.#endS = endS;
    this.#lastSide = this.#random.chance(0.5) ? 'left' : 'right';
    const initial = (side: Side): Footfall => {
      const footfall = this.#drawFootfall(side, -Infinity, this.#placeHeel(side, [0, 0, 0], 0), 0.8, 0);
      return { ...footfall, flatS: -Infinity, rollFlatRad: footfall.rollNeutralRad };
    };
    this.footfalls = { left: [initial('left')], right: [initial('right')] };
  }

  /** Up to here everything is decided [s]. */
  get knownS(): number {
    return this.#knownS;
  }

  get person(): Person {
    return this.#person;
  }

  /** From the next step on something else is done; new ground begins where the walker is, without a step. */
  change(scenario: Scenario): void {
    const [x, y] = this.#center;
    this.#groundOrigin = [x, y, this.#groundHeight(this.#center)];
    this.#ground = scenario.ground;
    this.#person = scenario.person;
    this.#script = scenario.script;
  }

  /** true: stands still (after a closing step) until it's let go. */
  hold(held: boolean): void {
    this.#held = held;
  }

  /** Everything before `tS` is decided when this returns. */
  planUntil(tS: number): void {
    while (this.#knownS < tS) {
      const command: Command =
        this.#knownS > this.#endS - 3.2
          ? { kind: 'rest', activity: 'standing', seconds: 60 }
          : this.#held
            ? { kind: 'rest', activity: 'standing', seconds: 0.5 }
            : this.#script.next().value;
      if (command.kind === 'rest') this.#rest(command.activity, command.seconds);
      else this.#step(command, false);
    }
  }

  #rest(activity: Activity, seconds: number): void {
    if (this.#lastIcS !== undefined) {
      this.#step(CLOSING, true);
      const last = this.nodes[this.nodes.length - 1]!;
      this.nodes.push({
        ...last,
        kind: 'end',
        tS: last.tS + 0.75,
        center: this.#onGround(this.#center),
        headingRad: this.#headingRad,
        phaseRad: last.phaseRad + Math.PI,
        size: 0,
        dropRollRad: 0,
      });
      this.#lastIcS = undefined;
      this.#knownS = last.tS + 0.9;
    }
    const previous = this.activities[this.activities.length - 1];
    if (previous?.activity === activity && previous.toS === this.#knownS) previous.toS += seconds;
    else this.activities.push({ activity, fromS: this.#knownS, toS: this.#knownS + seconds });
    this.#knownS += seconds;
  }

  #step(command: Extract<Command, { kind: 'step' }>, closing: boolean): void {
    const person = this.#person;
    const random = this.#random;
    const side = otherSide(this.#lastSide);
    const traits = person.feet[side];
    const standing = this.#lastIcS === undefined;
    if (standing) {
      this.#bout++;
      this.#stepOfBout = 0;
      this.#turns = { left: 0, right: 0 };
      this.#phaseRad = side === 'left' ? -Math.PI : 0;
    }
    this.#stepOfBout++;

    // Speed sets cadence and length together, as people do it: length grows a little faster than cadence.
    this.#speed = standing ? command.speed : 0.45 * this.#speed + 0.55 * command.speed;
    const speed = this.#speed * (1 + 0.02 * this.#speedWander.next());
    const wander = 0.75 * this.#wander.next() + 0.66 * random.normal();
    const { run } = command;
    const paceS = run?.strideTimeS ?? person.strideTimeS * speed ** -0.45;
    const strideS = paceS * (1 + person.strideTimeCv * wander);
    this.#strideS = strideS;
    const stride = (run?.speedMps ?? person.speedMps * speed) * strideS;
    let stepS = strideS * (0.5 + person.feet[this.#lastSide].extraStance);
    let lengthM = 0.5 * stride * traits.stepScale * (1 + random.normal(0, 0.012));
    if (command.riseM !== 0) {
      stepS *= 0.86;
      lengthM = 0.29;
    }
    const from = this.footfalls[side].at(-1)!;
    // Less than none is flight: a runner's foot leaves before the other one lands. The step into a run has neither.
    const airShare = run === undefined || !from.running ? 0 : 0.5 - run.stanceShare;
    const share = run === undefined ? person.doubleSupport * speed ** -0.35 : -airShare;
    const doubleS = strideS * share * (1 + random.normal(0, 0.03));
    const pushS = strideS * (from.running ? RUN_PUSH_OFF_SHARE : command.riseM === 0 ? person.pushOffShare : 0.19);
    let icS: number;
    if (standing) {
      from.heelOffS = this.#knownS + ANTICIPATION_S;
      from.fcS = from.heelOffS + pushS * 1.05;
      from.pitchFcRad *= 0.72;
      icS = from.fcS + strideS * 0.4;
      lengthM *= 0.62;
      this.nodes.push(this.#node('start', this.#knownS, 0, this.#onGround(this.#center), undefined));
    } else {
      if (closing) lengthM = 0;
      icS = this.#lastIcS! + stepS * (closing ? 1.06 : 1);
      from.fcS = this.#lastIcS! + doubleS;
      // After a short stance the heel rises as soon as the foot was flat for a moment.
      const upS = from.fcS - pushS;
      const flatS = Math.max(from.flatS, upS - 1);
      from.heelOffS = Math.max(upS, flatS + 0.45 * (upS - flatS), flatS + 0.04);
      if (this.#stepOfBout === 2 || closing) from.pitchFcRad *= closing ? 0.75 : 0.85;
    }
    if (command.riseM !== 0) from.pitchFcRad *= command.riseM > 0 ? 0.75 : 0.6;

    const middle = this.#headingRad + 0.5 * command.turnRad;
    this.#headingRad += command.turnRad;
    const next: Vec3 = [
      this.#center[0] + lengthM * Math.cos(middle),
      this.#center[1] + lengthM * Math.sin(middle),
      this.#center[2] + command.riseM,
    ];
    this.#turns.left += command.turnRad;
    this.#turns.right += command.turnRad;
    const heel = this.#placeHeel(side, next, this.#headingRad);
    const footfall = this.#drawFootfall(
      side,
      icS,
      heel,
      closing ? 0.35 : speed * (lengthM / (0.5 * stride)),
      command.riseM,
    );
    const told = { ...footfall, turnedRad: this.#turns[side], closing, stairs: command.riseM !== 0 };
    this.footfalls[side].push(run === undefined ? told : asRun(told, run));
    this.#turns[side] = 0;

    const between = this.#onGround(scale(add(this.#center, next), 0.5));
    this.#phaseRad += Math.PI;
    const size = closing ? 0.4 : Math.min(1.25, speed) * (this.#stepOfBout === 1 ? 0.55 : 1);
    this.nodes.push(this.#node('contact', icS, size, between, side));
    this.#center = next;
    this.#lastSide = side;
    this.#lastIcS = icS;
    this.#knownS = icS;
  }

  #node(kind: BodyNode['kind'], tS: number, size: number, center: Vec3, side: Side | undefined): BodyNode {
    const random = this.#random;
    const person = this.#person;
    const extra =
      side === undefined
        ? 0
        : person.feet[side].extraDropRad +
          changeShare(person.change, tS) * (person.change?.drop[side] ?? 0) +
          radFromDeg(0.55) * random.normal();
    const wobble = person.wobbleRad * random.uniform(0.7, 1.2) * size;
    const direction = random.uniform(0, 2 * Math.PI);
    return {
      kind,
      tS,
      center,
      headingRad: this.#headingRad,
      phaseRad: this.#phaseRad,
      size,
      dropRollRad: side === undefined ? 0 : lateralSign(side) * extra * size,
      wobble: [wobble * Math.cos(direction), wobble * Math.sin(direction), random.uniform(5, 9)],
      joltMps2: kind === 'contact' ? random.uniform(2, 3.6) * size : 0,
    };
  }

  #onGround(at: Vec3): Vec3 {
    return [at[0], at[1], at[2] + this.#groundHeight(at)];
  }

  #groundHeight(at: Vec3): number {
    const [x, y, z] = this.#groundOrigin;
    return z + (at[0] - x) * this.#ground.gradientX + (at[1] - y) * this.#ground.gradientY;
  }

  #placeHeel(side: Side, center: Vec3, headingRad: number): Vec3 {
    const out = lateralSign(side) * 0.5 * (this.#person.stepWidthM + this.#random.normal(0, 0.008));
    const x = center[0] - out * Math.sin(headingRad) - 0.25 * this.#person.footLengthM * Math.cos(headingRad);
    const y = center[1] + out * Math.cos(headingRad) - 0.25 * this.#person.footLengthM * Math.sin(headingRad);
    return [x, y, center[2] + this.#groundHeight([x, y, 0])];
  }

  #drawFootfall(side: Side, icS: number, heel: Vec3, stepShare: number, riseM: number): Footfall {
    const random = this.#random;
    const person = this.#person;
    const traits = person.feet[side];
    const sign = lateralSign(side);
    const more = changeShare(person.change, icS) * (person.change?.rollIn[side] ?? 0);
    const headingRad = this.#headingRad + sign * (traits.toeOutRad + radFromDeg(1.3) * random.normal());
    // Ground gradient seen along and across the foot, as the rotation that lays a flat foot on it.
    const along = this.#ground.gradientX * Math.cos(headingRad) + this.#ground.gradientY * Math.sin(headingRad);
    const across = -this.#ground.gradientX * Math.sin(headingRad) + this.#ground.gradientY * Math.cos(headingRad);
    const steep = Math.hypot(along, across);
    const tilt = steep === 0 ? 0 : Math.atan(steep) / steep;
    const pace = Math.max(0.25, Math.min(1.5, stepShare));
    const pitchIcRad =
      (riseM === 0 ? traits.pitchIcRad * pace ** 0.6 : radFromDeg(riseM > 0 ? 5 : 3)) +
      radFromDeg(1.1) * random.normal();
    const flatAfterS = this.#strideS * (0.135 + 0.012 * random.normal()) * (pace < 0.6 ? 0.85 : 1);
    const rollPeakRad = traits.rollPeakRad + 0.7 * more + radFromDeg(0.7) * random.normal();
    const rollNeutralRad = 0.8 * Math.max(0, traits.rollPeakRad - radFromDeg(2.6));
    const hit = Math.sqrt(pace);
    const forward = random.uniform(0.45, 0.9) * hit;
    return {
      side,
      icS,
      flatS: icS + Math.max(0.09, flatAfterS),
      heelOffS: Infinity,
      fcS: Infinity,
      heel,
      headingRad,
      groundTilt: [tilt * across, -tilt * along],
      // Heel or ball, but never both at once.
      pitchIcRad:
        traits.pitchIcRad < 0 ? Math.min(-LEAST_PITCH_RAD, pitchIcRad) : Math.max(LEAST_PITCH_RAD, pitchIcRad),
      pitchFcRad: traits.pitchFcRad * Math.max(0.65, pace ** 0.25) * (1 + 0.025 * random.normal()),
      rollIcRad: traits.rollIcRad - 0.3 * more + radFromDeg(1.1) * random.normal(),
      rollFlatRad: rollNeutralRad + 0.4 * more + radFromDeg(0.3) * random.normal(),
      rollNeutralRad,
      rollPeakRad,
      rollPushRad: traits.rollPushRad + radFromDeg(1) * random.normal(),
      rollFcRad: traits.rollFcRad + radFromDeg(1.2) * random.normal(),
      rollPeakAt: traits.rollPeakAt + 0.02 * random.normal(),
      loadAxisRad: traits.loadAxisRad + radFromDeg(1.2) * random.normal(),
      pushAxisRad: traits.pushAxisRad + radFromDeg(1.2) * random.normal(),
      swingAxisRad: traits.swingAxisRad + radFromDeg(1) * random.normal(),
      toeClearanceM: Math.max(0.008, traits.toeClearanceM + 0.003 * random.normal()),
      impactMps: [forward * Math.cos(headingRad), forward * Math.sin(headingRad), -random.uniform(0.2, 0.45) * hit],
      impactS: random.uniform(0.004, 0.009),
      ringM: random.uniform(0.3, 1) * 1e-3 * hit,
      ringHz: random.uniform(22, 34),
      swingYawRad: sign * radFromDeg(random.normal(-2, 1.5)),
      bout: this.#bout,
      turnedRad: 0,
      closing: false,
      stairs: false,
      running: false,
    };
  }
}
