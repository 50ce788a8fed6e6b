import {
  beginBallLanding,
  createBallLanding,
  endLanding,
  seemsOnBall,
  stepBallLanding,
  takeBallLanding,
  takeHeelLanding,
  turnedUpIndex,
  type BallLandingState,
} from './ball-landing.ts';
import type { FootParams } from './foot-params.ts';
import { timeAt, type SampleRingState } from './sample-ring.ts';

/** What the detector waits for. */
const PUSH_OFF = 0;
const SWING = 1;
const LOADING = 2;

export interface ContactDetectorState extends BallLandingState {
  phase: number;
  /** Deepest push-off so far: rate and index; -1 where there is none. */
  trough: number;
  troughIndex: number;
  /** After contact the loading trough has to pass before a push-off counts. */
  armed: boolean;
  /** Upward zero that may be the end of push-off (index), rotation and peak rate since. */
  zeroIndex: number;
  turnRad: number;
  /** The same about whatever axis. */
  wholeTurnRad: number;
  peak: number;
  /** Downward zero before contact (index), loading trough since. */
  downIndex: number;
  loading: number;
  loadingIndex: number;
  /** Where the pitch rate faded away without a zero: a flat landing (index; -1 none). */
  fadeIndex: number;
  /** Usual swing peaks, loading and push-off troughs (sizes), newest last. */
  peaks: number[];
  loadings: number[];
  troughs: number[];
  /** Index of the last contact, NaN before the first. */
  contactIndex: number;
  /** No push-off is asked for where a run of samples began in mid-swing. */
  runBegan: number;
}

export interface Contact {
  kind: 'ic' | 'fc';
  /** Where it lies, in samples of the ring. */
  index: number;
  timeS: number;
  /** fc: the push-off trough; ic: the swing's peak rate [rad/s]. */
  strength: number;
  /** fc: index of the push-off trough; ic: index of the zero before. */
  troughIndex: number;
}

export const createContactDetector = (): ContactDetectorState => ({
  phase: PUSH_OFF,
  trough: 0,
  troughIndex: -1,
  armed: true,
  zeroIndex: -1,
  turnRad: 0,
  wholeTurnRad: 0,
  peak: 0,
  downIndex: -1,
  loading: 0,
  loadingIndex: -1,
  fadeIndex: -1,
  ...createBallLanding(),
  peaks: [],
  loadings: [],
  troughs: [],
  contactIndex: NaN,
  runBegan: 0,
});

/** Reads what the next packet needs, all of it at once: see docs/decisions/002-many-walkers.md. */
export function touchContacts(s: ContactDetectorState): number {
  const turning = s.turnRad + s.wholeTurnRad + s.zeroIndex + s.peak;
  return s.trough + turning + s.downIndex + s.loading + s.contactIndex + s.peaks.length;
}

/** A run of samples begins: what was awaited is off; what is usual stays. */
export function restartContacts(s: ContactDetectorState, index: number): void {
  const { peaks, loadings, troughs, ballFirst } = s;
  Object.assign(s, createContactDetector(), { peaks, loadings, troughs, ballFirst, runBegan: index });
}

/**
 * Looks at one more sample of the filtered pitch rate (toes up +).
 * @param i index; the one before is there as well
 * @returns whether `out` holds a new contact
 */
export function stepContacts(
  s: ContactDetectorState,
  ring: SampleRingState,
  i: number,
  p: FootParams,
  out: Contact,
): boolean {
  switch (s.phase) {
    case PUSH_OFF:
      return stepPushOff(s, ring, i, p, out);
    case SWING:
      return stepSwing(s, ring, i, p, out);
    default:
      return stepLoading(s, ring, i, p, out);
  }
}

