// The transposed half of the tall-skinny products, Xᵀ G for a few columns G: every row of X is added into the
// output in row order, so that consecutive blocks of rows give the bits of one call. A block of rows is taken
// while a piece of the output waits in registers. Knows nothing of gradients.
import { madd } from '../math/madd';

/** Rows of X added to a piece of the output before the next piece. */
const ROWS: i32 = 32;
/** Pairs of columns of X that stay in cache, with ROWS rows, while the columns of G are worked through. */
const PANEL: i32 = 24;

/** 3 pairs of columns of X by 4 rows of G. Strides in bytes. */
function tile3x4(x: usize, ldx: usize, rows: i32, g0: usize, ldg: usize, out0: usize, ldo: usize): void {
  let g1 = g0 + ldg;
  let g2 = g1 + ldg;
  let g3 = g2 + ldg;
  const out1 = out0 + ldo;
  const out2 = out1 + ldo;
  const out3 = out2 + ldo;
  let a00 = v128.load(out0);
  let a10 = v128.load(out0, 16);
  let a20 = v128.load(out0, 32);
  let a01 = v128.load(out1);
  let a11 = v128.load(out1, 16);
  let a21 = v128.load(out1, 32);
  let a02 = v128.load(out2);
  let a12 = v128.load(out2, 16);
  let a22 = v128.load(out2, 32);
  let a03 = v128.load(out3);
  let a13 = v128.load(out3, 16);
  let a23 = v128.load(out3, 32);
  const end = g0 + ((<usize>rows) << 3);
  while (g0 < end) {
    const x0 = v128.load(x);
    const x1 = v128.load(x, 16);
    const x2 = v128.load(x, 32);
    let g = v128.load64_splat(g0);
    a00 = madd(g, x0, a00);
    a10 = madd(g, x1, a10);
    a20 = madd(g, x2, a20);
    g = v128.load64_splat(g1);
    a01 = madd(g, x0, a01);
    a11 = madd(g, x1, a11);
    a21 = madd(g, x2, a21);
    g = v128.load64_splat(g2);
    a02 = madd(g, x0, a02);
    a12 = madd(g, x1, a12);
    a22 = madd(g, x2, a22);
    g = v128.load64_splat(g3);
    a03 = madd(g, x0, a03);
    a13 = madd(g, x1, a13);
    a23 = madd(g, x2, a23);
    x += ldx;
    g0 += 8;
    g1 += 8;
    g2 += 8;
    g3 += 8;
  }
  v128.store(out0, a00);
  v128.store(out0, a10, 16);
  v128.store(out0, a20, 32);
  v128.store(out1, a01);
  v128.store(out1, a11, 16);
  v128.store(out1, a21, 32);
  v128.store(out2, a02);
  v128.store(out2, a12, 16);
  v128.store(out2, a22, 32);
  v128.store(out3, a03);
  v128.store(out3, a13, 16);
  v128.store(out3, a23, 32);
}

/** 2 pairs of columns of X by 4 rows of G. Strides in bytes. */
function tile2x4(x: usize, ldx: usize, rows: i32, g0: usize, ldg: usize, out0: usize, ldo: usize): void {
  let g1 = g0 + ldg;
  let g2 = g1 + ldg;
  let g3 = g2 + ldg;
  const out1 = out0 + ldo;
  const out2 = out1 + ldo;
  const out3 = out2 + ldo;
  let a00 = v128.load(out0);
  let a10 = v128.load(out0, 16);
  let a01 = v128.load(out1);
  let a11 = v128.load(out1, 16);
  let a02 = v128.load(out2);
  let a12 = v128.load(out2, 16);
  let a03 = v128.load(out3);
  let a13 = v128.load(out3, 16);
  const end = g0 + ((<usize>rows) << 3);
  while (g0 < end) {
    const x0 = v128.load(x);
    const x1 = v128.load(x, 16);
    let g = v128.load64_splat(g0);
    a00 = madd(g, x0, a00);
    a10 = madd(g, x1, a10);
    g = v128.load64_splat(g1);
    a01 = madd(g, x0, a01);
    a11 = madd(g, x1, a11);
    g = v128.load64_splat(g2);
    a02 = madd(g, x0, a02);
    a12 = madd(g, x1, a12);
    g = v128.load64_splat(g3);
    a03 = madd(g, x0, a03);
    a13 = madd(g, x1, a13);
    x += ldx;
    g0 += 8;
    g1 += 8;
    g2 += 8;
    g3 += 8;
  }
  v128.store(out0, a00);
  v128.store(out0, a10, 16);
  v128.store(out1, a01);
  v128.store(out1, a11, 16);
  v128.store(out2, a02);
  v128.store(out2, a12, 16);
  v128.store(out3, a03);
  v128.store(out3, a13, 16);
}

