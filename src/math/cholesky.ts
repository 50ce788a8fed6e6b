/**
 * Solves M x = b for a symmetric positive definite M by Cholesky, in place.
 * @param m n x n row-major; its lower triangle becomes the factor
 * @param b n numbers; becomes x
 * @returns false where M isn't positive definite (b is then of no use)
 */
export function solvePositive(m: Float64Array, b: Float64Array, n: number): boolean {
  for (let j = 0; j < n; j++) {
    let d = m[j * n + j]!;
    for (let k = 0; k < j; k++) d -= m[j * n + k]! ** 2;
    if (!(d > 0)) return false;
    const l = Math.sqrt(d);
    m[j * n + j] = l;
    for (let i = j + 1; i < n; i++) {
      let s = m[i * n + j]!;
      for (let k = 0; k < j; k++) s -= m[i * n + k]! * m[j * n + k]!;
      m[i * n + j] = s / l;
    }
  }
  for (let i = 0; i < n; i++) {
    let s = b[i]!;
    for (let k = 0; k < i; k++) s -= m[i * n + k]! * b[k]!;
    b[i] = s / m[i * n + i]!;
  }
  for (let i = n - 1; i >= 0; i--) {
    let s = b[i]!;
    for (let k = i + 1; k < n; k++) s -= m[k * n + i]! * b[k]!;
    b[i] = s / m[i * n + i]!;
  }
  return true;
}