function stepPushOff(s: ContactDetectorState, ring: SampleRingState, i: number, p: FootParams, out: Contact): boolean {
  const { rateHz } = ring;
  const mask = ring.capacity - 1;
  const now = ring.pitchCrossing[i & mask]!;
  const before = ring.pitchCrossing[(i - 1) & mask]!;
  const shape = ring.pitchShape[i & mask]!;
  if (!s.armed) {
    const sinceS = (i - s.contactIndex) / rateHz;
    // Taken for a heel, but the toes may only have pointed: when it comes again, it is waited for.
    if (heelSinks(s, now, p)) s.ballFirst = seemsOnBall(s);
    if (sinceS < 0.06 || (now < -0.5 && sinceS < 0.3)) return false;
    s.armed = true;
  }
  if (s.troughIndex >= 0 && i - s.troughIndex > p.pushOffAgeS * rateHz) s.troughIndex = -1;
  if (shape < -p.pushOffRadps && (s.troughIndex < 0 || shape < s.trough)) {
    s.trough = shape;
    s.troughIndex = i;
    s.zeroIndex = -1;
  }
  if (before <= 0 && now > 0) {
    s.zeroIndex = i - now / (now - before);
    s.turnRad = 0;
    s.wholeTurnRad = 0;
    s.peak = 0;
  } else if (now <= 0) s.zeroIndex = -1;
  if (s.zeroIndex < 0) return false;
  s.turnRad += now / rateHz;
  s.wholeTurnRad += wholeRate(ring, i) / rateHz;
  if (now > s.peak) s.peak = now;
  const usual = usualSize(s.peaks);
  if (s.turnRad < p.swingTurnRad || s.peak < p.swingPeakRadps || s.peak < p.swingShare * usual) return false;
  // A foot that pivots on the spot pitches a little as well.
  if (s.turnRad < p.swingPitchShare * s.wholeTurnRad) return false;
  const began = i - s.runBegan < 0.6 * rateHz;
  if (s.troughIndex < 0 && !began) return false;
  s.phase = SWING;
  if (s.troughIndex < 0) return false;
  out.kind = 'fc';
  out.index = finalContactIndex(s, ring, p);
  out.timeS = timeAt(ring, out.index);
  out.strength = s.trough;
  remember(s.troughs, -s.trough);
  out.troughIndex = s.troughIndex;
  return true;
}

function stepSwing(s: ContactDetectorState, ring: SampleRingState, i: number, p: FootParams, out: Contact): boolean {
  const { rateHz } = ring;
  const mask = ring.capacity - 1;
  const now = ring.pitchCrossing[i & mask]!;
  const before = ring.pitchCrossing[(i - 1) & mask]!;
  if (s.ballIndex >= 0) {
    const landing = stepBallLanding(s, ring, i, p);
    const seemedSo = s.ballNow;
    if (landing === 'landed' && (seemsOnBall(s) || seemedSo)) return landOnBall(s, ring, s.ballIndex, out);
    if (landing === 'open') return false;
    s.ballIndex = -1;
  }
  if (now > s.peak) s.peak = now;
  if (now <= 0 && before > 0) {
    s.phase = LOADING;
    s.downIndex = i - now / (now - before);
    s.loading = now;
    s.loadingIndex = i;
    return false;
  }
  // Put down flat: the pitch rate fades to nothing and never turns round.
  if (now > p.fadeShare * s.peak) s.fadeIndex = -1;
  else if (s.fadeIndex < 0) s.fadeIndex = i;
  else if (i - s.fadeIndex > p.fadeS * rateHz && now < p.flatLandingRadps && isQuiet(ring, i, p)) {
    s.downIndex = s.fadeIndex;
    return land(s, ring, s.fadeIndex, out);
  }
  if (i - s.zeroIndex > p.longestSwingS * rateHz) {
    s.phase = PUSH_OFF;
    s.armed = true;
    s.troughIndex = -1;
    s.zeroIndex = -1;
  }
  return false;
}

