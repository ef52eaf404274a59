// Principal components of training rows, split into a head that is followed exactly and a tail that is merged into
// classes of like eigenvalue. Knows nothing of networks.
import type { Block, Scope } from '../../../../bindings/arena.ts';
import type { Core } from '../../../../bindings/core.ts';
import {
  gemmScratch,
  scale,
  skinny,
  symmetricEigen,
  symmetricEigenScratch,
  syrk,
  syrkTransposed,
} from '../../../../bindings/linalg.ts';
import type { Design } from './gradient-descent.ts';

/** Eigenvalues below this share of the largest one are rounding. */
const NEGLIGIBLE = 1e-13;
/** log2 of the classes that the tail is merged into. */
const LOG2_CLASSES = 4;

export interface Components {
  /** Directions with variance among the columns that are not the constant one. */
  readonly rank: number;
  /** s_i²/m, descending; `rank` of them. */
  readonly eigenvalues: Float64Array;
  /** Scores pc_ki: `rank` rows of samples, `stride` apart. */
  readonly scores: Block;
  /** The same with room for one row of samples in front. */
  readonly led: Block;
  readonly stride: number;
}

/** Doubles of scratch of a matrix product. */
export const PRODUCT_SCRATCH = 170_000;

/** Doubles of linear memory that the decomposition leaves behind and that it needs on the way: rows are not copied. */
export function componentsSize(rows: number, columns: number): { kept: number; passing: number } {
  const size = Math.min(rows, columns);
  return { kept: (size + 1) * (rows + 1), passing: 3 * size * size + 20 * size + PRODUCT_SCRATCH };
}

/**
 * Eigenvalues and scores of the rows through the smaller of X'X and XX'. The head's exactness rests on Z Z' = X X', which
 * holds to rounding whatever the gaps between eigenvalues. A component's sign makes its largest score positive.
 * Cost: m n min(m, n) flops and a symmetric eigenproblem of order min(m, n).
 */
export function principalComponents(core: Core, scope: Scope, design: Design): Components {
  const { rows: m, columns: N, X, constant } = design;
  const first = constant ? 1 : 0;
  const n = N - first;
  const size = Math.min(m, n);
  const stride = m + (m & 1);
  const led = scope.f64((size + 1) * stride);
  const scores = led.at(stride);
  return core.within((inner) => {
    // The columns without the constant one begin one element later; the row stride stays N.
    const features = X.at(first, m * N - first);
    const gram = inner.f64(size * size);
    const values = inner.f64(size);
    const scratch = inner.f64(Math.max(gemmScratch(core), symmetricEigenScratch(core, size)));
    if (size > 0) {
      if (n <= m) syrkTransposed(core, m, n, features, N, gram, size, scratch);
      else syrk(core, m, n, features, N, gram, size, scratch);
      symmetricEigen(core, gram, size, size, values, true, scratch);
    }
    const ascending = values.copy();
    const largest = size > 0 ? ascending[size - 1]! : 0;
    let rank = 0;
    while (rank < size && ascending[size - 1 - rank]! > NEGLIGIBLE * largest) rank++;
    const eigenvalues = new Float64Array(rank);
    for (let c = 0; c < rank; c++) {
      const at = size - 1 - c;
      eigenvalues[c] = ascending[at]! / m;
      const vector = gram.at(at * size, size);
      const row = scores.at(c * stride, stride);
      if (n <= m) skinny(core, features, m, n, N, vector, n, 1, row, stride);
      else {
        row.set(vector.view);
        scale(core, Math.sqrt(ascending[at]!), row, m);
      }
      if (largestIsNegative(row.view, m)) scale(core, -1, row, m);
    }
    return { rank, eigenvalues, scores, led, stride };
  });
}

function largestIsNegative(row: Float64Array, m: number): boolean {
  let largest = 0;
  for (let k = 0; k < m; k++) if (Math.abs(row[k]!) > Math.abs(largest)) largest = row[k]!;
  return largest < 0;
}

export interface TailClass {
  /** lambda_c = Σ lambda² / Σ lambda over its eigenvalues. */
  readonly eigenvalue: number;
  /** w_kc = Σ pc_ki² over its components: leverage of each sample. */
  readonly leverage: Float64Array;
}

/** Components `head`..rank-1 merged into at most 16 classes of equal width in log lambda. */
export function tailClasses(components: Components, head: number, samples: number): TailClass[] {
  const { eigenvalues, rank, scores, stride } = components;
  const count = rank - head;
  if (count <= 0) return [];
  const most = 2 ** LOG2_CLASSES;
  // Edges largest·ratio^(c/16), by repeated square roots of the ratio smallest/largest.
  const largest = eigenvalues[head]!;
  let factor = eigenvalues[rank - 1]! / largest;
  for (let i = 0; i < LOG2_CLASSES; i++) factor = Math.sqrt(factor);
  const members: number[][] = [];
  let edge = largest * factor;
  let bin = 0;
  for (let i = head; i < rank; i++) {
    if (count <= most) {
      members.push([i]);
      continue;
    }
    while (bin < most - 1 && eigenvalues[i]! < edge) {
      bin++;
      edge *= factor;
    }
    (members[bin] ??= []).push(i);
  }
  const view = scores.view;
  return members
    .filter((indices) => indices !== undefined)
    .map((indices) => {
      let sum = 0;
      let squares = 0;
      const leverage = new Float64Array(samples);
      for (const i of indices) {
        sum += eigenvalues[i]!;
        squares += eigenvalues[i]! * eigenvalues[i]!;
        for (let k = 0; k < samples; k++) leverage[k]! += view[i * stride + k]! * view[i * stride + k]!;
      }
      return { eigenvalue: squares / sum, leverage };
    });
}
