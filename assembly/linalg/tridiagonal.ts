// Householder reduction of a symmetric matrix to tridiagonal form, and the orthogonal matrix that did it.
// Both triangles are stored, so that every inner loop runs along a row. Knows nothing of eigenvalues.
import { madd } from '../math/madd';
import { skinny } from './skinny';
import { axpy, dot, lanesSum, scale, sumSquares } from './vector';

/** 2^−k of the binary exponent k of x > 0: a factor that brings x into [1, 2) without rounding (or near it). */
export function scaleToOne(x: f64): f64 {
  const exponent = (reinterpret<i64>(x) >> 52) & 0x7ff;
  return reinterpret<f64>(max(2046 - exponent, 1) << 52);
}

/** max_k |x[k]|; NaN when any entry is NaN. */
export function maxAbs(x: usize, n: i32): f64 {
  let largest = f64x2.splat(0);
  let wrong = f64x2.splat(0);
  const end = x + ((<usize>(n >> 1)) << 4);
  while (x < end) {
    const sizes = f64x2.abs(v128.load(x));
    largest = f64x2.pmax(largest, sizes);
    wrong = v128.or(wrong, f64x2.ne(sizes, sizes));
    x += 16;
  }
  const both = max(f64x2.extract_lane(largest, 0), f64x2.extract_lane(largest, 1));
  if (v128.any_true(wrong)) return NaN;
  return n & 1 ? max(both, abs(load<f64>(x))) : both;
}

/** Copies the strict lower triangle of A onto the upper one. */
export function mirrorLower(A: usize, n: i32, ld: usize): void {
  for (let i: i32 = 1; i < n; i++) {
    let row = A + <usize>i * ld;
    let column = A + ((<usize>i) << 3);
    for (let j: i32 = 0; j < i; j++) {
      store<f64>(column, load<f64>(row));
      row += 8;
      column += ld;
    }
  }
}

/**
 * Two rows of A − v wᵀ − w vᵀ in place, and of their product with u in the same pass: p[0], p[1].
 * `v` and `w` point at whole vectors, `vr` and `wr` at the entries that belong to the first of the two rows.
 */
function updateTwoRows(
  row: usize,
  next: usize,
  n: i32,
  v: usize,
  w: usize,
  vr: usize,
  wr: usize,
  u: usize,
  p: usize,
): void {
  const v0 = f64x2.neg(v128.load64_splat(vr));
  const v1 = f64x2.neg(v128.load64_splat(vr, 8));
  const w0 = f64x2.neg(v128.load64_splat(wr));
  const w1 = f64x2.neg(v128.load64_splat(wr, 8));
  let sum0 = f64x2.splat(0);
  let sum1 = f64x2.splat(0);
  const end = row + ((<usize>(n >> 1)) << 4);
  while (row < end) {
    const vk = v128.load(v);
    const wk = v128.load(w);
    const uk = v128.load(u);
    const a0 = madd(w0, vk, madd(v0, wk, v128.load(row)));
    const a1 = madd(w1, vk, madd(v1, wk, v128.load(next)));
    v128.store(row, a0);
    v128.store(next, a1);
    sum0 = madd(a0, uk, sum0);
    sum1 = madd(a1, uk, sum1);
    row += 16;
    next += 16;
    v += 16;
    w += 16;
    u += 16;
  }
  let p0 = lanesSum(sum0);
  let p1 = lanesSum(sum1);
  if (n & 1) {
    const vk = load<f64>(v);
    const wk = load<f64>(w);
    const uk = load<f64>(u);
    const a0 = load<f64>(row) - load<f64>(vr) * wk - load<f64>(wr) * vk;
    const a1 = load<f64>(next) - load<f64>(vr, 8) * wk - load<f64>(wr, 8) * vk;
    store<f64>(row, a0);
    store<f64>(next, a1);
    p0 += a0 * uk;
    p1 += a1 * uk;
  }
  store<f64>(p, p0);
  store<f64>(p, p1, 8);
}

/** One row of A − v wᵀ − w vᵀ in place. `vr` and `wr` are the row's entries of v and w. */
function updateRow(row: usize, n: i32, v: usize, w: usize, vr: f64, wr: f64): void {
  axpy(-vr, w, row, n);
  axpy(-wr, v, row, n);
}

