// Eigenvalues and eigenvectors of symmetric matrices: Householder reduction, then QL with implicit shifts, or divide
// and conquer for the vectors of larger matrices. Values alone come by QL without square roots, and need not be the
// bits of values with vectors. Eigenvectors are rows.
import { Status } from '../abi';
import { divideAndConquer, divideScratch } from './divide';
import { gemmScratchFor } from './gemm';
import { qlIterate, qlScratch } from './ql';
import { applyReflections, reflectorScratch } from './reflectors';
import { qlValues } from './root-free-ql';
import { accumulate, maxAbs, mirrorLower, scaleToOne, tridiagonalise } from './tridiagonal';
import { tridiagonaliseBlocked, tridiagonalScratch } from './tridiagonal-blocked';
import { scale } from './vector';

/** Order from which on the work goes into matrix products; measured, and fixed because the bits depend on it. */
const LARGE: i32 = 80;

/** Doubles of scratch for a matrix of order n. */
export function symmetricEigenScratch(n: i32): i32 {
  if (n < LARGE) return 4 * n + qlScratch(n);
  const work = max(divideScratch(n), max(tridiagonalScratch(n), reflectorScratch(n)));
  return 3 * n + n * n + work + gemmScratchFor(n, n, n);
}

/** Sorts the values ascending. */
function sortValues(values: usize, n: i32): void {
  const end = values + ((<usize>n) << 3);
  for (let at = values + 8; at < end; at += 8) {
    const value = load<f64>(at);
    let free = at;
    for (; free > values && load<f64>(free - 8) > value; free -= 8) store<f64>(free, load<f64>(free - 8));
    store<f64>(free, value);
  }
}

/** Sorts the values ascending, and the rows of V with them. */
function sortAscending(values: usize, n: i32, V: usize, ld: usize): void {
  for (let i: i32 = 0; i < n - 1; i++) {
    const at = values + ((<usize>i) << 3);
    let least = i;
    let value = load<f64>(at);
    for (let j: i32 = i + 1; j < n; j++) {
      const other = load<f64>(values + ((<usize>j) << 3));
      if (other < value) {
        least = j;
        value = other;
      }
    }
    if (least === i) continue;
    store<f64>(values + ((<usize>least) << 3), load<f64>(at));
    store<f64>(at, value);
    let a = V + <usize>i * ld;
    let b = V + <usize>least * ld;
    for (let k: i32 = 0; k < n; k++) {
      const t = load<f64>(a);
      store<f64>(a, load<f64>(b));
      store<f64>(b, t);
      a += 8;
      b += 8;
    }
  }
}

/** Turns each row so that its entry of largest size, the first of such, is positive. */
function orient(V: usize, n: i32, ld: usize): void {
  for (let i: i32 = 0; i < n; i++) {
    const row = V + <usize>i * ld;
    let largest: f64 = 0;
    let entry: f64 = 0;
    for (let k: i32 = 0; k < n; k++) {
      const value = load<f64>(row + ((<usize>k) << 3));
      if (abs(value) > largest) {
        largest = abs(value);
        entry = value;
      }
    }
    if (entry < 0) scale(-1, row, n);
  }
}

/** Copies the rows of Z in the given order into A, and sorts the values. */
function gather(Z: usize, n: i32, order: usize, values: usize, A: usize, ld: usize, spare: usize): void {
  const width = (<usize>n) << 3;
  for (let i: i32 = 0; i < n; i++) {
    const row = load<i32>(order + ((<usize>i) << 2));
    memory.copy(A + <usize>i * ld, Z + <usize>row * width, width);
    store<f64>(spare + ((<usize>i) << 3), load<f64>(values + ((<usize>row) << 3)));
  }
  memory.copy(values, spare, width);
}

