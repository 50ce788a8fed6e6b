import { STANDARD_GRAVITY_MPS2 } from '../../domain/units.ts';
import { alignToZ } from '../../math/rotation.ts';
import type { FootParams } from './foot-params.ts';
import type { SampleRingState } from './sample-ring.ts';
import { doubt, felt, reserveErrors } from './stride-errors.ts';

/**
 * What the last strapdown gave, shared by all shoes (nothing outlives a stride): velocity at every sample [m/s], rotation at its
 * beginning, at its end and summed over the samples (world from sensor), and the jumps of the acceleration together [(m/s²)²].
 */
export const carried = {
  vx: new Float64Array(0),
  vy: new Float64Array(0),
  vz: new Float64Array(0),
  begin: new Float64Array(9),
  end: new Float64Array(9),
  sum: new Float64Array(9),
  jumps: 0,
};

/** The velocity that the shoe's turn over the ground gives its sensor at the end, level part [m/s]. */
export const rolling = { x: 0, y: 0 };

function reserve(n: number): void {
  reserveErrors(n);
  if (n <= carried.vx.length) return;
  const size = Math.max(1024, 2 * n);
  carried.vx = new Float64Array(size);
  carried.vy = new Float64Array(size);
  carried.vz = new Float64Array(size);
}

/**
 * Carries force and velocity from one flat to the next by the gyro alone; fills {@link carried}, {@link rolling}, and the
 * felt force, its doubt and the squared rates of stride-errors.ts.
 * @param from index of the first flat's centre, @param n samples to the second's
 * @param up0 felt up at the first flat; the other parameters are those of a stride's path
 */
