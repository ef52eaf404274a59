// Particles on the sphere that interact through a polynomial of their inner products: their velocities, and the sums
// that loss and gap need, from one pass over the pairs without the m×m Gram matrix. The target direction is the first
// axis. Knows nothing of time, steps or the mean field.

import { polynomialAt, polynomialOf } from './polynomial';
import { tangent } from './sphere';
import { addAcross, addDown, BLOCK, gramBlock, packColumns, packRows, padded4 } from './tiles';

/** Bytes of a row of a block. */
const ROW: usize = (<usize>BLOCK) << 3;

/** Doubles of scratch for populationVelocity: packed rows twice, sums of velocities, two blocks, sums of rows. */
export function populationVelocityScratch(m: i32, d: i32): i32 {
  return 3 * padded4(m) * padded4(d) + 2 * BLOCK * BLOCK + 4 * padded4(m);
}

/** Adds entries j = 0 … columns-1 of each row of a block to its four running sums, entry j to sum j mod 4. */
export function addToRowSums(S: usize, rows: i32, columns: i32, sums: usize): void {
  for (let i: i32 = 0; i < rows; i++) {
    let a = v128.load(sums);
    let b = v128.load(sums, 16);
    const end = S + ((<usize>columns) << 3);
    for (let s = S; s < end; s += 32) {
      a = f64x2.add(a, v128.load(s));
      b = f64x2.add(b, v128.load(s, 16));
    }
    v128.store(sums, a);
    v128.store(sums, b, 16);
    S += ROW;
    sums += 32;
  }
}

/** The same on the diagonal: row i takes its entries j < i, and half its own, which is exact. */
function addBelowDiagonal(S: usize, rows: i32, sums: usize): void {
  for (let i: i32 = 0; i < rows; i++) {
    for (let j: i32 = 0; j <= i; j++) {
      const at = sums + ((<usize>(j & 3)) << 3);
      const value = load<f64>(S + ((<usize>j) << 3));
      store<f64>(at, load<f64>(at) + (j < i ? value : 0.5 * value));
    }
    S += ROW;
    sums += 32;
  }
}

/** One block of pairs: rows from i, columns from j ≤ i. A function of its own, so that an engine can tune it. */
function pairs(
  i: i32,
  j: i32,
  mp: i32,
  dp: i32,
  slope: usize,
  values: usize,
  rowsPacked: usize,
  columnsPacked: usize,
  sums: usize,
  S: usize,
  rowSums: usize,
): void {
  const rows = min(BLOCK, mp - i);
  const columns = min(BLOCK, mp - j);
  const panel = (<usize>mp) << 5;
  const ld = (<usize>dp) << 3;
  gramBlock(rowsPacked + <usize>i * ld, rows, rowsPacked + <usize>j * ld, columns, dp, S);
  if (values) {
    const V = S + ((<usize>(BLOCK * BLOCK)) << 3);
    polynomialOf(values, S, BLOCK * rows, V);
    if (j < i) addToRowSums(V, rows, columns, rowSums + ((<usize>i) << 5));
    else addBelowDiagonal(V, rows, rowSums + ((<usize>i) << 5));
  }
  if (!slope) return;
  polynomialOf(slope, S, BLOCK * rows, S);
  addAcross(S, rows, columns, columnsPacked + ((<usize>j) << 5), panel, dp, sums + <usize>i * ld, ld);
  if (j < i)
    addDown(S, rows, columns, columnsPacked + ((<usize>i) << 5), panel, dp, sums + <usize>j * ld, ld);
}

/** v = P_w [target e_1 − sum/m] with P_w = I − w wᵀ. */
export function project(target: f64, sum: usize, inverse: f64, w: usize, d: i32, v: usize): void {
  for (let k: i32 = 0; k < d; k++) {
    const at = (<usize>k) << 3;
    store<f64>(v + at, -inverse * load<f64>(sum + at));
  }
  store<f64>(v, load<f64>(v) + target);
  tangent(w, d, v);
}

