// Symmetric matrices as vectors of an orthonormal basis: the upper triangle row by row, off-diagonal entries times √2, so
// that inner products of vectors are those of matrices.

const ROOT: f64 = NativeMath.SQRT2;

/**
 * out = factor (A + Aᵀ) as a vector.
 * Shapes: A d×d with row stride lda, out of d(d + 1)/2.
 * Cost: d² reads, half of them by columns.
 */
export function packSymmetric(d: i32, A: usize, lda: i32, factor: f64, out: usize): void {
  const off = factor * ROOT;
  const row = (<usize>lda) << 3;
  for (let i = 0; i < d; i++) {
    let right = A + <usize>i * row + ((<usize>i) << 3);
    let below = right;
    store<f64>(out, 2 * factor * load<f64>(right));
    out += 8;
    for (let j = i + 1; j < d; j++) {
      right += 8;
      below += row;
      store<f64>(out, off * (load<f64>(right) + load<f64>(below)));
      out += 8;
    }
  }
}

/** The matrix of a vector, plus `shift` on the diagonal. Shapes: x of d(d + 1)/2, A d×d with row stride lda. */
export function unpackSymmetric(d: i32, x: usize, shift: f64, A: usize, lda: i32): void {
  const row = (<usize>lda) << 3;
  const half: f64 = 1 / ROOT;
  for (let i = 0; i < d; i++) {
    let right = A + <usize>i * row + ((<usize>i) << 3);
    let below = right;
    store<f64>(right, load<f64>(x) + shift);
    x += 8;
    for (let j = i + 1; j < d; j++) {
      right += 8;
      below += row;
      const value = half * load<f64>(x);
      store<f64>(right, value);
      store<f64>(below, value);
      x += 8;
    }
  }
}
