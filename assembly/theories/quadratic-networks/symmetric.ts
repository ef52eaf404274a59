// Symmetric matrices as vectors of an orthonormal basis: the upper triangle row by row, off-diagonal entries times √2, so
// that inner products of vectors are those of matrices. And the residuals of quadratic measurements of rows.
import { madd } from '../../math/madd';

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

/**
 * r_i = (Σ_j P_ij Q_ij − trace)/scale − y_i, and P_i ← r_i Q_i: residuals of quadratic measurements, and the rows that their
 * gradient is made of; out = [Σ r², Σ r]. With Q = P the measurements are those of a factor.
 * Shapes: P, Q n×m with row strides ldp, ldq; y, r of n; out of 2.
 */
export function quadraticResiduals(
  n: i32,
  m: i32,
  P: usize,
  ldp: i32,
  Q: usize,
  ldq: i32,
  y: usize,
  trace: f64,
  scale: f64,
  r: usize,
  out: usize,
): void {
  let squares: f64 = 0;
  let total: f64 = 0;
  const pairs = m >> 1;
  for (let i = 0; i < n; i++) {
    const p = P + ((<usize>i * <usize>ldp) << 3);
    const q = Q + ((<usize>i * <usize>ldq) << 3);
    const end = (<usize>pairs) << 4;
    let lanes = f64x2.splat(0);
    for (let at: usize = 0; at < end; at += 16) lanes = madd(v128.load(p + at), v128.load(q + at), lanes);
    let sum = f64x2.extract_lane(lanes, 0) + f64x2.extract_lane(lanes, 1);
    if (m & 1) sum += load<f64>(p + end) * load<f64>(q + end);
    const offset = (<usize>i) << 3;
    const residual = (sum - trace) / scale - load<f64>(y + offset);
    store<f64>(r + offset, residual);
    squares += residual * residual;
    total += residual;
    const factor = f64x2.splat(residual);
    for (let at: usize = 0; at < end; at += 16) v128.store(p + at, f64x2.mul(factor, v128.load(q + at)));
    if (m & 1) store<f64>(p + end, residual * load<f64>(q + end));
  }
  store<f64>(out, squares);
  store<f64>(out, total, 8);
}
