// The gradient of a student on rows of inputs that never change: they are packed once, and a step reads them once. A block of
// rows gives its projections, residuals and share of the gradient while it is in the second-level cache. Both products take the
// same packed panels, the second one across them, and neither multiplies what is known to be zero or the same by symmetry. Knows
// nothing of how the student moves.
import { KC, MR, NR, pack, padded, tile } from '../../linalg/gemm';
import { mirrorLower } from '../../linalg/tridiagonal';
import { madd } from '../../math/madd';
import { across4, across6 } from './across';
import { firstRow, TURNED, turnBack, turnLength, turnToTrapezoid } from './trapezoid';

/** Rows of a block, whole panels: as long as a block of the general product, whose bits the default build gives. */
const BLOCK: i32 = (KC / MR) * MR;

/** Rows for each column of x from which on turning a factor takes less time than its zeros save. */
const TURNING: i32 = 16;

/** Columns of a packed panel: what tiles of MR and of four make up without a rest. */
function panelWidth(d: i32): i32 {
  return max(4, padded(d, ASC_FEATURE_RELAXED_SIMD ? 2 : 4));
}

/** Doubles of n packed rows of d, in either build. */
export function packedRowsLength(n: i32, d: i32): i32 {
  return padded(n, 12) * padded(d, 4);
}

/**
 * Doubles of scratch of a pass with a factor of m columns, in either build: sums, the factor and its gradient in groups of four
 * columns, two blocks of projections, and how the factor was turned.
 */
