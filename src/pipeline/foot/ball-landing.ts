import type { FootParams } from './foot-params.ts';
import type { SampleRingState } from './sample-ring.ts';

/**
 * A foot that comes down toes first: it points its toes, meets the ground with the ball, and its heel sinks. Seen from the pitch
 * rate, that is a trough, a turn upward at the contact, and a short lobe. A foot that only hesitates in mid-swing looks alike, but
 * meets no ground where it turns upward.
 */
export interface BallLandingState {
  /** Where the pitch rate turned upward (index); -1: nothing to decide. */
  ballIndex: number;
  /** Rotation and peak rate since. */
  sunkRad: number;
  sunkPeak: number;
  /** The last landing was one. */
  ballFirst: boolean;
  /** The landing before looked like one; the present one does. Once it may be a hesitation, or a sole that springs back. */
  ballSeen: boolean;
  ballNow: boolean;
}

export const createBallLanding = (): BallLandingState => ({
  ballIndex: -1,
  sunkRad: 0,
  sunkPeak: 0,
  ballFirst: false,
  ballSeen: false,
  ballNow: false,
});

/** This landing looks like one. @returns whether that is believed: the ones before looked so, too */
export function seemsOnBall(s: BallLandingState): boolean {
  s.ballNow = true;
  return s.ballFirst || s.ballSeen;
}

/** This landing is one. */
export function takeBallLanding(s: BallLandingState): void {
  s.ballFirst = true;
  s.ballNow = true;
}

/** This landing was read as a heel's: once, the foot is still believed to land on its ball. */
export function takeHeelLanding(s: BallLandingState): void {
  s.ballFirst &&= s.ballSeen;
}

/** The foot has come down, one way or the other. */
export function endLanding(s: BallLandingState): void {
  s.ballIndex = -1;
  s.ballSeen = s.ballNow;
  s.ballNow = false;
}

/** The pitch rate was below zero after a swing and is above it again. */
export function beginBallLanding(s: BallLandingState, ring: SampleRingState, i: number): void {
  s.ballIndex = turnedUpIndex(ring, i);
  s.sunkPeak = 0;
  s.sunkRad = 0;
  for (let k = Math.ceil(s.ballIndex); k <= i; k++) {
    const rate = ring.pitchCrossing[k & (ring.capacity - 1)]!;
    s.sunkRad += rate / ring.rateHz;
    if (rate > s.sunkPeak) s.sunkPeak = rate;
  }
}

/** Where the filtered pitch rate, above zero at `i`, last passed it on its way up. */
export function turnedUpIndex(ring: SampleRingState, i: number): number {
  const mask = ring.capacity - 1;
  let k = i;
  while (ring.pitchCrossing[(k - 1) & mask]! > 0) k--;
  const below = ring.pitchCrossing[(k - 1) & mask]!;
  const above = ring.pitchCrossing[k & mask]!;
  return k - above / (above - below);
}

/** What became of it, one sample later. */
export type BallLanding = 'landed' | 'swings' | 'open';

/** @param i index of the newest sample of the filtered pitch rate */
export function stepBallLanding(s: BallLandingState, ring: SampleRingState, i: number, p: FootParams): BallLanding {
  const now = ring.pitchCrossing[i & (ring.capacity - 1)]!;
  s.sunkRad += now / ring.rateHz;
  if (now > s.sunkPeak) s.sunkPeak = now;
  if (i - s.ballIndex > p.heelSinksS * ring.rateHz || s.sunkRad > p.heelSinksMostRad) return 'swings';
  if (now > SUNK * s.sunkPeak) return 'open';
  const landed = s.sunkRad > p.heelSinksLeastRad && blow(ring, s.ballIndex) > BLOW_SHARE * blow(ring, i);
  return landed ? 'landed' : 'swings';
}

/** The heel has sunk when the lobe has faded to this share of its peak. */
const SUNK = 0.2;
/** How hard the ground meets the ball against what comes when the heel is down, at least: a heel strike is ten times a dip. */
const BLOW_SHARE = 0.5;
const BLOW_S = 0.03;

/** Largest change of the specific force from sample to sample near an index [m/s²]. */
function blow(ring: SampleRingState, index: number): number {
  const mask = ring.capacity - 1;
  const half = Math.max(2, Math.round(BLOW_S * ring.rateHz));
  const from = Math.round(index) - half;
  let most = 0;
  for (let k = from; k < from + 2 * half && k + 1 < ring.count; k++) {
    const a = 3 * (k & mask);
    const b = 3 * ((k + 1) & mask);
    const change = Math.hypot(
      ring.acc[b]! - ring.acc[a]!,
      ring.acc[b + 1]! - ring.acc[a + 1]!,
      ring.acc[b + 2]! - ring.acc[a + 2]!,
    );
    if (change > most) most = change;
  }
  return most;
}
