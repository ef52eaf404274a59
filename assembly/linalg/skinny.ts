// The forward half of the tall-skinny products, X of many rows times a few weight vectors: both operands are
// read along their rows, so nothing is packed or transposed. Every output has the order of `dot`, whatever the
// tile. Knows nothing of activations, losses or layers.
import { madd } from '../math/madd';
import { dot, lanesSum } from './vector';

/**
 * Rows of X in a tile with two rows of W. Five are the faster ones from V8 13 on: by 3 % in the exact build, more
 * where multiply-adds are fused. But separate multiplications and additions make V8 11 (Node 20) spill, and lose 30 %.
 */
const HEIGHT: i32 = ASC_FEATURE_RELAXED_SIMD ? 5 : 4;

/** Rows of X in a tile with one row of W alone: of two to eight the fastest in both builds, in cache and beyond. */
const SINGLE: i32 = 6;

/**
 * Rows of X in a tile with four rows of W, for four short rows of W, of which half of the first-level cache holds all,
 * and a matrix larger than the second-level cache: one pass instead of two. Blocks of rows prefer HEIGHT streams.
 */
const PAIR: i32 = 2;
const SHORT: i32 = 512;
const LARGE: i32 = 65536;

/** The lanes added, and the odd last term. */
function finish(lanes: v128, odd: i32, x: usize, w: usize): f64 {
  let total = lanesSum(lanes);
  if (odd) total += load<f64>(x) * load<f64>(w);
  return total;
}

/** 4 rows of X by 2 rows of W. Strides in bytes. */
function tile4x2(
  x0: usize,
  ldx: usize,
  w0: usize,
  ldw: usize,
  n: i32,
  h: usize,
  step: usize,
  ldh: usize,
): void {
  let x1 = x0 + ldx;
  let x2 = x1 + ldx;
  let x3 = x2 + ldx;
  let w1 = w0 + ldw;
  let a00 = f64x2.splat(0);
  let a10 = f64x2.splat(0);
  let a20 = f64x2.splat(0);
  let a30 = f64x2.splat(0);
  let a01 = f64x2.splat(0);
  let a11 = f64x2.splat(0);
  let a21 = f64x2.splat(0);
  let a31 = f64x2.splat(0);
  const end = x0 + ((<usize>(n >> 1)) << 4);
  while (x0 < end) {
    const b0 = v128.load(w0);
    const b1 = v128.load(w1);
    let x = v128.load(x0);
    a00 = madd(x, b0, a00);
    a01 = madd(x, b1, a01);
    x = v128.load(x1);
    a10 = madd(x, b0, a10);
    a11 = madd(x, b1, a11);
    x = v128.load(x2);
    a20 = madd(x, b0, a20);
    a21 = madd(x, b1, a21);
    x = v128.load(x3);
    a30 = madd(x, b0, a30);
    a31 = madd(x, b1, a31);
    x0 += 16;
    x1 += 16;
    x2 += 16;
    x3 += 16;
    w0 += 16;
    w1 += 16;
  }
  const odd = n & 1;
  store<f64>(h, finish(a00, odd, x0, w0));
  store<f64>(h + ldh, finish(a01, odd, x0, w1));
  h += step;
  store<f64>(h, finish(a10, odd, x1, w0));
  store<f64>(h + ldh, finish(a11, odd, x1, w1));
  h += step;
  store<f64>(h, finish(a20, odd, x2, w0));
  store<f64>(h + ldh, finish(a21, odd, x2, w1));
  h += step;
  store<f64>(h, finish(a30, odd, x3, w0));
  store<f64>(h + ldh, finish(a31, odd, x3, w1));
}

/** 4 rows of X by 1 row of W. Strides in bytes. */
function tile4x1(x0: usize, ldx: usize, w0: usize, n: i32, h: usize, step: usize): void {
  let x1 = x0 + ldx;
  let x2 = x1 + ldx;
  let x3 = x2 + ldx;
  let a00 = f64x2.splat(0);
  let a10 = f64x2.splat(0);
  let a20 = f64x2.splat(0);
  let a30 = f64x2.splat(0);
  const end = x0 + ((<usize>(n >> 1)) << 4);
  while (x0 < end) {
    const w = v128.load(w0);
    a00 = madd(v128.load(x0), w, a00);
    a10 = madd(v128.load(x1), w, a10);
    a20 = madd(v128.load(x2), w, a20);
    a30 = madd(v128.load(x3), w, a30);
    x0 += 16;
    x1 += 16;
    x2 += 16;
    x3 += 16;
    w0 += 16;
  }
  const odd = n & 1;
  store<f64>(h, finish(a00, odd, x0, w0));
  h += step;
  store<f64>(h, finish(a10, odd, x1, w0));
  h += step;
  store<f64>(h, finish(a20, odd, x2, w0));
  h += step;
  store<f64>(h, finish(a30, odd, x3, w0));
}

