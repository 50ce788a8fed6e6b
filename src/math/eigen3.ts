/**
 * Main eigenvector of a symmetric 3x3 matrix by cyclic Jacobi rotations.
 * @param c upper triangle xx, xy, xz, yy, yz, zz
 * @param out receives the unit eigenvector of the largest eigenvalue
 * @returns share of the largest eigenvalue in the trace (1/3 to 1); 0 where the matrix is zero
 */
export function mainAxis3(c: Float64Array, out: Float64Array): number {
  const a = [c[0]!, c[1]!, c[2]!, c[1]!, c[3]!, c[4]!, c[2]!, c[4]!, c[5]!];
  const v = [1, 0, 0, 0, 1, 0, 0, 0, 1];
  const at = (m: number[], i: number, j: number): number => m[3 * i + j]!;
  for (let sweep = 0; sweep < 12; sweep++) {
    const off = at(a, 0, 1) ** 2 + at(a, 0, 2) ** 2 + at(a, 1, 2) ** 2;
    if (off <= 1e-24 * (at(a, 0, 0) ** 2 + at(a, 1, 1) ** 2 + at(a, 2, 2) ** 2)) break;
    for (let p = 0; p < 2; p++)
      for (let q = p + 1; q < 3; q++) {
        const apq = at(a, p, q);
        if (apq === 0) continue;
        const theta = (at(a, q, q) - at(a, p, p)) / (2 * apq);
        const t = (theta >= 0 ? 1 : -1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
        const cos = 1 / Math.sqrt(t * t + 1);
        const sin = t * cos;
        for (let k = 0; k < 3; k++) {
          const kp = at(a, k, p);
          const kq = at(a, k, q);
          a[3 * k + p] = cos * kp - sin * kq;
          a[3 * k + q] = sin * kp + cos * kq;
        }
        for (let k = 0; k < 3; k++) {
          const pk = at(a, p, k);
          const qk = at(a, q, k);
          a[3 * p + k] = cos * pk - sin * qk;
          a[3 * q + k] = sin * pk + cos * qk;
          const vp = at(v, k, p);
          const vq = at(v, k, q);
          v[3 * k + p] = cos * vp - sin * vq;
          v[3 * k + q] = sin * vp + cos * vq;
        }
      }
  }
  let best = 0;
  for (let k = 1; k < 3; k++) if (at(a, k, k) > at(a, best, best)) best = k;
  for (let k = 0; k < 3; k++) out[k] = at(v, k, best);
  const trace = at(a, 0, 0) + at(a, 1, 1) + at(a, 2, 2);
  return trace > 0 ? at(a, best, best) / trace : 0;
}