export function rowScratch(d: i32, m: i32): i32 {
  return 4 + (2 * padded(d, TURNED) + 2 * KC) * padded(m, NR) + turnLength(d, m);
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

/** Group of four columns of P = X W for the panels of one block, where W is zero above row `first`. */
function project(height: i32, d: i32, first: i32, panels: usize, W: usize, P: usize): void {
  const panel = (<usize>(MR * panelWidth(d))) << 3;
  const start = first - (first % KC);
  for (let i = 0; i < height; i += MR) {
    for (let from = start; from < d; from += KC) {
      const here = max(first, from);
      const a = panels + ((<usize>(here * MR)) << 3);
      tile(a, W + ((<usize>here) << 5), min(d, from + KC) - here, P, 32, from > start ? 1 : 0);
    }
    panels += panel;
    P += MR << 5;
  }
}

/** Group of `here` columns of the rows of one block, from the column that `x` points at; zeros beyond. */
function regroup(height: i32, d: i32, here: i32, x: usize, to: usize): void {
  const panel = (<usize>(MR * panelWidth(d))) << 3;
  if (here < NR) memory.fill(to, 0, (<usize>height) << 5);
  for (let i = 0; i < height; i += MR) {
    for (let j = 0; j < here; j++) {
      let from = x + ((<usize>(j * MR)) << 3);
      let at = to + ((<usize>j) << 3);
      for (let line = 0; line < MR; line++) {
        store<f64>(at, load<f64>(from));
        from += 8;
        at += 32;
      }
    }
    x += panel;
    to += MR << 5;
  }
}

/** p·q of two rows; groups of columns lie `group` bytes apart, those of P up to `end`. */
function products(P: usize, Q: usize, end: usize, group: usize): v128 {
  let s00 = f64x2.splat(0);
  let s01 = f64x2.splat(0);
  let s10 = f64x2.splat(0);
  let s11 = f64x2.splat(0);
  for (; P < end; P += group) {
    s00 = madd(v128.load(P), v128.load(Q), s00);
    s01 = madd(v128.load(P, 16), v128.load(Q, 16), s01);
    s10 = madd(v128.load(P, 32), v128.load(Q, 32), s10);
    s11 = madd(v128.load(P, 48), v128.load(Q, 48), s11);
    Q += group;
  }
  const first = f64x2.add(s00, s01);
  const second = f64x2.add(s10, s11);
  return f64x2.add(v128.shuffle<f64>(first, second, 0, 2), v128.shuffle<f64>(first, second, 1, 3));
}

/** `products` of rows with themselves. */
function squares(P: usize, end: usize, group: usize): v128 {
  let s00 = f64x2.splat(0);
  let s01 = f64x2.splat(0);
  let s10 = f64x2.splat(0);
  let s11 = f64x2.splat(0);
  for (; P < end; P += group) {
    const p00 = v128.load(P);
    const p01 = v128.load(P, 16);
    const p10 = v128.load(P, 32);
    const p11 = v128.load(P, 48);
    s00 = madd(p00, p00, s00);
    s01 = madd(p01, p01, s01);
    s10 = madd(p10, p10, s10);
    s11 = madd(p11, p11, s11);
  }
  const first = f64x2.add(s00, s01);
  const second = f64x2.add(s10, s11);
  return f64x2.add(v128.shuffle<f64>(first, second, 0, 2), v128.shuffle<f64>(first, second, 1, 3));
}

/**
 * Residuals r of the rows of one block, r² and r added to the lanes of `sums`, and q ← r q. Groups of columns lie `group` bytes
 * apart, those of P up to `end`.
 */
function residuals(
  rows: i32,
  P: usize,
  Q: usize,
  end: usize,
  group: usize,
  y: usize,
  trace: f64,
  scale: f64,
  sums: usize,
): void {
  let total2 = v128.load(sums);
  let total = v128.load(sums, 16);
  for (let i = 0; i < rows; i += 2) {
    const two = i + 1 < rows;
    const forms = P === Q ? squares(P, end, group) : products(P, Q, end, group);
    let r = f64x2.div(f64x2.sub(forms, f64x2.splat(trace)), f64x2.splat(scale));
    r = f64x2.sub(r, two ? v128.load(y) : v128.load64_zero(y));
    if (!two) r = f64x2.replace_lane(r, 1, 0);
    total2 = madd(r, r, total2);
    total = f64x2.add(r, total);
    const r0 = v128.shuffle<f64>(r, r, 0, 0);
    const r1 = v128.shuffle<f64>(r, r, 1, 1);
    for (let q = Q, last = Q + (end - P); q < last; q += group) {
      v128.store(q, f64x2.mul(r0, v128.load(q)));
      v128.store(q, f64x2.mul(r0, v128.load(q, 16)), 16);
      v128.store(q, f64x2.mul(r1, v128.load(q, 32)), 32);
      v128.store(q, f64x2.mul(r1, v128.load(q, 48)), 48);
    }
    P += 64;
    Q += 64;
    end += 64;
    y += 16;
  }
  v128.store(sums, total2);
  v128.store(sums, total, 16);
}

/** Four columns of out = (add ? out : 0) + Xᵀ Q for the panels of one block; tiles wholly above row `first` are left out. */
function gather(height: i32, d: i32, first: i32, panels: usize, Q: usize, out: usize, add: i32): void {
  const width = panelWidth(d);
  const jump = (<usize>(MR * (width - 1))) << 3;
  // Tiles of six columns of x leave a rest to those of four.
  const sixes = ASC_FEATURE_RELAXED_SIMD ? width - ((6 - (width % 6)) % 6) * 2 : 0;
  let i = 0;
  for (; i < sixes; i += 6) {
    if (i + 6 > first) across6(panels, jump, Q, height, out, 32, add);
    panels += MR * 48;
    out += 6 << 5;
  }
  for (; i < width; i += 4) {
    if (i + 4 > first) across4(panels, jump, Q, height, out, 32, add);
    panels += MR * 32;
    out += 4 << 5;
  }
}

/** T with x·(T x) = x·(Z x) in groups of four columns: the triangle of Z below the diagonal, twice. */
function foldTriangle(d: i32, Z: usize, T: usize, group: usize): void {
  for (let i = 0; i < d; i++) {
    for (let j = 0; j <= i; j++) {
      const value = load<f64>(Z + ((<usize>j) << 3));
      const at = T + <usize>(j >> 2) * group + ((<usize>(j & 3)) << 3);
      store<f64>(at, i === j ? value : 2 * value);
    }
    Z += (<usize>d) << 3;
    T += 32;
  }
}

/** A d×m matrix in groups of four columns. */
function groupColumns(d: i32, m: i32, W: usize, to: usize, bytes: usize): void {
  for (let j = 0; j < m; j += NR) {
    pack(W + ((<usize>j) << 3), 8, (<usize>m) << 3, min(NR, m - j), d, NR, to);
    to += bytes;
  }
}

/** A d×m matrix from its groups of four columns. */
function ungroup(d: i32, m: i32, from: usize, group: usize, to: usize): void {
  const line = (<usize>m) << 3;
  for (let j = 0; j < m; j += NR) {
    const here = min(NR, m - j);
    let row = from;
    let at = to + ((<usize>j) << 3);
    for (let i = 0; i < d; i++) {
      if (here === NR) {
        v128.store(at, v128.load(row));
        v128.store(at, v128.load(row, 16), 16);
      } else memory.copy(at, row, (<usize>here) << 3);
      row += 32;
      at += line;
    }
    from += group;
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
  const line = (<usize>padded(m, NR)) << 3;
  const tall = (<usize>padded(d, TURNED)) << 5;
  const lanes = scratch;
  const factor = lanes + 32;
  const gradient = factor + <usize>padded(d, TURNED) * line;
  const P = gradient + <usize>padded(d, TURNED) * line;
  const Q = whole ? P + <usize>BLOCK * line : P;
  const turn = P + <usize>(2 * BLOCK) * line;
  memory.fill(scratch, 0, P - scratch);
  if (whole) foldTriangle(d, W, factor, tall);
  else groupColumns(d, m, W, factor, tall);
  const turned = !whole && n >= TURNING * d;
  if (turned) turnToTrapezoid(d, m, factor, turn);
  for (let i = 0; i < n; i += BLOCK) {
    const here = min(BLOCK, n - i);
    const height = padded(here, MR);
    const bytes = (<usize>height) << 5;
    let p = P;
    let q = Q;
    let w = factor;
    for (let j = 0; j < m; j += NR) {
      project(height, d, whole ? j : turned ? firstRow(d, m, j) : 0, rows, w, p);
      if (whole) regroup(height, d, min(NR, m - j), rows + ((<usize>(j * MR)) << 3), q);
      p += bytes;
      q += bytes;
      w += tall;
    }
    residuals(here, P, Q, p, bytes, y, trace, scale, lanes);
    q = Q;
    let g = gradient;
    for (let j = 0; j < m; j += NR) {
      gather(height, d, whole ? j : 0, rows, q, g, i > 0 ? 1 : 0);
      q += bytes;
      g += tall;
    }
    rows += (<usize>(height * panelWidth(d))) << 3;
    y += (<usize>here) << 3;
  }
  if (turned) turnBack(d, m, gradient, turn);
  ungroup(d, m, gradient, tall, out);
  if (whole) mirrorLower(out, d, (<usize>d) << 3);
  store<f64>(sums, load<f64>(lanes) + load<f64>(lanes, 8));
  store<f64>(sums, load<f64>(lanes, 16) + load<f64>(lanes, 24), 8);
}

/**
 * r_i = (‖Wᵀ x_i‖² − trace)/scale − y_i and out = Σ_i r_i x_i x_iᵀ W; sums = [Σ r², Σ r].
 * Shapes: rows as `packRows` leaves n rows of d; W and out d×m; y of n; sums of 2; scratch of `rowScratch(d, m)`.
 * Where n ≥ 16 d, W is turned into a trapezoid and the gradient back, which is not seen from outside.
 * Error: that of `gemm`; turning adds 1.5e-15 of the largest entry. Bits do not depend on blocks: products sum as `gemm` does,
 * columns of a row in four lanes.
 * Cost: n (4 d m − m²) flops for m ≤ d, 4 d m² to turn there and back, and one pass over the rows.
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
 * Shapes: as `rowGradient`, Z and out d×d. Of Z the lower triangle is read.
 * Cost: 2 n d² flops and one pass over the rows.
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
