// What is read off symmetric n × n matrices of samples: eigenvalues, the action of functions on vectors, alignments (O1).
// Knows no networks.
import { Block, type Scope } from '../../../bindings/arena.ts';
import type { Core } from '../../../bindings/core.ts';
import {
  dot,
  gemv,
  gemvTransposed,
  sumSquares,
  symmetricEigen,
  symmetricEigenScratch,
} from '../../../bindings/linalg.ts';
import { elementary } from '../../../bindings/math.ts';
import type { StateBlock } from '../../../bindings/mean-field-convergence.ts';
import { copyOf } from './copies.ts';

/** Numbers of single precision that are doubles at once. */
const PIECE = 8192;

export interface Spectrum {
  /** Ascending. */
  readonly values: Float64Array;
  readonly smallest: number;
  readonly largest: number;
}

/** Eigenvalues of the n × n matrix A, which is kept. */
export function spectrumOf(core: Core, A: Block, n: number): Spectrum {
  return core.within((scope) => {
    const copy = copyOf(scope, A, n * n);
    const values = scope.f64(n);
    symmetricEigen(core, copy, n, n, values, false, scope.f64(symmetricEigenScratch(core, n)));
    const found = values.copy();
    return { values: found, smallest: found[0]!, largest: found[n - 1]! };
  });
}

/** φ₁(z) = (e^z - 1)/z, of (K3) and (I2). */
export function phi1(core: Core, z: number): number {
  return Math.abs(z) < 1e-12 ? 1 + z / 2 : elementary(core, 'expm1', z) / z;
}

/** The eigenvectors and eigenvalues of one matrix, for functions of it. Lives as long as its scope. */
export class Eigenbasis {
  readonly values: Float64Array;
  readonly #core: Core;
  readonly #n: number;
  readonly #vectors: Block;
  readonly #coefficients: Block;

  constructor(core: Core, scope: Scope, A: Block, n: number) {
    this.#core = core;
    this.#n = n;
    this.#vectors = copyOf(scope, A, n * n);
    this.#coefficients = scope.f64(n);
    this.values = core.within((inner) => {
      const values = inner.f64(n);
      const scratch = inner.f64(symmetricEigenScratch(core, n));
      symmetricEigen(core, this.#vectors, n, n, values, true, scratch);
      return values.copy();
    });
  }

  /** out = g(A) x; out may be x. */
  apply(g: (eigenvalue: number) => number, x: Block, out: Block): void {
    const n = this.#n;
    gemv(this.#core, this.#vectors, n, n, n, x, this.#coefficients);
    const c = this.#coefficients.view;
    for (let j = 0; j < n; j++) c[j]! *= g(this.values[j]!);
    gemvTransposed(this.#core, this.#vectors, n, n, n, this.#coefficients, out);
  }
}

/** ⟨A, B⟩ / (|A| |B|). */
export function alignment(core: Core, A: Block, B: Block, length: number): number {
  const norms = Math.sqrt(sumSquares(core, A, length) * sumSquares(core, B, length));
  return norms > 0 ? dot(core, A, B, length) / norms : 0;
}

/** |A - B| / |B|; undefined where B is 0. */
export function relativeChange(core: Core, A: StateBlock, B: StateBlock, length: number): number | undefined {
  const most = A instanceof Block ? length : PIECE;
  return core.within((scope) => {
    const gap = scope.f64(Math.min(most, length));
    const base = B instanceof Block ? B : scope.f64(gap.length);
    const [a, b, g] = [A.view, B.view, gap.view];
    let [change, norm] = [0, 0];
    for (let from = 0; from < length; from += most) {
      const count = Math.min(most, length - from);
      for (let k = 0; k < count; k++) g[k] = a[from + k]! - b[from + k]!;
      if (base !== B) base.view.set(b.subarray(from, from + count));
      change += sumSquares(core, gap, count);
      norm += sumSquares(core, base, count);
    }
    return norm > 0 ? Math.sqrt(change / norm) : undefined;
  });
}

/** Alignment of C K C with C y yᵀ C, C the centring of samples. */
export function labelAlignment(core: Core, K: Block, labels: ArrayLike<number>, n: number): number {
  return core.within((scope) => {
    const centred = copyOf(scope, K, n * n);
    centre(centred.view, n);
    const target = scope.f64(n * n);
    const t = target.view;
    let mean = 0;
    for (let a = 0; a < n; a++) mean += labels[a]! / n;
    for (let a = 0; a < n; a++)
      for (let b = 0; b < n; b++) t[a * n + b] = (labels[a]! - mean) * (labels[b]! - mean);
    return alignment(core, centred, target, n * n);
  });
}

/** C K C in place: rows and columns of mean 0. */
function centre(K: Float64Array, n: number): void {
  const rows = new Float64Array(n);
  let total = 0;
  for (let a = 0; a < n; a++) {
    for (let b = 0; b < n; b++) rows[a]! += K[a * n + b]! / n;
    total += rows[a]! / n;
  }
  for (let a = 0; a < n; a++) for (let b = 0; b < n; b++) K[a * n + b]! += total - rows[a]! - rows[b]!;
}
