import type { ReasonCode } from '../../domain/reasons.ts';
import { DEG_PER_RAD, STANDARD_GRAVITY_MPS2 } from '../../domain/units.ts';
import { MEASURED, type SampleRingState } from './sample-ring.ts';

/** One sample that stands out from both its neighbours by this much more than they differ: shoes ring by at most 720 deg/s in the recordings [rad/s]. */
const GLITCH_RADPS = 1200 / DEG_PER_RAD;
/** The same three values for so long [s], while the other kind says that the foot moves: a still foot repeats itself in a quiet sensor. */
const STUCK_S = 0.1;
const TURNS_RADPS = 10 / DEG_PER_RAD;
const SWINGS_RADPS = 50 / DEG_PER_RAD;
const PUSHED_MPS2 = 3;
/** So many equal values of one axis while it turns this fast [samples, rad/s]: the end of the gyroscope's range. */
const RAIL_SAMPLES = 4;
const RAIL_RADPS = 200 / DEG_PER_RAD;
/** So long at the end of the accelerometer's range [s, m/s²]: an impact is over sooner, and its clipping is put right. */
const ACC_CLIPPED_S = 0.06;
const ACC_RAIL_MPS2 = 15;

/** What is wrong with the samples of a stride. */
export interface SignalFault {
  readonly reason: ReasonCode;
  /** The gyroscope is concerned, and with it the angles. */
  readonly turning: boolean;
}

const GLITCH: SignalFault = { reason: 'glitch', turning: true };
const GYR_STUCK: SignalFault = { reason: 'stuck', turning: true };
const ACC_STUCK: SignalFault = { reason: 'stuck', turning: false };
const GYR_CLIPPED: SignalFault = { reason: 'clipped', turning: true };
const ACC_CLIPPED: SignalFault = { reason: 'clipped', turning: false };

/**
 * Looks for what no walking foot does in the samples [from, to]: a value that jumps there and back, values that repeat
 * themselves, values at the end of the range. What was filled in over a hole is not looked at: its own rules hold.
 */
export function signalFault(ring: SampleRingState, from: number, to: number): SignalFault | undefined {
  const { acc, gyr, capacity, rateHz } = ring;
  const mask = capacity - 1;
  const stuck = Math.max(8, STUCK_S * rateHz);
  let gyrRun = 0;
  let accRun = 0;
  let accClipped = 0;
  let fault: SignalFault | undefined;
  axisRuns.fill(0);
  for (let i = from + 1; i <= to; i++) {
    const now = 3 * (i & mask);
    const before = 3 * ((i - 1) & mask);
    const after = 3 * ((i + 1) & mask);
    let gyrSame = 0;
    let accSame = 0;
    for (let axis = 0; axis < 3; axis++) {
      const a = gyr[before + axis]!;
      const b = gyr[now + axis]!;
      const c = gyr[after + axis]!;
      if (i < to && Math.abs(b - (a + c) / 2) - Math.abs(c - a) > GLITCH_RADPS && ring.mark[i & mask] === MEASURED)
        return GLITCH;
      if (a === b) {
        gyrSame++;
        if (++axisRuns[axis]! >= RAIL_SAMPLES - 1 && Math.abs(b) > RAIL_RADPS) fault ??= GYR_CLIPPED;
      } else axisRuns[axis] = 0;
      const f = acc[now + axis]!;
      if (f === acc[before + axis]) {
        accSame++;
        if (Math.abs(f) > ACC_RAIL_MPS2) accClipped++;
      }
    }
    if (gyrSame < 3) gyrRun = 0;
    if (accSame < 3) accRun = 0;
    if (gyrSame === 3 || accSame === 3) {
      const rate = Math.hypot(gyr[now]!, gyr[now + 1]!, gyr[now + 2]!);
      const force = Math.hypot(acc[now]!, acc[now + 1]!, acc[now + 2]!);
      const pushed = Math.abs(force - STANDARD_GRAVITY_MPS2) > PUSHED_MPS2;
      if (gyrSame === 3 && (pushed || rate > TURNS_RADPS)) gyrRun++;
      if (accSame === 3 && (pushed || rate > SWINGS_RADPS)) accRun++;
    }
    if (gyrRun >= stuck) return GYR_STUCK;
    if (accRun >= stuck) fault ??= ACC_STUCK;
  }
  if (accClipped > ACC_CLIPPED_S * rateHz) fault ??= ACC_CLIPPED;
  return fault;
}

const axisRuns = new Int32Array(3);
