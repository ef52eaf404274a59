// The transposed half of the tall-skinny products, Xᵀ G for a few columns G: every row of X is added into the
// output in row order, so that consecutive blocks of rows give the bits of one call. A block of rows is taken
// while a piece of the output waits in registers. Knows nothing of gradients.
import { madd } from '../math/madd';

/**
 * Rows of X added to a piece of the output before the next piece: as many streams as a memory prefetcher follows.
 * On Intel 16 is as good in cache, and 32 and 64 halve the speed beyond it; on Zen 4 16 costs 10 % and 24 a third
 * beyond the cache.
 */
const ROWS: i32 = 12;

/**
 * The same for several rows of G where X is small enough to lie in the second-level cache, which needs no prefetcher:
 * 1.03 to 1.15 times the speed, for fewer loads and stores of the output. Up to how many numbers X is that small.
 */
const ROWS_IN_CACHE: i32 = 48;
const IN_CACHE: i32 = 65536;

/** Numbers of X from which on a single row of G takes rows one after another: X is larger than second-level caches. */
const LARGE: i32 = 524288;

/** Pairs of columns in a tile with two rows of G: as HEIGHT in `skinny`. */
const WIDTH: i32 = ASC_FEATURE_RELAXED_SIMD ? 5 : 4;

/** 4 pairs of columns of X by 2 rows of G. Strides in bytes. */
function tile4x2(x: usize, ldx: usize, rows: i32, g0: usize, ldg: usize, out0: usize, ldo: usize): void {
  let g1 = g0 + ldg;
  const out1 = out0 + ldo;
  let a00 = v128.load(out0);
  let a10 = v128.load(out0, 16);
  let a20 = v128.load(out0, 32);
  let a30 = v128.load(out0, 48);
  let a01 = v128.load(out1);
  let a11 = v128.load(out1, 16);
  let a21 = v128.load(out1, 32);
  let a31 = v128.load(out1, 48);
  const end = g0 + ((<usize>rows) << 3);
  while (g0 < end) {
    const x0 = v128.load(x);
    const x1 = v128.load(x, 16);
    const x2 = v128.load(x, 32);
    const x3 = v128.load(x, 48);
    let g = v128.load64_splat(g0);
    a00 = madd(g, x0, a00);
    a10 = madd(g, x1, a10);
    a20 = madd(g, x2, a20);
    a30 = madd(g, x3, a30);
    g = v128.load64_splat(g1);
    a01 = madd(g, x0, a01);
    a11 = madd(g, x1, a11);
    a21 = madd(g, x2, a21);
    a31 = madd(g, x3, a31);
    x += ldx;
    g0 += 8;
    g1 += 8;
  }
  v128.store(out0, a00);
  v128.store(out0, a10, 16);
  v128.store(out0, a20, 32);
  v128.store(out0, a30, 48);
  v128.store(out1, a01);
  v128.store(out1, a11, 16);
  v128.store(out1, a21, 32);
  v128.store(out1, a31, 48);
}

/** 4 pairs of columns of X by 1 row of G. Strides in bytes. */
function tile4x1(x: usize, ldx: usize, rows: i32, g0: usize, out0: usize): void {
  let a00 = v128.load(out0);
  let a10 = v128.load(out0, 16);
  let a20 = v128.load(out0, 32);
  let a30 = v128.load(out0, 48);
  const end = g0 + ((<usize>rows) << 3);
  while (g0 < end) {
    const g = v128.load64_splat(g0);
    a00 = madd(g, v128.load(x), a00);
    a10 = madd(g, v128.load(x, 16), a10);
    a20 = madd(g, v128.load(x, 32), a20);
    a30 = madd(g, v128.load(x, 48), a30);
    x += ldx;
    g0 += 8;
  }
  v128.store(out0, a00);
  v128.store(out0, a10, 16);
  v128.store(out0, a20, 32);
  v128.store(out0, a30, 48);
}

