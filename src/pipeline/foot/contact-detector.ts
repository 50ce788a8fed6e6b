import type { FootParams } from './foot-params.ts';
import { timeAt, type SampleRingState } from './sample-ring.ts';

/** What the detector waits for. */
const PUSH_OFF = 0;
const SWING = 1;
const LOADING = 2;

export interface ContactDetectorState {
  phase: number;
  /** Deepest push-off so far: rate and index; -1 where there is none. */
  trough: number;
  troughIndex: number;
  /** After contact the loading trough has to pass before a push-off counts. */
  armed: boolean;
  /** Rebound since the trough, whether a second lobe followed, where the first one had faded (index). */
  rebound: number;
  hump: boolean;
  fadedIndex: number;
  /** Upward zero that may be the end of push-off (index), rotation and peak rate since. */
  zeroIndex: number;
  turnRad: number;
  peak: number;
  /** Downward zero before contact (index), loading trough since. */
  downIndex: number;
  loading: number;
  loadingIndex: number;
  /** Usual swing peaks, newest last. */
  peaks: number[];
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
  rebound: 0,
  hump: false,
  fadedIndex: -1,
  zeroIndex: -1,
  turnRad: 0,
  peak: 0,
  downIndex: -1,
  loading: 0,
  loadingIndex: -1,
  peaks: [],
  contactIndex: NaN,
  runBegan: 0,
});

/** A run of samples begins: what was awaited is off; what is usual stays. */
export function restartContacts(s: ContactDetectorState, index: number): void {
  const { peaks } = s;
  Object.assign(s, createContactDetector(), { peaks, runBegan: index });
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
  const mask = ring.capacity - 1;
  const now = ring.pitchCrossing[i & mask]!;
  const before = ring.pitchCrossing[(i - 1) & mask]!;
  switch (s.phase) {
    case PUSH_OFF:
      return stepPushOff(s, ring, i, now, before, p, out);
    case SWING:
      stepSwing(s, i, now, before, ring.rateHz, p);
      return false;
    default:
      return stepLoading(s, ring, i, now, p, out);
  }
}

function stepPushOff(
  s: ContactDetectorState,
  ring: SampleRingState,
  i: number,
  now: number,
  before: number,
  p: FootParams,
  out: Contact,
): boolean {
  const { rateHz } = ring;
  const shape = ring.pitchShape[i & (ring.capacity - 1)]!;
  if (!s.armed) {
    const sinceS = (i - s.contactIndex) / rateHz;
    if (sinceS < 0.06 || (now < -0.5 && sinceS < 0.3)) return false;
    s.armed = true;
  }
  if (s.troughIndex >= 0 && i - s.troughIndex > p.pushOffAgeS * rateHz) s.troughIndex = -1;
  if (shape < -p.pushOffRadps && (s.troughIndex < 0 || shape < s.trough)) {
    s.trough = shape;
    s.troughIndex = i;
    s.rebound = shape;
    s.hump = false;
    s.fadedIndex = -1;
    s.zeroIndex = -1;
  } else if (s.troughIndex >= 0 && s.zeroIndex < 0) {
    if (shape > s.rebound) s.rebound = shape;
    if (s.fadedIndex < 0 && shape > p.humpLevel * s.trough) {
      const prev = ring.pitchShape[(i - 1) & (ring.capacity - 1)]!;
      s.fadedIndex = i - (shape - p.humpLevel * s.trough) / Math.max(1e-9, shape - prev);
    }
    if (s.fadedIndex >= 0 && shape < s.rebound + p.humpShare * s.trough) s.hump = true;
  }
  if (before <= 0 && now > 0) {
    s.zeroIndex = i - now / (now - before);
    s.turnRad = 0;
    s.peak = 0;
  } else if (now <= 0) s.zeroIndex = -1;
  if (s.zeroIndex < 0) return false;
  s.turnRad += now / rateHz;
  if (now > s.peak) s.peak = now;
  const usual = usualPeak(s.peaks);
  if (s.turnRad < p.swingTurnRad || s.peak < p.swingPeakRadps || s.peak < p.swingShare * usual) return false;
  const began = i - s.runBegan < 0.6 * rateHz;
  if (s.troughIndex < 0 && !began) return false;
  s.phase = SWING;
  if (s.troughIndex < 0) return false;
  out.kind = 'fc';
  out.index = s.hump ? s.fadedIndex - p.humpLeadS * rateHz : s.zeroIndex - p.fcLeadS * rateHz;
  out.timeS = timeAt(ring, out.index);
  out.strength = s.trough;
  out.troughIndex = s.troughIndex;
  return true;
}

function stepSwing(
  s: ContactDetectorState,
  i: number,
  now: number,
  before: number,
  rateHz: number,
  p: FootParams,
): void {
  if (now > s.peak) s.peak = now;
  if (now <= 0 && before > 0) {
    s.phase = LOADING;
    s.downIndex = i - now / (now - before);
    s.loading = now;
    s.loadingIndex = i;
  } else if (i - s.zeroIndex > p.longestSwingS * rateHz) {
    s.phase = PUSH_OFF;
    s.armed = true;
    s.troughIndex = -1;
    s.zeroIndex = -1;
  }
}

function stepLoading(
  s: ContactDetectorState,
  ring: SampleRingState,
  i: number,
  now: number,
  p: FootParams,
  out: Contact,
): boolean {
  const { rateHz } = ring;
  if (now < s.loading) {
    s.loading = now;
    s.loadingIndex = i;
  }
  const landed = s.loading < -p.flatLandingRadps;
  // A dip in mid-swing: the foot goes on pitching up.
  if (now > 0.35 && s.loading > -1) {
    s.phase = SWING;
    return false;
  }
  const rebounded = landed && now > (1 - p.icRebound) * s.loading;
  if (!rebounded && i - s.downIndex < p.icSearchS * rateHz) return false;
  out.kind = 'ic';
  out.index = landed ? levelIndex(s, ring, p) : s.downIndex + p.flatLandingLagS * rateHz;
  out.timeS = timeAt(ring, out.index);
  out.strength = s.peak;
  out.troughIndex = s.downIndex;
  s.peaks.push(s.peak);
  if (s.peaks.length > 8) s.peaks.shift();
  s.phase = PUSH_OFF;
  s.armed = false;
  s.contactIndex = out.index;
  s.troughIndex = -1;
  s.zeroIndex = -1;
  s.hump = false;
  return true;
}

/** First crossing of the contact level on the way down to the loading trough. */
function levelIndex(s: ContactDetectorState, ring: SampleRingState, p: FootParams): number {
  const mask = ring.capacity - 1;
  const level = p.icLevel * s.loading;
  let k = Math.floor(s.downIndex);
  while (k + 1 < s.loadingIndex && ring.pitchCrossing[(k + 1) & mask]! > level) k++;
  const a = ring.pitchCrossing[k & mask]!;
  const b = ring.pitchCrossing[(k + 1) & mask]!;
  return a === b ? k + 1 : Math.max(s.downIndex, k + (a - level) / (a - b));
}

const sorted = new Float64Array(8);

/** Median of the usual swing peaks; 0 where fewer than three are known. */
function usualPeak(peaks: readonly number[]): number {
  if (peaks.length < 3) return 0;
  for (let k = 0; k < peaks.length; k++) sorted[k] = peaks[k]!;
  const part = sorted.subarray(0, peaks.length).sort();
  return part[peaks.length >> 1]!;
}