function wholeRate(ring: SampleRingState, i: number): number {
  const j = 3 * (i & (ring.capacity - 1));
  return Math.sqrt(ring.gyr[j]! ** 2 + ring.gyr[j + 1]! ** 2 + ring.gyr[j + 2]! ** 2);
}

/** Whether the whole rate stayed small since the pitch rate faded. */
function isQuiet(ring: SampleRingState, i: number, p: FootParams): boolean {
  for (let k = i - Math.round(0.06 * ring.rateHz); k <= i; k++) {
    if (wholeRate(ring, k) > p.fadeQuietRadps) return false;
  }
  return true;
}

function stepLoading(s: ContactDetectorState, ring: SampleRingState, i: number, p: FootParams, out: Contact): boolean {
  const { rateHz } = ring;
  const now = ring.pitchCrossing[i & (ring.capacity - 1)]!;
  // A later trough takes over where it is clearly the deeper one: the first was only a wobble before the impact.
  if (now < s.loading && (i === s.loadingIndex + 1 || now < 1.5 * s.loading)) {
    s.loading = now;
    s.loadingIndex = i;
  }
  const landed = s.loading < -p.flatLandingRadps;
  // A dip in mid-swing, after which the foot goes on pitching up; or the ball has landed, and the heel sinks.
  if (now > p.midSwingRadps && s.loading > -p.dipRadps) {
    s.phase = SWING;
    beginBallLanding(s, ring, i);
    return false;
  }
  if (heelSinks(s, now, p) && seemsOnBall(s)) return landOnBall(s, ring, turnedUpIndex(ring, i), out);
  const usual = usualSize(s.loadings);
  const deep = usual > 0 && -s.loading > p.icUsualShare * usual;
  const rebounded = landed && deep && !s.ballFirst && now > (1 - p.icRebound) * s.loading;
  if (!rebounded && i - s.downIndex < (s.ballFirst ? p.ballSearchS : p.icSearchS) * rateHz) return false;
  takeHeelLanding(s);
  if (landed) remember(s.loadings, -s.loading);
  const index = landed ? loadedIndex(s, ring, p) : s.downIndex + p.flatLandingLagS * rateHz;
  return land(s, ring, index, out);
}

/** Toes that point fast look like a heel that comes down, but no foot jumps back from that as fast as a heel sinks. */
const heelSinks = (s: ContactDetectorState, now: number, p: FootParams): boolean =>
  now > p.midSwingRadps && now > -p.heelSinksFaster * s.loading;

function landOnBall(s: ContactDetectorState, ring: SampleRingState, index: number, out: Contact): boolean {
  takeBallLanding(s);
  return land(s, ring, index, out);
}

function land(s: ContactDetectorState, ring: SampleRingState, index: number, out: Contact): boolean {
  out.kind = 'ic';
  out.index = index;
  out.timeS = timeAt(ring, index);
  out.strength = s.peak;
  out.troughIndex = s.downIndex;
  remember(s.peaks, s.peak);
  s.phase = PUSH_OFF;
  s.armed = false;
  s.contactIndex = index;
  s.troughIndex = -1;
  s.zeroIndex = -1;
  s.fadeIndex = -1;
  endLanding(s);
  return true;
}

const remember = (list: number[], value: number): void => {
  list.push(value);
  if (list.length > 8) list.shift();
};

/**
 * Final contact between push-off trough and pitch-rate zero. The faded trough (60 %) scatters least, the zero is the surest; a
 * second push-off lobe or a plateau lies after the foot has left.
 */
