// Dense linear algebra on ordinary arrays: products, Cholesky factors, symmetric eigenproblems, compensated sums.
// Every input is checked here, once; a result that is not finite is an error, never a NaN. Knows no networks.
import {
  cholesky,
  dotCompensated,
  symmetricEigen as eigenKernel,
  gemm,
  gemmScratchFor,
  gemv,
  scale,
  sumCompensated,
  symmetricEigenScratch,
  syrk,
  syrkTransposed,
} from '../../bindings/linalg.ts';
import { sharedCore } from '../../bindings/load.ts';
import { inWords } from './in-words.ts';
import { knownOptions } from './known-keys.ts';

/** A dense matrix, row after row in `data`. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly data: Float64Array;
}

/** Entries of a symmetric matrix may differ from their mirror image by this much of the largest entry. */
const SYMMETRY_TOLERANCE = 1e-12;

/**
 * The matrix with these rows.
 * @throws RangeError when the rows differ in length or an entry is not finite.
 */
export function matrixFrom(rows: readonly ArrayLike<number>[]): Matrix {
  checkArray('rows', rows, 'rows');
  const list = Array.from(rows);
  for (const [i, row] of list.entries()) checkArray(`row ${i}`, row, 'numbers');
  const columns = list[0]?.length ?? 0;
  const data = new Float64Array(list.length * columns);
  list.forEach((row, i) => {
    if (row.length !== columns) {
      throw new RangeError(
        `matrixFrom: row ${i} has ${row.length} entries, row 0 has ${columns}; expected rows of one length.`,
      );
    }
    data.set(row, i * columns);
  });
  const matrix = { rows: rows.length, columns, data };
  checkMatrix('rows', matrix);
  return matrix;
}

/** The rows of a matrix as ordinary arrays. */
export function toRows(a: Matrix): number[][] {
  checkMatrix('a', a);
  return Array.from({ length: a.rows }, (_, i) =>
    Array.from(a.data.subarray(i * a.columns, (i + 1) * a.columns)),
  );
}

/**
 * The product a b.
 * @throws RangeError when the shapes do not fit or an entry, given or computed, is not finite.
 */
export function matrixProduct(a: Matrix, b: Matrix): Matrix {
  checkMatrix('a', a);
  checkMatrix('b', b);
  if (a.columns !== b.rows) {
    throw new RangeError(
      `matrixProduct: a is ${shape(a)}, b is ${shape(b)}; expected as many columns in a as rows in b.`,
    );
  }
  const [m, n, k] = [a.rows, b.columns, a.columns];
  const core = sharedCore();
  return core.within((scope) => {
    const c = scope.f64(m * n);
    const scratch = scope.f64(gemmScratchFor(core, m, n, k));
    gemm(core, false, false, m, n, k, scope.from(a.data), k, scope.from(b.data), n, c, n, false, scratch);
    return finite('matrixProduct', { rows: m, columns: n, data: c.copy() });
  });
}

/**
 * The vector a x.
 * @throws RangeError when the lengths do not fit or an entry, given or computed, is not finite.
 */
export function matrixVector(a: Matrix, x: ArrayLike<number>): Float64Array {
  checkMatrix('a', a);
  checkVector('x', x);
  if (x.length !== a.columns) {
    throw new RangeError(
      `matrixVector: x has ${x.length} entries, a is ${shape(a)}; expected an entry per column.`,
    );
  }
  const core = sharedCore();
  const y = core.within((scope) => {
    const block = scope.f64(a.rows);
    gemv(core, scope.from(a.data), a.rows, a.columns, a.columns, scope.from(x), block);
    return block.copy();
  });
  finite('matrixVector', { rows: y.length, columns: 1, data: y });
  return y;
}

/**
 * All inner products of the rows of a (a aᵀ), or of its columns (aᵀ a); exactly symmetric.
 * @throws RangeError when an entry, given or computed, is not finite.
 */
export function gramMatrix(a: Matrix, options: { of?: 'rows' | 'columns' } = {}): Matrix {
  checkMatrix('a', a);
  const { of = 'rows' } = knownOptions('gramMatrix', options, ['of']);
  if (of !== 'rows' && of !== 'columns') {
    throw new RangeError(`gramMatrix: of is ${String(of)}; expected 'rows' or 'columns'.`);
  }
  const [order, depth] = of === 'rows' ? [a.rows, a.columns] : [a.columns, a.rows];
  const core = sharedCore();
  return core.within((scope) => {
    const c = scope.f64(order * order);
    const scratch = scope.f64(gemmScratchFor(core, order, order, depth));
    const product = of === 'rows' ? syrk : syrkTransposed;
    product(core, a.rows, a.columns, scope.from(a.data), a.columns, c, order, scratch);
    return finite('gramMatrix', { rows: order, columns: order, data: c.copy() });
  });
}