/** 5 rows of X by 2 rows of W. Strides in bytes. */
function tile5x2(
  x0: usize,
  ldx: usize,
  w0: usize,
  ldw: usize,
  n: i32,
  h: usize,
  step: usize,
  ldh: usize,
): void {
  let x1 = x0 + ldx;
  let x2 = x1 + ldx;
  let x3 = x2 + ldx;
  let x4 = x3 + ldx;
  let w1 = w0 + ldw;
  let a00 = f64x2.splat(0);
  let a10 = f64x2.splat(0);
  let a20 = f64x2.splat(0);
  let a30 = f64x2.splat(0);
  let a40 = f64x2.splat(0);
  let a01 = f64x2.splat(0);
  let a11 = f64x2.splat(0);
  let a21 = f64x2.splat(0);
  let a31 = f64x2.splat(0);
  let a41 = f64x2.splat(0);
  const end = x0 + ((<usize>(n >> 1)) << 4);
  while (x0 < end) {
    const b0 = v128.load(w0);
    const b1 = v128.load(w1);
    let x = v128.load(x0);
    a00 = madd(x, b0, a00);
    a01 = madd(x, b1, a01);
    x = v128.load(x1);
    a10 = madd(x, b0, a10);
    a11 = madd(x, b1, a11);
    x = v128.load(x2);
    a20 = madd(x, b0, a20);
    a21 = madd(x, b1, a21);
    x = v128.load(x3);
    a30 = madd(x, b0, a30);
    a31 = madd(x, b1, a31);
    x = v128.load(x4);
    a40 = madd(x, b0, a40);
    a41 = madd(x, b1, a41);
    x0 += 16;
    x1 += 16;
    x2 += 16;
    x3 += 16;
    x4 += 16;
    w0 += 16;
    w1 += 16;
  }
  const odd = n & 1;
  store<f64>(h, finish(a00, odd, x0, w0));
  store<f64>(h + ldh, finish(a01, odd, x0, w1));
  h += step;
  store<f64>(h, finish(a10, odd, x1, w0));
  store<f64>(h + ldh, finish(a11, odd, x1, w1));
  h += step;
  store<f64>(h, finish(a20, odd, x2, w0));
  store<f64>(h + ldh, finish(a21, odd, x2, w1));
  h += step;
  store<f64>(h, finish(a30, odd, x3, w0));
  store<f64>(h + ldh, finish(a31, odd, x3, w1));
  h += step;
  store<f64>(h, finish(a40, odd, x4, w0));
  store<f64>(h + ldh, finish(a41, odd, x4, w1));
}

/** 5 rows of X by 1 row of W. Strides in bytes. */
function tile5x1(x0: usize, ldx: usize, w0: usize, n: i32, h: usize, step: usize): void {
  let x1 = x0 + ldx;
  let x2 = x1 + ldx;
  let x3 = x2 + ldx;
  let x4 = x3 + ldx;
  let a00 = f64x2.splat(0);
  let a10 = f64x2.splat(0);
  let a20 = f64x2.splat(0);
  let a30 = f64x2.splat(0);
  let a40 = f64x2.splat(0);
  const end = x0 + ((<usize>(n >> 1)) << 4);
  while (x0 < end) {
    const b0 = v128.load(w0);
    a00 = madd(v128.load(x0), b0, a00);
    a10 = madd(v128.load(x1), b0, a10);
    a20 = madd(v128.load(x2), b0, a20);
    a30 = madd(v128.load(x3), b0, a30);
    a40 = madd(v128.load(x4), b0, a40);
    x0 += 16;
    x1 += 16;
    x2 += 16;
    x3 += 16;
    x4 += 16;
    w0 += 16;
  }
  const odd = n & 1;
  store<f64>(h, finish(a00, odd, x0, w0));
  h += step;
  store<f64>(h, finish(a10, odd, x1, w0));
  h += step;
  store<f64>(h, finish(a20, odd, x2, w0));
  h += step;
  store<f64>(h, finish(a30, odd, x3, w0));
  h += step;
  store<f64>(h, finish(a40, odd, x4, w0));
}