/** 1 pair of columns of X by 4 rows of G. Strides in bytes. */
function tile1x4(x: usize, ldx: usize, rows: i32, g0: usize, ldg: usize, out0: usize, ldo: usize): void {
  let g1 = g0 + ldg;
  let g2 = g1 + ldg;
  let g3 = g2 + ldg;
  const out1 = out0 + ldo;
  const out2 = out1 + ldo;
  const out3 = out2 + ldo;
  let a00 = v128.load(out0);
  let a01 = v128.load(out1);
  let a02 = v128.load(out2);
  let a03 = v128.load(out3);
  const end = g0 + ((<usize>rows) << 3);
  while (g0 < end) {
    const x0 = v128.load(x);
    let g = v128.load64_splat(g0);
    a00 = madd(g, x0, a00);
    g = v128.load64_splat(g1);
    a01 = madd(g, x0, a01);
    g = v128.load64_splat(g2);
    a02 = madd(g, x0, a02);
    g = v128.load64_splat(g3);
    a03 = madd(g, x0, a03);
    x += ldx;
    g0 += 8;
    g1 += 8;
    g2 += 8;
    g3 += 8;
  }
  v128.store(out0, a00);
  v128.store(out1, a01);
  v128.store(out2, a02);
  v128.store(out3, a03);
}

/** 3 pairs of columns of X by 3 rows of G. Strides in bytes. */
function tile3x3(x: usize, ldx: usize, rows: i32, g0: usize, ldg: usize, out0: usize, ldo: usize): void {
  let g1 = g0 + ldg;
  let g2 = g1 + ldg;
  const out1 = out0 + ldo;
  const out2 = out1 + ldo;
  let a00 = v128.load(out0);
  let a10 = v128.load(out0, 16);
  let a20 = v128.load(out0, 32);
  let a01 = v128.load(out1);
  let a11 = v128.load(out1, 16);
  let a21 = v128.load(out1, 32);
  let a02 = v128.load(out2);
  let a12 = v128.load(out2, 16);
  let a22 = v128.load(out2, 32);
  const end = g0 + ((<usize>rows) << 3);
  while (g0 < end) {
    const x0 = v128.load(x);
    const x1 = v128.load(x, 16);
    const x2 = v128.load(x, 32);
    let g = v128.load64_splat(g0);
    a00 = madd(g, x0, a00);
    a10 = madd(g, x1, a10);
    a20 = madd(g, x2, a20);
    g = v128.load64_splat(g1);
    a01 = madd(g, x0, a01);
    a11 = madd(g, x1, a11);
    a21 = madd(g, x2, a21);
    g = v128.load64_splat(g2);
    a02 = madd(g, x0, a02);
    a12 = madd(g, x1, a12);
    a22 = madd(g, x2, a22);
    x += ldx;
    g0 += 8;
    g1 += 8;
    g2 += 8;
  }
  v128.store(out0, a00);
  v128.store(out0, a10, 16);
  v128.store(out0, a20, 32);
  v128.store(out1, a01);
  v128.store(out1, a11, 16);
  v128.store(out1, a21, 32);
  v128.store(out2, a02);
  v128.store(out2, a12, 16);
  v128.store(out2, a22, 32);
}