export function carryStride(
  ring: SampleRingState,
  from: number,
  n: number,
  up0: Float64Array,
  bias: Float64Array,
  offset: Float64Array,
  gain: number,
  impactScale: number,
  p: FootParams,
): void {
  reserve(n + 1);
  const { vx, vy, vz, begin: r } = carried;
  const { x: feltX, y: feltY, z: feltZ } = felt;
  const { q, turn } = doubt;
  const floor = p.residualFloor;
  const mask = ring.capacity - 1;
  const { acc, gyr } = ring;
  const ox = offset[0]!;
  const oy = offset[1]!;
  const oz = offset[2]!;
  const dt = (ring.timeS[(from + n) & mask]! - ring.timeS[from & mask]!) / n;
  const half = 0.5 * dt;
  const bx = bias[0]!;
  const by = bias[1]!;
  const bz = bias[2]!;
  const h = p.sensorHeightM;
  alignToZ(up0, r);
  let jumps = 0;
  let gx = 0;
  let gy = 0;
  let gz = 0;
  // The rotation, its sum and the last samples live in locals: this runs for every sample of every stride.
  let r00 = r[0]!;
  let r01 = r[1]!;
  let r02 = r[2]!;
  let r10 = r[3]!;
  let r11 = r[4]!;
  let r12 = r[5]!;
  let r20 = r[6]!;
  let r21 = r[7]!;
  let r22 = r[8]!;
  let s00 = 0;
  let s01 = 0;
  let s02 = 0;
  let s10 = 0;
  let s11 = 0;
  let s12 = 0;
  let s20 = 0;
  let s21 = 0;
  let s22 = 0;
  let velocityX = 0;
  let velocityY = 0;
  let velocityZ = 0;
  let lastX = 0;
  let lastY = 0;
  let lastZ = 0;
  let j = 3 * ((from - 1) & mask);
  let beforeX = acc[j]!;
  let beforeY = acc[j + 1]!;
  let beforeZ = acc[j + 2]!;
  j = 3 * (from & mask);
  let nowX = acc[j]!;
  let nowY = acc[j + 1]!;
  let nowZ = acc[j + 2]!;
  for (let k = 0; k <= n; k++) {
    const wx = gyr[j]! - bx;
    const wy = gyr[j + 1]! - by;
    const wz = gyr[j + 2]! - bz;
    if (k > 0) {
      // r <- r exp([v]x)
      const x = (gx + wx) * half;
      const y = (gy + wy) * half;
      const z = (gz + wz) * half;
      const n2 = x * x + y * y + z * z;
      let a = 1 - (n2 / 6) * (1 - n2 / 20);
      let b = 0.5 - (n2 / 24) * (1 - n2 / 30);
      if (n2 >= 1e-4) {
        const angle = Math.sqrt(n2);
        a = Math.sin(angle) / angle;
        b = (1 - Math.cos(angle)) / n2;
      }
      const m00 = 1 - b * (y * y + z * z);
      const m11 = 1 - b * (x * x + z * z);
      const m22 = 1 - b * (x * x + y * y);
      const m01 = b * x * y - a * z;
      const m10 = b * x * y + a * z;
      const m02 = b * x * z + a * y;
      const m20 = b * x * z - a * y;
      const m12 = b * y * z - a * x;
      const m21 = b * y * z + a * x;
      const t00 = r00 * m00 + r01 * m10 + r02 * m20;
      const t01 = r00 * m01 + r01 * m11 + r02 * m21;
      r02 = r00 * m02 + r01 * m12 + r02 * m22;
      r00 = t00;
      r01 = t01;
      const t10 = r10 * m00 + r11 * m10 + r12 * m20;
      const t11 = r10 * m01 + r11 * m11 + r12 * m21;
      r12 = r10 * m02 + r11 * m12 + r12 * m22;
      r10 = t10;
      r11 = t11;
      const t20 = r20 * m00 + r21 * m10 + r22 * m20;
      const t21 = r20 * m01 + r21 * m11 + r22 * m21;
      r22 = r20 * m02 + r21 * m12 + r22 * m22;
      r20 = t20;
      r21 = t21;
    }
    s00 += r00;
    s01 += r01;
    s02 += r02;
    s10 += r10;
    s11 += r11;
    s12 += r12;
    s20 += r20;
    s21 += r21;
    s22 += r22;
    gx = wx;
    gy = wy;
    gz = wz;
    const fx = gain * (nowX - ox);
    const fy = gain * (nowY - oy);
    const fz = gain * (nowZ - oz);
    const worldX = r00 * fx + r01 * fy + r02 * fz;
    const worldY = r10 * fx + r11 * fy + r12 * fz;
    const worldZ = r20 * fx + r21 * fy + r22 * fz;
    feltX[k] = worldX;
    feltY[k] = worldY;
    feltZ[k] = worldZ;
    j = 3 * ((from + k + 1) & mask);
    const nextX = acc[j]!;
    const nextY = acc[j + 1]!;
    const nextZ = acc[j + 2]!;
    // squared second difference of the acceleration [(m/s²)²]
    const jumpX = beforeX - 2 * nowX + nextX;
    const jumpY = beforeY - 2 * nowY + nextY;
    const jumpZ = beforeZ - 2 * nowZ + nextZ;
    const jump = jumpX * jumpX + jumpY * jumpY + jumpZ * jumpZ;
    beforeX = nowX;
    beforeY = nowY;
    beforeZ = nowZ;
    nowX = nextX;
    nowY = nextY;
    nowZ = nextZ;
    q[k] = floor + impactScale * jump;
    jumps += jump;
    turn[k] = wx * wx + wy * wy + wz * wz;
    if (k === 0) {
      // The shoe still turns a little over the ground at "flat": its sensor moves by rate x height.
      velocityX = h * (r10 * wx + r11 * wy + r12 * wz);
      velocityY = -h * (r00 * wx + r01 * wy + r02 * wz);
    } else {
      velocityX += (lastX + worldX) * half;
      velocityY += (lastY + worldY) * half;
      velocityZ += (lastZ + worldZ) * half - STANDARD_GRAVITY_MPS2 * dt;
    }
    vx[k] = velocityX;
    vy[k] = velocityY;
    vz[k] = velocityZ;
    lastX = worldX;
    lastY = worldY;
    lastZ = worldZ;
  }
  const { end, sum } = carried;
  end[0] = r00;
  end[1] = r01;
  end[2] = r02;
  end[3] = r10;
  end[4] = r11;
  end[5] = r12;
  end[6] = r20;
  end[7] = r21;
  end[8] = r22;
  sum[0] = s00;
  sum[1] = s01;
  sum[2] = s02;
  sum[3] = s10;
  sum[4] = s11;
  sum[5] = s12;
  sum[6] = s20;
  sum[7] = s21;
  sum[8] = s22;
  carried.jumps = jumps;
  rolling.x = h * (r10 * gx + r11 * gy + r12 * gz);
  rolling.y = -h * (r00 * gx + r01 * gy + r02 * gz);
}
