/**
 * Rotations of the virtual walker: 3 x 3 matrices, row-major, and rotation vectors [rad]. `out` parameters are written in
 * place, because these run once a sample.
 */
export type Vec3 = readonly [number, number, number];

/** out = exp([v]x), the rotation by |v| about v. */
export function rotationFromVector(x: number, y: number, z: number, out: Float64Array): void {
  const angle2 = x * x + y * y + z * z;
  let s: number;
  let c: number;
  if (angle2 < 1e-12) {
    s = 1 - angle2 / 6;
    c = 0.5 - angle2 / 24;
  } else {
    const angle = Math.sqrt(angle2);
    s = Math.sin(angle) / angle;
    c = (1 - Math.cos(angle)) / angle2;
  }
  out[0] = 1 - c * (y * y + z * z);
  out[1] = c * x * y - s * z;
  out[2] = c * x * z + s * y;
  out[3] = c * x * y + s * z;
  out[4] = 1 - c * (x * x + z * z);
  out[5] = c * y * z - s * x;
  out[6] = c * x * z - s * y;
  out[7] = c * y * z + s * x;
  out[8] = 1 - c * (x * x + y * y);
}

/** The rotation vector of a rotation of less than half a turn. */
export function vectorFromRotation(m: Float64Array): Vec3 {
  const x = m[7]! - m[5]!;
  const y = m[2]! - m[6]!;
  const z = m[3]! - m[1]!;
  const sin2 = Math.sqrt(x * x + y * y + z * z);
  const angle = Math.atan2(sin2, m[0]! + m[4]! + m[8]! - 1);
  const k = sin2 < 1e-12 ? 0.5 : angle / sin2;
  return [k * x, k * y, k * z];
}

/** out = a b */
export function multiply(a: Float64Array, b: Float64Array, out: Float64Array): void {
  for (let i = 0; i < 9; i += 3) {
    const p = a[i]!;
    const q = a[i + 1]!;
    const r = a[i + 2]!;
    for (let j = 0; j < 3; j++) out[i + j] = p * b[j]! + q * b[j + 3]! + r * b[j + 6]!;
  }
}

/** out = aᵀ b */
export function multiplyTransposed(a: Float64Array, b: Float64Array, out: Float64Array): void {
  for (let i = 0; i < 3; i++) {
    for (let j = 0; j < 3; j++) out[3 * i + j] = a[i]! * b[j]! + a[i + 3]! * b[j + 3]! + a[i + 6]! * b[j + 6]!;
  }
}

/** m v */
export const rotate = (m: Float64Array, v: Vec3): Vec3 => [
  m[0]! * v[0] + m[1]! * v[1] + m[2]! * v[2],
  m[3]! * v[0] + m[4]! * v[1] + m[5]! * v[2],
  m[6]! * v[0] + m[7]! * v[1] + m[8]! * v[2],
];

/** mᵀ v */
export const rotateBack = (m: Float64Array, v: Vec3): Vec3 => [
  m[0]! * v[0] + m[3]! * v[1] + m[6]! * v[2],
  m[1]! * v[0] + m[4]! * v[1] + m[7]! * v[2],
  m[2]! * v[0] + m[5]! * v[1] + m[8]! * v[2],
];

/** a x b */
export const cross = (a: Vec3, b: Vec3): Vec3 => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
];
/** a + b */
export const add = (a: Vec3, b: Vec3): Vec3 => [a[0] + b[0], a[1] + b[1], a[2] + b[2]];
/** a - b */
export const subtract = (a: Vec3, b: Vec3): Vec3 => [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
/** k a */
export const scale = (a: Vec3, k: number): Vec3 => [a[0] * k, a[1] * k, a[2] * k];
/** a . b */
export const dot = (a: Vec3, b: Vec3): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];

/** w' x r + w x (w x r): the acceleration of a point at lever r of a turning body, in the body's axes. */
export function leverAcceleration(rate: Vec3, rateChange: Vec3, lever: Vec3): Vec3 {
  return add(cross(rateChange, lever), cross(rate, cross(rate, lever)));
}
