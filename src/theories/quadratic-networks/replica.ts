// One replica of the experiment: its sizes and cost, its drawn data, teacher and start, and what is measured on it. The student is
// kept as a factor of min(m, d) columns: wider ones move exactly like the square root of their Z (S5), so the cheaper form is
// always the one taken. Knows not how it is trained.
import type { Block, Scope } from '../../../bindings/arena.ts';
import type { Core } from '../../../bindings/core.ts';
import {
  axpy,
  cholesky,
  dot,
  gemm,
  gemmScratchFor,
  gemv,
  scale,
  sumSquares,
} from '../../../bindings/linalg.ts';
import {
  packedRowsLength,
  packRows,
  packSymmetric,
  unpackSymmetric,
} from '../../../bindings/quadratic-networks.ts';
import { fillNormal, openStream } from '../../../bindings/random.ts';
import { labelId, streamKey } from '../../numerics/random.ts';
import { binCentres, binEdges, eigenvaluesOf, histogram } from './eigenvalues.ts';
import {
  gradientWork,
  type Measurements,
  matrixMeasurements,
  measurementDoubles,
  rowMeasurements,
} from './measurements.ts';
import type { Parameters } from './parameters.ts';
import { parametersOf, type QuadraticProblem, stepLengths } from './problem.ts';
import { packedLength } from './process.ts';
import { fillTeacher, gramOf, widthOf } from './teacher.ts';

/** Sizes of one replica at given parameters (S1). */
export function sizesOf(problem: QuadraticProblem, parameters: Parameters) {
  const d = problem.model.inputDimension;
  const n = Math.max(1, Math.round(parameters.sampleRatio * d * d));
  const m = widthOf(parameters.widthRatio, d);
  const teacher = widthOf(parameters.teacherWidthRatio, d);
  return { d, n, m, teacher, columns: Math.min(m, d) };
}

/** Largest eigenvalue that the student meets on its way: the teacher's or its own at the start. */
export function largestEigenvalue(parameters: Parameters, initialScale: number): number {
  const edge = (ratio: number) => (1 + Math.sqrt(1 / ratio)) * (1 + Math.sqrt(1 / ratio));
  return Math.max(
    edge(parameters.teacherWidthRatio),
    initialScale * initialScale * edge(parameters.widthRatio),
  );
}

/** Learning rate above which gradient descent is unstable, by the bound of (S5). */
export function stableRate(parameters: Parameters, initialScale: number): number {
  const spread = 1 + 1 / Math.sqrt(2 * parameters.sampleRatio);
  return 1 / (largestEigenvalue(parameters, initialScale) * spread * spread + 0.5 * parameters.weightDecay);
}

/** Top of the histogram's bins: what the law of teacher, start or end reaches. */
export function spectrumTop(problem: QuadraticProblem): number {
  const [parameters] = parametersOf(problem);
  const start = problem.optimizer.kind === 'stationary' ? 0 : problem.model.initialScale;
  return 1.1 * largestEigenvalue(parameters!, start);
}

const needsField = (problem: QuadraticProblem) => problem.optimizer.kind === 'stationary';

/** Bytes of linear memory and multiply-adds of one replica. */
export function replicaCost(problem: QuadraticProblem): { bytes: number; work: number } {
  const kind = problem.data.measurements;
  let doubles = 0;
  let work = 0;
  for (const parameters of parametersOf(problem)) {
    const { d, n, columns, teacher } = sizesOf(problem, parameters);
    const own =
      measurementDoubles(kind, n, d, needsField(problem) ? d : columns) +
      d * Math.max(widthOf(parameters.widthRatio, d), teacher) +
      (needsField(problem) ? 12 * d * d : 6 * d * columns + 6 * d * d);
    doubles = Math.max(doubles, own);
    work += evaluationsOf(problem, parameters) * evaluationWork(problem, parameters) + 10 * n * d;
  }
  return { bytes: 8 * doubles, work };
}

/** Gradients that a replica is expected to take. */
function evaluationsOf(problem: QuadraticProblem, parameters: Parameters): number {
  const { optimizer, model } = problem;
  if (optimizer.kind === 'stationary') return optimizer.iterations / 2;
  const lengths = stepLengths(problem);
  if (optimizer.kind === 'gradient-descent') return lengths.length + 1;
  return 2 * Math.max(lengths.length, (2 * optimizer.time) / stableRate(parameters, model.initialScale)) + 1;
}

/** Multiply-adds of one gradient, with the eigenvalues that the convex solver takes. */
export function evaluationWork(problem: QuadraticProblem, parameters: Parameters): number {
  const { d, n, columns } = sizesOf(problem, parameters);
  const whole = needsField(problem) && columns === d;
  return gradientWork(problem.data.measurements, n, d, columns) + (whole ? 12 * d * d * d : 0);
}

