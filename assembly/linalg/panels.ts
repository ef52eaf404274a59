// The tall-skinny products of a matrix that many products are taken of: X packed once into panels, so that a tile reads one
// stream of it. For X in cache and several rows of the other factor. In the exact build the bits are those of `skinny` and
// `skinnyTransposed`.
import { madd } from '../math/madd';

/** Rows of X in a panel of the forward product. */
const ROWS: i32 = 4;
/** Columns of X in a panel of the transposed product. */
const COLUMNS: i32 = 8;

/** The last columns of two rows of a transposed product, beside what is no column. */
const REST: usize = memory.data(128, 16);

/** Doubles of X, m×n, in panels for the forward product. */
export function rowPanelsSize(m: i32, n: i32): i32 {
  return ((m + ROWS - 1) / ROWS) * ROWS * n;
}

/** Doubles of X, m×n, in panels for the transposed product. */
export function columnPanelsSize(m: i32, n: i32): i32 {
  return ((n + COLUMNS - 1) / COLUMNS) * COLUMNS * m;
}

/** First row of panel p: the last panel overlaps the one before. */
function firstRow(p: i32, m: i32): i32 {
  return min(p * ROWS, m - ROWS);
}

/**
 * Panels of four rows, m ≥ 4: for each pair of columns the pairs of all four rows, then the odd last column.
 * Shapes: X m×n with row stride ldx; to `rowPanelsSize`.
 */
export function packRowPanels(X: usize, m: i32, n: i32, ldx: i32, to: usize): void {
  assert(m >= ROWS);
  for (let i = 0; i < m; i += ROWS) {
    const first = X + ((<usize>firstRow(i / ROWS, m) * <usize>ldx) << 3);
    const bytes = (<usize>ldx) << 3;
    let k = 0;
    for (; k + 2 <= n; k += 2) {
      let x = first + ((<usize>k) << 3);
      for (let r = 0; r < ROWS; r++) {
        v128.store(to, v128.load(x));
        x += bytes;
        to += 16;
      }
    }
    if (k < n) {
      let x = first + ((<usize>k) << 3);
      for (let r = 0; r < ROWS; r++) {
        store<f64>(to, load<f64>(x));
        x += bytes;
        to += 8;
      }
    }
  }
}

/**
 * Panels of eight columns, row after row; zeros behind the last column.
 * Shapes: X m×n with row stride ldx; to `columnPanelsSize`.
 */
export function packColumnPanels(X: usize, m: i32, n: i32, ldx: i32, to: usize): void {
  for (let k = 0; k < n; k += COLUMNS) {
    for (let i = 0; i < m; i++) {
      const x = X + ((<usize>i * <usize>ldx) << 3);
      for (let c = k; c < k + COLUMNS; c++) {
        store<f64>(to, c < n ? load<f64>(x + ((<usize>c) << 3)) : 0);
        to += 8;
      }
    }
  }
}

/** The sums of the lanes of two accumulators, and the odd last terms x w. */
function finish(a: v128, b: v128, odd: i32, x: usize, w: usize): v128 {
  const total = f64x2.add(v128.shuffle<f64>(a, b, 0, 2), v128.shuffle<f64>(a, b, 1, 3));
  if (!odd) return total;
  return f64x2.add(total, f64x2.mul(v128.load(x), v128.load64_splat(w)));
}

/** A panel of four rows by 2 rows of W. */
function forward2(x: usize, w0: usize, w1: usize, n: i32, h0: usize, h1: usize): void {
  let a00 = f64x2.splat(0);
  let a10 = f64x2.splat(0);
  let a20 = f64x2.splat(0);
  let a30 = f64x2.splat(0);
  let a01 = f64x2.splat(0);
  let a11 = f64x2.splat(0);
  let a21 = f64x2.splat(0);
  let a31 = f64x2.splat(0);
  const end = x + ((<usize>(n >> 1)) << 6);
  while (x < end) {
    const b0 = v128.load(w0);
    const b1 = v128.load(w1);
    let v = v128.load(x);
    a00 = madd(v, b0, a00);
    a01 = madd(v, b1, a01);
    v = v128.load(x, 16);
    a10 = madd(v, b0, a10);
    a11 = madd(v, b1, a11);
    v = v128.load(x, 32);
    a20 = madd(v, b0, a20);
    a21 = madd(v, b1, a21);
    v = v128.load(x, 48);
    a30 = madd(v, b0, a30);
    a31 = madd(v, b1, a31);
    x += 64;
    w0 += 16;
    w1 += 16;
  }
  const odd = n & 1;
  v128.store(h0, finish(a00, a10, odd, x, w0));
  v128.store(h0, finish(a20, a30, odd, x + 16, w0), 16);
  v128.store(h1, finish(a01, a11, odd, x, w1));
  v128.store(h1, finish(a21, a31, odd, x + 16, w1), 16);
}

