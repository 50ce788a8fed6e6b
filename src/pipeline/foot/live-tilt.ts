/** Up as felt now, for drawing only: carried by the gyro, pulled to the accelerometer while the shoe is quiet. */
export type LiveUp = Float64Array;

/** Pull per second while quiet; quiet means a rate and a departure from gravity below these. */
const PULL_PER_S = 8;
const QUIET_RADPS2 = 1;
const QUIET_SHARE = 0.1;

/**
 * @param up unit vector or zero before the first sample, sensor axes; changed in place
 * @param v time, acc, gyr of one sample
 * @param gravityMps2 what the accelerometer reads at rest
 */
export function carryUp(
  up: LiveUp,
  v: Float64Array,
  wx: number,
  wy: number,
  wz: number,
  dtS: number,
  gravityMps2: number,
): void {
  const ux = up[0]!;
  const uy = up[1]!;
  const uz = up[2]!;
  let x = ux - dtS * (wy * uz - wz * uy);
  let y = uy - dtS * (wz * ux - wx * uz);
  let z = uz - dtS * (wx * uy - wy * ux);
  const force = Math.sqrt(v[1]! * v[1]! + v[2]! * v[2]! + v[3]! * v[3]!);
  const started = ux !== 0 || uy !== 0 || uz !== 0;
  const quiet = wx * wx + wy * wy + wz * wz < QUIET_RADPS2 && Math.abs(force / gravityMps2 - 1) < QUIET_SHARE;
  if ((quiet || !started) && force > 0) {
    const k = started ? Math.min(1, PULL_PER_S * dtS) : 1;
    x += k * (v[1]! / force - x);
    y += k * (v[2]! / force - y);
    z += k * (v[3]! / force - z);
  }
  const size = Math.sqrt(x * x + y * y + z * z);
  const scale = size > 0 ? 1 / size : 1;
  up[0] = x * scale;
  up[1] = y * scale;
  up[2] = z * scale;
}
