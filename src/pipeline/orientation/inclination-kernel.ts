import { updateBias } from './bias-step.ts';
import { K } from './inclination-params.ts';
import { S, settle } from './inclination-state.ts';

/** Turns by the last known rate over a short gap. */
export function bridgeInclination(s: Float64Array, gapS: number): void {
  turn(s, s[S.lastGyr]! - s[S.bias]!, s[S.lastGyr + 1]! - s[S.bias + 1]!, s[S.lastGyr + 2]! - s[S.bias + 2]!, gapS);
}

function turn(s: Float64Array, x: number, y: number, z: number, dt: number): void {
  const rate = Math.sqrt(x * x + y * y + z * z);
  const half = 0.5 * rate * dt;
  const c = Math.cos(half);
  const f = rate > 1e-12 ? Math.sin(half) / rate : 0.5 * dt;
  const w = s[S.qGyr]!;
  const a = s[S.qGyr + 1]!;
  const b = s[S.qGyr + 2]!;
  const d = s[S.qGyr + 3]!;
  s[S.qGyr] = c * w - f * (x * a + y * b + z * d);
  s[S.qGyr + 1] = c * a + f * (x * w - y * d + z * b);
  s[S.qGyr + 2] = c * b + f * (x * d + y * w - z * a);
  s[S.qGyr + 3] = c * d + f * (y * a - x * b + z * w);
}

/**
 * Before the first sample of a filter or of a restart. Apart from the hot loop for a reason: V8 has no feedback for what ran
 * once, throws the optimised loop away when a second walk runs it, and where it had entered that loop half-way before (a busy
 * machine), it keeps entering it half-way: at half the speed for the life of the process.
 */
export function startInclination(
  s: Float64Array,
  k: Float64Array,
  acc: Float64Array,
  gyr: Float64Array,
  from: number,
): void {
  const r0 = k[K.restB0]!;
  const ra2 = k[K.restA2]!;
  if (s[S.p]! < 0) s[S.p] = s[S.p + 3] = s[S.p + 5] = k[K.biasP0]!;
  const i = 3 * from;
  for (let j = 0; j < 3; j++) {
    s[S.lastGyr + j] = gyr[i + j]!;
    settle(s, S.restGyr + 2 * j, gyr[i + j]!, r0, ra2);
    settle(s, S.restAcc + 2 * j, acc[i + j]!, r0, ra2);
  }
  s[S.started] = 1;
}

/**
 * Orientation of `n` samples against gravity: strapdown of the gyro, and a slow correction from the specific force, which
 * is low-passed in the strapdown's own frame, where gravity stands still however the sensor turns. The bias is learned at
 * rest and, where turning shows it, in motion (Laidig & Seel 2023, told in our own words). Two things differ from the paper: the rate of
 * a step is the mean of its two samples (half a sample of delay less), and the bias filter runs at about 50 Hz on
 * accumulated corrections.
 *
 * One function with its state in locals, by design: this is the hottest loop of the pipeline. {@link startInclination} comes
 * first.
 * @param acc specific force [m/s²] and gyr angular rate [rad/s], x y z x y z ..., from sample `from`
 * @param out quaternions earth-from-sensor [w,x,y,z], four a sample from index 0
 * @param strap the strapdown alone, almost inertial frame from sensor: no correction moves it within a stride
 */
