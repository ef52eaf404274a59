// The gradient of a student on rows of inputs that never change: they are packed once, and a step reads them once. A block of
// rows gives its projections, residuals and share of the gradient while it is in the second-level cache. Both products take the
// same packed panels, the second one across them. Knows nothing of how the student moves.
import { KC, MR, NR, pack, padded, tile } from '../../linalg/gemm';
import { madd } from '../../math/madd';
import { across4, across6 } from './across';

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

/**
 * Doubles of scratch of a pass with a factor of m columns, in either build: it, its gradient, two blocks of projections, and
 * sums over their columns.
 */
export function rowScratch(d: i32, m: i32): i32 {
  return 2 * KC + (2 * padded(d, 4) + 2 * KC) * padded(m, NR);
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

/** Group of four columns of P = X W for the panels of one block. */
function project(height: i32, d: i32, panels: usize, W: usize, P: usize): void {
  const panel = (<usize>(MR * panelWidth(d))) << 3;
  for (let i = 0; i < height; i += MR) {
    for (let from = 0; from < d; from += KC) {
      const a = panels + ((<usize>(from * MR)) << 3);
      tile(a, W + ((<usize>from) << 5), min(KC, d - from), P, 32, from > 0 ? 1 : 0);
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

/** lanes_i ← lanes_i + p_i q_i, one or two pairs of columns of a group. */
function addProducts(height: i32, pairs: i32, P: usize, Q: usize, lanes: usize): void {
  const end = P + ((<usize>height) << 5);
  for (; P < end; P += 32) {
    let sum = madd(v128.load(P), v128.load(Q), v128.load(lanes));
    if (pairs > 1) sum = madd(v128.load(P, 16), v128.load(Q, 16), sum);
    v128.store(lanes, sum);
    Q += 32;
    lanes += 16;
  }
}

/**
 * Residuals r of one block from its lanes and, where `odd`, the last column, which stands alone; Σ r² and Σ r are carried on in
 * `sums`. r may lie where the lanes do.
 */
function residuals(
  rows: i32,
  lanes: usize,
  odd: bool,
  P: usize,
  Q: usize,
  y: usize,
  trace: f64,
  scale: f64,
  r: usize,
  sums: usize,
): void {
  let squares = load<f64>(sums);
  let total = load<f64>(sums, 8);
  for (let i = 0; i < rows; i++) {
    let sum = load<f64>(lanes) + load<f64>(lanes, 8);
    if (odd) {
      sum += load<f64>(P) * load<f64>(Q);
      P += 32;
      Q += 32;
    }
    const residual = (sum - trace) / scale - load<f64>(y);
    squares += residual * residual;
    total += residual;
    store<f64>(r, residual);
    lanes += 16;
    y += 8;
    r += 8;
  }
  store<f64>(sums, squares);
  store<f64>(sums, total, 8);
}

/** Rows of a group times r. */
function scaleRows(rows: i32, r: usize, Q: usize): void {
  const end = Q + ((<usize>rows) << 5);
  for (; Q < end; Q += 32) {
    const factor = v128.load64_splat(r);
    v128.store(Q, f64x2.mul(factor, v128.load(Q)));
    v128.store(Q, f64x2.mul(factor, v128.load(Q, 16)), 16);
    r += 8;
  }
}

/** Four columns of out = (add ? out : 0) + Xᵀ Q for the panels of one block. */
function gather(height: i32, d: i32, panels: usize, Q: usize, out: usize, ldo: usize, add: i32): void {
  const width = panelWidth(d);
  const jump = (<usize>(MR * (width - 1))) << 3;
  // Tiles of six columns of x leave a rest to those of four.
  const sixes = ASC_FEATURE_RELAXED_SIMD ? width - ((6 - (width % 6)) % 6) * 2 : 0;
  let i = 0;
  for (; i < sixes; i += 6) {
    across6(panels, jump, Q, height, out, ldo, add);
    panels += MR * 48;
    out += 6 * ldo;
  }
  for (; i < width; i += 4) {
    across4(panels, jump, Q, height, out, ldo, add);
    panels += MR * 32;
    out += 4 * ldo;
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
  const packedW = scratch;
  const lanes = packedW + ((<usize>(d * columns)) << 3);
  let gradient = lanes + ((<usize>BLOCK) << 4);
  const P = gradient + ((<usize>(width * columns)) << 3);
  const Q = whole ? P + ((<usize>(BLOCK * columns)) << 3) : P;
  pack(W, 8, (<usize>m) << 3, m, d, NR, packedW);
  memory.fill(gradient, 0, P - gradient);
  store<f64>(sums, 0);
  store<f64>(sums, 0, 8);
  for (let i = 0; i < n; i += BLOCK) {
    const here = min(BLOCK, n - i);
    const height = padded(here, MR);
    const group = (<usize>height) << 5;
    memory.fill(lanes, 0, (<usize>height) << 4);
    let p = P;
    let q = Q;
    for (let j = 0; j < m; j += NR) {
      project(height, d, rows, packedW + ((<usize>(j * d)) << 3), p);
      if (whole) regroup(height, d, min(NR, m - j), rows + ((<usize>(j * MR)) << 3), q);
      const pairs = min(2, (m - j) >> 1);
      if (pairs > 0) addProducts(height, pairs, p, q, lanes);
      p += group;
      q += group;
    }
    // From the group beyond the last back to the last column.
    const last = group - ((<usize>((m - 1) & 3)) << 3);
    residuals(here, lanes, (m & 1) === 1, p - last, q - last, y, trace, scale, lanes, sums);
    q = Q;
    for (let j = 0; j < m; j += NR) {
      scaleRows(here, lanes, q);
      const c = gradient + ((<usize>j) << 3);
      gather(height, d, rows, q, c, (<usize>columns) << 3, i > 0 ? 1 : 0);
      q += group;
    }
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