/** 6 rows of X by 1 row of W. Strides in bytes. */
function tile6x1(x0: usize, ldx: usize, w0: usize, n: i32, h: usize, step: usize): void {
  let x1 = x0 + ldx;
  let x2 = x1 + ldx;
  let x3 = x2 + ldx;
  let x4 = x3 + ldx;
  let x5 = x4 + ldx;
  let a00 = f64x2.splat(0);
  let a10 = f64x2.splat(0);
  let a20 = f64x2.splat(0);
  let a30 = f64x2.splat(0);
  let a40 = f64x2.splat(0);
  let a50 = f64x2.splat(0);
  const end = x0 + ((<usize>(n >> 1)) << 4);
  while (x0 < end) {
    const w = v128.load(w0);
    a00 = madd(v128.load(x0), w, a00);
    a10 = madd(v128.load(x1), w, a10);
    a20 = madd(v128.load(x2), w, a20);
    a30 = madd(v128.load(x3), w, a30);
    a40 = madd(v128.load(x4), w, a40);
    a50 = madd(v128.load(x5), w, a50);
    x0 += 16;
    x1 += 16;
    x2 += 16;
    x3 += 16;
    x4 += 16;
    x5 += 16;
    w0 += 16;
  }
  const odd = n & 1;
  store<f64>(h, finish(a00, odd, x0, w0));
  h += step;
  store<f64>(h, finish(a10, odd, x1, w0));
  h += step;
  store<f64>(h, finish(a20, odd, x2, w0));
  h += step;
  store<f64>(h, finish(a30, odd, x3, w0));
  h += step;
  store<f64>(h, finish(a40, odd, x4, w0));
  h += step;
  store<f64>(h, finish(a50, odd, x5, w0));
}

/** 1 row of X by 2 rows of W. Strides in bytes. */
function tile1x2(x0: usize, w0: usize, ldw: usize, n: i32, h: usize, ldh: usize): void {
  let w1 = w0 + ldw;
  let a00 = f64x2.splat(0);
  let a01 = f64x2.splat(0);
  const end = x0 + ((<usize>(n >> 1)) << 4);
  while (x0 < end) {
    const x = v128.load(x0);
    a00 = madd(x, v128.load(w0), a00);
    a01 = madd(x, v128.load(w1), a01);
    x0 += 16;
    w0 += 16;
    w1 += 16;
  }
  const odd = n & 1;
  store<f64>(h, finish(a00, odd, x0, w0));
  h += ldh;
  store<f64>(h, finish(a01, odd, x0, w1));
}

/** 2 rows of X by 4 rows of W. Strides in bytes. */
function tile2x4(
  x0: usize,
  ldx: usize,
  w0: usize,
  ldw: usize,
  n: i32,
  h: usize,
  step: usize,
  ldh: usize,
): void {
  let x1 = x0 + ldx;
  let w1 = w0 + ldw;
  let w2 = w1 + ldw;
  let w3 = w2 + ldw;
  let a00 = f64x2.splat(0);
  let a10 = f64x2.splat(0);
  let a01 = f64x2.splat(0);
  let a11 = f64x2.splat(0);
  let a02 = f64x2.splat(0);
  let a12 = f64x2.splat(0);
  let a03 = f64x2.splat(0);
  let a13 = f64x2.splat(0);
  const end = x0 + ((<usize>(n >> 1)) << 4);
  while (x0 < end) {
    const b0 = v128.load(x0);
    const b1 = v128.load(x1);
    let w = v128.load(w0);
    a00 = madd(b0, w, a00);
    a10 = madd(b1, w, a10);
    w = v128.load(w1);
    a01 = madd(b0, w, a01);
    a11 = madd(b1, w, a11);
    w = v128.load(w2);
    a02 = madd(b0, w, a02);
    a12 = madd(b1, w, a12);
    w = v128.load(w3);
    a03 = madd(b0, w, a03);
    a13 = madd(b1, w, a13);
    x0 += 16;
    x1 += 16;
    w0 += 16;
    w1 += 16;
    w2 += 16;
    w3 += 16;
  }
  const odd = n & 1;
  store<f64>(h, finish(a00, odd, x0, w0));
  store<f64>(h + step, finish(a10, odd, x1, w0));
  h += ldh;
  store<f64>(h, finish(a01, odd, x0, w1));
  store<f64>(h + step, finish(a11, odd, x1, w1));
  h += ldh;
  store<f64>(h, finish(a02, odd, x0, w2));
  store<f64>(h + step, finish(a12, odd, x1, w2));
  h += ldh;
  store<f64>(h, finish(a03, odd, x0, w3));
  store<f64>(h + step, finish(a13, odd, x1, w3));
}

