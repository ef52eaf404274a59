// The rows that a replica trains on, in blocks, and mu and W_1^(0) in the same coordinates.
//
// Gaussian rows are drawn in coordinates turned after them, X -> X O with O orthogonal: first an orthonormal basis of mu and
// the columns of W_1^(0), then a basis in which the rest of X is lower trapezoidal. Gradient descent from W_1^(0) gives the
// same pre-activations and overlaps in any coordinates, and the law of X O is known: independent normals and, on the diagonal,
// roots of chi-square variates (Bartlett): (B1). So this is the experiment, not an approximation of it, with min(m + q + 1, n)
// columns, nearly half of the entries zeros where m < n. Other laws have no such coordinates; their rows are drawn entry by entry.
import type { Block, Scope } from '../../../bindings/arena.ts';
import type { Core } from '../../../bindings/core.ts';
import { fillTrapezoid } from '../../../bindings/finite-width.ts';
import { axpy, skinny } from '../../../bindings/linalg.ts';
import { fillLaw, openStream } from '../../../bindings/random.ts';
import { resolveLaw } from '../../numerics/laws.ts';
import { createStream, labelId, streamKey } from '../../numerics/random.ts';
import { addTo, dotProduct, multiplyTransposed } from '../../numerics/square.ts';
import type { FiniteWidthProblem } from './problem.ts';
import { effectiveSignal, gramRoot } from './state.ts';
import type { Teacher } from './teacher.ts';

/** Rows drawn from one stream: a row's numbers depend on its block and never on how many rows there are. */
const STREAM_ROWS = 256;
/** Rows of a block: a block of X stays in cache while it is read twice. A divisor of STREAM_ROWS. Changes no bit. */
const BLOCK_ROWS = 32;

/** Rows `first` … `first + rows` - 1, `columns` coordinates each, the others being 0; row stride `columns`. */
export interface RowBlock {
  readonly first: number;
  readonly rows: number;
  readonly columns: number;
  readonly X: Block;
}

export interface FeatureRows {
  readonly count: number;
  /** Coordinates of a row, even where turned. */
  readonly columns: number;
  readonly blocks: readonly RowBlock[];
  /** The blocks as one matrix, where every row has all coordinates. */
  readonly matrix: Block | undefined;
  readonly labels: Block;
  /** mu, `columns` values, and W_1^(0), q rows of them. */
  readonly signal: Float64Array;
  readonly firstLayer: Float64Array;
  /** Coordinates that mu and W_1^(0) may differ from 0 in: the first ones. */
  readonly support: number;
  /** First-layer weights over the inputs, q x n, from weights in these coordinates. */
  inputWeights(W: Float64Array): Float64Array;
}

/** Whether rows are drawn in turned coordinates: Gaussian ones, with room for q directions beside mu and the units. */
export function areTurned(problem: FiniteWidthProblem, teacher: Teacher): boolean {
  const { width: q, gram } = teacher.input;
  return (
    problem.data.features.law === 'gaussian' &&
    teacher.inputDimension! >= 2 * q + 2 &&
    gramRoot(gram, q + 1).regular
  );
}

/** Columns of the block that ends before row `end`: even, so that every row begins at 16 bytes. */
function trapezoidColumns(base: number, degrees: number, end: number): number {
  return even(base + Math.min(end, degrees));
}

function even(count: number): number {
  return count + (count & 1);
}

/** Coordinates of m training rows, and doubles that all of them take together. */
export function featureExtent(problem: FiniteWidthProblem, teacher: Teacher) {
  const m = problem.data.sampleCount!;
  const n = teacher.inputDimension!;
  if (!areTurned(problem, teacher)) return { columns: n, size: m * n };
  const base = teacher.input.width + 1;
  let size = 0;
  for (let first = 0; first < m; first += BLOCK_ROWS) {
    const end = Math.min(m, first + BLOCK_ROWS);
    size += (end - first) * trapezoidColumns(base, n - base, end);
  }
  return { columns: trapezoidColumns(base, n - base, m), size };
}

/** The rows of one replica with their labels, from streams of their own. */
export function drawFeatures(
  core: Core,
  scope: Scope,
  problem: FiniteWidthProblem,
  teacher: Teacher,
  replica: number,
  part: 'train' | 'test',
  count: number,
): FeatureRows {
  // A key for each replica: labels are 32-bit words, and among very many of them two would meet.
  const seed = `${problem.seed}/replica ${replica}`;
  const rows =
    part === 'train' && areTurned(problem, teacher)
      ? turnedRows(core, scope, teacher, seed, count)
      : plainRows(core, scope, problem, teacher, seed, part, count);
  const labels = scope.f64(count);
  core.within((inner) => {
    const z = inner.f64(count);
    const noise = inner.f64(count);
    const stream = openStream(core, inner, streamKey(seed), labelId(`${part}/noise`), 0);
    project(core, rows, rows.support, inner.from(rows.signal), 1, z, count);
    teacher.input.link.values(core, z, count, labels);
    const { kind, parameter, variance } = teacher.input.noise;
    fillLaw(core, stream, kind, parameter, noise, count);
    axpy(core, Math.sqrt(variance), noise, labels, count);
  });
  return { ...rows, labels };
}

