// Triangular solves with a Cholesky factor, whose pivots may be zero. Knows nothing of how the factor came about.
import { madd } from '../math/madd';
import { axpy, dot, lanesSum } from './vector';

/** (x[i] − product)/L[i,i], or 0 where the pivot is lost, stored as x[i]; `row` and `x` point at entry i. */
function solved(row: usize, x: usize, product: f64): void {
  const pivot = load<f64>(row);
  store<f64>(x, pivot === 0 ? 0 : (load<f64>(x) - product) / pivot);
}

/** Four rows of `solveLower` from row i on (i even), each product in the order of `dot`. */
function solveFourRows(r0: usize, ld: usize, i: i32, b: usize): void {
  let r1 = r0 + ld;
  let r2 = r1 + ld;
  let r3 = r2 + ld;
  let a0 = f64x2.splat(0);
  let a1 = f64x2.splat(0);
  let a2 = f64x2.splat(0);
  let a3 = f64x2.splat(0);
  const end = b + ((<usize>i) << 3);
  while (b < end) {
    const x = v128.load(b);
    a0 = madd(v128.load(r0), x, a0);
    a1 = madd(v128.load(r1), x, a1);
    a2 = madd(v128.load(r2), x, a2);
    a3 = madd(v128.load(r3), x, a3);
    r0 += 16;
    r1 += 16;
    r2 += 16;
    r3 += 16;
    b += 16;
  }
  solved(r0, b, lanesSum(a0));
  solved(r1 + 8, b + 8, lanesSum(a1) + load<f64>(r1) * load<f64>(b));
  const x = v128.load(b);
  a2 = madd(v128.load(r2), x, a2);
  a3 = madd(v128.load(r3), x, a3);
  solved(r2 + 16, b + 16, lanesSum(a2));
  solved(r3 + 24, b + 24, lanesSum(a3) + load<f64>(r3, 16) * load<f64>(b, 16));
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
  let i: i32 = 0;
  for (; i + 4 <= n; i += 4) {
    solveFourRows(row, stride, i, b);
    row += stride << 2;
  }
  for (; i < n; i++) {
    const at = (<usize>i) << 3;
    solved(row + at, b + at, dot(row, b, i));
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