/** 5 pairs of columns of X by 2 rows of G. Strides in bytes. */
function tile5x2(x: usize, ldx: usize, rows: i32, g0: usize, ldg: usize, out0: usize, ldo: usize): void {
  let g1 = g0 + ldg;
  const out1 = out0 + ldo;
  let a00 = v128.load(out0);
  let a10 = v128.load(out0, 16);
  let a20 = v128.load(out0, 32);
  let a30 = v128.load(out0, 48);
  let a40 = v128.load(out0, 64);
  let a01 = v128.load(out1);
  let a11 = v128.load(out1, 16);
  let a21 = v128.load(out1, 32);
  let a31 = v128.load(out1, 48);
  let a41 = v128.load(out1, 64);
  const end = g0 + ((<usize>rows) << 3);
  while (g0 < end) {
    const b0 = v128.load64_splat(g0);
    const b1 = v128.load64_splat(g1);
    let v = v128.load(x);
    a00 = madd(b0, v, a00);
    a01 = madd(b1, v, a01);
    v = v128.load(x, 16);
    a10 = madd(b0, v, a10);
    a11 = madd(b1, v, a11);
    v = v128.load(x, 32);
    a20 = madd(b0, v, a20);
    a21 = madd(b1, v, a21);
    v = v128.load(x, 48);
    a30 = madd(b0, v, a30);
    a31 = madd(b1, v, a31);
    v = v128.load(x, 64);
    a40 = madd(b0, v, a40);
    a41 = madd(b1, v, a41);
    x += ldx;
    g0 += 8;
    g1 += 8;
  }
  v128.store(out0, a00);
  v128.store(out0, a10, 16);
  v128.store(out0, a20, 32);
  v128.store(out0, a30, 48);
  v128.store(out0, a40, 64);
  v128.store(out1, a01);
  v128.store(out1, a11, 16);
  v128.store(out1, a21, 32);
  v128.store(out1, a31, 48);
  v128.store(out1, a41, 64);
}

/** 1 pair of columns of X by 2 rows of G. Strides in bytes. */
function tile1x2(x: usize, ldx: usize, rows: i32, g0: usize, ldg: usize, out0: usize, ldo: usize): void {
  let g1 = g0 + ldg;
  const out1 = out0 + ldo;
  let a00 = v128.load(out0);
  let a01 = v128.load(out1);
  const end = g0 + ((<usize>rows) << 3);
  while (g0 < end) {
    const x0 = v128.load(x);
    let g = v128.load64_splat(g0);
    a00 = madd(g, x0, a00);
    g = v128.load64_splat(g1);
    a01 = madd(g, x0, a01);
    x += ldx;
    g0 += 8;
    g1 += 8;
  }
  v128.store(out0, a00);
  v128.store(out1, a01);
}

/** 8 pairs of columns of X by 1 row of G. Strides in bytes. */
function tile8x1(x: usize, ldx: usize, rows: i32, g0: usize, out0: usize): void {
  let a00 = v128.load(out0);
  let a10 = v128.load(out0, 16);
  let a20 = v128.load(out0, 32);
  let a30 = v128.load(out0, 48);
  let a40 = v128.load(out0, 64);
  let a50 = v128.load(out0, 80);
  let a60 = v128.load(out0, 96);
  let a70 = v128.load(out0, 112);
  const end = g0 + ((<usize>rows) << 3);
  while (g0 < end) {
    const g = v128.load64_splat(g0);
    a00 = madd(g, v128.load(x), a00);
    a10 = madd(g, v128.load(x, 16), a10);
    a20 = madd(g, v128.load(x, 32), a20);
    a30 = madd(g, v128.load(x, 48), a30);
    a40 = madd(g, v128.load(x, 64), a40);
    a50 = madd(g, v128.load(x, 80), a50);
    a60 = madd(g, v128.load(x, 96), a60);
    a70 = madd(g, v128.load(x, 112), a70);
    x += ldx;
    g0 += 8;
  }
  v128.store(out0, a00);
  v128.store(out0, a10, 16);
  v128.store(out0, a20, 32);
  v128.store(out0, a30, 48);
  v128.store(out0, a40, 64);
  v128.store(out0, a50, 80);
  v128.store(out0, a60, 96);
  v128.store(out0, a70, 112);
}

/** 5 pairs of columns of X by 1 row of G. Strides in bytes. */
function tile5x1(x: usize, ldx: usize, rows: i32, g0: usize, out0: usize): void {
  let a00 = v128.load(out0);
  let a10 = v128.load(out0, 16);
  let a20 = v128.load(out0, 32);
  let a30 = v128.load(out0, 48);
  let a40 = v128.load(out0, 64);
  const end = g0 + ((<usize>rows) << 3);
  while (g0 < end) {
    const b0 = v128.load64_splat(g0);
    a00 = madd(b0, v128.load(x), a00);
    a10 = madd(b0, v128.load(x, 16), a10);
    a20 = madd(b0, v128.load(x, 32), a20);
    a30 = madd(b0, v128.load(x, 48), a30);
    a40 = madd(b0, v128.load(x, 64), a40);
    x += ldx;
    g0 += 8;
  }
  v128.store(out0, a00);
  v128.store(out0, a10, 16);
  v128.store(out0, a20, 32);
  v128.store(out0, a30, 48);
  v128.store(out0, a40, 64);
}

