// Bindings of the row kernels of linearised leave-one-out. Rows hold one quantity of all samples.
import type { Block } from './arena.ts';
import type { Core } from './core.ts';
import type { NetworkWorkspace } from './network.ts';

/** out_k = Σ_i X_ik Y_ik over `rows` rows of `count` samples. */
export function columnDots(
  core: Core,
  X: Block,
  ldx: number,
  Y: Block,
  ldy: number,
  rows: number,
  count: number,
  out: Block,
): void {
  core.exports.columnDots(X.ptr, ldx, Y.ptr, ldy, rows, count, out.ptr);
}

/** out_ik = X_ik w_k; `out` may be `X`. */
export function weightColumns(
  core: Core,
  X: Block,
  ldx: number,
  rows: number,
  count: number,
  w: Block,
  out: Block,
  ldo: number,
): void {
  core.exports.weightColumns(X.ptr, ldx, rows, count, w.ptr, out.ptr, ldo);
}

/** S_ik ← S_ik − step_i (P_ik − Z_ik own_k); rows of S and Z `ld` apart, of P `ldp`. */
export function tangentAdvance(
  core: Core,
  S: Block,
  P: Block,
  Z: Block,
  own: Block,
  step: Block,
  rows: number,
  count: number,
  ld: number,
  ldp: number,
): void {
  core.exports.tangentAdvance(S.ptr, P.ptr, Z.ptr, own.ptr, step.ptr, rows, count, ld, ldp);
}

/**
 * f(H_k; θ_d + shift_k): outputs of `count` samples, each with its own shift of the deep parameters (rows in the order of
 * `net.deep`). All rows are `net.stride` apart; scratch takes 2q of them.
 */
export function shiftedForward(
  core: Core,
  net: NetworkWorkspace,
  H: Block,
  shift: Block,
  count: number,
  scratch: Block,
  out: Block,
): void {
  core.exports.shiftedForward(net.descriptor, H.ptr, shift.ptr, count, scratch.ptr, out.ptr);
}

/** e_ck ← e_ck + scale own_k − eta λ_c J e_ck for all classes: q rows of each, as many of `own`. Scratch q(q + 8). */
export function tailAdvance(
  core: Core,
  q: number,
  classes: number,
  count: number,
  ld: number,
  e: Block,
  own: Block,
  J: Block,
  lambda: Block,
  eta: number,
  scale: number,
  scratch: Block,
): void {
  core.exports.tailAdvance(q, classes, count, ld, e.ptr, own.ptr, J.ptr, lambda.ptr, eta, scale, scratch.ptr);
}