/**
 * The lower triangular L with L Lᵀ = a, for a symmetric positive semi-definite a, and its rank. A pivot at most
 * `tolerance` (default 1e-12) times the diagonal entry it comes from counts as lost and gives a zero column.
 * @throws RangeError when a is not square, symmetric, finite and positive semi-definite.
 */
export function choleskyFactor(
  a: Matrix,
  options: { tolerance?: number } = {},
): { factor: Matrix; rank: number } {
  checkSymmetric('a', a);
  const { tolerance = 1e-12 } = knownOptions('choleskyFactor', options, ['tolerance']);
  if (!(tolerance >= 0 && tolerance < 1)) {
    throw new RangeError(`choleskyFactor: tolerance is ${tolerance}; expected a number in [0, 1).`);
  }
  const n = a.rows;
  const core = sharedCore();
  return core.within((scope) => {
    const block = scope.from(a.data);
    const rank = cholesky(core, block, n, n, tolerance);
    const factor = { rows: n, columns: n, data: block.copy() };
    if (rank < n) {
      const square = scope.f64(n * n);
      syrk(core, n, n, block, n, square, n, scope.f64(gemmScratchFor(core, n, n, n)));
      checkSemiDefinite(a, square.view, tolerance);
    }
    return { factor, rank };
  });
}

/**
 * Eigenvalues, ascending, and orthonormal eigenvectors of a symmetric matrix: row j of `vectors` belongs to
 * values[j], and its largest entry is positive.
 * @throws RangeError when a is not square, symmetric and finite.
 */
export function symmetricEigen(a: Matrix): { values: Float64Array; vectors: Matrix } {
  checkSymmetric('a', a);
  const n = a.rows;
  const core = sharedCore();
  return core.within((scope) => {
    const block = scope.from(a.data);
    const values = scope.f64(n);
    eigenKernel(core, block, n, n, values, true, scope.f64(symmetricEigenScratch(core, n)));
    finite('symmetricEigen', { rows: n, columns: 1, data: values.view });
    return { values: values.copy(), vectors: { rows: n, columns: n, data: block.copy() } };
  });
}

/**
 * The symmetric positive semi-definite root of a symmetric matrix; negative eigenvalues count as 0.
 * @throws RangeError when a is not square, symmetric and finite.
 */
export function symmetricSquareRoot(a: Matrix): Matrix {
  const { values, vectors } = symmetricEigen(a);
  // Σ √λ v vᵀ as the Gram matrix of the rows λ^¼ v: exactly symmetric.
  return weightedGram(vectors, (j) => Math.sqrt(Math.sqrt(Math.max(values[j]!, 0))));
}

/**
 * The Moore–Penrose inverse of a symmetric matrix; eigenvalues at most `tolerance` (default n ε) times the
 * largest in size count as 0.
 * @throws RangeError when a is not square, symmetric and finite, or the inverse overflows.
 */
export function pseudoInverse(a: Matrix, options: { tolerance?: number } = {}): Matrix {
  const known = knownOptions('pseudoInverse', options, ['tolerance']);
  const { values, vectors } = symmetricEigen(a);
  const n = a.rows;
  const { tolerance = n * Number.EPSILON } = known;
  if (!(tolerance >= 0 && tolerance < 1)) {
    throw new RangeError(`pseudoInverse: tolerance is ${tolerance}; expected a number in [0, 1).`);
  }
  const cutoff = tolerance * values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
  const part = (sign: number) =>
    weightedGram(vectors, (j) => {
      const size = sign * values[j]!;
      return size > cutoff ? 1 / Math.sqrt(size) : 0;
    }).data;
  const data = part(1);
  if (values.some((value) => value < -cutoff)) {
    part(-1).forEach((value, i) => {
      data[i]! -= value;
    });
  }
  return finite('pseudoInverse', { rows: n, columns: n, data });
}

/**
 * The sum of the values as if computed in twice the precision and rounded once.
 * @throws RangeError when a value, or the sum, is not finite.
 */
export function sum(values: ArrayLike<number>): number {
  checkVector('values', values);
  const core = sharedCore();
  const total = core.within((scope) => sumCompensated(core, scope.from(values), values.length));
  if (!Number.isFinite(total)) throw new RangeError('sum: the sum is beyond the largest double.');
  return total;
}

/**
 * The inner product Σ x y as if computed in twice the precision and rounded once.
 * @throws RangeError when the lengths differ or an entry, or the product, is not finite.
 */
