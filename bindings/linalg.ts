// Linear algebra on blocks: a typed call for each kernel of the family. Row strides are in elements. Nothing is
// checked here; the public functions of src/numerics check what they are given.
import { Status } from '../assembly/abi.ts';
import type { Block, Scope, SingleBlock } from './arena.ts';
import type { Core } from './core.ts';
import { CoreError } from './errors.ts';

/** Σ x y. */
export function dot(core: Core, x: Block, y: Block, n: number): number {
  return core.exports.dot(x.ptr, y.ptr, n);
}

/** Σ w x y. */
export function weightedDot(core: Core, w: Block, x: Block, y: Block, n: number): number {
  return core.exports.weightedDot(w.ptr, x.ptr, y.ptr, n);
}

/** Σ x. */
export function sum(core: Core, x: Block, n: number): number {
  return core.exports.sum(x.ptr, n);
}

/** Σ x². */
export function sumSquares(core: Core, x: Block, n: number): number {
  return core.exports.sumSquares(x.ptr, n);
}

/** Σ x as if in twice the precision. */
export function sumCompensated(core: Core, x: Block, n: number): number {
  return core.exports.sumCompensated(x.ptr, n);
}

/** Σ x y as if in twice the precision. */
export function dotCompensated(core: Core, x: Block, y: Block, n: number): number {
  return core.exports.dotCompensated(x.ptr, y.ptr, n);
}

/** y ← y + a x. */
export function axpy(core: Core, a: number, x: Block, y: Block, n: number): void {
  core.exports.axpy(a, x.ptr, y.ptr, n);
}

/** y ← y + a x in single precision. */
export function axpySingle(core: Core, a: number, x: SingleBlock, y: SingleBlock, n: number): void {
  core.exports.axpySingle(a, x.ptr, y.ptr, n);
}

/** x ← a x. */
export function scale(core: Core, a: number, x: Block, n: number): void {
  core.exports.scale(a, x.ptr, n);
}

/** z ← x y, entry by entry. */
export function hadamard(core: Core, x: Block, y: Block, z: Block, n: number): void {
  core.exports.hadamard(x.ptr, y.ptr, z.ptr, n);
}

/** z ← a x + b y. */
export function addScaled(core: Core, a: number, x: Block, b: number, y: Block, z: Block, n: number): void {
  core.exports.addScaled(a, x.ptr, b, y.ptr, z.ptr, n);
}

/** X, m×n, m ≥ 4, in panels of rows for `panelForward`. */
export function packRowPanels(core: Core, scope: Scope, X: Block, m: number, n: number, ldx: number): Block {
  const panels = scope.f64(core.exports.rowPanelsSize(m, n));
  core.exports.packRowPanels(X.ptr, m, n, ldx, panels.ptr);
  return panels;
}

/** X, m×n, in panels of columns for `panelTransposed`. */
export function packColumnPanels(
  core: Core,
  scope: Scope,
  X: Block,
  m: number,
  n: number,
  ldx: number,
): Block {
  const panels = scope.f64(core.exports.columnPanelsSize(m, n));
  core.exports.packColumnPanels(X.ptr, m, n, ldx, panels.ptr);
  return panels;
}

/** H ← W Xᵀ, X in panels of rows, W q×n. */
export function panelForward(
  core: Core,
  X: Block,
  m: number,
  n: number,
  W: Block,
  ldw: number,
  q: number,
  H: Block,
  ldh: number,
): void {
  core.exports.panelForward(X.ptr, m, n, W.ptr, ldw, q, H.ptr, ldh);
}

/** out ← G X, X in panels of columns, G q×m. */
export function panelTransposed(
  core: Core,
  X: Block,
  m: number,
  n: number,
  G: Block,
  ldg: number,
  q: number,
  out: Block,
  ldo: number,
): void {
  core.exports.panelTransposed(X.ptr, m, n, G.ptr, ldg, q, out.ptr, ldo);
}

/** y ← A x. */
export function gemv(core: Core, A: Block, rows: number, cols: number, ld: number, x: Block, y: Block): void {
  core.exports.gemv(A.ptr, rows, cols, ld, x.ptr, y.ptr);
}

/** y ← Aᵀ x. */
export function gemvTransposed(
  core: Core,
  A: Block,
  rows: number,
  cols: number,
  ld: number,
  x: Block,
  y: Block,
): void {
  core.exports.gemvTransposed(A.ptr, rows, cols, ld, x.ptr, y.ptr);
}

/** H[j,i] ← Σ_k X[i,k] W[j,k]. */
export function skinny(
  core: Core,
  X: Block,
  m: number,
  n: number,
  ldx: number,
  W: Block,
  ldw: number,
  q: number,
  H: Block,
  ldh: number,
): void {
  core.exports.skinny(X.ptr, m, n, ldx, W.ptr, ldw, q, H.ptr, ldh);
}

/** out[j,k] ← out[j,k] + Σ_i G[j,i] X[i,k], in row order. */
export function skinnyTransposed(
  core: Core,
  X: Block,
  m: number,
  n: number,
  ldx: number,
  G: Block,
  ldg: number,
  q: number,
  out: Block,
  ldo: number,
): void {
  core.exports.skinnyTransposed(X.ptr, m, n, ldx, G.ptr, ldg, q, out.ptr, ldo);
}

