// The linearised dynamics of displacements Δ around rows W: the interaction term of all pairs in one pass, with the velocity
// and the sum over pairs that come with it, and then the rates. Knows nothing of time or of how W moves.

import { addToRowSums, project, totalOf } from './particles';
import { polynomialAt, polynomialOf } from './polynomial';
import { tangent } from './sphere';
import { addAcross, BLOCK, gramBlock, packColumns, packRows, padded4 } from './tiles';

/** Doubles of scratch for interactionProduct. */
export function interactionProductScratch(m: i32, d: i32): i32 {
  return 4 * padded4(m) * padded4(d) + 3 * BLOCK * padded4(d) + 3 * BLOCK * BLOCK + 4 * padded4(m);
}

/** S[k] ← S[k] F[k]. */
function multiply(S: usize, F: usize, n: i32): void {
  const end = S + ((<usize>n) << 3);
  while (S < end) {
    v128.store(S, f64x2.mul(v128.load(S), v128.load(F)));
    S += 16;
    F += 16;
  }
}

/** One block of pairs: rows from i, columns from j, into the three sums of these rows. */
function pairs(
  i: i32,
  j: i32,
  mp: i32,
  dp: i32,
  slope: usize,
  curvature: usize,
  values: usize,
  packed: usize,
  sums: usize,
  S: usize,
  rowSums: usize,
): void {
  const rows = min(BLOCK, mp - i);
  const columns = min(BLOCK, mp - j);
  const ld = (<usize>dp) << 3;
  const size = <usize>mp * ld;
  const panel = (<usize>mp) << 5;
  const block = (<usize>(BLOCK * BLOCK)) << 3;
  const part = <usize>BLOCK * ld;
  const moved = packed + size;
  const columnsW = moved + size + ((<usize>j) << 5);
  const columnsMoved = columnsW + size;
  const M = S + block;
  const F = M + block;
  const n = BLOCK * rows;
  gramBlock(packed + <usize>i * ld, rows, packed + <usize>j * ld, columns, dp, S);
  gramBlock(packed + <usize>i * ld, rows, moved + <usize>j * ld, columns, dp, M);
  polynomialOf(values, S, n, F);
  addToRowSums(F, rows, columns, rowSums);
  polynomialOf(curvature, S, n, F);
  multiply(M, F, n);
  polynomialOf(slope, S, n, S);
  addAcross(S, rows, columns, columnsW, panel, dp, sums, ld);
  addAcross(S, rows, columns, columnsMoved, panel, dp, sums + part, ld);
  addAcross(M, rows, columns, columnsW, panel, dp, sums + 2 * part, ld);
}

/**
 * HD_i = P_i (1/m) Σ_j [Q'(s_ij) Δ_j + Q''(s_ij) ⟨w_i,Δ_j⟩ w_j] and V_i = P_i [T'(w_i1) e_1 − (1/m) Σ_j Q'(s_ij) w_j] with
 * s_ij = ⟨w_i,w_j⟩, for rows `from` to `to`, in parts from 0 to m. The part that ends at m returns Σ_ij Q(s_ij), Q = `values` without
 * constant term; until then W, D and scratch stay.
 * Shapes: W, D (the rows Δ_j, tangent: ⟨w_j,Δ_j⟩ = 0), V and HD m×d with one row stride ld (elements); slope = Q', curvature = Q'',
 * values = Q, target = T' as polynomial.ts has them; from and to multiples of 64, or m; scratch of interactionProductScratch(m, d) doubles.
 * Range: rows of W of norm 1.
 * Error: every sum over k and over j in order (Q: four chains, j mod 4, in each row); no bit depends on the blocks or the parts. V has the
 * bits of populationVelocity.
 * Cost: 10 m² d flops and 3 K m² multiply-adds.
 */
