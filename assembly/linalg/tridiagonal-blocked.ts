// Householder reduction of a large symmetric matrix to tridiagonal form, panel by panel: half of the work is one
// product with what is left of the matrix for each reflection, the other half are matrix products. Only the lower
// triangle is read and written. Knows nothing of eigenvalues.
import { madd } from '../math/madd';
import { gemm } from './gemm';
import { skinny } from './skinny';
import { skinnyTransposed } from './skinny-transposed';
import { mirrorLower, reflection, tridiagonalise } from './tridiagonal';
import { axpy, dot, lanesSum, scale } from './vector';

/** Reflections of a panel. */
const PANEL: i32 = 32;
/** Order from which on the unblocked reduction does the rest. */
const REST: i32 = 128;
/** Rows of the matrix that one product updates. */
const STRIP: i32 = 96;

/** Doubles of scratch beside what `gemm` needs. */
export function tridiagonalScratch(n: i32): i32 {
  return 4 * PANEL * n + 2 * PANEL;
}

/**
 * Four rows of y = A x for symmetric A of which the lower triangle is stored, up to column i: their products with x
 * into y[i … i + 3], and their part of the products of the rows above added to y. `row` points at row i.
 */
function fourRows(row: usize, ld: usize, i: i32, x: usize, y: usize): void {
  let r1 = row + ld;
  let r2 = r1 + ld;
  let r3 = r2 + ld;
  const mine = x + ((<usize>i) << 3);
  const x0 = v128.load64_splat(mine);
  const x1 = v128.load64_splat(mine, 8);
  const x2 = v128.load64_splat(mine, 16);
  const x3 = v128.load64_splat(mine, 24);
  let s0 = f64x2.splat(0);
  let s1 = f64x2.splat(0);
  let s2 = f64x2.splat(0);
  let s3 = f64x2.splat(0);
  while (x < mine) {
    const xk = v128.load(x);
    let a = v128.load(row);
    let sum = madd(a, x0, v128.load(y));
    s0 = madd(a, xk, s0);
    a = v128.load(r1);
    sum = madd(a, x1, sum);
    s1 = madd(a, xk, s1);
    a = v128.load(r2);
    sum = madd(a, x2, sum);
    s2 = madd(a, xk, s2);
    a = v128.load(r3);
    sum = madd(a, x3, sum);
    s3 = madd(a, xk, s3);
    v128.store(y, sum);
    row += 16;
    r1 += 16;
    r2 += 16;
    r3 += 16;
    x += 16;
    y += 16;
  }
  // The corner on the diagonal: entries (r, c) with c ≤ r < 4.
  const a10 = load<f64>(r1);
  const a20 = load<f64>(r2);
  const a21 = load<f64>(r2, 8);
  const a30 = load<f64>(r3);
  const a31 = load<f64>(r3, 8);
  const a32 = load<f64>(r3, 16);
  const b0 = load<f64>(x);
  const b1 = load<f64>(x, 8);
  const b2 = load<f64>(x, 16);
  const b3 = load<f64>(x, 24);
  store<f64>(y, lanesSum(s0) + (load<f64>(row) * b0 + a10 * b1 + (a20 * b2 + a30 * b3)));
  store<f64>(y, lanesSum(s1) + (a10 * b0 + load<f64>(r1, 8) * b1 + (a21 * b2 + a31 * b3)), 8);
  store<f64>(y, lanesSum(s2) + (a20 * b0 + a21 * b1 + (load<f64>(r2, 16) * b2 + a32 * b3)), 16);
  store<f64>(y, lanesSum(s3) + (a30 * b0 + a31 * b1 + (a32 * b2 + load<f64>(r3, 24) * b3)), 24);
}

/** y = A x from the lower triangle of A. Shapes: A n×n with row stride ld in bytes; x and y of n doubles. */
function symmetricProduct(A: usize, n: i32, ld: usize, x: usize, y: usize): void {
  let i: i32 = 0;
  let row = A;
  for (; i + 4 <= n; i += 4) {
    fourRows(row, ld, i, x, y);
    row += ld << 2;
  }
  for (; i < n; i++) {
    const at = (<usize>i) << 3;
    const own = load<f64>(x + at);
    store<f64>(y + at, dot(row, x, i) + load<f64>(row + at) * own);
    axpy(own, row, y, i);
    row += ld;
  }
}

/** out[k] ← −x[k·step], step in bytes. */
function gatherNegated(x: usize, step: usize, count: i32, out: usize): void {
  for (let k: i32 = 0; k < count; k++) {
    store<f64>(out, -load<f64>(x));
    x += step;
    out += 8;
  }
}

