/** Rotations as 3x3 row-major matrices in Float64Array(9) and vectors in Float64Array(3); all write into their last argument. */

/** Smallest rotation that takes the unit vector `u` to +z. */
export function alignToZ(u: Float64Array, out: Float64Array): void {
  const x = u[0]!;
  const y = u[1]!;
  const z = u[2]!;
  if (z < -0.999999) {
    // Upside down: half a turn about x.
    out.set(HALF_TURN_X);
    return;
  }
  const k = 1 / (1 + z);
  out[0] = 1 - x * x * k;
  out[1] = -x * y * k;
  out[2] = -x;
  out[3] = -x * y * k;
  out[4] = 1 - y * y * k;
  out[5] = -y;
  out[6] = x;
  out[7] = y;
  out[8] = z;
}
const HALF_TURN_X = [1, 0, 0, 0, -1, 0, 0, 0, -1];

/** Turns `r` (in place) on by the small rotation vector (x, y, z) [rad] given in its own moving axes: r <- r exp([v]x). */
export function turnBy(r: Float64Array, x: number, y: number, z: number): void {
  const n2 = x * x + y * y + z * z;
  let a: number;
  let b: number;
  if (n2 < 1e-4) {
    a = 1 - (n2 / 6) * (1 - n2 / 20);
    b = 0.5 - (n2 / 24) * (1 - n2 / 30);
  } else {
    const n = Math.sqrt(n2);
    a = Math.sin(n) / n;
    b = (1 - Math.cos(n)) / n2;
  }
  const m00 = 1 - b * (y * y + z * z);
  const m11 = 1 - b * (x * x + z * z);
  const m22 = 1 - b * (x * x + y * y);
  const bxy = b * x * y;
  const bxz = b * x * z;
  const byz = b * y * z;
  const ax = a * x;
  const ay = a * y;
  const az = a * z;
  const m01 = bxy - az;
  const m02 = bxz + ay;
  const m10 = bxy + az;
  const m12 = byz - ax;
  const m20 = bxz - ay;
  const m21 = byz + ax;
  // Row by row, written out: it runs for every sample of every stride.
  const r0 = r[0]!;
  const r1 = r[1]!;
  const r2 = r[2]!;
  r[0] = r0 * m00 + r1 * m10 + r2 * m20;
  r[1] = r0 * m01 + r1 * m11 + r2 * m21;
  r[2] = r0 * m02 + r1 * m12 + r2 * m22;
  const r3 = r[3]!;
  const r4 = r[4]!;
  const r5 = r[5]!;
  r[3] = r3 * m00 + r4 * m10 + r5 * m20;
  r[4] = r3 * m01 + r4 * m11 + r5 * m21;
  r[5] = r3 * m02 + r4 * m12 + r5 * m22;
  const r6 = r[6]!;
  const r7 = r[7]!;
  const r8 = r[8]!;
  r[6] = r6 * m00 + r7 * m10 + r8 * m20;
  r[7] = r6 * m01 + r7 * m11 + r8 * m21;
  r[8] = r6 * m02 + r7 * m12 + r8 * m22;
}

/** Turns the vector `u` (in place) about the unit axis `n` by an angle [rad]. */
export function turnAbout(u: Float64Array, n: Float64Array, angleRad: number): void {
  const c = Math.cos(angleRad);
  const s = Math.sin(angleRad);
  const ux = u[0]!;
  const uy = u[1]!;
  const uz = u[2]!;
  const nx = n[0]!;
  const ny = n[1]!;
  const nz = n[2]!;
  const d = (nx * ux + ny * uy + nz * uz) * (1 - c);
  u[0] = ux * c + (ny * uz - nz * uy) * s + nx * d;
  u[1] = uy * c + (nz * ux - nx * uz) * s + ny * d;
  u[2] = uz * c + (nx * uy - ny * ux) * s + nz * d;
}

/** Scales a vector (in place) to length 1; gives its former length. */
export function normalize3(v: Float64Array): number {
  const n = Math.hypot(v[0]!, v[1]!, v[2]!);
  if (n > 0) for (let k = 0; k < 3; k++) v[k] = v[k]! / n;
  return n;
}

export const dot3 = (a: Float64Array, b: Float64Array): number => a[0]! * b[0]! + a[1]! * b[1]! + a[2]! * b[2]!;

/** a x b */
export function cross3(a: Float64Array, b: Float64Array, out: Float64Array): void {
  const x = a[1]! * b[2]! - a[2]! * b[1]!;
  const y = a[2]! * b[0]! - a[0]! * b[2]!;
  const z = a[0]! * b[1]! - a[1]! * b[0]!;
  out[0] = x;
  out[1] = y;
  out[2] = z;
}

/** The part of `v` (in place) that is level against the unit vector `n`, scaled to 1; gives the length it had. */
export function levelUnit(v: Float64Array, n: Float64Array): number {
  const d = dot3(v, n);
  for (let k = 0; k < 3; k++) v[k] = v[k]! - d * n[k]!;
  return normalize3(v);
}