export function advanceInclination(
  s: Float64Array,
  k: Float64Array,
  acc: Float64Array,
  gyr: Float64Array,
  from: number,
  n: number,
  out: Float64Array,
  strap: Float64Array,
): void {
  const dt = k[K.dt]!;
  const halfDt = 0.5 * dt;
  const b0 = k[K.accB0]!;
  const a1 = k[K.accA1]!;
  const a2 = k[K.accA2]!;
  const r0 = k[K.restB0]!;
  const ra1 = k[K.restA1]!;
  const ra2 = k[K.restA2]!;
  const initialCount = k[K.initialCount]!;
  const restCount = k[K.restCount]!;
  const restGyrSq = k[K.restGyrSq]!;
  const restAccSq = k[K.restAccSq]!;
  const clip = k[K.biasClip]!;
  const biasEvery = k[K.biasEvery]!;

  let qw = s[S.qGyr]!;
  let qx = s[S.qGyr + 1]!;
  let qy = s[S.qGyr + 2]!;
  let qz = s[S.qGyr + 3]!;
  let cw = s[S.qAcc]!;
  let cx = s[S.qAcc + 1]!;
  let cy = s[S.qAcc + 2]!;
  let cz = s[S.qAcc + 3]!;
  let ax1 = s[S.acc]!;
  let ax2 = s[S.acc + 1]!;
  let ay1 = s[S.acc + 2]!;
  let ay2 = s[S.acc + 3]!;
  let az1 = s[S.acc + 4]!;
  let az2 = s[S.acc + 5]!;
  let gx1 = s[S.restGyr]!;
  let gx2 = s[S.restGyr + 1]!;
  let gy1 = s[S.restGyr + 2]!;
  let gy2 = s[S.restGyr + 3]!;
  let gz1 = s[S.restGyr + 4]!;
  let gz2 = s[S.restGyr + 5]!;
  let fx1 = s[S.restAcc]!;
  let fx2 = s[S.restAcc + 1]!;
  let fy1 = s[S.restAcc + 2]!;
  let fy2 = s[S.restAcc + 3]!;
  let fz1 = s[S.restAcc + 4]!;
  let fz2 = s[S.restAcc + 5]!;
  let restFor = s[S.restFor]!;
  let count = s[S.count]!;
  let lastX = s[S.lastGyr]!;
  let lastY = s[S.lastGyr + 1]!;
  let lastZ = s[S.lastGyr + 2]!;
  let slopeX = s[S.slopeX]!;
  let slopeY = s[S.slopeY]!;
  let phase = s[S.biasPhase]!;
  let biasX = s[S.bias]!;
  let biasY = s[S.bias + 1]!;
  let biasZ = s[S.bias + 2]!;

  for (let i = 0, j = 3 * from, o = 0; i < n; i++, j += 3, o += 4) {
    const accX = acc[j]!;
    const accY = acc[j + 1]!;
    const accZ = acc[j + 2]!;
    const gyrX = gyr[j]!;
    const gyrY = gyr[j + 1]!;
    const gyrZ = gyr[j + 2]!;

    // rest: both signals near their own low-passed course
    const meanX = r0 * gyrX + gx1;
    gx1 = 2 * r0 * gyrX - ra1 * meanX + gx2;
    gx2 = r0 * gyrX - ra2 * meanX;
    const meanY = r0 * gyrY + gy1;
    gy1 = 2 * r0 * gyrY - ra1 * meanY + gy2;
    gy2 = r0 * gyrY - ra2 * meanY;
    const meanZ = r0 * gyrZ + gz1;
    gz1 = 2 * r0 * gyrZ - ra1 * meanZ + gz2;
    gz2 = r0 * gyrZ - ra2 * meanZ;
    const forceX = r0 * accX + fx1;
    fx1 = 2 * r0 * accX - ra1 * forceX + fx2;
    fx2 = r0 * accX - ra2 * forceX;
    const forceY = r0 * accY + fy1;
    fy1 = 2 * r0 * accY - ra1 * forceY + fy2;
    fy2 = r0 * accY - ra2 * forceY;
    const forceZ = r0 * accZ + fz1;
    fz1 = 2 * r0 * accZ - ra1 * forceZ + fz2;
    fz2 = r0 * accZ - ra2 * forceZ;
    const dgx = gyrX - meanX;
    const dgy = gyrY - meanY;
    const dgz = gyrZ - meanZ;
    const dfx = accX - forceX;
    const dfy = accY - forceY;
    const dfz = accZ - forceZ;
    restFor =
      dgx * dgx + dgy * dgy + dgz * dgz < restGyrSq &&
      dfx * dfx + dfy * dfy + dfz * dfz < restAccSq &&
      meanX < clip &&
      meanX > -clip &&
      meanY < clip &&
      meanY > -clip &&
      meanZ < clip &&
      meanZ > -clip
        ? restFor + 1
        : 0;

    // strapdown; the series for sine and cosine is good to 1e-12 up to 0.3 rad of half angle
    const hx = halfDt * (0.5 * (gyrX + lastX) - biasX);
    const hy = halfDt * (0.5 * (gyrY + lastY) - biasY);
    const hz = halfDt * (0.5 * (gyrZ + lastZ) - biasZ);
    lastX = gyrX;
    lastY = gyrY;
    lastZ = gyrZ;
    const h2 = hx * hx + hy * hy + hz * hz;
    let c = 1 - h2 * (0.5 - h2 * (1 / 24 - h2 * (1 / 720 - h2 / 40320)));
    let f = 1 - h2 * (1 / 6 - h2 * (1 / 120 - h2 * (1 / 5040 - h2 / 362880)));
    if (h2 > 0.09) {
      const h = Math.sqrt(h2);
      c = Math.cos(h);
      f = Math.sin(h) / h;
    }
    const dx = f * hx;
    const dy = f * hy;
    const dz = f * hz;
    const nw = c * qw - dx * qx - dy * qy - dz * qz;
    const nx = c * qx + dx * qw + dz * qy - dy * qz;
    const ny = c * qy + dy * qw + dx * qz - dz * qx;
    const nz = c * qz + dz * qw + dy * qx - dx * qy;
    // one Newton step keeps the length at one without a root
    const qn = 1.5 - 0.5 * (nw * nw + nx * nx + ny * ny + nz * nz);
    qw = nw * qn;
    qx = nx * qn;
    qy = ny * qn;
    qz = nz * qn;

    // specific force in the almost inertial frame, low-passed
    let tx = 2 * (qy * accZ - qz * accY);
    let ty = 2 * (qz * accX - qx * accZ);
    let tz = 2 * (qx * accY - qy * accX);
    const ix = accX + qw * tx + qy * tz - qz * ty;
    const iy = accY + qw * ty + qz * tx - qx * tz;
    const iz = accZ + qw * tz + qx * ty - qy * tx;
    let lx: number;
    let ly: number;
    let lz: number;
    if (count >= initialCount) {
      lx = b0 * ix + ax1;
      ax1 = 2 * b0 * ix - a1 * lx + ax2;
      ax2 = b0 * ix - a2 * lx;
      ly = b0 * iy + ay1;
      ay1 = 2 * b0 * iy - a1 * ly + ay2;
      ay2 = b0 * iy - a2 * ly;
      lz = b0 * iz + az1;
      az1 = 2 * b0 * iz - a1 * lz + az2;
      az2 = b0 * iz - a2 * lz;
    } else {
      count++;
      const share = 1 / count;
      lx = ax1 += (ix - ax1) * share;
      ly = ay1 += (iy - ay1) * share;
      lz = az1 += (iz - az1) * share;
      if (count >= initialCount) {
        ax1 = lx * (1 - b0);
        ax2 = lx * (b0 - a2);
        ay1 = ly * (1 - b0);
        ay2 = ly * (b0 - a2);
        az1 = lz * (1 - b0);
        az2 = lz * (b0 - a2);
      }
    }

    // where that force points in the earth frame is how far the inclination is off
    tx = 2 * (cy * lz - cz * ly);
    ty = 2 * (cz * lx - cx * lz);
    tz = 2 * (cx * ly - cy * lx);
    let ex = lx + cw * tx + cy * tz - cz * ty;
    let ey = ly + cw * ty + cz * tx - cx * tz;
    let ez = lz + cw * tz + cx * ty - cy * tx;
    const e2 = ex * ex + ey * ey + ez * ez;
    if (e2 > 1e-12) {
      const inverse = 1 / Math.sqrt(e2);
      ex *= inverse;
      ey *= inverse;
      ez *= inverse;
      let kw: number;
      let kx: number;
      let ky: number;
      if (ez > -0.999999) {
        kw = Math.sqrt(0.5 * (ez + 1));
        const g = 0.5 / kw;
        kx = ey * g;
        ky = -ex * g;
      } else {
        kw = 0;
        kx = 1;
        ky = 0;
      }
      const mw = kw * cw - kx * cx - ky * cy;
      const mx = kw * cx + kx * cw + ky * cz;
      const my = kw * cy + ky * cw - kx * cz;
      const mz = kw * cz + kx * cy - ky * cx;
      const mn = 1.5 - 0.5 * (mw * mw + mx * mx + my * my + mz * mz);
      cw = mw * mn;
      cx = mx * mn;
      cy = my * mn;
      cz = mz * mn;
      slopeX += ex;
      slopeY += ey;
    }
    const ow = cw * qw - cx * qx - cy * qy - cz * qz;
    const ox = cw * qx + cx * qw + cy * qz - cz * qy;
    const oy = cw * qy - cx * qz + cy * qw + cz * qx;
    const oz = cw * qz + cx * qy - cy * qx + cz * qw;
    out[o] = ow;
    out[o + 1] = ox;
    out[o + 2] = oy;
    out[o + 3] = oz;
    strap[o] = qw;
    strap[o + 1] = qx;
    strap[o + 2] = qy;
    strap[o + 3] = qz;

    if (++phase >= biasEvery) {
      phase = 0;
      s[S.restMean] = meanX;
      s[S.restMean + 1] = meanY;
      s[S.restMean + 2] = meanZ;
      s[S.slopeX] = slopeX;
      s[S.slopeY] = slopeY;
      updateBias(s, k, out, o, restFor >= restCount, count < initialCount);
      slopeX = 0;
      slopeY = 0;
      biasX = s[S.bias]!;
      biasY = s[S.bias + 1]!;
      biasZ = s[S.bias + 2]!;
    }
  }

  s[S.qGyr] = qw;
  s[S.qGyr + 1] = qx;
  s[S.qGyr + 2] = qy;
  s[S.qGyr + 3] = qz;
  s[S.qAcc] = cw;
  s[S.qAcc + 1] = cx;
  s[S.qAcc + 2] = cy;
  s[S.qAcc + 3] = cz;
  s[S.acc] = ax1;
  s[S.acc + 1] = ax2;
  s[S.acc + 2] = ay1;
  s[S.acc + 3] = ay2;
  s[S.acc + 4] = az1;
  s[S.acc + 5] = az2;
  s[S.restGyr] = gx1;
  s[S.restGyr + 1] = gx2;
  s[S.restGyr + 2] = gy1;
  s[S.restGyr + 3] = gy2;
  s[S.restGyr + 4] = gz1;
  s[S.restGyr + 5] = gz2;
  s[S.restAcc] = fx1;
  s[S.restAcc + 1] = fx2;
  s[S.restAcc + 2] = fy1;
  s[S.restAcc + 3] = fy2;
  s[S.restAcc + 4] = fz1;
  s[S.restAcc + 5] = fz2;
  s[S.restFor] = restFor;
  s[S.count] = count;
  s[S.lastGyr] = lastX;
  s[S.lastGyr + 1] = lastY;
  s[S.lastGyr + 2] = lastZ;
  s[S.slopeX] = slopeX;
  s[S.slopeY] = slopeY;
  s[S.biasPhase] = phase;
}