/** 1 pair of columns of X by 3 rows of G. Strides in bytes. */
function tile1x3(x: usize, ldx: usize, rows: i32, g0: usize, ldg: usize, out0: usize, ldo: usize): void {
  let g1 = g0 + ldg;
  let g2 = g1 + ldg;
  const out1 = out0 + ldo;
  const out2 = out1 + ldo;
  let a00 = v128.load(out0);
  let a01 = v128.load(out1);
  let a02 = v128.load(out2);
  const end = g0 + ((<usize>rows) << 3);
  while (g0 < end) {
    const x0 = v128.load(x);
    let g = v128.load64_splat(g0);
    a00 = madd(g, x0, a00);
    g = v128.load64_splat(g1);
    a01 = madd(g, x0, a01);
    g = v128.load64_splat(g2);
    a02 = madd(g, x0, a02);
    x += ldx;
    g0 += 8;
    g1 += 8;
    g2 += 8;
  }
  v128.store(out0, a00);
  v128.store(out1, a01);
  v128.store(out2, a02);
}

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
function tile8x1(x: usize, ldx: usize, rows: i32, g0: usize, _ldg: usize, out0: usize, _ldo: usize): void {
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

/** 1 pair of columns of X by 1 row of G. Strides in bytes. */
function tile1x1(x: usize, ldx: usize, rows: i32, g0: usize, _ldg: usize, out0: usize, _ldo: usize): void {
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

/** The odd last column of X by `columns` rows of G. */
function lastColumn(
  x: usize,
  ldx: usize,
  rows: i32,
  g: usize,
  ldg: usize,
  columns: i32,
  out: usize,
  ldo: usize,
): void {
  for (let j: i32 = 0; j < columns; j++) {
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

/** Four rows of G, `pairs` pairs of columns of X. */
function columns4(
  x: usize,
  ldx: usize,
  rows: i32,
  pairs: i32,
  g: usize,
  ldg: usize,
  out: usize,
  ldo: usize,
): void {
  let k: i32 = pairs;
  for (; k >= 3; k -= 3) {
    tile3x4(x, ldx, rows, g, ldg, out, ldo);
    x += 48;
    out += 48;
  }
  if (k === 2) tile2x4(x, ldx, rows, g, ldg, out, ldo);
  else if (k === 1) tile1x4(x, ldx, rows, g, ldg, out, ldo);
}

/** Three rows of G, `pairs` pairs of columns of X. */
function columns3(
  x: usize,
  ldx: usize,
  rows: i32,
  pairs: i32,
  g: usize,
  ldg: usize,
  out: usize,
  ldo: usize,
): void {
  let k: i32 = pairs;
  for (; k >= 3; k -= 3) {
    tile3x3(x, ldx, rows, g, ldg, out, ldo);
    x += 48;
    out += 48;
  }
  for (; k > 0; k--) {
    tile1x3(x, ldx, rows, g, ldg, out, ldo);
    x += 16;
    out += 16;
  }
}

/** Two rows of G, `pairs` pairs of columns of X. */
function columns2(
  x: usize,
  ldx: usize,
  rows: i32,
  pairs: i32,
  g: usize,
  ldg: usize,
  out: usize,
  ldo: usize,
): void {
  let k: i32 = pairs;
  for (; k >= 4; k -= 4) {
    tile4x2(x, ldx, rows, g, ldg, out, ldo);
    x += 64;
    out += 64;
  }
  for (; k > 0; k--) {
    tile1x2(x, ldx, rows, g, ldg, out, ldo);
    x += 16;
    out += 16;
  }
}

/** One row of G, `pairs` pairs of columns of X. */
function columns1(
  x: usize,
  ldx: usize,
  rows: i32,
  pairs: i32,
  g: usize,
  ldg: usize,
  out: usize,
  ldo: usize,
): void {
  let k: i32 = pairs;
  for (; k >= 8; k -= 8) {
    tile8x1(x, ldx, rows, g, ldg, out, ldo);
    x += 128;
    out += 128;
  }
  for (; k > 0; k--) {
    tile1x1(x, ldx, rows, g, ldg, out, ldo);
    x += 16;
    out += 16;
  }
}

/**
 * out += G X: out[j,k] ← out[j,k] + Σ_i G[j,i] X[i,k], added in the order i = 0, 1, 2, …
 * Shapes: X m×n with row stride ldx, G q×m with ldg, out q×n with ldo; strides in elements. out is apart.
 * Error: that of a plain sum of m products; the bits do not depend on n, q, the tile, or how the rows are split
 * over calls.
 * Cost: 2 m n q flops, one read of X for a block of rows in cache.
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
  const allPairs = n >> 1;
  const width = q <= 4 ? allPairs : PANEL;
  for (let i: i32 = 0; i < m; i += ROWS) {
    const rows = min(ROWS, m - i);
    let x = X;
    let panel = out;
    for (let k: i32 = 0; k < allPairs; k += width) {
      const pairs = min(width, allPairs - k);
      let g = G;
      let o = panel;
      let j: i32 = q;
      for (; j >= 4; j -= 4) {
        columns4(x, xs, rows, pairs, g, gs, o, os);
        g += gs << 2;
        o += os << 2;
      }
      if (j === 3) columns3(x, xs, rows, pairs, g, gs, o, os);
      else if (j === 2) columns2(x, xs, rows, pairs, g, gs, o, os);
      else if (j === 1) columns1(x, xs, rows, pairs, g, gs, o, os);
      x += (<usize>pairs) << 4;
      panel += (<usize>pairs) << 4;
    }
    if (n & 1) lastColumn(x, xs, rows, G, gs, q, panel, os);
    X += <usize>rows * xs;
    G += (<usize>rows) << 3;
  }
}

/**
 * y = Aᵀ x, each y[k] a sum in row order.
 * Shapes: A rows×cols with row stride ld, x of rows doubles, y of cols doubles, apart from both.
 * Cost: 2 rows cols flops, one read of A.
 */
export function gemvTransposed(A: usize, rows: i32, cols: i32, ld: i32, x: usize, y: usize): void {
  memory.fill(y, 0, (<usize>cols) << 3);
  skinnyTransposed(A, rows, cols, ld, x, 0, 1, y, 0);
}
