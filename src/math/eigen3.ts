/** Scratch: the matrix as it becomes diagonal, and its eigenvectors in columns. */
const a = new Float64Array(9);
const v = new Float64Array(9);

/** Columns `p` and `q` of a 3x3 matrix, turned against each other. */
function turnColumns(m: Float64Array, p: number, q: number, cos: number, sin: number): void {
  for (let k = 0; k < 9; k += 3) {
    const kp = m[k + p]!;
    const kq = m[k + q]!;
    m[k + p] = cos * kp - sin * kq;
    m[k + q] = sin * kp + cos * kq;
  }
}

/**
 * Main eigenvector of a symmetric 3x3 matrix by cyclic Jacobi rotations.
 * @param c upper triangle xx, xy, xz, yy, yz, zz
 * @param out receives the unit eigenvector of the largest eigenvalue
 * @returns share of the largest eigenvalue in the trace (1/3 to 1); 0 where the matrix is zero
 */
export function mainAxis3(c: Float64Array, out: Float64Array): number {
  a[0] = c[0]!;
  a[1] = a[3] = c[1]!;
  a[2] = a[6] = c[2]!;
  a[4] = c[3]!;
  a[5] = a[7] = c[4]!;
  a[8] = c[5]!;
  v.fill(0);
  v[0] = v[4] = v[8] = 1;
  for (let sweep = 0; sweep < 12; sweep++) {
    const off = a[1] ** 2 + a[2] ** 2 + a[5] ** 2;
    if (off <= 1e-24 * (a[0] ** 2 + a[4] ** 2 + a[8] ** 2)) break;
    for (let p = 0; p < 2; p++)
      for (let q = p + 1; q < 3; q++) {
        const apq = a[3 * p + q]!;
        if (apq === 0) continue;
        const theta = (a[4 * q]! - a[4 * p]!) / (2 * apq);
        const t = (theta >= 0 ? 1 : -1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
        const cos = 1 / Math.sqrt(t * t + 1);
        const sin = t * cos;
        turnColumns(a, p, q, cos, sin);
        for (let k = 0; k < 3; k++) {
          const pk = a[3 * p + k]!;
          const qk = a[3 * q + k]!;
          a[3 * p + k] = cos * pk - sin * qk;
          a[3 * q + k] = sin * pk + cos * qk;
        }
        turnColumns(v, p, q, cos, sin);
      }
  }
  let best = 0;
  for (let k = 1; k < 3; k++) if (a[4 * k]! > a[4 * best]!) best = k;
  for (let k = 0; k < 3; k++) out[k] = v[3 * k + best]!;
  const trace = a[0] + a[4] + a[8];
  return trace > 0 ? a[4 * best]! / trace : 0;
}