/** HEIGHT rows of X by q rows of W. Strides in bytes. */
function rowsOf(
  x: usize,
  ldx: usize,
  w: usize,
  ldw: usize,
  q: i32,
  n: i32,
  h: usize,
  step: usize,
  ldh: usize,
): void {
  for (; q >= 2; q -= 2) {
    if (ASC_FEATURE_RELAXED_SIMD) tile5x2(x, ldx, w, ldw, n, h, step, ldh);
    else tile4x2(x, ldx, w, ldw, n, h, step, ldh);
    w += ldw << 1;
    h += ldh << 1;
  }
  if (q === 0) return;
  if (ASC_FEATURE_RELAXED_SIMD) tile5x1(x, ldx, w, n, h, step);
  else tile4x1(x, ldx, w, n, h, step);
}

/** One row of X by q rows of W. */
function rows1(x: usize, w: usize, ldw: usize, q: i32, n: i32, h: usize, ldh: usize): void {
  let j: i32 = 0;
  for (; j + 2 <= q; j += 2) {
    tile1x2(x, w, ldw, n, h, ldh);
    w += ldw << 1;
    h += ldh << 1;
  }
  if (j < q) store<f64>(h, dot(x, w, n));
}

/**
 * H = W Xᵀ: H[j,i] = Σ_k X[i,k] W[j,k].
 * Shapes: X m×n with row stride ldx, W q×n with ldw, H q×m with ldh ≥ m; strides in elements. H is apart.
 * Error: that of a sum of n products in two lanes, |error| ≤ (n/2 + 2) ε Σ_k |X W|; the bits do not depend
 * on m, q or the tile.
 * Cost: 2 m n q flops, one read of X: its rows of a tile stay in cache while the rows of W pass. A tile takes rows that
 * lie m/height apart, so that each of its streams goes on through the whole of X: streams that end with a row and
 * start anew elsewhere leave a prefetcher idle at every start. The last tile overlaps others, which costs less than
 * tiles for what is left over. On Zen 4, beyond the second-level cache, against tiles of neighbouring rows: 1.2 to 1.5
 * times the speed for q = 1, 1.2 to 1.3 for four short rows, 1.0 to 1.2 for q = 2 and 3, the same from 8 on.
 */
export function skinny(
  X: usize,
  m: i32,
  n: i32,
  ldx: i32,
  W: usize,
  ldw: i32,
  q: i32,
  H: usize,
  ldh: i32,
): void {
  assert(m >= 0 && n >= 0 && q >= 0);
  const xs = (<usize>ldx) << 3;
  const ws = (<usize>ldw) << 3;
  const hs = (<usize>ldh) << 3;
  const single = q === 1 && m >= SINGLE;
  const pair = q === 4 && n <= SHORT && <i64>m * n > LARGE;
  const height = single ? SINGLE : pair ? PAIR : HEIGHT;
  if (m < height) {
    for (let i: i32 = 0; i < m; i++) rows1(X + <usize>i * xs, W, ws, q, n, H + ((<usize>i) << 3), hs);
    return;
  }
  const apart = m / height;
  const tiles = apart * height < m ? apart + 1 : apart;
  for (let i: i32 = 0; i < tiles; i++) {
    const whole = i < apart;
    const first = <usize>(whole ? i : m - height);
    const step = <usize>(whole ? apart : 1);
    const x = X + first * xs;
    const h = H + (first << 3);
    if (single) tile6x1(x, step * xs, W, n, h, step << 3);
    else if (pair) tile2x4(x, step * xs, W, ws, n, h, step << 3, hs);
    else rowsOf(x, step * xs, W, ws, q, n, h, step << 3, hs);
  }
}

/**
 * y = A x.
 * Shapes: A rows×cols with row stride ld, x of cols doubles, y of rows doubles, apart from both.
 * Cost: 2 rows cols flops, one read of A: memory bound beyond the cache.
 */
export function gemv(A: usize, rows: i32, cols: i32, ld: i32, x: usize, y: usize): void {
  skinny(A, rows, cols, ld, x, 0, 1, y, 0);
}
