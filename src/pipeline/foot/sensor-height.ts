import type { FootFlat } from './foot-flat.ts';
import type { SampleRingState } from './sample-ring.ts';

/**
 * How high a shoe's sensor sits over the ground that the shoe turns on. While a foot stands it still turns a little, and what
 * the accelerometer then reads beside gravity is the turning's acceleration at that height: strides tell it to a centimetre.
 */
export interface SensorHeightState {
  /** Sum of the strides' weights [1/m²] and of weight times height [1/m]. */
  weight: number;
  weighted: number;
}

/** What is expected before anything was seen: a height [m] and its weight (good to 2.5 cm). */
const EXPECTED_M = 0.05;
const EXPECTED_WEIGHT = 1 / 0.025 ** 2;
/** Heights that a sensor on a shoe can have [m]. */
const LEAST_M = 0.02;
const MOST_M = 0.12;
/** The most that counts of the past, in the same unit: good to 2 mm. */
const MOST_WEIGHT = 1 / 0.002 ** 2;
/** Half of the window around foot-flat [s]. */
const HALF_S = 0.05;
/** Least scatter of a stride's readings about the line [m/s²]; neighbouring readings err alike. */
const LEAST_SCATTER_MPS2 = 0.1;
const ALIKE = 10;

export const createSensorHeight = (): SensorHeightState => ({
  weight: EXPECTED_WEIGHT,
  weighted: EXPECTED_M * EXPECTED_WEIGHT,
});

export const sensorHeightM = (s: SensorHeightState): number =>
  Math.min(MOST_M, Math.max(LEAST_M, s.weighted / s.weight));

const up = new Float64Array(3);

/**
 * Learns from one foot-flat: the change of the accelerometer against gravity carried by the gyro, on the angular acceleration
 * times up, both without their means over the window.
 */
export function learnSensorHeight(
  s: SensorHeightState,
  ring: SampleRingState,
  flat: FootFlat,
  bias: Float64Array,
): void {
  const { acc, gyr, rateHz } = ring;
  const mask = ring.capacity - 1;
  const half = Math.max(2, Math.round(HALF_S * rateHz));
  const first = flat.index - half;
  const last = Math.min(flat.index + half, ring.count - 2);
  const n = last - first + 1;
  // Up at the window's beginning, by the gyro back from the flat's centre.
  up.set(flat.up);
  for (let i = flat.index; i > first; i--) turnUp(gyr, i - 1, mask, bias, 1 / rateHz);
  let xx = 0;
  let xy = 0;
  let yy = 0;
  let x0 = 0;
  let x1 = 0;
  let x2 = 0;
  let y0 = 0;
  let y1 = 0;
  let y2 = 0;
  for (let i = first; i <= last; i++) {
    if (i > first) turnUp(gyr, i - 1, mask, bias, -1 / rateHz);
    const before = 3 * ((i - 1) & mask);
    const now = 3 * (i & mask);
    const after = 3 * ((i + 1) & mask);
    const ax = 0.5 * rateHz * (gyr[after]! - gyr[before]!);
    const ay = 0.5 * rateHz * (gyr[after + 1]! - gyr[before + 1]!);
    const az = 0.5 * rateHz * (gyr[after + 2]! - gyr[before + 2]!);
    const px = ay * up[2]! - az * up[1]!;
    const py = az * up[0]! - ax * up[2]!;
    const pz = ax * up[1]! - ay * up[0]!;
    const fx = acc[now]! - flat.forceMps2 * up[0]!;
    const fy = acc[now + 1]! - flat.forceMps2 * up[1]!;
    const fz = acc[now + 2]! - flat.forceMps2 * up[2]!;
    xx += px * px + py * py + pz * pz;
    xy += px * fx + py * fy + pz * fz;
    yy += fx * fx + fy * fy + fz * fz;
    x0 += px;
    x1 += py;
    x2 += pz;
    y0 += fx;
    y1 += fy;
    y2 += fz;
  }
  xx -= (x0 * x0 + x1 * x1 + x2 * x2) / n;
  xy -= (x0 * y0 + x1 * y1 + x2 * y2) / n;
  yy -= (y0 * y0 + y1 * y1 + y2 * y2) / n;
  if (!(xx > 0)) return;
  const scatter = Math.max(0, yy - (xy * xy) / xx) / (3 * n) + LEAST_SCATTER_MPS2 ** 2;
  const weight = xx / (ALIKE * scatter);
  s.weight += weight;
  s.weighted += weight * Math.min(0.2, Math.max(-0.1, xy / xx));
  if (s.weight > MOST_WEIGHT) {
    s.weighted *= MOST_WEIGHT / s.weight;
    s.weight = MOST_WEIGHT;
  }
}

/** Carries up over the time between sample i and the next. @param s time [s], negative: forwards */
function turnUp(gyr: Float32Array, i: number, mask: number, bias: Float64Array, s: number): void {
  const a = 3 * (i & mask);
  const b = 3 * ((i + 1) & mask);
  const x = s * (0.5 * (gyr[a]! + gyr[b]!) - bias[0]!);
  const y = s * (0.5 * (gyr[a + 1]! + gyr[b + 1]!) - bias[1]!);
  const z = s * (0.5 * (gyr[a + 2]! + gyr[b + 2]!) - bias[2]!);
  const ux = up[0]!;
  const uy = up[1]!;
  const uz = up[2]!;
  up[0] = ux + y * uz - z * uy;
  up[1] = uy + z * ux - x * uz;
  up[2] = uz + x * uy - y * ux;
}