/** row of `n` doubles ← row + Σ_r factors[r] X[r,·], X with row stride ldx in bytes. */
function addRows(X: usize, ldx: usize, rows: i32, factors: usize, row: usize, n: i32): void {
  skinnyTransposed(X, rows, n, <i32>(ldx >> 3), factors, rows, 1, row, n);
}

/**
 * A = Q T Qᵀ with T tridiagonal. The reflections stay in the rows of A's lower triangle and in tau, as
 * `tridiagonalise` leaves them.
 * Shapes: A n×n symmetric of which the lower triangle is read, row stride ld in bytes; diagonal, off and tau of n
 * doubles, off[i] between i and i + 1, off[n − 1] = 0; scratch of `tridiagonalScratch(n)` doubles and gemmWork of
 * `gemmScratchFor(n, n, n)`.
 * Range: entries at most about 4 in size.
 * Cost: 4/3 n³ flops, half of them in `gemm`.
 * Source: J. J. Dongarra, D. C. Sorensen and S. J. Hammarling, Block reduction of matrices to condensed forms for
 * eigenvalue computations, J. Comput. Appl. Math. 27 (1989) 215.
 */
export function tridiagonaliseBlocked(
  A: usize,
  n: i32,
  ld: usize,
  diagonal: usize,
  off: usize,
  tau: usize,
  scratch: usize,
  gemmWork: usize,
): void {
  // P holds the rows v and then the rows w of a panel, N the rows −w and then −v: A ← A + Pᵀ N.
  const width = (<usize>n) << 3;
  const half = <usize>PANEL * width;
  const P = scratch;
  const W = P + half;
  const N = W + half;
  const factors = N + half + half;
  const others = factors + ((<usize>PANEL) << 3);
  store<f64>(off + width - 8, 0);
  let m = n;
  while (m > REST) {
    const first = m - PANEL;
    for (let i = m - 1; i >= first; i--) {
      const at = (<usize>i) << 3;
      const row = A + <usize>i * ld;
      const before = m - 1 - i;
      // The finished reflections of the panel: rows i + 1 … m − 1 of A, and their partners in W.
      const V = row + ld;
      const partners = W + <usize>(i + 1 - first) * width;
      if (before > 0) {
        gatherNegated(V + at, ld, before, factors);
        gatherNegated(partners + at, width, before, others);
        addRows(partners, width, before, factors, row, i + 1);
        addRows(V, ld, before, others, row, i + 1);
      }
      store<f64>(diagonal + at, load<f64>(row + at));
      store<f64>(off + at - 8, reflection(row, i, tau + at));
      const t = load<f64>(tau + at);
      const w = W + <usize>(i - first) * width;
      symmetricProduct(A, i, ld, row, w);
      if (before > 0) {
        skinny(partners, before, i, n, row, i, 1, factors, before);
        skinny(V, before, i, <i32>(ld >> 3), row, i, 1, others, before);
        gatherNegated(factors, 8, before, factors);
        gatherNegated(others, 8, before, others);
        addRows(V, ld, before, factors, w, i);
        addRows(partners, width, before, others, w, i);
      }
      // w = p − (τ pᵀv/2) v with p = τ A v
      scale(t, w, i);
      axpy(-0.5 * t * dot(w, row, i), row, w, i);
    }
    for (let r: i32 = 0; r < PANEL; r++) {
      const shift = <usize>r * width;
      const v = A + <usize>(first + r) * ld;
      const length = (<usize>first) << 3;
      memory.copy(P + shift, v, length);
      for (let k: usize = 0; k < length; k += 8) {
        store<f64>(N + shift + k, -load<f64>(W + shift + k));
        store<f64>(N + half + shift + k, -load<f64>(v + k));
      }
    }
    for (let i: i32 = 0; i < first; i += STRIP) {
      const rows = min(STRIP, first - i);
      const C = A + <usize>i * ld;
      gemm(1, 0, rows, i + rows, 2 * PANEL, P + ((<usize>i) << 3), n, N, n, C, <i32>(ld >> 3), 1, gemmWork);
    }
    m = first;
  }
  const coupling = load<f64>(off + ((<usize>(m - 1)) << 3));
  mirrorLower(A, m, ld);
  tridiagonalise(A, m, ld, diagonal, off, tau, P, W, N);
  store<f64>(off + ((<usize>(m - 1)) << 3), coupling);
}
