import type { Side } from '../domain/sites.ts';
import type { Vec3 } from './rotation.ts';

/**
 * One stance of one foot as planned: where and when it stands and how it rolls over. Times [s] on the walk's clock, angles
 * [rad], lengths [m] in the world (z up). The contact times are the truth: nothing is fitted afterwards.
 */
export interface Footfall {
  readonly side: Side;
  /** Initial contact: the heel touches. -Infinity for the foot that stood from the beginning. */
  readonly icS: number;
  /** From here on the sole is flat. */
  readonly flatS: number;
  /** The heel leaves the ground; Infinity while the next step isn't planned. */
  heelOffS: number;
  /** Final contact: the toe leaves the ground. */
  fcS: number;
  /** Where the heel's ground point stands once the foot is flat. */
  readonly heel: Vec3;
  readonly headingRad: number;
  /** Rotation vector of the ground in the foot's own heading frame: the pose of a flat foot. */
  readonly groundTilt: readonly [number, number];
  readonly pitchIcRad: number;
  pitchFcRad: number;
  /** Roll of the shoe, eversion +. */
  readonly rollIcRad: number;
  readonly rollFlatRad: number;
  /** Roll of this shoe when its wearer stands rested: what the angles of the truth count from. */
  readonly rollNeutralRad: number;
  readonly rollPeakRad: number;
  readonly rollPushRad: number;
  readonly rollFcRad: number;
  readonly rollPeakAt: number;
  /** Outward lie of the heel-toe line against the pitch axes. */
  readonly loadAxisRad: number;
  readonly pushAxisRad: number;
  readonly swingAxisRad: number;
  readonly toeClearanceM: number;
  /** Velocity of the heel just before contact [m/s] (world), and how long the ground takes to stop it [s]. */
  readonly impactMps: Vec3;
  readonly impactS: number;
  /** Shudder of the shoe after contact: size [m] and frequency [Hz]. */
  readonly ringM: number;
  readonly ringHz: number;
  /** Yaw of the swing that follows against the straight way from pose to pose [rad]. */
  readonly swingYawRad: number;
  /** Which bout of walking, from 1; 0 for the stance before any. */
  readonly bout: number;
  /** Change of heading of the body since this foot's previous contact [rad]. */
  readonly turnedRad: number;
  /** Lands beside the other foot and ends a bout. */
  readonly closing: boolean;
  readonly stairs: boolean;
  /** A runner's: the foot never rests, and in the air the heel goes on rising behind. */
  readonly running: boolean;
}

/**
 * The pelvis' way through one contact. Between two nodes the pelvis moves smoothly; the phase runs by pi a step, even
 * multiples of pi at left contacts.
 */
export interface BodyNode {
  readonly kind: 'start' | 'contact' | 'end';
  readonly tS: number;
  readonly center: Vec3;
  readonly headingRad: number;
  readonly phaseRad: number;
  /** Size of the walking waves here, 0 while standing. */
  readonly size: number;
  /** Extra drop over the stance that begins here, signed as roll of the pelvis (left side up +) [rad]. */
  readonly dropRollRad: number;
  /** Strength and direction of the wobble that the contact sets off: roll and tilt [rad], frequency [Hz]. */
  readonly wobble: readonly [number, number, number];
  /** Jolt of the contact [m/s²]. */
  readonly joltMps2: number;
}

/** Standing still, or something that is no walking: what the body does between two times. */
export interface ActivitySpan {
  readonly activity: Activity;
  readonly fromS: number;
  /** Infinity while it goes on. */
  toS: number;
}
/** What a body does that is no step. */
export const ACTIVITIES = ['standing', 'sitting', 'fidgeting', 'car', 'bicycle'] as const;
/** One of {@link ACTIVITIES}. */
export type Activity = (typeof ACTIVITIES)[number];