/** Doubles of scratch that serve every `gemm`, `syrk` and `syrkTransposed`. */
export function gemmScratch(core: Core): number {
  return core.exports.gemmScratch();
}

/** Doubles of scratch for one product of these sizes; less than `gemmScratch` when it is small. */
export function gemmScratchFor(core: Core, m: number, n: number, k: number): number {
  return core.exports.gemmScratchFor(m, n, k);
}

/** C ← op(A) op(B), plus C when `accumulate`. */
export function gemm(
  core: Core,
  transA: boolean | number,
  transB: boolean | number,
  m: number,
  n: number,
  k: number,
  A: Block,
  lda: number,
  B: Block,
  ldb: number,
  C: Block,
  ldc: number,
  accumulate: boolean | number,
  scratch: Block,
): void {
  core.exports.gemm(
    Number(transA),
    Number(transB),
    m,
    n,
    k,
    A.ptr,
    lda,
    B.ptr,
    ldb,
    C.ptr,
    ldc,
    Number(accumulate),
    scratch.ptr,
  );
}

/** Single-precision numbers that a packed k×n matrix takes. */
export function packedSingleLength(core: Core, k: number, n: number): number {
  return core.exports.packedSingleLength(k, n);
}

/** packed ← B k×n, rounded to single precision, as `addProductSingle` reads it. */
export function packSingle(
  core: Core,
  B: Block,
  k: number,
  n: number,
  ldb: number,
  packed: SingleBlock,
): void {
  core.exports.packSingle(B.ptr, k, n, ldb, packed.ptr);
}

/** C ← C + A B in single precision, for A m×k and a packed B k×n. */
export function addProductSingle(
  core: Core,
  m: number,
  n: number,
  k: number,
  A: SingleBlock,
  lda: number,
  packed: SingleBlock,
  C: SingleBlock,
  ldc: number,
): void {
  core.exports.addProductSingle(m, n, k, A.ptr, lda, packed.ptr, C.ptr, ldc);
}

/** C ← A Bᵀ for A and B m×k where that is symmetric: half the work of `gemm`; scratch as for it with (m, m, k). */
export function gemmSymmetric(
  core: Core,
  m: number,
  k: number,
  A: Block,
  lda: number,
  B: Block,
  ldb: number,
  C: Block,
  ldc: number,
  scratch: Block,
): void {
  core.exports.gemmSymmetric(m, k, A.ptr, lda, B.ptr, ldb, C.ptr, ldc, scratch.ptr);
}

/** C ← A Aᵀ for A m×k; scratch as for `gemm` with (m, m, k). */
export function syrk(
  core: Core,
  m: number,
  k: number,
  A: Block,
  lda: number,
  C: Block,
  ldc: number,
  scratch: Block,
): void {
  core.exports.syrk(m, k, A.ptr, lda, C.ptr, ldc, scratch.ptr);
}

/** C ← Aᵀ A for A m×k; scratch as for `gemm` with (k, k, m). */
export function syrkTransposed(
  core: Core,
  m: number,
  k: number,
  A: Block,
  lda: number,
  C: Block,
  ldc: number,
  scratch: Block,
): void {
  core.exports.syrkTransposed(m, k, A.ptr, lda, C.ptr, ldc, scratch.ptr);
}

/** A ← L with L Lᵀ = A; returns the rank. */
export function cholesky(core: Core, A: Block, n: number, ld: number, tolerance: number): number {
  return core.exports.cholesky(A.ptr, n, ld, tolerance);
}

/** Row n of L from n + 1 Gram entries; returns 1 when its pivot stands, else 0. */
export function choleskyAppendRow(
  core: Core,
  L: Block,
  ld: number,
  n: number,
  row: Block,
  tolerance: number,
): number {
  return core.exports.choleskyAppendRow(L.ptr, ld, n, row.ptr, tolerance);
}

/** b ← L⁻¹ b. */
export function solveLower(core: Core, L: Block, n: number, ld: number, b: Block): void {
  core.exports.solveLower(L.ptr, n, ld, b.ptr);
}

/** b ← L⁻ᵀ b. */
export function solveLowerTransposed(core: Core, L: Block, n: number, ld: number, b: Block): void {
  core.exports.solveLowerTransposed(L.ptr, n, ld, b.ptr);
}

/** Doubles of scratch for `symmetricEigen` of order n. */
export function symmetricEigenScratch(core: Core, n: number): number {
  return core.exports.symmetricEigenScratch(n);
}

/** Eigenvalues ascending into `values`; with `wantVectors` the eigenvectors as rows of A, which is lost otherwise. */
export function symmetricEigen(
  core: Core,
  A: Block,
  n: number,
  ld: number,
  values: Block,
  wantVectors: boolean | number,
  scratch: Block,
): void {
  const status = core.exports.symmetricEigen(A.ptr, n, ld, values.ptr, Number(wantVectors), scratch.ptr);
  if (status === Status.Ok) return;
  if (status === Status.NotConverged) {
    throw new CoreError(
      `the eigenvalues of a symmetric matrix of order ${n} did not converge in 60 sweeps.`,
      'This has no known example; report the matrix.',
    );
  }
  throw new CoreError(
    `a symmetric matrix of order ${n} has an entry that is not finite.`,
    'Look for an overflow in what built it.',
  );
}
