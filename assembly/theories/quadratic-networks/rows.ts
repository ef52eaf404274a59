// The gradient of a student on rows of inputs that never change: they are packed once, and a step reads them once. A block of
// rows gives its projections, residuals and share of the gradient while it is in the second-level cache. Both products take the
// same packed panels, the second one across them. Knows nothing of how the student moves.
import { KC, MR, NR, pack, padded, tile } from '../../linalg/gemm';
import { madd } from '../../math/madd';

/** Rows of a block, whole panels: as long as a block of the general product, whose bits the default build gives. */
const BLOCK: i32 = (KC / MR) * MR;

/** Columns of a packed panel: what tiles of MR and of four make up without a rest. */
function panelWidth(d: i32): i32 {
  return max(4, padded(d, ASC_FEATURE_RELAXED_SIMD ? 2 : 4));
}

/** Doubles of n packed rows of d, in either build. */
export function packedRowsLength(n: i32, d: i32): i32 {
  return padded(n, 12) * padded(d, 4);
}

/** Doubles of scratch of a pass with a factor of m columns, in either build: it, its gradient, two blocks of projections. */
export function rowScratch(d: i32, m: i32): i32 {
  return (2 * padded(d, 4) + 2 * KC) * padded(m, NR);
}

/**
 * Rows of X as a pass takes them: panels of MR rows, column by column, zeros beyond the last row and column. They become the
 * rows from `first` on of `to`.
 * Shapes: X n×d with row stride ldx, to of `packedRowsLength` of all rows. Range: first a multiple of 12.
 */
export function packRows(first: i32, n: i32, d: i32, X: usize, ldx: i32, to: usize): void {
  assert(first % 12 === 0 && n >= 0 && d > 0);
  const line = (<usize>panelWidth(d)) << 3;
  const panel = MR * line;
  to += <usize>first * line;
  memory.fill(to, 0, <usize>((n + MR - 1) / MR) * panel);
  for (let i = 0; i < n; i += MR) {
    pack(X + ((<usize>i * <usize>ldx) << 3), (<usize>ldx) << 3, 8, min(MR, n - i), d, MR, to);
    to += panel;
  }
}

/**
 * c[4×4] = (add ? c : 0) + Σ_i x_i[0..3]ᵀ b_i[0..3] over the rows i of all panels, from the column of x that `a` points at.
 * `jump` bytes lead from the end of a panel's row to the next panel.
 */
function across4(a: usize, jump: usize, b: usize, rows: i32, c: usize, ldc: usize, add: i32): void {
  let s00 = f64x2.splat(0);
  let s01 = f64x2.splat(0);
  let s10 = f64x2.splat(0);
  let s11 = f64x2.splat(0);
  let s20 = f64x2.splat(0);
  let s21 = f64x2.splat(0);
  let s30 = f64x2.splat(0);
  let s31 = f64x2.splat(0);
  const end = b + ((<usize>rows) << 5);
  while (b < end) {
    const stop = b + (MR << 5);
    do {
      const b0 = v128.load(b);
      const b1 = v128.load(b, 16);
      let t = v128.load64_splat(a);
      s00 = madd(t, b0, s00);
      s01 = madd(t, b1, s01);
      t = v128.load64_splat(a, MR * 8);
      s10 = madd(t, b0, s10);
      s11 = madd(t, b1, s11);
      t = v128.load64_splat(a, MR * 16);
      s20 = madd(t, b0, s20);
      s21 = madd(t, b1, s21);
      t = v128.load64_splat(a, MR * 24);
      s30 = madd(t, b0, s30);
      s31 = madd(t, b1, s31);
      a += 8;
      b += 32;
    } while (b < stop);
    a += jump;
  }
  put(c, s00, s01, add);
  c += ldc;
  put(c, s10, s11, add);
  c += ldc;
  put(c, s20, s21, add);
  c += ldc;
  put(c, s30, s31, add);
}