export function dot(x: ArrayLike<number>, y: ArrayLike<number>): number {
  checkVector('x', x);
  checkVector('y', y);
  if (x.length !== y.length) {
    throw new RangeError(`dot: x has ${x.length} entries, y has ${y.length}; expected equal lengths.`);
  }
  const core = sharedCore();
  const total = core.within((scope) => dotCompensated(core, scope.from(x), scope.from(y), x.length));
  if (!Number.isFinite(total)) throw new RangeError('dot: the product is beyond the largest double.');
  return total;
}

/** Σ_j weight(j)² v_j v_jᵀ over the rows v_j. */
function weightedGram(vectors: Matrix, weight: (j: number) => number): Matrix {
  const n = vectors.rows;
  const core = sharedCore();
  return core.within((scope) => {
    const rows = scope.from(vectors.data);
    for (let j = 0; j < n; j++) scale(core, weight(j), rows.at(j * n), n);
    const c = scope.f64(n * n);
    syrkTransposed(core, n, n, rows, n, c, n, scope.f64(gemmScratchFor(core, n, n, n)));
    return { rows: n, columns: n, data: c.copy() };
  });
}

function shape(a: Matrix): string {
  return `${a.rows}×${a.columns}`;
}

function checkArray(name: string, x: unknown, of: string): void {
  if (typeof x === 'object' && x !== null && Number.isSafeInteger((x as ArrayLike<unknown>).length)) return;
  throw new RangeError(`${name} is ${inWords(x)}; expected an array of ${of}.`);
}

function checkVector(name: string, x: ArrayLike<number>): void {
  checkArray(name, x, 'numbers');
  for (let i = 0; i < x.length; i++) {
    if (!Number.isFinite(x[i])) throw new RangeError(`${name}[${i}] is ${x[i]}; expected a finite number.`);
  }
}

function checkMatrix(name: string, a: Matrix): void {
  if (typeof a !== 'object' || a === null)
    throw new RangeError(`${name} is ${inWords(a)}; expected a matrix, { rows, columns, data }.`);
  if (!Number.isSafeInteger(a.rows) || a.rows < 0 || !Number.isSafeInteger(a.columns) || a.columns < 0) {
    throw new RangeError(`${name} is ${shape(a)}; expected non-negative integers of rows and columns.`);
  }
  if (!(a.data instanceof Float64Array) || a.data.length !== a.rows * a.columns) {
    const got = a.data instanceof Float64Array ? `${a.data.length} doubles` : typeof a.data;
    throw new RangeError(`${name}.data holds ${got}; expected a Float64Array of ${a.rows * a.columns}.`);
  }
  const bad = a.data.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) {
    const at = `row ${Math.floor(bad / a.columns)}, column ${bad % a.columns}`;
    throw new RangeError(`${name} has the entry ${a.data[bad]} in ${at}; expected finite numbers.`);
  }
}

function checkSymmetric(name: string, a: Matrix): void {
  checkMatrix(name, a);
  const n = a.rows;
  if (a.columns !== n) throw new RangeError(`${name} is ${shape(a)}; expected a square matrix.`);
  const largest = a.data.reduce((size, value) => Math.max(size, Math.abs(value)), 0);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      const [below, above] = [a.data[i * n + j]!, a.data[j * n + i]!];
      if (!(Math.abs(below - above) <= SYMMETRY_TOLERANCE * largest)) {
        throw new RangeError(
          `${name} has ${below} in row ${i}, column ${j} and ${above} in row ${j}, column ${i}; ` +
            `expected a symmetric matrix (to ${SYMMETRY_TOLERANCE} of its largest entry).`,
        );
      }
    }
  }
}

/** A skipped pivot of size t·d leaves at most √t·d in its column when a is semi-definite; more means it is not. */
function checkSemiDefinite(a: Matrix, square: Float64Array, tolerance: number): void {
  const largest = a.data.reduce((size, value) => Math.max(size, Math.abs(value)), 0);
  const rounding = 10 * (a.rows + 1) * Number.EPSILON;
  const allowed = 2 * Math.sqrt(tolerance + rounding) * largest;
  for (let i = 0; i < square.length; i++) {
    const miss = Math.abs(a.data[i]! - square[i]!);
    if (!(miss <= allowed)) {
      throw new RangeError(
        `choleskyFactor: a differs from L Lᵀ by ${miss} in row ${Math.floor(i / a.rows)}, column ${i % a.rows}; ` +
          'expected a positive semi-definite matrix.',
      );
    }
  }
}

function finite(name: string, a: Matrix): Matrix {
  const bad = a.data.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) {
    throw new RangeError(
      `${name}: entry ${bad} of the result is beyond the largest double; scale the input down.`,
    );
  }
  return a;
}