function finalContactIndex(s: ContactDetectorState, ring: SampleRingState, p: FootParams): number {
  const { rateHz } = ring;
  const end = Math.ceil(s.zeroIndex);
  const faded = levelAfter(ring, s.troughIndex, end, p.fcFadedLevel * s.trough);
  const late = levelAfter(ring, s.troughIndex, end, 0.5 * p.fcFadedLevel * s.trough);
  const toZero = s.zeroIndex - faded;
  const strong = -s.trough > 0.5 * Math.max(usualSize(s.troughs), p.fcHumpRadps);
  const plateau = late - faded > 1.6 * (s.zeroIndex - late);
  if (strong && toZero > p.fcHumpS * rateHz && (plateau || dips(ring, s.troughIndex, end, 0.03 * s.trough)))
    return levelAfter(ring, s.troughIndex, end, p.fcHumpLevel * s.trough) + p.fcHumpLagS * rateHz;
  const index = Math.min(faded - p.fcFadedLeadS * rateHz, s.zeroIndex - p.fcLatestS * rateHz);
  // A weak push-off (first, last, turning step) ends long before the zero.
  const usual = usualSize(s.troughs);
  const weak = -s.trough < (usual > 0 ? 0.5 * usual : 0.5 * p.fcHumpRadps);
  return weak ? index : Math.max(index, s.zeroIndex - p.fcEarliestS * rateHz);
}

/** First upward crossing of a level of the shape filter in (from, to]. */
function levelAfter(ring: SampleRingState, from: number, to: number, level: number): number {
  const mask = ring.capacity - 1;
  let a = ring.pitchShape[from & mask]!;
  for (let k = from + 1; k <= to; k++) {
    const b = ring.pitchShape[k & mask]!;
    if (b > level) return k - (b - level) / Math.max(1e-9, b - a);
    a = b;
  }
  return to;
}

/** Whether the shape filter falls again by more than `-fall` on its way up. */
function dips(ring: SampleRingState, from: number, to: number, fall: number): boolean {
  const mask = ring.capacity - 1;
  let highest = -Infinity;
  for (let k = from; k < to; k++) {
    const v = ring.pitchShape[k & mask]!;
    if (v > highest) highest = v;
    else if (v < highest + fall) return true;
  }
  return false;
}

/**
 * Initial contact: between the pitch-rate zero (the heel touches) and the level on the way down to the loading trough (the load
 * comes), both of the trough's own flank.
 */
function loadedIndex(s: ContactDetectorState, ring: SampleRingState, p: FootParams): number {
  const mask = ring.capacity - 1;
  const level = p.icLevel * s.loading;
  const first = Math.ceil(s.downIndex);
  let k = s.loadingIndex;
  while (k > first && ring.pitchCrossing[(k - 1) & mask]! < level) k--;
  const loaded = crossing(ring, k, level);
  while (k > first && ring.pitchCrossing[(k - 1) & mask]! < 0) k--;
  const zero = k <= first ? s.downIndex : crossing(ring, k, 0);
  return zero + p.icLoadedShare * (Math.max(loaded, zero) - zero);
}

/** Where the crossing filter passes a level between the sample before `k` and `k`. */
function crossing(ring: SampleRingState, k: number, level: number): number {
  const mask = ring.capacity - 1;
  const a = ring.pitchCrossing[(k - 1) & mask]!;
  const b = ring.pitchCrossing[k & mask]!;
  return a > b ? k - Math.min(1, Math.max(0, (level - b) / (a - b))) : k;
}

const sorted = new Float64Array(8);

/** Whether the foot stands, as far as is known: between a contact and the swing that follows. */
export const onGround = (s: ContactDetectorState): boolean => s.phase === PUSH_OFF;

/** Usual size of the push-off trough [rad/s]; 0 before it is known. */
export const usualPush = (s: ContactDetectorState): number => usualSize(s.troughs);

/** Median of what was usual; 0 where fewer than three are known. */
function usualSize(peaks: readonly number[]): number {
  if (peaks.length < 3) return 0;
  for (let k = 0; k < peaks.length; k++) {
    const value = peaks[k]!;
    let at = k;
    for (; at > 0 && sorted[at - 1]! > value; at--) sorted[at] = sorted[at - 1]!;
    sorted[at] = value;
  }
  return sorted[peaks.length >> 1]!;
}
