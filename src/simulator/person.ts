import type { Side } from '../domain/sites.ts';
import { radFromDeg } from '../domain/units.ts';
import type { Random } from './random.ts';

/** How one foot of a person moves. Angles [rad] as the sign table names them: eversion +, toes up +, toes out +. */
export interface FootTraits {
  /** Heel-toe line outward of the direction of travel. */
  readonly toeOutRad: number;
  /**
   * How far the heel-toe line lies outward of the forward direction of each pitch axis: while the foot comes down from
   * heel contact, while it pushes off, and while it swings.
   */
  readonly loadAxisRad: number;
  readonly pushAxisRad: number;
  readonly swingAxisRad: number;
  /**
   * Foot pitch at contact (toes up; negative: the ball lands first) and at final contact (toes down, negative) at 1.25 m/s on
   * level ground.
   */
  readonly pitchIcRad: number;
  readonly pitchFcRad: number;
  /** Roll of the shoe itself, beside what the oblique axes bring about: at contact, at its peak, in mid push-off, at final contact. */
  readonly rollIcRad: number;
  readonly rollPeakRad: number;
  readonly rollPushRad: number;
  readonly rollFcRad: number;
  /** When the roll-in peaks, share of stance. */
  readonly rollPeakAt: number;
  /** Least height of the toes in swing [m]. */
  readonly toeClearanceM: number;
  /** Share of the stride that this foot spends longer (or shorter) on the ground than the other. */
  readonly extraStance: number;
  /** Step length of this foot's swing over the mean of both. */
  readonly stepScale: number;
  /** Extra pelvic drop while this foot stands. */
  readonly extraDropRad: number;
}

/** A slow change in mid-walk: nothing before `onsetS`, then a straight rise that ends after `rampS`. */
export interface SlowChange {
  readonly onsetS: number;
  readonly rampS: number;
  /** Rise of the roll-in excursion of each foot and of the pelvic drop over each foot's stance [rad]. */
  readonly rollIn: Readonly<Record<Side, number>>;
  readonly drop: Readonly<Record<Side, number>>;
}

/** Who walks. Lengths [m], speeds [m/s], angles [rad]. */
export interface Person {
  readonly legLengthM: number;
  readonly footLengthM: number;
  readonly speedMps: number;
  /** Stride time at `speedMps` [s]. */
  readonly strideTimeS: number;
  readonly stepWidthM: number;
  /** Each double support as a share of the stride. */
  readonly doubleSupport: number;
  /** Coefficient of variation of stride time. */
  readonly strideTimeCv: number;
  /** From heel-off to final contact on level ground, as a share of the stride. */
  readonly pushOffShare: number;
  readonly feet: Readonly<Record<Side, FootTraits>>;
  /** Forward acceleration of the pelvis leads the vertical one by so much at step frequency. */
  readonly forwardLeadRad: number;
  /** Sizes of the pelvis' roll, rotation and tilt waves. */
  readonly obliquityRad: number;
  readonly rotationRad: number;
  readonly tiltRad: number;
  readonly meanTiltRad: number;
  /** Peak of the skin's and belt's wobble after a contact. */
  readonly wobbleRad: number;
  readonly change: SlowChange | undefined;
}

/**
 * Someone of whom nothing special is known. The oblique axes are drawn so that what can be measured of them agrees with
 * 18 people's optical markers (moissenet_c3d): the heel-toe line lies outward of the main axis of the whole swing by about
 * 11.6 +- 5.2 deg, of the direction of travel by 6.0 +- 4.9, of the push-off by 0.5 +- 5.7, of the loading by 20 to 25
 * (docs/simulator.md has the comparison). Pitch and roll follow an optically measured walk.
 */