export function interactionProduct(
  W: usize,
  D: usize,
  ld: i32,
  m: i32,
  d: i32,
  slope: usize,
  curvature: usize,
  values: usize,
  target: usize,
  V: usize,
  HD: usize,
  from: i32,
  to: i32,
  scratch: usize,
): f64 {
  assert(m > 0 && d > 0 && from % BLOCK === 0 && (to === m || to % BLOCK === 0));
  const mp = padded4(m);
  const dp = padded4(d);
  const stride = (<usize>ld) << 3;
  const bytes = (<usize>dp) << 3;
  const size = <usize>mp * bytes;
  const part = <usize>BLOCK * bytes;
  const packed = scratch;
  const sums = packed + 4 * size;
  const S = sums + 3 * part;
  const rowSums = S + ((<usize>(3 * BLOCK * BLOCK)) << 3);
  if (from === 0) {
    packRows(W, stride, m, d, packed);
    packRows(D, stride, m, d, packed + size);
    packColumns(W, stride, m, d, packed + 2 * size);
    packColumns(D, stride, m, d, packed + 3 * size);
    memory.fill(rowSums, 0, (<usize>mp) << 5);
  }
  const inverse = 1 / <f64>m;
  for (let i = from; i < to; i += BLOCK) {
    memory.fill(sums, 0, 3 * part);
    for (let j: i32 = 0; j < mp; j += BLOCK) {
      pairs(i, j, mp, dp, slope, curvature, values, packed, sums, S, rowSums + ((<usize>i) << 5));
    }
    for (let r = i; r < min(m, i + BLOCK); r++) {
      const at = <usize>r * stride;
      const sum = sums + <usize>(r - i) * bytes;
      project(polynomialAt(target, load<f64>(W + at)), sum, inverse, W + at, d, V + at);
      for (let k: i32 = 0; k < d; k++) {
        const byte = (<usize>k) << 3;
        const both = load<f64>(sum + part + byte) + load<f64>(sum + 2 * part + byte);
        store<f64>(HD + at + byte, inverse * both);
      }
      tangent(W + at, d, HD + at);
    }
  }
  return to < m ? 0 : totalOf(rowSums, m);
}

/**
 * The rates of the linearised dynamics: out_i = D_i Δ_i − HD_i + (V_i − ν_i) − ⟨ν_i,Δ_i⟩ w_i with ν_i = V'(α_i)(e_1 − α_i w_i) and
 * D_i Δ = −α_i V'(α_i) Δ + V''(α_i)(e_1 − α_i w_i)⟨e_1, Δ⟩, the tangential derivative of ν: no division by β.
 * Shapes: W, D (tangent), V, HD and out m×d with one row stride ld (elements), out apart; first = V'(α_i) and second = V''(α_i), m doubles.
 * Source: (H1) and (H3) of docs/theories/propagation-of-chaos.md.
 */
export function linearisedRates(
  W: usize,
  D: usize,
  ld: i32,
  m: i32,
  d: i32,
  first: usize,
  second: usize,
  V: usize,
  HD: usize,
  out: usize,
): void {
  const stride = (<usize>ld) << 3;
  for (let i: i32 = 0; i < m; i++) {
    const alpha = load<f64>(W);
    const slope = load<f64>(first);
    const along = load<f64>(D);
    const towards = load<f64>(second) * along;
    const carried = slope * along;
    const shrink = alpha * slope;
    for (let k: i32 = 0; k < d; k++) {
      const at = (<usize>k) << 3;
      const w = load<f64>(W + at);
      const delta = load<f64>(D + at);
      const axis = (k === 0 ? 1 : 0) - alpha * w;
      const epsilon = load<f64>(V + at) - slope * axis;
      const local = towards * axis - shrink * delta;
      store<f64>(out + at, local - load<f64>(HD + at) + epsilon - carried * w);
    }
    W += stride;
    D += stride;
    V += stride;
    HD += stride;
    out += stride;
    first += 8;
    second += 8;
  }
}