/** `symmetricEigen` of a scaled matrix below order LARGE. */
function solveSmall(A: usize, n: i32, ld: usize, values: usize, wantVectors: i32, scratch: usize): i32 {
  const vector = (<usize>n) << 3;
  const off = scratch;
  const tau = off + vector;
  const w = tau + vector;
  const next = w + vector;
  const rest = next + vector;
  mirrorLower(A, n, ld);
  tridiagonalise(A, n, ld, values, off, tau, w, next, rest);
  if (wantVectors) accumulate(A, n, ld, tau, w);
  const status = wantVectors ? qlIterate(values, off, n, A, ld, rest) : qlValues(values, off, n);
  if (status !== Status.Ok) return status;
  if (wantVectors) sortAscending(values, n, A, ld);
  else sortValues(values, n);
  return Status.Ok;
}

/** `symmetricEigen` of a scaled matrix from order LARGE on. */
function solveLarge(A: usize, n: i32, ld: usize, values: usize, wantVectors: i32, scratch: usize): i32 {
  const vector = (<usize>n) << 3;
  const off = scratch;
  const tau = off + vector;
  const order = tau + vector;
  const gemmWork = order + vector;
  const Z = gemmWork + ((<usize>gemmScratchFor(n, n, n)) << 3);
  const rest = Z + <usize>n * vector;
  tridiagonaliseBlocked(A, n, ld, values, off, tau, rest, gemmWork);
  if (!wantVectors) {
    const status = qlValues(values, off, n);
    if (status === Status.Ok) sortValues(values, n);
    return status;
  }
  const status = divideAndConquer(values, off, n, Z, order, rest, gemmWork);
  if (status !== Status.Ok) return status;
  applyReflections(A, n, ld, tau, Z, rest, gemmWork);
  gather(Z, n, order, values, A, ld, off);
  return Status.Ok;
}

/**
 * A = Σ_j values[j] v_j v_jᵀ: ascending eigenvalues and, when `wantVectors` is not 0, orthonormal eigenvectors,
 * row j of A for values[j], each with its largest entry positive. Without vectors A is destroyed.
 * Shapes: A n×n symmetric with row stride ld, in elements, of which the lower triangle is read; values of n
 * doubles; scratch of `symmetricEigenScratch(n)`.
 * Range: finite entries of any scale. Returns Ok, BadArgument for an entry that is not finite, or NotConverged.
 * Error: |A v − λ v| ≤ 7 ε‖A‖ and |v·u − δ| ≤ 19 ε up to n = 60, 25 and 40 up to n = 161 (5 and 18 for random
 * entries); values within 17 ε‖A‖ of Jacobi's method, values alone within 20.
 * Cost: 2 n³ flops for the values and about 9 n³ with vectors below order LARGE; 4/3 n³ and at most 5 n³ from there
 * on, mostly in `gemm`.
 * Source: Wilkinson and Reinsch, Handbook for Automatic Computation II (1971), contributions II/2 and II/4; the
 * rotations wait and are applied in strips as in Van Zee, van de Geijn and Quintana-Ortí (2014). Large orders: see
 * `tridiagonaliseBlocked`, `divideAndConquer` and `applyReflections`.
 */
export function symmetricEigen(
  A: usize,
  n: i32,
  ld: i32,
  values: usize,
  wantVectors: i32,
  scratch: usize,
): i32 {
  assert(n >= 0 && ld >= n);
  if (n === 0) return Status.Ok;
  const stride = (<usize>ld) << 3;
  let largest: f64 = 0;
  for (let i: i32 = 0; i < n; i++) largest = max(largest, maxAbs(A + <usize>i * stride, i + 1));
  if (!(largest < Infinity)) return Status.BadArgument;
  // A matrix of zeros is scaled by nothing and falls through.
  const factor = largest > 0 ? scaleToOne(largest) : 1;
  for (let i: i32 = 0; i < n; i++) scale(factor, A + <usize>i * stride, i + 1);

  const status =
    n < LARGE
      ? solveSmall(A, n, stride, values, wantVectors, scratch)
      : solveLarge(A, n, stride, values, wantVectors, scratch);
  if (status !== Status.Ok) return status;
  if (wantVectors) orient(A, n, stride);
  for (let i: i32 = 0; i < n; i++) {
    const at = values + ((<usize>i) << 3);
    store<f64>(at, load<f64>(at) / factor);
  }
  return Status.Ok;
}
