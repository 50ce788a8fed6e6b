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
  const n = Math.sqrt(v[0]! * v[0]! + v[1]! * v[1]! + v[2]! * v[2]!);
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