export function drawPerson(random: Random): Person {
  const draw = random.fork('person');
  const legLengthM = draw.trait(0.88, 0.05);
  const speedMps = draw.trait(1.27, 0.08);
  // What both feet of a person share; each foot then differs a little.
  const shared = { toeOut: draw.trait(6, 4.1), swing: draw.trait(21, 5), pitchIc: draw.trait(25, 2.5) };
  const pitchFc = draw.trait(-61, 4);
  const foot = (side: Side): FootTraits => {
    const own = draw.fork(side);
    return {
      toeOutRad: radFromDeg(shared.toeOut + own.trait(0, 3.2)),
      loadAxisRad: radFromDeg(own.trait(21, 6)),
      pushAxisRad: radFromDeg(own.trait(0.5, 5.7)),
      swingAxisRad: radFromDeg(shared.swing + own.trait(0, 4.5)),
      pitchIcRad: radFromDeg(shared.pitchIc + own.trait(0, 1)),
      pitchFcRad: radFromDeg(pitchFc + own.trait(0, 1.5)),
      rollIcRad: radFromDeg(own.trait(0, 1.2)),
      rollPeakRad: radFromDeg(own.trait(1.8, 0.7)),
      rollPushRad: radFromDeg(own.trait(-7.5, 2)),
      rollFcRad: radFromDeg(own.trait(0, 1)),
      rollPeakAt: own.uniform(0.46, 0.55),
      toeClearanceM: own.trait(0.018, 0.004),
      extraStance: own.trait(0, 0.004),
      stepScale: 1 + own.trait(0, 0.01),
      extraDropRad: radFromDeg(own.trait(0, 0.5)),
    };
  };
  return {
    legLengthM,
    footLengthM: 0.29 * legLengthM + 0.015,
    speedMps,
    strideTimeS: draw.trait(1.07, 0.04) * Math.sqrt(legLengthM / 0.88),
    stepWidthM: draw.trait(0.1, 0.012),
    doubleSupport: draw.trait(0.122, 0.007),
    strideTimeCv: draw.trait(0.015, 0.003),
    pushOffShare: 0.235,
    feet: { left: foot('left'), right: foot('right') },
    forwardLeadRad: radFromDeg(draw.trait(108, 7)),
    obliquityRad: radFromDeg(draw.trait(3, 0.5)),
    rotationRad: radFromDeg(draw.trait(4, 0.8)),
    tiltRad: radFromDeg(draw.trait(1.2, 0.3)),
    meanTiltRad: radFromDeg(draw.trait(6, 3)),
    wobbleRad: radFromDeg(draw.trait(1.2, 0.3)),
    change: undefined,
  };
}

/** The same person with something changed in one foot, or in both. */
export function withFeet(person: Person, change: (traits: FootTraits, side: Side) => Partial<FootTraits>): Person {
  const { left, right } = person.feet;
  return {
    ...person,
    feet: { left: { ...left, ...change(left, 'left') }, right: { ...right, ...change(right, 'right') } },
  };
}

/** Shoes that roll in more: contact more inverted, a peak of 5 to 7 deg. */
export const asPronator = (person: Person, random: Random): Person =>
  withFeet(person, (traits) => ({
    rollIcRad: traits.rollIcRad - radFromDeg(random.uniform(1.5, 2.5)),
    rollPeakRad: traits.rollPeakRad + radFromDeg(random.uniform(3, 4.5)),
    loadAxisRad: traits.loadAxisRad + radFromDeg(4),
  }));

/** The swinging leg's hip sinks by 4 to 5 deg more while the foot of `side` stands. */
export const asHipDrop = (person: Person, random: Random, side: Side): Person =>
  withFeet(person, (traits, s) =>
    s === side ? { extraDropRad: traits.extraDropRad + radFromDeg(random.uniform(4, 5)) } : {},
  );

/** Spares the foot of `sore`: short on it, a short step with the other foot, a weak push-off. */
export function asLimping(person: Person, sore: Side): Person {
  const limping = withFeet(person, (traits, side) =>
    side === sore
      ? {
          extraStance: -0.045,
          stepScale: 1.09,
          pitchFcRad: 0.72 * traits.pitchFcRad,
          pitchIcRad: 0.7 * traits.pitchIcRad,
        }
      : { extraStance: 0.02, stepScale: 0.91, extraDropRad: traits.extraDropRad - radFromDeg(1) },
  );
  return {
    ...limping,
    speedMps: 0.72 * person.speedMps,
    strideTimeS: 1.14 * person.strideTimeS,
    strideTimeCv: 1.8 * person.strideTimeCv,
  };
}

/** Share of a slow change that has come at a time: 0 before its onset, 1 after its ramp. */
export function changeShare(change: SlowChange | undefined, tS: number): number {
  if (change === undefined) return 0;
  return Math.max(0, Math.min(1, (tS - change.onsetS) / change.rampS));
}
