// Bindings of the kernels that only propagation of chaos needs.
import type { Block } from './arena.ts';
import type { Core } from './core.ts';

/** out_i = Σ_{l < terms} coefficient_l P_l(x_i); `table` holds A_l, B_l of P_{l+1} = A_l x P_l + B_l P_{l-1}. */
export function legendreSeries(
  core: Core,
  x: Block,
  n: number,
  terms: number,
  table: Block,
  coefficients: Block,
  out: Block,
): void {
  core.exports.legendreSeries(x.ptr, n, terms, table.ptr, coefficients.ptr, out.ptr);
}

/** moment_l = Σ_i w_i P_l(x_i), l < terms; `moments` has room for 2 terms. */
export function legendreMoments(
  core: Core,
  x: Block,
  w: Block,
  n: number,
  terms: number,
  table: Block,
  moments: Block,
): void {
  core.exports.legendreMoments(x.ptr, w.ptr, n, terms, table.ptr, moments.ptr);
}

/** Blocks of `advanceResponse`: rows × cols each, all of one stride. Outputs may be inputs. */
export interface ResponseBlocks {
  readonly Y: Block;
  readonly base: Block;
  /** Written with base + c k where it is given. */
  readonly next?: Block;
  readonly accIn: Block;
  readonly accOut: Block;
}

/** k = rate_i Y_iq − Σ_l H_li E_lq; next = base + c k, accOut = accIn + a k. */
export function advanceResponse(
  core: Core,
  rows: number,
  cols: number,
  ld: number,
  terms: number,
  rate: Block,
  H: Block,
  ldh: number,
  E: Block,
  lde: number,
  { Y, base, next, accIn, accOut }: ResponseBlocks,
  c: number,
  a: number,
): void {
  core.exports.advanceResponse(
    rows,
    cols,
    ld,
    terms,
    rate.ptr,
    H.ptr,
    ldh,
    E.ptr,
    lde,
    Y.ptr,
    base.ptr,
    c,
    next?.ptr ?? 0,
    accIn.ptr,
    a,
    accOut.ptr,
  );
}

/** Σ_i u_i Σ_q w_q X_iq². */
export function weightedSquares(
  core: Core,
  rows: number,
  cols: number,
  ld: number,
  X: Block,
  u: Block,
  w: Block,
): number {
  return core.exports.weightedSquares(rows, cols, ld, X.ptr, u.ptr, w.ptr);
}
