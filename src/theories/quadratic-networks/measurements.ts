// The data of one replica and the field Γ that they make (S3), (S4): rows x with features x xᵀ − I, or symmetric Gaussian
// matrices. Knows neither how the student moves nor when it stops.
import type { Block, Scope } from '../../../bindings/arena.ts';
import type { Core } from '../../../bindings/core.ts';
import {
  addScaled,
  axpy,
  gemm,
  gemmScratchFor,
  gemv,
  scale,
  skinnyTransposed,
  sumSquares,
  syrk,
} from '../../../bindings/linalg.ts';
import {
  packSymmetric,
  rowField,
  rowGradient,
  rowScratch,
  unpackSymmetric,
} from '../../../bindings/quadratic-networks.ts';
import { packedLength, productScratch } from './process.ts';

export interface Measurements {
  /** out ← Γ(W Wᵀ) W for a d × columns factor; the mean squared residual. */
  gradient(W: Block, columns: number, out: Block): number;
  /** out ← Γ(Z) for a symmetric Z of order d; the mean squared residual. */
  field(Z: Block, out: Block): number;
}

/** Doubles of linear memory for n measurements of order d and factors of at most `widest` columns. */
export function measurementDoubles(kind: 'gaussian' | 'goe', n: number, d: number, widest: number): number {
  const p = packedLength(d);
  const square = 2 * d * d + productScratch(d, d, d);
  if (kind === 'goe') return n * (p + 3) + 3 * p + square;
  const wide = throughField(n, d, widest) ? d : widest;
  // Packed rows are filled up to multiples of 12 and 4; with the scratch of a gradient, or of drawing and labels before it.
  return (
    (n + 12) * (d + 4) +
    n +
    Math.max(480 * d + d * d + productScratch(240, d, d), (2 * d + 526 + wide) * (wide + 3) + square)
  );
}

/** Multiply-adds of one gradient on rows (S5): with the factor turned into a trapezoid, or through its Z and the field. */
function rowWork(n: number, d: number, columns: number): { factor: number; field: number } {
  return {
    factor: n * columns * (2 * d - columns / 2) + 2 * d * columns * columns,
    field: n * d * d + 1.5 * d * d * columns,
  };
}

/** Whether a gradient on rows costs less through Z and the field. */
function throughField(n: number, d: number, columns: number): boolean {
  const { factor, field } = rowWork(n, d, columns);
  return field < factor;
}

/** Multiply-adds of one gradient. */
export function gradientWork(kind: 'gaussian' | 'goe', n: number, d: number, columns: number): number {
  const { factor, field } = rowWork(n, d, columns);
  return kind === 'gaussian' ? Math.min(factor, field) : 2 * n * packedLength(d) + 1.5 * d * d * columns;
}

/**
 * Rows x_μ, packed, with labels y: residuals Tr(A Z) − y with A = (x xᵀ − I)/√d, (S3). Factors have at most `widest` columns; only
 * with d of them there is a field.
 */
export function rowMeasurements(
  core: Core,
  scope: Scope,
  rows: Block,
  y: Block,
  n: number,
  d: number,
  widest: number,
  weightDecay: number,
): Measurements {
  const sums = scope.f64(2);
  const root = Math.sqrt(d);
  const wide = throughField(n, d, widest) ? d : widest;
  const scratch = scope.f64(rowScratch(core, d, wide));
  const Z = scope.f64(d * d);
  const field = scope.f64(d * d);
  const product = scope.f64(gemmScratchFor(core, d, d, d));
  const factor = root / (2 * n);
  const measurements: Measurements = {
    gradient(W, columns, out) {
      if (throughField(n, d, columns)) {
        syrk(core, d, columns, W, columns, Z, d, product);
        const train = measurements.field(Z, field);
        gemm(core, 0, 0, d, columns, d, field, d, W, columns, out, columns, 0, product);
        return train;
      }
      const trace = sumSquares(core, W, d * columns);
      rowGradient(core, n, d, columns, rows, W, y, trace, root, out, sums, scratch);
      const [squares, total] = [sums.view[0]!, sums.view[1]!];
      addScaled(core, factor, out, weightDecay - factor * total, W, out, d * columns);
      return squares / n;
    },
    field(Z, out) {
      let trace = 0;
      const entries = Z.view;
      for (let i = 0; i < d; i++) trace += entries[i * d + i]!;
      rowField(core, n, d, rows, Z, y, trace, root, out, sums, scratch);
      const [squares, total] = [sums.view[0]!, sums.view[1]!];
      scale(core, factor, out, d * d);
      addToDiagonal(out, d, weightDecay - factor * total);
      return squares / n;
    },
  };
  return measurements;
}

/** Doubles of measurements that stay in the second-level cache between the two products of a step. */
const CACHED = 65_536;

/** Rows of a block of p numbers each: a multiple of the 12 that the transposed product takes at once. */
const blockRows = (p: number) => 12 * Math.max(1, Math.floor(CACHED / (12 * p)));

/**
 * Symmetric Gaussian matrices as n vectors of the symmetric basis, with labels y: residuals ⟨A, Z⟩ − y, (S4). Both products
 * of a step take the matrices block by block, so that each comes from memory once.
 */
export function matrixMeasurements(
  core: Core,
  scope: Scope,
  A: Block,
  y: Block,
  n: number,
  d: number,
  weightDecay: number,
): Measurements {
  const p = packedLength(d);
  const z = scope.f64(p);
  const g = scope.f64(p);
  const r = scope.f64(n);
  const Z = scope.f64(d * d);
  const field = scope.f64(d * d);
  const scratch = scope.f64(gemmScratchFor(core, d, d, d));
  const weights = scope.f64(n);
  const height = blockRows(p);
  const blocks = Array.from({ length: Math.ceil(n / height) }, (_, i) => {
    const first = i * height;
    const rows = Math.min(height, n - first);
    const of = (vector: Block) => vector.at(first, rows);
    return { rows, A: A.at(first * p, rows * p), y: of(y), r: of(r), weights: of(weights) };
  });
  const measure = () => {
    g.fill(0);
    for (const { rows, A, y, r, weights } of blocks) {
      gemv(core, A, rows, p, p, z, r);
      axpy(core, -1, y, r, rows);
      addScaled(core, d / (2 * n), r, 0, r, weights, rows);
      skinnyTransposed(core, A, rows, p, p, weights, rows, 1, g, p);
    }
    return sumSquares(core, r, n) / n;
  };
  return {
    gradient(W, columns, out) {
      syrk(core, d, columns, W, columns, Z, d, scratch);
      packSymmetric(core, d, Z, d, 0.5, z);
      const train = measure();
      unpackSymmetric(core, d, g, weightDecay, field, d);
      gemm(core, 0, 0, d, columns, d, field, d, W, columns, out, columns, 0, scratch);
      return train;
    },
    field(matrix, out) {
      packSymmetric(core, d, matrix, d, 0.5, z);
      const train = measure();
      unpackSymmetric(core, d, g, weightDecay, out, d);
      return train;
    },
  };
}

function addToDiagonal(A: Block, d: number, value: number): void {
  const view = A.view;
  for (let i = 0; i < d; i++) view[i * d + i]! += value;
}