/** 1 pair of columns of X by 1 row of G. Strides in bytes. */
function tile1x1(x: usize, ldx: usize, rows: i32, g0: usize, out0: usize): void {
  let a00 = v128.load(out0);
  const end = g0 + ((<usize>rows) << 3);
  while (g0 < end) {
    const g = v128.load64_splat(g0);
    a00 = madd(g, v128.load(x), a00);
    x += ldx;
    g0 += 8;
  }
  v128.store(out0, a00);
}

/** The odd last column of X by q rows of G. */
function lastColumn(
  x: usize,
  ldx: usize,
  rows: i32,
  g: usize,
  ldg: usize,
  q: i32,
  out: usize,
  ldo: usize,
): void {
  for (let j: i32 = 0; j < q; j++) {
    let total = load<f64>(out);
    let at = x;
    for (let i: i32 = 0; i < rows; i++) {
      total += load<f64>(g + ((<usize>i) << 3)) * load<f64>(at);
      at += ldx;
    }
    store<f64>(out, total);
    g += ldg;
    out += ldo;
  }
}

/** A piece of WIDTH pairs of columns by q rows of G. */
function widePiece(
  x: usize,
  ldx: usize,
  rows: i32,
  g: usize,
  ldg: usize,
  q: i32,
  out: usize,
  ldo: usize,
): void {
  for (; q >= 2; q -= 2) {
    if (ASC_FEATURE_RELAXED_SIMD) tile5x2(x, ldx, rows, g, ldg, out, ldo);
    else tile4x2(x, ldx, rows, g, ldg, out, ldo);
    g += ldg << 1;
    out += ldo << 1;
  }
  if (q === 0) return;
  if (ASC_FEATURE_RELAXED_SIMD) tile5x1(x, ldx, rows, g, out);
  else tile4x1(x, ldx, rows, g, out);
}

/** One pair of columns by q rows of G. */
function narrowPiece(
  x: usize,
  ldx: usize,
  rows: i32,
  g: usize,
  ldg: usize,
  q: i32,
  out: usize,
  ldo: usize,
): void {
  for (; q >= 2; q -= 2) {
    tile1x2(x, ldx, rows, g, ldg, out, ldo);
    g += ldg << 1;
    out += ldo << 1;
  }
  if (q > 0) tile1x1(x, ldx, rows, g, out);
}

/**
 * out += g x for one row x. Beyond the cache the one stream that goes on from row to row beats blocks of rows, though
 * the output is loaded and stored for every row: on Zen 4 1.2 to 1.4 times the speed from memory. In cache it is slower.
 */
function addRow(x: usize, n: i32, g: usize, out: usize): void {
  const b = v128.load64_splat(g);
  const end = x + ((<usize>(n >> 1)) << 4);
  const four = x + ((<usize>(n >> 3)) << 6);
  while (x < four) {
    const a0 = madd(b, v128.load(x), v128.load(out));
    const a1 = madd(b, v128.load(x, 16), v128.load(out, 16));
    const a2 = madd(b, v128.load(x, 32), v128.load(out, 32));
    const a3 = madd(b, v128.load(x, 48), v128.load(out, 48));
    v128.store(out, a0);
    v128.store(out, a1, 16);
    v128.store(out, a2, 32);
    v128.store(out, a3, 48);
    x += 64;
    out += 64;
  }
  while (x < end) {
    v128.store(out, madd(b, v128.load(x), v128.load(out)));
    x += 16;
    out += 16;
  }
  if (n & 1) store<f64>(out, load<f64>(out) + load<f64>(g) * load<f64>(x));
}

/**
 * One block of rows, each piece of it read once; a function of its own, so that an engine can tune it while a long
 * product runs.
 */
function addRows(
  x: usize,
  ldx: usize,
  rows: i32,
  n: i32,
  g: usize,
  ldg: usize,
  q: i32,
  out: usize,
  ldo: usize,
): void {
  let pairs = n >> 1;
  if (q === 1) {
    for (; pairs >= 8; pairs -= 8) {
      tile8x1(x, ldx, rows, g, out);
      x += 128;
      out += 128;
    }
  }
  for (; pairs >= WIDTH; pairs -= WIDTH) {
    widePiece(x, ldx, rows, g, ldg, q, out, ldo);
    x += WIDTH << 4;
    out += WIDTH << 4;
  }
  for (; pairs > 0; pairs--) {
    narrowPiece(x, ldx, rows, g, ldg, q, out, ldo);
    x += 16;
    out += 16;
  }
  if (n & 1) lastColumn(x, ldx, rows, g, ldg, q, out, ldo);
}

/**
 * out += G X: out[j,k] ← out[j,k] + Σ_i G[j,i] X[i,k], added in the order i = 0, 1, 2, …
 * Shapes: X m×n with row stride ldx, G q×m with ldg, out q×n with ldo; strides in elements. out is apart.
 * Error: that of a plain sum of m products; the bits do not depend on n, q, the tile, or how the rows are split
 * over calls.
 * Cost: 2 m n q flops, one read of X.
 */
