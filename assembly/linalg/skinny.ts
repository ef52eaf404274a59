// The forward half of the tall-skinny products, X of many rows times a few weight vectors: both operands are
// read along their rows, so nothing is packed or transposed. Every output has the order of `dot`, whatever the
// tile. Knows nothing of activations, losses or layers.
import { madd } from '../math/madd';
import { lanesSum } from './vector';

/** Rows of X that stay in cache while the columns of H are worked through: a multiple of 3, 4 and 8. */
const PANEL: i32 = 24;

/** The lanes added, and the odd last term. */
function finish(lanes: v128, odd: i32, x: usize, w: usize): f64 {
  let total = lanesSum(lanes);
  if (odd) total += load<f64>(x) * load<f64>(w);
  return total;
}

/** 3 rows of X by 4 rows of W. Strides in bytes. */
function tile3x4(x0: usize, ldx: usize, w0: usize, ldw: usize, n: i32, h: usize, ldh: usize): void {
  let x1 = x0 + ldx;
  let x2 = x1 + ldx;
  let w1 = w0 + ldw;
  let w2 = w1 + ldw;
  let w3 = w2 + ldw;
  let a00 = f64x2.splat(0);
  let a10 = f64x2.splat(0);
  let a20 = f64x2.splat(0);
  let a01 = f64x2.splat(0);
  let a11 = f64x2.splat(0);
  let a21 = f64x2.splat(0);
  let a02 = f64x2.splat(0);
  let a12 = f64x2.splat(0);
  let a22 = f64x2.splat(0);
  let a03 = f64x2.splat(0);
  let a13 = f64x2.splat(0);
  let a23 = f64x2.splat(0);
  const end = x0 + ((<usize>(n >> 1)) << 4);
  while (x0 < end) {
    const b0 = v128.load(x0);
    const b1 = v128.load(x1);
    const b2 = v128.load(x2);
    let w = v128.load(w0);
    a00 = madd(b0, w, a00);
    a10 = madd(b1, w, a10);
    a20 = madd(b2, w, a20);
    w = v128.load(w1);
    a01 = madd(b0, w, a01);
    a11 = madd(b1, w, a11);
    a21 = madd(b2, w, a21);
    w = v128.load(w2);
    a02 = madd(b0, w, a02);
    a12 = madd(b1, w, a12);
    a22 = madd(b2, w, a22);
    w = v128.load(w3);
    a03 = madd(b0, w, a03);
    a13 = madd(b1, w, a13);
    a23 = madd(b2, w, a23);
    x0 += 16;
    x1 += 16;
    x2 += 16;
    w0 += 16;
    w1 += 16;
    w2 += 16;
    w3 += 16;
  }
  const odd = n & 1;
  store<f64>(h, finish(a00, odd, x0, w0));
  store<f64>(h, finish(a10, odd, x1, w0), 8);
  store<f64>(h, finish(a20, odd, x2, w0), 16);
  h += ldh;
  store<f64>(h, finish(a01, odd, x0, w1));
  store<f64>(h, finish(a11, odd, x1, w1), 8);
  store<f64>(h, finish(a21, odd, x2, w1), 16);
  h += ldh;
  store<f64>(h, finish(a02, odd, x0, w2));
  store<f64>(h, finish(a12, odd, x1, w2), 8);
  store<f64>(h, finish(a22, odd, x2, w2), 16);
  h += ldh;
  store<f64>(h, finish(a03, odd, x0, w3));
  store<f64>(h, finish(a13, odd, x1, w3), 8);
  store<f64>(h, finish(a23, odd, x2, w3), 16);
}