/** H[j,i] ← Σ_k X[i,k] W[j,k] over the first `columns` coordinates, W of q rows of all coordinates. */
export function project(
  core: Core,
  { blocks, columns: stride }: Pick<FeatureRows, 'blocks' | 'columns'>,
  columns: number,
  W: Block,
  q: number,
  H: Block,
  ld: number,
): void {
  for (const { X, first, rows, columns: own } of blocks)
    skinny(core, X, rows, Math.min(columns, own), own, W, stride, q, H.at(first), ld);
}

type Drawn = Omit<FeatureRows, 'labels'>;

function plainRows(
  core: Core,
  scope: Scope,
  problem: FiniteWidthProblem,
  teacher: Teacher,
  seed: string,
  part: 'train' | 'test',
  count: number,
): Drawn {
  const n = teacher.inputDimension!;
  const matrix = scope.f64(count * n);
  const key = streamKey(seed);
  const label = labelId(`${part}/features`);
  const law = resolveLaw(problem.data.features);
  const blocks: RowBlock[] = [];
  for (let start = 0, index = 0; start < count; start += STREAM_ROWS, index++) {
    const rows = Math.min(STREAM_ROWS, count - start);
    core.within((inner) => {
      const stream = openStream(core, inner, key, label, index);
      fillLaw(core, stream, law.kind, law.parameter, matrix.at(start * n, rows * n), rows * n);
    });
  }
  for (let first = 0; first < count; first += BLOCK_ROWS) {
    const rows = Math.min(BLOCK_ROWS, count - first);
    blocks.push({ first, rows, columns: n, X: matrix.at(first * n, rows * n) });
  }
  return {
    count,
    columns: n,
    blocks,
    matrix,
    signal: teacher.signal!,
    firstLayer: teacher.firstLayer!,
    support: n,
    inputWeights: (W) => W,
  };
}

function turnedRows(core: Core, scope: Scope, teacher: Teacher, seed: string, count: number): Drawn {
  const { width: q, gram } = teacher.input;
  const base = q + 1;
  const degrees = teacher.inputDimension! - base;
  const columns = trapezoidColumns(base, degrees, count);
  const { root } = gramRoot(gram, base);
  const key = streamKey(seed);
  const label = labelId('train/features');
  const blocks: RowBlock[] = [];
  let stream = openStream(core, scope, key, label, 0);
  for (let first = 0; first < count; first += BLOCK_ROWS) {
    if (first > 0 && first % STREAM_ROWS === 0)
      stream = openStream(core, scope, key, label, first / STREAM_ROWS);
    const rows = Math.min(BLOCK_ROWS, count - first);
    const own = trapezoidColumns(base, degrees, first + rows);
    const X = scope.f64(rows * own);
    fillTrapezoid(core, stream, first, rows, base, degrees, X, own);
    blocks.push({ first, rows, columns: own, X });
  }
  // (mu, W_1^(0)) = R0 e in the orthonormal basis e.
  const signal = new Float64Array(columns);
  const firstLayer = new Float64Array(q * columns);
  signal.set(root.subarray(0, base));
  for (let j = 0; j < q; j++) firstLayer.set(root.subarray((j + 1) * base, (j + 2) * base), j * columns);
  return {
    count,
    columns,
    blocks,
    matrix: undefined,
    signal,
    firstLayer,
    support: base,
    inputWeights: (W) => turnBack(W, columns, teacher, root, seed),
  };
}

/**
 * Weights over the inputs: the part in the span of mu and W_1^(0), and for the rest, of which the coordinates tell the Gram
 * matrix and nothing else, directions drawn uniformly among those orthogonal to it.
 */
function turnBack(
  W: Float64Array,
  columns: number,
  { signal, firstLayer, inputDimension, input }: Teacher,
  root: Float64Array,
  seed: string,
): Float64Array {
  const n = inputDimension!;
  const q = input.width;
  const base = q + 1;
  const known = new Float64Array(q * base);
  const rest = new Float64Array(q * (columns - base));
  for (let j = 0; j < q; j++) {
    known.set(W.subarray(j * columns, j * columns + base), j * base);
    rest.set(W.subarray(j * columns + base, (j + 1) * columns), j * (columns - base));
  }
  const { beta, A } = effectiveSignal(known, root, q);
  const { root: mixing } = gramRoot(multiplyTransposed(rest, rest, q, columns - base, q), q);
  const rowsOf = (values: Float64Array) =>
    Array.from({ length: values.length / n }, (_, i) => values.subarray(i * n, (i + 1) * n));
  const units = rowsOf(firstLayer!);
  const normals = rowsOf(createStream(seed, 'train/directions').normal(q * n));
  const frame = orthonormalRows([signal!, ...units, ...normals]).slice(base);
  const out = new Float64Array(q * n);
  rowsOf(out).forEach((row, j) => {
    addTo(row, signal!, beta[j]!);
    for (let i = 0; i < q; i++) {
      addTo(row, units[i]!, A[j * q + i]!);
      addTo(row, frame[i]!, mixing[j * q + i]!);
    }
  });
  return out;
}

/** Gram-Schmidt, two passes, on copies. */
function orthonormalRows(rows: readonly Float64Array[]): Float64Array[] {
  const done: Float64Array[] = [];
  for (const row of rows) {
    const rest = new Float64Array(row);
    for (let pass = 0; pass < 2; pass++) {
      for (const earlier of done) addTo(rest, earlier, -dotProduct(rest, earlier));
    }
    const norm = Math.sqrt(dotProduct(rest, rest));
    done.push(rest.map((value) => value / norm));
  }
  return done;
}