/** A panel of four rows by 1 row of W. */
function forward1(x: usize, w: usize, n: i32, h: usize): void {
  let a0 = f64x2.splat(0);
  let a1 = f64x2.splat(0);
  let a2 = f64x2.splat(0);
  let a3 = f64x2.splat(0);
  const end = x + ((<usize>(n >> 1)) << 6);
  while (x < end) {
    const b = v128.load(w);
    a0 = madd(v128.load(x), b, a0);
    a1 = madd(v128.load(x, 16), b, a1);
    a2 = madd(v128.load(x, 32), b, a2);
    a3 = madd(v128.load(x, 48), b, a3);
    x += 64;
    w += 16;
  }
  const odd = n & 1;
  v128.store(h, finish(a0, a1, odd, x, w));
  v128.store(h, finish(a2, a3, odd, x + 16, w), 16);
}

/**
 * H = W Xᵀ as `skinny` has it, to the bit in the exact build.
 * Shapes: X of `packRowPanels`, W q×n with row stride ldw, H q×m with ldh ≥ m.
 * Cost: 2 m n q flops.
 */
export function panelForward(X: usize, m: i32, n: i32, W: usize, ldw: i32, q: i32, H: usize, ldh: i32): void {
  const ws = (<usize>ldw) << 3;
  const hs = (<usize>ldh) << 3;
  const panel = (<usize>(ROWS * n)) << 3;
  for (let i = 0; i < m; i += ROWS) {
    let h = H + ((<usize>firstRow(i / ROWS, m)) << 3);
    let w = W;
    let j = q;
    for (; j >= 2; j -= 2) {
      forward2(X, w, w + ws, n, h, h + hs);
      w += ws << 1;
      h += hs << 1;
    }
    if (j > 0) forward1(X, w, n, h);
    X += panel;
  }
}

/** A panel of eight columns by 2 rows of G. */
function transposed2(x: usize, g0: usize, g1: usize, m: i32, out0: usize, out1: usize): void {
  let a00 = f64x2.splat(0);
  let a10 = f64x2.splat(0);
  let a20 = f64x2.splat(0);
  let a30 = f64x2.splat(0);
  let a01 = f64x2.splat(0);
  let a11 = f64x2.splat(0);
  let a21 = f64x2.splat(0);
  let a31 = f64x2.splat(0);
  const end = g0 + ((<usize>m) << 3);
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
    x += 64;
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

/**
 * out = G X; in the exact build with the bits of `skinnyTransposed` from zeros.
 * Shapes: X of `packColumnPanels`, G q×m with row stride ldg, out q×n with ldo.
 * Cost: 2 m n q flops, n rounded up to a multiple of 8; for an odd q the last row twice.
 */
export function panelTransposed(
  X: usize,
  m: i32,
  n: i32,
  G: usize,
  ldg: i32,
  q: i32,
  out: usize,
  ldo: i32,
): void {
  const gs = (<usize>ldg) << 3;
  const os = (<usize>ldo) << 3;
  for (let k = 0; k < n; k += COLUMNS) {
    const rest = min(n - k, COLUMNS);
    for (let j = 0; j < q; j += 2) {
      const g = G + <usize>j * gs;
      const next = j + 1 < q ? g + gs : g;
      const to = out + <usize>j * os + ((<usize>k) << 3);
      const also = j + 1 < q ? to + os : to;
      if (rest === COLUMNS) transposed2(X, g, next, m, to, also);
      else {
        transposed2(X, g, next, m, REST, REST + 64);
        memory.copy(to, REST, (<usize>rest) << 3);
        memory.copy(also, REST + 64, (<usize>rest) << 3);
      }
    }
    X += (<usize>(COLUMNS * m)) << 3;
  }
}