export function skinnyTransposed(
  X: usize,
  m: i32,
  n: i32,
  ldx: i32,
  G: usize,
  ldg: i32,
  q: i32,
  out: usize,
  ldo: i32,
): void {
  assert(m >= 0 && n >= 0 && q >= 0);
  const xs = (<usize>ldx) << 3;
  const gs = (<usize>ldg) << 3;
  const os = (<usize>ldo) << 3;
  const size = <i64>m * n;
  if (q === 1 && size >= LARGE) {
    for (let i: i32 = 0; i < m; i++) {
      addRow(X, n, G, out);
      X += xs;
      G += 8;
    }
    return;
  }
  const block = q > 1 && size <= IN_CACHE ? ROWS_IN_CACHE : ROWS;
  for (let i: i32 = 0; i < m; i += block) {
    addRows(X, xs, min(block, m - i), n, G, gs, q, out, os);
    X += <usize>block * xs;
    G += (<usize>block) << 3;
  }
}

/**
 * out += g x for four rows `apart` bytes from one another and their four numbers `gap` bytes from one another, in this
 * order.
 */
function addFourRows(x0: usize, apart: usize, n: i32, g: usize, gap: usize, out: usize): void {
  let x1 = x0 + apart;
  let x2 = x1 + apart;
  let x3 = x2 + apart;
  const b0 = v128.load64_splat(g);
  const b1 = v128.load64_splat(g + gap);
  const b2 = v128.load64_splat(g + 2 * gap);
  const b3 = v128.load64_splat(g + 3 * gap);
  const end = x0 + ((<usize>(n >> 1)) << 4);
  const two = x0 + ((<usize>(n >> 2)) << 5);
  while (x0 < two) {
    let a = madd(b0, v128.load(x0), v128.load(out));
    a = madd(b1, v128.load(x1), a);
    a = madd(b2, v128.load(x2), a);
    a = madd(b3, v128.load(x3), a);
    v128.store(out, a);
    a = madd(b0, v128.load(x0, 16), v128.load(out, 16));
    a = madd(b1, v128.load(x1, 16), a);
    a = madd(b2, v128.load(x2, 16), a);
    a = madd(b3, v128.load(x3, 16), a);
    v128.store(out, a, 16);
    x0 += 32;
    x1 += 32;
    x2 += 32;
    x3 += 32;
    out += 32;
  }
  if (x0 < end) {
    let a = madd(b0, v128.load(x0), v128.load(out));
    a = madd(b1, v128.load(x1), a);
    a = madd(b2, v128.load(x2), a);
    a = madd(b3, v128.load(x3), a);
    v128.store(out, a);
    x0 += 16;
    x1 += 16;
    x2 += 16;
    x3 += 16;
    out += 16;
  }
  if (n & 1) {
    let total = load<f64>(out) + load<f64>(g) * load<f64>(x0);
    total += load<f64>(g + gap) * load<f64>(x1);
    total += load<f64>(g + 2 * gap) * load<f64>(x2);
    store<f64>(out, total + load<f64>(g + 3 * gap) * load<f64>(x3));
  }
}

/**
 * y = Aᵀ x, each y[k] a sum in row order; from 2¹⁹ numbers of A on in the order i, i + p, i + 2p, i + 3p for
 * i = 0 … p − 1, p = ⌊rows/4⌋, and then the up to three last rows. So A is read in four streams that go on through the
 * whole of it: on Zen 4 1.3 to 1.5 times the speed of one stream from the third-level cache, the same from memory.
 * Shapes: A rows×cols with row stride ld, x of rows doubles, y of cols doubles, apart from both.
 * Cost: 2 rows cols flops, one read of A: memory bound beyond the cache.
 */
export function gemvTransposed(A: usize, rows: i32, cols: i32, ld: i32, x: usize, y: usize): void {
  memory.fill(y, 0, (<usize>cols) << 3);
  if (<i64>rows * cols < LARGE) {
    skinnyTransposed(A, rows, cols, ld, x, 0, 1, y, 0);
    return;
  }
  const stride = (<usize>ld) << 3;
  const quarter = rows >> 2;
  const apart = <usize>quarter * stride;
  const gap = (<usize>quarter) << 3;
  for (let i: i32 = 0; i < quarter; i++) {
    addFourRows(A, apart, cols, x, gap, y);
    A += stride;
    x += 8;
  }
  A += 3 * apart;
  x += 3 * gap;
  for (let i: i32 = quarter << 2; i < rows; i++) {
    addRow(A, cols, x, y);
    A += stride;
    x += 8;
  }
}
