import { oldestIndex, slotOf, type PelvisRing } from './pelvis-ring.ts';

/**
 * What one stride says about how the sensor sits: people brake just after contact, so the forward acceleration leads the
 * vertical one by about a quarter of a step or a little more; and the trunk is pushed away from the foot that stands. Gravity is taken out first, by the stride's own mean
 * force, so a rolling pelvis doesn't look like a pushed one. All in the sensor's axes, from any phase of the stride.
 */
export interface StridePhysics {
  /** Mean up in the sensor's axes, unit. */
  readonly up: Float64Array;
  /** Level vector that points forward; its length is the strength of the sign [(m/s²)²]. */
  readonly forward: Float64Array;
  /** What the forward axis maximises: upper triangle xx xy xz yy yz zz [(m/s²)²]. */
  readonly axis: Float64Array;
  /** Level acceleration of the stride's own frequency: real x y z, imaginary x y z [m/s²]. */
  readonly sway: Float64Array;
  /** Size of the vertical acceleration at step frequency [m/s²]. */
  verticalSize: number;
}

export const createStridePhysics = (): StridePhysics => ({
  up: new Float64Array(3),
  forward: new Float64Array(3),
  axis: new Float64Array(6),
  sway: new Float64Array(6),
  verticalSize: 0,
});

const HARMONICS = 3;
/** Samples to both sides that tell the force at a stride's ends. */
const TREND_SAMPLES = 3;
/** Real and imaginary parts of x, y, z for each harmonic, then the vertical's second one. */
const SUMS = new Float64Array(6 * HARMONICS + 2);

/**
 * Works out a stride between two times.
 * @returns false where the ring doesn't hold it
 */