/** One replica's data and teacher. */
export interface Setting {
  readonly measurements: Measurements;
  readonly teacher: Block;
}

/** Rows that are drawn, labelled and packed at a time. */
const DRAWN = 240;

/** Data and teacher of a replica. Streams are named by replica alone: along a sweep the same draws are cut to size, which keeps its curves smooth. */
export function draw(
  core: Core,
  scope: Scope,
  problem: QuadraticProblem,
  parameters: Parameters,
  replica: number,
): Setting {
  const { d, n, teacher: width, columns } = sizesOf(problem, parameters);
  const { data, seed } = problem;
  const key = streamKey(`${seed}/replica ${replica}`);
  const stream = (label: string) => openStream(core, scope, key, labelId(label), 0);
  const p = packedLength(d);
  const teacher = scope.f64(p);
  fillTeacher(core, d, width, data.teacher, stream('teacher'), teacher);
  const y = scope.f64(n);
  fillNormal(core, stream('noise'), y);
  scale(core, Math.sqrt(parameters.noiseVariance), y, n);
  if (data.measurements === 'goe') {
    const A = scope.f64(n * p);
    fillNormal(core, stream('measurements'), A);
    scale(core, Math.sqrt(2 / d), A, n * p);
    core.within((inner) => {
      const clean = inner.f64(n);
      gemv(core, A, n, p, p, teacher, clean);
      axpy(core, 1, clean, y, n);
    });
    return { teacher, measurements: matrixMeasurements(core, scope, A, y, n, d, parameters.weightDecay) };
  }
  const rows = scope.f64(packedRowsLength(core, n, d));
  core.within((inner) => {
    const X = inner.f64(DRAWN * d);
    const source = stream('measurements');
    // The labels are what the teacher's own field leaves: residuals of Z* against labels 0.
    const Z = inner.f64(d * d);
    unpackSymmetric(core, d, teacher, 0, Z, d);
    for (let first = 0; first < n; first += DRAWN) {
      const count = Math.min(DRAWN, n - first);
      fillNormal(core, source, X.at(0, count * d));
      core.within((own) => labelRows(core, own, X, Z, count, d, y.at(first, count)));
      packRows(core, first, count, d, X, d, rows);
    }
  });
  const widest = needsField(problem) ? d : columns;
  return {
    teacher,
    measurements: rowMeasurements(core, scope, rows, y, n, d, widest, parameters.weightDecay),
  };
}

/** y ← y + (xᵀ Z x − Tr Z)/√d for every row x of X. */
export function labelRows(
  core: Core,
  scope: Scope,
  X: Block,
  Z: Block,
  n: number,
  d: number,
  y: Block,
): void {
  let trace = 0;
  for (let i = 0; i < d; i++) trace += Z.view[i * d + i]!;
  const images = scope.f64(n * d);
  gemm(core, 0, 0, n, d, d, X, d, Z, d, images, d, 0, scope.f64(gemmScratchFor(core, n, d, d)));
  for (let i = 0; i < n; i++) {
    const form = dot(core, X.at(i * d, d), images.at(i * d, d), d);
    y.view[i]! += (form - trace) / Math.sqrt(d);
  }
}

/** W(0) as a factor of `columns`: entries N(0, σ0²/m), or the root of its Z where m > d. */
export function startFactor(
  core: Core,
  scope: Scope,
  raw: Block,
  d: number,
  m: number,
  initialScale: number,
): Block {
  const columns = Math.min(m, d);
  const W = scope.f64(d * columns);
  if (m <= d) {
    W.set(raw.view.subarray(0, d * m));
    scale(core, initialScale / Math.sqrt(m), W, d * m);
    return W;
  }
  core.within((inner) => gramOf(core, inner, d, m, raw, W));
  scale(core, initialScale * initialScale, W, d * d);
  cholesky(core, W, d, d, 1e-14);
  return W;
}

/** Test error 2 ‖Z − Z*‖²/d of Z as a whole matrix. */
export function testErrorOf(core: Core, scratch: Block, Z: Block, teacher: Block, d: number): number {
  const p = packedLength(d);
  packSymmetric(core, d, Z, d, 0.5, scratch);
  axpy(core, -1, teacher, scratch, p);
  return (2 * sumSquares(core, scratch, p)) / d;
}

/** What is said of the last Z: its rank and spectrum. */
export function finals(core: Core, problem: QuadraticProblem, Z: Block, d: number) {
  const edges = binEdges(spectrumTop(problem));
  const { density, rank } = histogram(eigenvaluesOf(core, Z, d), edges);
  return {
    finalRank: Float64Array.of(rank),
    eigenvalueDensity: density,
    eigenvalueGrid: binCentres(edges),
  };
}
