import { oldestIndex, type SampleRingState } from './sample-ring.ts';

/** So much of the newest samples tells how the foot lies now; its beginning is the stillest moment of the first half [s]. */
const LOOK_BACK_S = 3;
/** Pull per second while quiet; quiet means a rate and a departure from gravity below these. */
const PULL_PER_S = 8;
const QUIET_RADPS2 = 1;
const QUIET_SHARE = 0.1;

/**
 * Up as felt now, for drawing only: carried by the gyro, pulled to the accelerometer while the shoe is quiet. Worked out when
 * somebody looks, from what the ring holds: a walk that nobody watches doesn't pay for it.
 * @param gravityMps2 what the accelerometer reads at rest
 * @param up unit vector in the sensor's axes; zero where there are no samples
 */
export function liveUp(ring: SampleRingState, bias: Float64Array, gravityMps2: number, up: Float64Array): void {
  up.fill(0);
  const mask = ring.capacity - 1;
  const { acc, gyr, rateHz } = ring;
  const first = Math.max(oldestIndex(ring), ring.count - Math.round(LOOK_BACK_S * rateHz));
  if (first >= ring.count) return;
  const dtS = 1 / rateHz;
  let x = 0;
  let y = 0;
  let z = 0;
  for (let i = stillest(ring, first, bias); i < ring.count; i++) {
    const j = 3 * (i & mask);
    const wx = gyr[j]! - bias[0]!;
    const wy = gyr[j + 1]! - bias[1]!;
    const wz = gyr[j + 2]! - bias[2]!;
    const started = x !== 0 || y !== 0 || z !== 0;
    const ux = x;
    const uy = y;
    const uz = z;
    x -= dtS * (wy * uz - wz * uy);
    y -= dtS * (wz * ux - wx * uz);
    z -= dtS * (wx * uy - wy * ux);
    const force = Math.sqrt(acc[j]! ** 2 + acc[j + 1]! ** 2 + acc[j + 2]! ** 2);
    const quiet = wx * wx + wy * wy + wz * wz < QUIET_RADPS2 && Math.abs(force / gravityMps2 - 1) < QUIET_SHARE;
    if ((quiet || !started) && force > 0) {
      const k = started ? Math.min(1, PULL_PER_S * dtS) : 1;
      x += k * (acc[j]! / force - x);
      y += k * (acc[j + 1]! / force - y);
      z += k * (acc[j + 2]! / force - z);
    }
    const size = Math.sqrt(x * x + y * y + z * z);
    if (size > 0) {
      x /= size;
      y /= size;
      z /= size;
    }
  }
  up[0] = x;
  up[1] = y;
  up[2] = z;
}

/** The stillest sample of the first half from `first` on. */
function stillest(ring: SampleRingState, first: number, bias: Float64Array): number {
  const mask = ring.capacity - 1;
  const { gyr } = ring;
  let best = Infinity;
  let at = first;
  for (let i = first; i < first + (ring.count - first) / 2; i++) {
    const j = 3 * (i & mask);
    const rate2 = (gyr[j]! - bias[0]!) ** 2 + (gyr[j + 1]! - bias[1]!) ** 2 + (gyr[j + 2]! - bias[2]!) ** 2;
    if (rate2 < best) {
      best = rate2;
      at = i;
    }
  }
  return at;
}