/**
 * V_i = P_i [T'(w_i1) e_1 − (1/m) Σ_j Q'(⟨w_i,w_j⟩) w_j], P_i = I − w_i w_iᵀ, and, where `values` is a polynomial Q
 * without constant term, Σ_ij Q(⟨w_i,w_j⟩), which is returned (else 0). Without `slope` (0) only the sum. Done in parts: rows
 * `from` to `to` of the pairs, from 0 to m; the answers are there after the part that ends at m, until then W and scratch stay.
 * Shapes: W and V m×d with row strides ldw and ldv (elements), V apart; slope = Q', values = Q and target = T' as
 * polynomial.ts has them; from and to multiples of 64, or m; scratch of populationVelocityScratch(m, d) doubles.
 * Range: rows of norm 1; m from 1 on.
 * Error: inner products sum over k in order, velocities over j in order; the sum of Q takes in each row four chains
 * (j mod 4) over j ≤ i, added at the end, and the rows compensated, so that a gap of 1e-8 beside sums of order 1
 * keeps seven digits. No bit depends on the blocks or the parts.
 * Cost: 3 m² d flops and K m²/2 multiply-adds: each pair of blocks is formed once and used for both its sides.
 */
export function populationVelocity(
  W: usize,
  ldw: i32,
  m: i32,
  d: i32,
  slope: usize,
  values: usize,
  target: usize,
  V: usize,
  ldv: i32,
  from: i32,
  to: i32,
  scratch: usize,
): f64 {
  assert(m > 0 && d > 0 && from % BLOCK === 0 && (to === m || to % BLOCK === 0));
  const mp = padded4(m);
  const dp = padded4(d);
  const size = (<usize>mp * <usize>dp) << 3;
  const rowsPacked = scratch;
  const columnsPacked = rowsPacked + size;
  const sums = columnsPacked + size;
  const S = sums + size;
  const rowSums = S + ((<usize>(2 * BLOCK * BLOCK)) << 3);
  if (from === 0) {
    packRows(W, (<usize>ldw) << 3, m, d, rowsPacked);
    if (slope) {
      packColumns(W, (<usize>ldw) << 3, m, d, columnsPacked);
      memory.fill(sums, 0, size);
    }
    if (values) memory.fill(rowSums, 0, (<usize>mp) << 5);
  }
  for (let i = from; i < to; i += BLOCK) {
    for (let j: i32 = 0; j <= i; j += BLOCK) {
      pairs(i, j, mp, dp, slope, values, rowsPacked, columnsPacked, sums, S, rowSums);
    }
  }
  if (to < m) return 0;
  if (slope) {
    const inverse = 1 / <f64>m;
    for (let i: i32 = 0; i < m; i++) {
      const w = W + ((<usize>i * <usize>ldw) << 3);
      const v = V + ((<usize>i * <usize>ldv) << 3);
      project(polynomialAt(target, load<f64>(w)), sums + ((<usize>i * <usize>dp) << 3), inverse, w, d, v);
    }
  }
  return values ? 2 * totalOf(rowSums, m) : 0;
}

/**
 * V_i ← P_i [T'(w_i1) e_1 − shift − V_i]: the velocity from what the other particles do to each, V_i + shift.
 * Shapes: W and V m×d with row strides ldw and ldv (elements), shift of d doubles; target = T' as polynomial.ts has it.
 */
export function velocityFromInteraction(
  W: usize,
  ldw: i32,
  m: i32,
  d: i32,
  target: usize,
  shift: usize,
  V: usize,
  ldv: i32,
): void {
  for (let i: i32 = 0; i < m; i++) {
    for (let k: i32 = 0; k < d; k++) {
      const at = (<usize>k) << 3;
      store<f64>(V + at, load<f64>(V + at) + load<f64>(shift + at));
    }
    project(polynomialAt(target, load<f64>(W)), V, 1, W, d, V);
    W += (<usize>ldw) << 3;
    V += (<usize>ldv) << 3;
  }
}

/** The sums of rows, each its four chains in order, added with the rounding errors kept (Neumaier). */
export function totalOf(rowSums: usize, m: i32): f64 {
  let total: f64 = 0;
  let error: f64 = 0;
  for (let i: i32 = 0; i < m; i++) {
    const row =
      load<f64>(rowSums) + load<f64>(rowSums, 8) + (load<f64>(rowSums, 16) + load<f64>(rowSums, 24));
    const next = total + row;
    error += abs(total) >= abs(row) ? total - next + row : row - next + total;
    total = next;
    rowSums += 32;
  }
  return total + error;
}