/** 1 row of X by 4 rows of W. Strides in bytes. */
function tile1x4(x0: usize, _ldx: usize, w0: usize, ldw: usize, n: i32, h: usize, ldh: usize): void {
  let w1 = w0 + ldw;
  let w2 = w1 + ldw;
  let w3 = w2 + ldw;
  let a00 = f64x2.splat(0);
  let a01 = f64x2.splat(0);
  let a02 = f64x2.splat(0);
  let a03 = f64x2.splat(0);
  const end = x0 + ((<usize>(n >> 1)) << 4);
  while (x0 < end) {
    const x = v128.load(x0);
    a00 = madd(x, v128.load(w0), a00);
    a01 = madd(x, v128.load(w1), a01);
    a02 = madd(x, v128.load(w2), a02);
    a03 = madd(x, v128.load(w3), a03);
    x0 += 16;
    w0 += 16;
    w1 += 16;
    w2 += 16;
    w3 += 16;
  }
  const odd = n & 1;
  store<f64>(h, finish(a00, odd, x0, w0));
  h += ldh;
  store<f64>(h, finish(a01, odd, x0, w1));
  h += ldh;
  store<f64>(h, finish(a02, odd, x0, w2));
  h += ldh;
  store<f64>(h, finish(a03, odd, x0, w3));
}

/** 4 rows of X by 3 rows of W. Strides in bytes. */
function tile4x3(x0: usize, ldx: usize, w0: usize, ldw: usize, n: i32, h: usize, ldh: usize): void {
  let x1 = x0 + ldx;
  let x2 = x1 + ldx;
  let x3 = x2 + ldx;
  let w1 = w0 + ldw;
  let w2 = w1 + ldw;
  let a00 = f64x2.splat(0);
  let a10 = f64x2.splat(0);
  let a20 = f64x2.splat(0);
  let a30 = f64x2.splat(0);
  let a01 = f64x2.splat(0);
  let a11 = f64x2.splat(0);
  let a21 = f64x2.splat(0);
  let a31 = f64x2.splat(0);
  let a02 = f64x2.splat(0);
  let a12 = f64x2.splat(0);
  let a22 = f64x2.splat(0);
  let a32 = f64x2.splat(0);
  const end = x0 + ((<usize>(n >> 1)) << 4);
  while (x0 < end) {
    const b0 = v128.load(w0);
    const b1 = v128.load(w1);
    const b2 = v128.load(w2);
    let x = v128.load(x0);
    a00 = madd(x, b0, a00);
    a01 = madd(x, b1, a01);
    a02 = madd(x, b2, a02);
    x = v128.load(x1);
    a10 = madd(x, b0, a10);
    a11 = madd(x, b1, a11);
    a12 = madd(x, b2, a12);
    x = v128.load(x2);
    a20 = madd(x, b0, a20);
    a21 = madd(x, b1, a21);
    a22 = madd(x, b2, a22);
    x = v128.load(x3);
    a30 = madd(x, b0, a30);
    a31 = madd(x, b1, a31);
    a32 = madd(x, b2, a32);
    x0 += 16;
    x1 += 16;
    x2 += 16;
    x3 += 16;
    w0 += 16;
    w1 += 16;
    w2 += 16;
  }
  const odd = n & 1;
  store<f64>(h, finish(a00, odd, x0, w0));
  store<f64>(h, finish(a10, odd, x1, w0), 8);
  store<f64>(h, finish(a20, odd, x2, w0), 16);
  store<f64>(h, finish(a30, odd, x3, w0), 24);
  h += ldh;
  store<f64>(h, finish(a01, odd, x0, w1));
  store<f64>(h, finish(a11, odd, x1, w1), 8);
  store<f64>(h, finish(a21, odd, x2, w1), 16);
  store<f64>(h, finish(a31, odd, x3, w1), 24);
  h += ldh;
  store<f64>(h, finish(a02, odd, x0, w2));
  store<f64>(h, finish(a12, odd, x1, w2), 8);
  store<f64>(h, finish(a22, odd, x2, w2), 16);
  store<f64>(h, finish(a32, odd, x3, w2), 24);
}