export function readStride(ring: PelvisRing, fromS: number, toS: number, out: StridePhysics): boolean {
  const oldest = oldestIndex(ring);
  const newest = ring.count - 1;
  if (newest <= oldest || !(toS > fromS)) return false;
  const lastS = ring.timeS[slotOf(newest)]!;
  if (fromS < ring.timeS[slotOf(oldest)]! || toS > lastS) return false;
  const first = Math.max(oldest, newest - Math.ceil((lastS - fromS) * ring.rateHz) - 2);
  let n = 0;
  let meanX = 0;
  let meanY = 0;
  let meanZ = 0;
  let begin = first;
  while (ring.timeS[slotOf(begin)]! < fromS) begin++;
  let end = begin;
  for (; end <= newest; end++) {
    const slot = slotOf(end);
    if (ring.timeS[slot]! >= toS) break;
    meanX += ring.force[3 * slot]!;
    meanY += ring.force[3 * slot + 1]!;
    meanZ += ring.force[3 * slot + 2]!;
    n++;
  }
  if (n < 8) return false;
  meanX /= n;
  meanY /= n;
  meanZ /= n;
  const g = Math.sqrt(meanX * meanX + meanY * meanY + meanZ * meanZ);
  if (!(g > 5)) return false;
  const upX = meanX / g;
  const upY = meanY / g;
  const upZ = meanZ / g;

  // Setting off and slowing down: what a stride's end is faster than its beginning is no swing.
  const spread = Math.max(0, Math.min(TREND_SAMPLES, begin - oldest, newest - end));
  const trendX = (around(ring, end, spread, 0) - around(ring, begin, spread, 0)) / n;
  const trendY = (around(ring, end, spread, 1) - around(ring, begin, spread, 1)) / n;
  const trendZ = (around(ring, end, spread, 2) - around(ring, begin, spread, 2)) / n;
  const middle = begin + 0.5 * (n - 1);

  const sums = SUMS;
  sums.fill(0);
  const { up, forward, axis, sway } = out;
  up.fill(0);
  for (let i = begin; i < end; i++) {
    const slot = slotOf(i);
    const w = ring.q[4 * slot]!;
    const x = -ring.q[4 * slot + 1]!;
    const y = -ring.q[4 * slot + 2]!;
    const z = -ring.q[4 * slot + 3]!;
    const dx = ring.force[3 * slot]! - meanX - trendX * (i - middle);
    const dy = ring.force[3 * slot + 1]! - meanY - trendY * (i - middle);
    const dz = ring.force[3 * slot + 2]! - meanZ - trendZ * (i - middle);
    let tx = 2 * (y * dz - z * dy);
    let ty = 2 * (z * dx - x * dz);
    let tz = 2 * (x * dy - y * dx);
    const sx = dx + w * tx + y * tz - z * ty;
    const sy = dy + w * ty + z * tx - x * tz;
    const sz = dz + w * tz + x * ty - y * tx;
    tx = 2 * (y * upZ - z * upY);
    ty = 2 * (z * upX - x * upZ);
    tz = 2 * (x * upY - y * upX);
    up[0]! += upX + w * tx + y * tz - z * ty;
    up[1]! += upY + w * ty + z * tx - x * tz;
    up[2]! += upZ + w * tz + x * ty - y * tx;
    const phase = (2 * Math.PI * (ring.timeS[slot]! - fromS)) / (toS - fromS);
    const c1 = Math.cos(phase);
    const s1 = -Math.sin(phase);
    let c = c1;
    let s = s1;
    for (let k = 0, at = 0; k < HARMONICS; k++, at += 6) {
      sums[at]! += sx * c;
      sums[at + 1]! += sy * c;
      sums[at + 2]! += sz * c;
      sums[at + 3]! += sx * s;
      sums[at + 4]! += sy * s;
      sums[at + 5]! += sz * s;
      if (k === 1) {
        const vertical = dx * upX + dy * upY + dz * upZ;
        sums[18]! += vertical * c;
        sums[19]! += vertical * s;
      }
      const next = c * c1 - s * s1;
      s = c * s1 + s * c1;
      c = next;
    }
  }
  const length = Math.sqrt(up[0]! ** 2 + up[1]! ** 2 + up[2]! ** 2);
  for (let c = 0; c < 3; c++) up[c] = up[c]! / length;
  for (let at = 0; at < 6 * HARMONICS; at += 3) {
    const along = sums[at]! * up[0]! + sums[at + 1]! * up[1]! + sums[at + 2]! * up[2]!;
    for (let c = 0; c < 3; c++) sums[at + c] = (sums[at + c]! - along * up[c]!) / n;
  }
  const zr = sums[18]! / n;
  const zi = sums[19]! / n;
  for (let c = 0; c < 3; c++) forward[c] = zr * sums[9 + c]! - zi * sums[6 + c]!;
  sway.set(sums.subarray(0, 6));
  let at = 0;
  for (let i = 0; i < 3; i++)
    for (let j = i; j < 3; j++) axis[at++] = product(sums, 6, i, j) - product(sums, 0, i, j) - product(sums, 12, i, j);
  out.verticalSize = 2 * Math.sqrt(zr * zr + zi * zi);
  return true;
}

/** Mean force of the samples around one. */
function around(ring: PelvisRing, index: number, spread: number, c: number): number {
  let sum = 0;
  for (let i = index - spread; i <= index + spread; i++) sum += ring.force[3 * slotOf(i) + c]!;
  return sum / (2 * spread + 1);
}

/** Real part of the outer product of one harmonic. */
const product = (sums: Float64Array, at: number, i: number, j: number): number =>
  sums[at + i]! * sums[at + j]! + sums[at + 3 + i]! * sums[at + 3 + j]!;

/** Phase at which the lateral push of a stride that begins with a left contact lies [rad]. */
const LEFT_PHASE = (80 * Math.PI) / 180;
/** Sway that is as good as none [m/s²]. */
const SWAY_FLOOR = 0.08;

/** -1 to 1: above zero, the stride of this sway began with a left contact. `lateral` points left, in the sensor's axes. */
export function leftVote(sway: ArrayLike<number>, lateral: Float64Array): number {
  const re = sway[0]! * lateral[0]! + sway[1]! * lateral[1]! + sway[2]! * lateral[2]!;
  const im = sway[3]! * lateral[0]! + sway[4]! * lateral[1]! + sway[5]! * lateral[2]!;
  const turned = re * Math.cos(LEFT_PHASE) + im * Math.sin(LEFT_PHASE);
  return turned / (Math.sqrt(re * re + im * im) + SWAY_FLOOR);
}