/**
 * The reflection I − τ v vᵀ that takes the vector x of n doubles to (0, …, 0, e): v replaces x, τ is stored, and
 * e is returned. x is scaled by a power of two first, so that no square leaves the range.
 */
export function reflection(x: usize, n: i32, tau: usize): f64 {
  const last = x + ((<usize>(n - 1)) << 3);
  const size = maxAbs(x, n - 1);
  // Entries this far below a matrix of size 1 are nothing in any norm, and could not be scaled up.
  if (size < 1e-290) {
    const e = load<f64>(last);
    memory.fill(x, 0, (<usize>n) << 3);
    store<f64>(tau, 0);
    return e;
  }
  const factor = scaleToOne(max(size, abs(load<f64>(last))));
  scale(factor, x, n);
  const x1 = load<f64>(last);
  const norm2 = sumSquares(x, n);
  const norm = sqrt<f64>(norm2);
  const e = x1 > 0 ? -norm : norm;
  store<f64>(last, x1 - e);
  store<f64>(tau, 1 / (norm2 - x1 * e));
  return e / factor;
}

/**
 * A = Q T Qᵀ with T tridiagonal. The reflections stay in the rows of A and in tau for `accumulate`.
 * Shapes: A n×n symmetric, both triangles, row stride ld in bytes; diagonal, tau, w, next and
 * spareRow of n doubles each; off of n doubles, off[i] between i and i + 1, off[n − 1] = 0.
 * Range: entries at most about 4 in size.
 * Cost: 2 n³ flops in one pass over A per step: the update that is pending and the next product together.
 */
export function tridiagonalise(
  A: usize,
  n: i32,
  ld: usize,
  diagonal: usize,
  off: usize,
  tau: usize,
  w: usize,
  next: usize,
  spareRow: usize,
): void {
  memory.fill(spareRow, 0, (<usize>n) << 3);
  store<f64>(off + ((<usize>(n - 1)) << 3), 0);
  let v: usize = 0;
  for (let i: i32 = n - 1; i >= 0; i--) {
    const at = (<usize>i) << 3;
    const row = A + <usize>i * ld;
    if (v !== 0) updateRow(row, i + 1, v, w, load<f64>(v + at), load<f64>(w + at));
    store<f64>(diagonal + at, load<f64>(row + at));
    if (i === 0) break;
    store<f64>(off + at - 8, reflection(row, i, tau + at));
    if (v === 0) {
      skinny(A, i, i, <i32>(ld >> 3), row, 0, 1, next, 0);
    } else {
      let r: i32 = 0;
      let here = A;
      for (; r + 2 <= i; r += 2) {
        const entry = (<usize>r) << 3;
        updateTwoRows(here, here + ld, i, v, w, v + entry, w + entry, row, next + entry);
        here += ld << 1;
      }
      if (r < i) {
        // The odd row goes with a spare one.
        const entry = (<usize>r) << 3;
        updateTwoRows(here, spareRow, i, v, w, v + entry, w + entry, row, next + entry);
      }
    }
    // w = p − (τ pᵀv/2) v with p = τ A v
    const t = load<f64>(tau + at);
    scale(t, next, i);
    axpy(-0.5 * t * dot(next, row, i), row, next, i);
    const spare = w;
    w = next;
    next = spare;
    v = row;
  }
}

/**
 * Replaces A, as `tridiagonalise` left it, by Qᵀ.
 * Shapes: A n×n with row stride ld in bytes; tau of n doubles; p of n doubles of scratch.
 * Cost: 4/3 n³ flops.
 */
export function accumulate(A: usize, n: i32, ld: usize, tau: usize, p: usize): void {
  store<f64>(A, 1);
  for (let i: i32 = 1; i < n; i++) {
    const at = (<usize>i) << 3;
    const v = A + <usize>i * ld;
    const t = load<f64>(tau + at);
    if (t !== 0) {
      skinny(A, i, i, <i32>(ld >> 3), v, 0, 1, p, 0);
      let row = A;
      for (let r: i32 = 0; r < i; r++) {
        axpy(-t * load<f64>(p + ((<usize>r) << 3)), v, row, i);
        row += ld;
      }
    }
    memory.fill(v, 0, at);
    store<f64>(v + at, 1);
    let above = A + at;
    for (let r: i32 = 0; r < i; r++) {
      store<f64>(above, 0);
      above += ld;
    }
  }
}
