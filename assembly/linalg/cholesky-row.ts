// The Cholesky factor row by row: for rows that arrive one at a time, and for small matrices. Products have two lanes,
// even and odd k, as in `dot`. Knows nothing of where the rows come from.
import { madd } from '../math/madd';
import { dot, lanesSum, sumSquares } from './vector';

/** The pivot of a column of which `left` remains, or 0 when it is lost in rounding. NaN is lost too. */
export function pivotOf(left: f64, original: f64, tolerance: f64): f64 {
  return left > tolerance * original && left > 0 ? sqrt<f64>(left) : 0;
}

/** (entry − product)/pivot, or 0 in the column of a lost pivot. */
function divided(entry: f64, product: f64, pivot: f64): f64 {
  return pivot === 0 ? 0 : (entry - product) / pivot;
}

/** a and b side by side. */
function pairOf(a: f64, b: f64): v128 {
  return f64x2.replace_lane(f64x2.splat(a), 1, b);
}

/**
 * Columns j and j + 1 of one row: `row` and `above` point at column j, the lanes hold the products of k < j. Both are
 * stored at once: a processor that is to load them as a pair would wait for two stores to reach the cache.
 */
function finishPair(row: usize, first: v128, second: v128, above: usize, below: usize): void {
  const a = divided(load<f64>(row), lanesSum(first), load<f64>(above));
  const product = lanesSum(second) + a * load<f64>(below);
  v128.store(row, pairOf(a, divided(load<f64>(row, 8), product, load<f64>(below, 8))));
}

/** Columns j … j + 3 of one row (j even), in the order of `dot`. `row` points at its first entry, `w0` at row j. */
function factorQuad(row: usize, ld: usize, w0: usize, j: i32): void {
  let w1 = w0 + ld;
  let w2 = w1 + ld;
  let w3 = w2 + ld;
  let a0 = f64x2.splat(0);
  let a1 = f64x2.splat(0);
  let a2 = f64x2.splat(0);
  let a3 = f64x2.splat(0);
  const end = row + ((<usize>j) << 3);
  while (row < end) {
    const x = v128.load(row);
    a0 = madd(x, v128.load(w0), a0);
    a1 = madd(x, v128.load(w1), a1);
    a2 = madd(x, v128.load(w2), a2);
    a3 = madd(x, v128.load(w3), a3);
    row += 16;
    w0 += 16;
    w1 += 16;
    w2 += 16;
    w3 += 16;
  }
  finishPair(row, a0, a1, w0, w1);
  const x = v128.load(row);
  a2 = madd(x, v128.load(w2), a2);
  a3 = madd(x, v128.load(w3), a3);
  finishPair(row + 16, a2, a3, w2 + 16, w3 + 16);
}

/**
 * Row `i` of the factor from the rows above: row[j] ← (row[j] − Σ_{k<j} row[k] L[j,k])/L[j,j] for j < i, and the
 * pivot last. Returns 1 when the pivot stands, 0 when it is skipped.
 */
export function factorRow(L: usize, ld: usize, i: i32, row: usize, tolerance: f64): i32 {
  let above = L;
  let j: i32 = 0;
  for (; j + 4 <= i; j += 4) {
    factorQuad(row, ld, above, j);
    above += ld << 2;
  }
  let entry = row + ((<usize>j) << 3);
  for (; j < i; j++) {
    const pivot = load<f64>(above + ((<usize>j) << 3));
    store<f64>(entry, divided(load<f64>(entry), dot(row, above, j), pivot));
    above += ld;
    entry += 8;
  }
  const original = load<f64>(entry);
  const pivot = pivotOf(original - sumSquares(row, i), original, tolerance);
  store<f64>(entry, pivot);
  return pivot > 0 ? 1 : 0;
}

/**
 * Extends a factor of n rows by one, with the bits that `cholesky` would give below order 16, beyond
 * it to rounding. Returns 1 when the new pivot
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