/** `across4` with six columns of x. */
function across6(a: usize, jump: usize, b: usize, rows: i32, c: usize, ldc: usize, add: i32): void {
  let s00 = f64x2.splat(0);
  let s01 = f64x2.splat(0);
  let s10 = f64x2.splat(0);
  let s11 = f64x2.splat(0);
  let s20 = f64x2.splat(0);
  let s21 = f64x2.splat(0);
  let s30 = f64x2.splat(0);
  let s31 = f64x2.splat(0);
  let s40 = f64x2.splat(0);
  let s41 = f64x2.splat(0);
  let s50 = f64x2.splat(0);
  let s51 = f64x2.splat(0);
  const end = b + ((<usize>rows) << 5);
  while (b < end) {
    const stop = b + (MR << 5);
    do {
      const b0 = v128.load(b);
      const b1 = v128.load(b, 16);
      let t = v128.load64_splat(a);
      s00 = madd(t, b0, s00);
      s01 = madd(t, b1, s01);
      t = v128.load64_splat(a, MR * 8);
      s10 = madd(t, b0, s10);
      s11 = madd(t, b1, s11);
      t = v128.load64_splat(a, MR * 16);
      s20 = madd(t, b0, s20);
      s21 = madd(t, b1, s21);
      t = v128.load64_splat(a, MR * 24);
      s30 = madd(t, b0, s30);
      s31 = madd(t, b1, s31);
      t = v128.load64_splat(a, MR * 32);
      s40 = madd(t, b0, s40);
      s41 = madd(t, b1, s41);
      t = v128.load64_splat(a, MR * 40);
      s50 = madd(t, b0, s50);
      s51 = madd(t, b1, s51);
      a += 8;
      b += 32;
    } while (b < stop);
    a += jump;
  }
  put(c, s00, s01, add);
  c += ldc;
  put(c, s10, s11, add);
  c += ldc;
  put(c, s20, s21, add);
  c += ldc;
  put(c, s30, s31, add);
  c += ldc;
  put(c, s40, s41, add);
  c += ldc;
  put(c, s50, s51, add);
}

/** Stores four numbers, or adds them to what is there. */
function put(c: usize, left: v128, right: v128, add: i32): void {
  if (add) {
    left = f64x2.add(v128.load(c), left);
    right = f64x2.add(v128.load(c, 16), right);
  }
  v128.store(c, left);
  v128.store(c, right, 16);
}

/**
 * Residuals of one block: Σ_j P_ij Q_ij over columns (two lanes, added at the end, then an odd last column), rows of Q times
 * their residual, Σ r² and Σ r carried on in `sums`. P and Q lie in groups of four columns and may be one.
 */
function residuals(
  rows: i32,
  height: i32,
  m: i32,
  P: usize,
  Q: usize,
  y: usize,
  trace: f64,
  scale: f64,
  sums: usize,
): void {
  const group = (<usize>height) << 5;
  const whole = <usize>(m >> 2) * group;
  const end = <usize>((m + 3) >> 2) * group;
  let squares = load<f64>(sums);
  let total = load<f64>(sums, 8);
  for (let i = 0; i < rows; i++) {
    let lanes = f64x2.splat(0);
    let at: usize = 0;
    for (; at < whole; at += group) {
      lanes = madd(v128.load(P + at), v128.load(Q + at), lanes);
      lanes = madd(v128.load(P + at, 16), v128.load(Q + at, 16), lanes);
    }
    if (m & 2) lanes = madd(v128.load(P + at), v128.load(Q + at), lanes);
    let sum = f64x2.extract_lane(lanes, 0) + f64x2.extract_lane(lanes, 1);
    if (m & 1) {
      at += (<usize>(m & 2)) << 3;
      sum += load<f64>(P + at) * load<f64>(Q + at);
    }
    const residual = (sum - trace) / scale - load<f64>(y);
    squares += residual * residual;
    total += residual;
    const factor = f64x2.splat(residual);
    for (at = Q; at < Q + end; at += group) {
      v128.store(at, f64x2.mul(factor, v128.load(at)));
      v128.store(at, f64x2.mul(factor, v128.load(at, 16)), 16);
    }
    P += 32;
    Q += 32;
    y += 8;
  }
  store<f64>(sums, squares);
  store<f64>(sums, total, 8);
}

/** P = X W for the panels of one block, in groups of four columns. */
function project(height: i32, d: i32, columns: i32, panels: usize, W: usize, P: usize): void {
  const panel = (<usize>(MR * panelWidth(d))) << 3;
  for (let j = 0; j < columns; j += NR) {
    let x = panels;
    for (let i = 0; i < height; i += MR) {
      for (let from = 0; from < d; from += KC) {
        const a = x + ((<usize>(from * MR)) << 3);
        tile(a, W + ((<usize>from) << 5), min(KC, d - from), P, 32, from > 0 ? 1 : 0);
      }
      x += panel;
      P += MR << 5;
    }
    W += (<usize>d) << 5;
  }
}

