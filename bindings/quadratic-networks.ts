// Bindings of the kernels that only the theory of quadratic networks needs.
import type { Block } from './arena.ts';
import type { Core } from './core.ts';

/** Doubles that `lawEdges` writes. */
export const EDGES = 6;
/** Doubles that `lawMoments` writes. */
export const MOMENTS = 6;
/** Doubles that `steadyInner` writes. */
export const INNER = 12;

/** Edges of the law of Z* + δ G into `edges`; the number of its intervals. `s` = δ², `c` = 1/κ*. */
export function lawEdges(core: Core, s: number, c: number, edges: Block): number {
  return core.exports.lawEdges(s, c, edges.ptr);
}

/** Densities at the first n points of `x` into `out`. */
export function lawDensities(
  core: Core,
  n: number,
  x: Block,
  s: number,
  c: number,
  edges: Block,
  out: Block,
): void {
  core.exports.lawDensities(n, x.ptr, s, c, edges.ptr, out.ptr);
}

/** Moments of the law above `cut` into `out`. */
export function lawMoments(core: Core, cut: number, s: number, c: number, edges: Block, out: Block): void {
  core.exports.lawMoments(cut, s, c, edges.ptr, out.ptr);
}

/** The steady state for a given noise, and what its equation misses by, into `out`. */
export function steadyInner(
  core: Core,
  delta: number,
  alpha: number,
  kappa: number,
  c: number,
  lambda: number,
  noise: number,
  out: Block,
): void {
  core.exports.steadyInner(delta, alpha, kappa, c, lambda, noise, out.ptr);
}

/** What the equation of the steady state misses by at the first n values of `delta`, into `out`. */
export function steadyResiduals(
  core: Core,
  n: number,
  delta: Block,
  alpha: number,
  kappa: number,
  c: number,
  lambda: number,
  noise: number,
  scratch: Block,
  out: Block,
): void {
  core.exports.steadyResiduals(n, delta.ptr, alpha, kappa, c, lambda, noise, scratch.ptr, out.ptr);
}

/** The double integral of the gain over nodes `x`, `y` with weights `a`, `b` above and below the cut. */
export function gainSum(core: Core, x: Block, a: Block, y: Block, b: Block, tau: number, w2: number): number {
  return core.exports.gainSum(x.length, x.ptr, a.ptr, y.length, y.ptr, b.ptr, tau, w2);
}

/** Both sides of the interpolation threshold at a given noise into `out`. */
export function interpolationPoint(core: Core, delta: number, kappa: number, c: number, out: Block): void {
  core.exports.interpolationPoint(delta, kappa, c, out.ptr);
}

/** x with a share p of the law of Z* + δ G above it. */
export function lawQuantile(core: Core, p: number, s: number, c: number): number {
  return core.exports.lawQuantile(p, s, c);
}

/** out ← factor (A + Aᵀ) as a vector of d(d + 1)/2. */
export function packSymmetric(
  core: Core,
  d: number,
  A: Block,
  lda: number,
  factor: number,
  out: Block,
): void {
  core.exports.packSymmetric(d, A.ptr, lda, factor, out.ptr);
}

/** A ← the symmetric matrix of the vector x, plus `shift` on the diagonal. */
export function unpackSymmetric(core: Core, d: number, x: Block, shift: number, A: Block, lda: number): void {
  core.exports.unpackSymmetric(d, x.ptr, shift, A.ptr, lda);
}

/** Doubles that `packRows` fills. */
export function packedRowsLength(core: Core, n: number, d: number): number {
  return core.exports.packedRowsLength(n, d);
}

/** Doubles of scratch of `rowGradient`, and with m = d of `rowField`. */
export function rowScratch(core: Core, d: number, m: number): number {
  return core.exports.rowScratch(d, m);
}

/** The n rows of X, packed for `rowGradient` and `rowField` as the rows from `first` on, a multiple of 12. */
export function packRows(
  core: Core,
  first: number,
  n: number,
  d: number,
  X: Block,
  ldx: number,
  to: Block,
): void {
  core.exports.packRows(first, n, d, X.ptr, ldx, to.ptr);
}

/** out ← Σ r x xᵀ W over packed rows x with residuals r of their labels, and [Σ r², Σ r] into `sums`. */
export function rowGradient(
  core: Core,
  n: number,
  d: number,
  m: number,
  rows: Block,
  W: Block,
  y: Block,
  trace: number,
  scale: number,
  out: Block,
  sums: Block,
  scratch: Block,
): void {
  core.exports.rowGradient(n, d, m, rows.ptr, W.ptr, y.ptr, trace, scale, out.ptr, sums.ptr, scratch.ptr);
}

/** out ← Σ r x xᵀ over packed rows x with residuals r = (xᵀ Z x − trace)/scale − y, and [Σ r², Σ r] into `sums`. */
export function rowField(
  core: Core,
  n: number,
  d: number,
  rows: Block,
  Z: Block,
  y: Block,
  trace: number,
  scale: number,
  out: Block,
  sums: Block,
  scratch: Block,
): void {
  core.exports.rowField(n, d, rows.ptr, Z.ptr, y.ptr, trace, scale, out.ptr, sums.ptr, scratch.ptr);
}