/** 1 row of X by 3 rows of W. Strides in bytes. */
function tile1x3(x0: usize, _ldx: usize, w0: usize, ldw: usize, n: i32, h: usize, ldh: usize): void {
  let w1 = w0 + ldw;
  let w2 = w1 + ldw;
  let a00 = f64x2.splat(0);
  let a01 = f64x2.splat(0);
  let a02 = f64x2.splat(0);
  const end = x0 + ((<usize>(n >> 1)) << 4);
  while (x0 < end) {
    const x = v128.load(x0);
    a00 = madd(x, v128.load(w0), a00);
    a01 = madd(x, v128.load(w1), a01);
    a02 = madd(x, v128.load(w2), a02);
    x0 += 16;
    w0 += 16;
    w1 += 16;
    w2 += 16;
  }
  const odd = n & 1;
  store<f64>(h, finish(a00, odd, x0, w0));
  h += ldh;
  store<f64>(h, finish(a01, odd, x0, w1));
  h += ldh;
  store<f64>(h, finish(a02, odd, x0, w2));
}

/** 4 rows of X by 2 rows of W. Strides in bytes. */
function tile4x2(x0: usize, ldx: usize, w0: usize, ldw: usize, n: i32, h: usize, ldh: usize): void {
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
  store<f64>(h, finish(a10, odd, x1, w0), 8);
  store<f64>(h, finish(a20, odd, x2, w0), 16);
  store<f64>(h, finish(a30, odd, x3, w0), 24);
  h += ldh;
  store<f64>(h, finish(a01, odd, x0, w1));
  store<f64>(h, finish(a11, odd, x1, w1), 8);
  store<f64>(h, finish(a21, odd, x2, w1), 16);
  store<f64>(h, finish(a31, odd, x3, w1), 24);
}