/** out = (add ? out : 0) + Xᵀ P for the panels of one block. */
function gather(height: i32, d: i32, columns: i32, panels: usize, P: usize, out: usize, add: i32): void {
  const width = panelWidth(d);
  const jump = (<usize>(MR * (width - 1))) << 3;
  const ldo = (<usize>columns) << 3;
  // Columns that tiles of six take; those of four take the rest.
  const sixes = ASC_FEATURE_RELAXED_SIMD ? width - ((6 - (width % 6)) % 6) * 2 : 0;
  for (let j = 0; j < columns; j += NR) {
    let x = panels;
    let c = out + ((<usize>j) << 3);
    let i = 0;
    for (; i < sixes; i += 6) {
      across6(x, jump, P, height, c, ldo, add);
      x += MR * 48;
      c += 6 * ldo;
    }
    for (; i < width; i += 4) {
      across4(x, jump, P, height, c, ldo, add);
      x += MR * 32;
      c += 4 * ldo;
    }
    P += (<usize>height) << 5;
  }
}

/** The rows of one block of panels in groups of four columns, zeros beyond the last. */
function regroup(height: i32, d: i32, columns: i32, panels: usize, to: usize): void {
  const skip = (<usize>(MR * (panelWidth(d) - d))) << 3;
  memory.fill(to + ((<usize>height * <usize>(columns - NR)) << 3), 0, (<usize>height) << 5);
  for (let i = 0; i < height; i += MR) {
    for (let j = 0; j < d; j++) {
      let at = to + ((<usize>height * <usize>(j & ~3) + <usize>(j & 3)) << 3);
      for (let line = 0; line < MR; line++) {
        store<f64>(at, load<f64>(panels));
        panels += 8;
        at += 32;
      }
    }
    panels += skip;
    to += MR << 5;
  }
}

/** out = Σ_i r_i x_i q_iᵀ and sums with p = Wᵀ x: r_i = (p_i·q_i − trace)/scale − y_i, where q is p or, with `whole`, x. */
function pass(
  n: i32,
  d: i32,
  m: i32,
  rows: usize,
  W: usize,
  whole: bool,
  y: usize,
  trace: f64,
  scale: f64,
  out: usize,
  sums: usize,
  scratch: usize,
): void {
  assert(n >= 0 && d > 0 && m > 0);
  const columns = padded(m, NR);
  const width = panelWidth(d);
  let gradient = scratch + ((<usize>(d * columns)) << 3);
  const P = gradient + ((<usize>(width * columns)) << 3);
  const Q = whole ? P + ((<usize>(BLOCK * columns)) << 3) : P;
  pack(W, 8, (<usize>m) << 3, m, d, NR, scratch);
  memory.fill(gradient, 0, P - gradient);
  store<f64>(sums, 0);
  store<f64>(sums, 0, 8);
  for (let i = 0; i < n; i += BLOCK) {
    const here = min(BLOCK, n - i);
    const height = padded(here, MR);
    project(height, d, columns, rows, scratch, P);
    if (whole) regroup(height, d, columns, rows, Q);
    residuals(here, height, m, P, Q, y, trace, scale, sums);
    gather(height, d, columns, rows, Q, gradient, i > 0 ? 1 : 0);
    rows += (<usize>(height * width)) << 3;
    y += (<usize>here) << 3;
  }
  const line = (<usize>m) << 3;
  for (let i = 0; i < d; i++) {
    memory.copy(out, gradient, line);
    out += line;
    gradient += (<usize>columns) << 3;
  }
}

/**
 * r_i = (‖Wᵀ x_i‖² − trace)/scale − y_i and out = Σ_i r_i x_i x_iᵀ W; sums = [Σ r², Σ r].
 * Shapes: rows as `packRows` leaves n rows of d; W and out d×m; y of n; sums of 2; scratch of `rowScratch(d, m)`.
 * Error: that of `gemm`. Bits do not depend on blocks: products sum as `gemm` does, columns of a row in two lanes.
 * Cost: 4 n d m flops and one pass over the rows.
 */
export function rowGradient(
  n: i32,
  d: i32,
  m: i32,
  rows: usize,
  W: usize,
  y: usize,
  trace: f64,
  scale: f64,
  out: usize,
  sums: usize,
  scratch: usize,
): void {
  pass(n, d, m, rows, W, false, y, trace, scale, out, sums, scratch);
}

/**
 * r_i = (x_iᵀ Z x_i − trace)/scale − y_i and out = Σ_i r_i x_i x_iᵀ for a symmetric Z; sums = [Σ r², Σ r].
 * Shapes: as `rowGradient`, Z and out d×d.
 * Cost: 4 n d² flops and one pass over the rows.
 */
export function rowField(
  n: i32,
  d: i32,
  rows: usize,
  Z: usize,
  y: usize,
  trace: f64,
  scale: f64,
  out: usize,
  sums: usize,
  scratch: usize,
): void {
  pass(n, d, d, rows, Z, true, y, trace, scale, out, sums, scratch);
}
