// Cholesky factors of positive semi-definite matrices, row by row, and triangular solves. A pivot that is lost
// in rounding is skipped, so singular Gram matrices (twins, more rows than dimensions) have a factor too.
// Knows nothing of where the matrix comes from.
import { axpy, dot, sumSquares } from './vector';

/**
 * Row `i` of the factor from the rows above: row[j] ← (row[j] − Σ_{k<j} row[k] L[j,k])/L[j,j] for j < i, and the
 * pivot last. Returns 1 when the pivot stands, 0 when it is skipped.
 */
function factorRow(L: usize, ld: usize, i: i32, row: usize, tolerance: f64): i32 {
  let above = L;
  let entry = row;
  for (let j: i32 = 0; j < i; j++) {
    const pivot = load<f64>(above + ((<usize>j) << 3));
    store<f64>(entry, pivot === 0 ? 0 : (load<f64>(entry) - dot(row, above, j)) / pivot);
    above += ld;
    entry += 8;
  }
  const original = load<f64>(entry);
  const left = original - sumSquares(row, i);
  // Written so that NaN is skipped too.
  const stands = left > tolerance * original && left > 0;
  store<f64>(entry, stands ? Math.sqrt(left) : 0);
  return stands ? 1 : 0;
}

/**
 * A = L Lᵀ in place: the lower triangle of A is read, L takes its place and the upper triangle becomes 0.
 * A pivot at most `tolerance` times the diagonal entry it comes from gives a zero column.
 * Shapes: A n×n with row stride ld, in elements.
 * Range: A positive semi-definite, tolerance ≥ 0 (1e-12 for Gram matrices). Returns the rank found.
 * Error: ‖A − L Lᵀ‖ ≤ (n/2 + 3) ε ‖L‖² and, per skipped pivot, tolerance times its diagonal entry.
 * Cost: n³/3 flops.
 */
export function cholesky(A: usize, n: i32, ld: i32, tolerance: f64): i32 {
  assert(n >= 0 && ld >= n);
  const stride = (<usize>ld) << 3;
  let rank: i32 = 0;
  let row = A;
  for (let i: i32 = 0; i < n; i++) {
    rank += factorRow(A, stride, i, row, tolerance);
    memory.fill(row + ((<usize>(i + 1)) << 3), 0, (<usize>(n - 1 - i)) << 3);
    row += stride;
  }
  return rank;
}

/**
 * Extends a factor of n rows by one, with the bits that `cholesky` would give. Returns 1 when the new pivot
 * stands, 0 when it is skipped.
 * Shapes: L of n rows with room for n + 1, row stride ld ≥ n + 1; `row` of n + 1 doubles, the new Gram row with
 * its diagonal last, read only; it may be row n of L itself. Column n of the rows above becomes 0.
 * Cost: n² flops.
 */
export function choleskyAppendRow(L: usize, ld: i32, n: i32, row: usize, tolerance: f64): i32 {
  assert(n >= 0 && ld > n);
  const stride = (<usize>ld) << 3;
  const target = L + <usize>n * stride;
  if (row !== target) memory.copy(target, row, (<usize>(n + 1)) << 3);
  let corner = L + ((<usize>n) << 3);
  for (let i: i32 = 0; i < n; i++) {
    store<f64>(corner, 0);
    corner += stride;
  }
  return factorRow(L, stride, n, target, tolerance);
}

/**
 * Solves L x = b in place of b. A zero pivot gives a zero component.
 * Shapes: L n×n lower with row stride ld, b of n doubles.
 * Cost: n² flops.
 */
export function solveLower(L: usize, n: i32, ld: i32, b: usize): void {
  assert(n >= 0 && ld >= n);
  const stride = (<usize>ld) << 3;
  let row = L;
  for (let i: i32 = 0; i < n; i++) {
    const at = (<usize>i) << 3;
    const pivot = load<f64>(row + at);
    store<f64>(b + at, pivot === 0 ? 0 : (load<f64>(b + at) - dot(row, b, i)) / pivot);
    row += stride;
  }
}

/**
 * Solves Lᵀ x = b in place of b. A zero pivot gives a zero component.
 * Shapes: L n×n lower with row stride ld, b of n doubles.
 * Cost: n² flops.
 */
export function solveLowerTransposed(L: usize, n: i32, ld: i32, b: usize): void {
  assert(n >= 0 && ld >= n);
  const stride = (<usize>ld) << 3;
  let row = L + <usize>n * stride;
  for (let i: i32 = n - 1; i >= 0; i--) {
    row -= stride;
    const at = (<usize>i) << 3;
    const pivot = load<f64>(row + at);
    const x = pivot === 0 ? 0 : load<f64>(b + at) / pivot;
    store<f64>(b + at, x);
    axpy(-x, row, b, i);
  }
}