/** 1 row of X by 2 rows of W. Strides in bytes. */
function tile1x2(x0: usize, _ldx: usize, w0: usize, ldw: usize, n: i32, h: usize, ldh: usize): void {
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

/** 8 rows of X by 1 row of W. Strides in bytes. */
function tile8x1(x0: usize, ldx: usize, w0: usize, _ldw: usize, n: i32, h: usize, _ldh: usize): void {
  let x1 = x0 + ldx;
  let x2 = x1 + ldx;
  let x3 = x2 + ldx;
  let x4 = x3 + ldx;
  let x5 = x4 + ldx;
  let x6 = x5 + ldx;
  let x7 = x6 + ldx;
  let a00 = f64x2.splat(0);
  let a10 = f64x2.splat(0);
  let a20 = f64x2.splat(0);
  let a30 = f64x2.splat(0);
  let a40 = f64x2.splat(0);
  let a50 = f64x2.splat(0);
  let a60 = f64x2.splat(0);
  let a70 = f64x2.splat(0);
  const end = x0 + ((<usize>(n >> 1)) << 4);
  while (x0 < end) {
    const w = v128.load(w0);
    a00 = madd(v128.load(x0), w, a00);
    a10 = madd(v128.load(x1), w, a10);
    a20 = madd(v128.load(x2), w, a20);
    a30 = madd(v128.load(x3), w, a30);
    a40 = madd(v128.load(x4), w, a40);
    a50 = madd(v128.load(x5), w, a50);
    a60 = madd(v128.load(x6), w, a60);
    a70 = madd(v128.load(x7), w, a70);
    x0 += 16;
    x1 += 16;
    x2 += 16;
    x3 += 16;
    x4 += 16;
    x5 += 16;
    x6 += 16;
    x7 += 16;
    w0 += 16;
  }
  const odd = n & 1;
  store<f64>(h, finish(a00, odd, x0, w0));
  store<f64>(h, finish(a10, odd, x1, w0), 8);
  store<f64>(h, finish(a20, odd, x2, w0), 16);
  store<f64>(h, finish(a30, odd, x3, w0), 24);
  store<f64>(h, finish(a40, odd, x4, w0), 32);
  store<f64>(h, finish(a50, odd, x5, w0), 40);
  store<f64>(h, finish(a60, odd, x6, w0), 48);
  store<f64>(h, finish(a70, odd, x7, w0), 56);
}

/** 1 row of X by 1 row of W. Strides in bytes. */
function tile1x1(x0: usize, _ldx: usize, w0: usize, _ldw: usize, n: i32, h: usize, _ldh: usize): void {
  let a00 = f64x2.splat(0);
  const end = x0 + ((<usize>(n >> 1)) << 4);
  while (x0 < end) {
    const w = v128.load(w0);
    a00 = madd(v128.load(x0), w, a00);
    x0 += 16;
    w0 += 16;
  }
  const odd = n & 1;
  store<f64>(h, finish(a00, odd, x0, w0));
}

/** Four columns of H for `rows` rows of X. */
function columns4(x: usize, ldx: usize, rows: i32, w: usize, ldw: usize, n: i32, h: usize, ldh: usize): void {
  let i: i32 = 0;
  for (; i + 3 <= rows; i += 3) {
    tile3x4(x, ldx, w, ldw, n, h, ldh);
    x += 3 * ldx;
    h += 24;
  }
  for (; i < rows; i++) {
    tile1x4(x, ldx, w, ldw, n, h, ldh);
    x += ldx;
    h += 8;
  }
}

/** Three columns of H for `rows` rows of X. */
function columns3(x: usize, ldx: usize, rows: i32, w: usize, ldw: usize, n: i32, h: usize, ldh: usize): void {
  let i: i32 = 0;
  for (; i + 4 <= rows; i += 4) {
    tile4x3(x, ldx, w, ldw, n, h, ldh);
    x += 4 * ldx;
    h += 32;
  }
  for (; i < rows; i++) {
    tile1x3(x, ldx, w, ldw, n, h, ldh);
    x += ldx;
    h += 8;
  }
}

/** Two columns of H for `rows` rows of X. */
function columns2(x: usize, ldx: usize, rows: i32, w: usize, ldw: usize, n: i32, h: usize, ldh: usize): void {
  let i: i32 = 0;
  for (; i + 4 <= rows; i += 4) {
    tile4x2(x, ldx, w, ldw, n, h, ldh);
    x += 4 * ldx;
    h += 32;
  }
  for (; i < rows; i++) {
    tile1x2(x, ldx, w, ldw, n, h, ldh);
    x += ldx;
    h += 8;
  }
}

/** One column of H for `rows` rows of X. */
function columns1(x: usize, ldx: usize, rows: i32, w: usize, ldw: usize, n: i32, h: usize, ldh: usize): void {
  let i: i32 = 0;
  for (; i + 8 <= rows; i += 8) {
    tile8x1(x, ldx, w, ldw, n, h, ldh);
    x += 8 * ldx;
    h += 64;
  }
  for (; i < rows; i++) {
    tile1x1(x, ldx, w, ldw, n, h, ldh);
    x += ldx;
    h += 8;
  }
}

/**
 * H = W Xᵀ: H[j,i] = Σ_k X[i,k] W[j,k].
 * Shapes: X m×n with row stride ldx, W q×n with ldw, H q×m with ldh ≥ m; strides in elements. H is apart.
 * Error: that of a sum of n products in two lanes, |error| ≤ (n/2 + 2) ε Σ_k |X W|; the bits do not depend
 * on m, q or the tile.
 * Cost: 2 m n q flops, one read of X for each 4 columns within a panel in cache.
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
  for (let i: i32 = 0; i < m; i += PANEL) {
    const rows = min(PANEL, m - i);
    let w = W;
    let h = H;
    let j: i32 = q;
    for (; j >= 4; j -= 4) {
      columns4(X, xs, rows, w, ws, n, h, hs);
      w += ws << 2;
      h += hs << 2;
    }
    if (j === 3) columns3(X, xs, rows, w, ws, n, h, hs);
    else if (j === 2) columns2(X, xs, rows, w, ws, n, h, hs);
    else if (j === 1) columns1(X, xs, rows, w, ws, n, h, hs);
    X += <usize>rows * xs;
    H += (<usize>rows) << 3;
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
