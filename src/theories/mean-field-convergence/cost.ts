// Bytes and multiply-adds of runs, from the configuration alone. The number of steps depends on the data; it is estimated from
// the largest eigenvalue that Gram matrices of such rows have.
import { formOf, productWork } from './ensemble.ts';
import { TEST_ROWS } from './flow.ts';
import { integratorOf, PRODUCTS, USUAL_THETA } from './integrate.ts';
import { MOST_DIMENSIONS, particleCount } from './mean-field.ts';
import { evaluatorOf, nodesOf } from './method.ts';
import {
  hasKink,
  inputDimension,
  layerInputs,
  type MeanFieldProblem,
  sampleCount,
  testCount,
} from './problem.ts';
import { BYTES, type Dtype, PIECE_ROWS } from './state.ts';

/** Scratch of a packed product, gemmScratch of the core. */
const PACKED = 156_000;
/** An activation in multiply-adds. */
const ACTIVATION_WORK = 8;
/** Steps of adaptive runs beyond one a record. */
const ADAPTIVE_STEPS = 60;
/** Eigenproblems of the threshold of (C3). */
const FROZEN_EIGENPROBLEMS = 42;
/** Eigenvalues of an n × n matrix in multiply-adds of n³. */
const EIGEN_WORK = 2;

/** Whether features have a mean that every sample shares, which makes one eigenvalue of G grow like n. */
function hasCommonMean({ model }: MeanFieldProblem): boolean {
  const last = model.frozenLayers.at(-1);
  if (!last) return false;
  return ['relu', 'leaky-relu', 'sigmoid', 'softplus', 'gelu', 'silu'].includes(last.activation.kind);
}

/** Steps of the integrator over the whole run, roughly. */
export function estimatedSteps(problem: MeanFieldProblem): number {
  const { flow, data } = problem;
  const n = sampleCount(data);
  const name = integratorOf(problem);
  const records = flow.records;
  if (name === 'adaptive') return records + ADAPTIVE_STEPS;
  if (name === 'exp1' || name === 'exp2') {
    const { step } = flow.integrator as { step: number };
    return Math.max(records, flow.time / step);
  }
  const p = Math.min(layerInputs(problem), 1e9);
  const root = 1 + Math.sqrt(n / p);
  const square =
    data.kind === 'rows' && problem.model.frozenLayers.length === 0 ? meanSquare(data.features) : 1;
  const largest = square * (root * root + (hasCommonMean(problem) ? 0.6 * n : 0));
  const theta = flow.integrator.kind === 'auto' ? USUAL_THETA : (flow.integrator as { theta: number }).theta;
  return Math.max(records, (flow.time * largest) / (theta * n));
}

function meanSquare(rows: readonly (readonly number[])[]): number {
  let square = 0;
  for (const row of rows) for (const x of row) square += x * x;
  return square / (rows.length * rows[0]!.length);
}

/** Multiply-adds of the measurements of one record. */
export function recordWork(problem: MeanFieldProblem): number {
  const n = sampleCount(problem.data);
  const m = problem.model.width;
  const tests = testCount(problem.data);
  const p = layerInputs(problem);
  const inner = formOf(problem) === 'primal' ? p : n;
  return m * n * n + EIGEN_WORK * n * n * n + m * n * ACTIVATION_WORK + m * tests * (inner + ACTIVATION_WORK);
}

/** A number of the trajectory in doubles. */
const sizeOf = (dtype: Dtype): number => BYTES[dtype] / 8;

/** Drawing and building an ensemble: doubles that stay, doubles on the way, multiply-adds. */
function ensembleCost(
  problem: MeanFieldProblem,
  dtype: Dtype,
): { stays: number; passes: number; work: number } {
  const { model, data } = problem;
  const [m, n, tests, p] = [model.width, sampleCount(data), testCount(data), layerInputs(problem)];
  const d = inputDimension(data);
  const rows = n + tests;
  const shared = n * n + n * tests + sizeOf(dtype) * m * rows;
  const pieces = dtype === 'float64' ? 0 : Math.min(m, PIECE_ROWS) * Math.max(n, tests);
  if (!Number.isFinite(p)) {
    return {
      stays: shared,
      passes: rows * rows + Math.max(m * rows + PACKED + pieces, rows * (d + rows)),
      work: (rows * rows * rows) / 3 + m * rows * rows + rows * rows * 60,
    };
  }
  const inputs = n * p + tests * p + m * p;
  const primal = formOf(problem) === 'primal';
  const widths = [d, ...model.frozenLayers.map(({ width }) => width!)];
  const widest = Math.max(...widths);
  let largestLayer = 0;
  let layerWork = 0;
  for (let l = 1; l < widths.length; l++) {
    largestLayer = Math.max(largestLayer, widths[l]! * widths[l - 1]!);
    layerWork += rows * widths[l]! * (widths[l - 1]! + ACTIVATION_WORK);
  }
  const layers = model.frozenLayers.length > 0 ? 2 * rows * widest + largestLayer + PACKED : 0;
  return {
    stays: shared + (primal ? inputs : 0),
    passes: (primal ? 0 : inputs) + Math.max(PACKED + pieces, layers),
    work: layerWork + (n * n * p) / 2 + m * p * rows + n * tests * p,
  };
}

/** A flow on m rows of n with its integrator and measurements, in doubles; what passes is that of its largest turn. */
function flowDoubles(
  problem: MeanFieldProblem,
  m: number,
  n: number,
  primal: boolean,
  training: boolean,
  dtype: Dtype = 'float64',
): number {
  const p = layerInputs(problem);
  const name = integratorOf(problem);
  const single = dtype === 'float32';
  const size = sizeOf(dtype);
  // Products in single precision take G once more, counts of neurons a piece of doubles.
  const own = single ? size * n * (n + 7) + 64 * n : 0;
  const fixed = size * 3 * m * n + (primal ? m * p : size * m * n) + 3 * n * n + 3 * m + PACKED + own;
  if (!training) return fixed + m * n + 2 * n * n;
  const stages = { euler: 0, exp1: 0, exp2: 2, adaptive: 2, rk4: 3 }[name] + (hasKink(problem) ? 1 : 0);
  return fixed + stages * size * m * n + turnDoubles(problem, m, n, primal && stages > 0 ? m * p : 0, single);
}

/** The largest of: features of all rows or of a piece, pre-activations for a certificate, a primal product; and eigenproblems. */
function turnDoubles(
  problem: MeanFieldProblem,
  m: number,
  n: number,
  product: number,
  single: boolean,
): number {
  if (!single) return Math.max(m * n, product) + 3 * n * n;
  const features = 2 * Math.min(m, PIECE_ROWS) * n;
  const certified = problem.simulation.restart ? (hasKink(problem) ? 0.5 : 1) * m * n : 0;
  return Math.max(features, certified) + 3 * n * n;
}

/** Bytes and multiply-adds of one replica. */
export function replicaCost(problem: MeanFieldProblem): { bytes: number; work: number } {
  const { model, data, flow, simulation } = problem;
  const { dtype } = simulation;
  const [m, n, tests] = [model.width, sampleCount(data), testCount(data)];
  const build = ensembleCost(problem, dtype);
  const primal = formOf(problem) === 'primal';
  const testing = (2 + sizeOf(dtype) * (TEST_ROWS + (dtype === 'float64' ? 0 : n))) * tests;
  const running = flowDoubles(problem, m, n, primal, true, dtype) + testing;
  const steps = estimatedSteps(problem);
  const name = integratorOf(problem);
  const eigen = name === 'euler' || name === 'rk4' ? 0 : PRODUCTS[name] * 5 * n * n * n;
  const certificate = simulation.restart ? 12 * (m * n * 40 + n * n * n) : 0;
  return {
    bytes: 8 * (build.stays + Math.max(build.passes, running)),
    work:
      build.work +
      certificate +
      steps * (PRODUCTS[name] * (productWork(problem) + m * n * ACTIVATION_WORK) + eigen) +
      (flow.records + 1) * recordWork(problem),
  };
}

/** Bytes and multiply-adds of one prediction. */
export function predictionCost(problem: MeanFieldProblem): { bytes: number; work: number; product: number } {
  const { model, data, flow } = problem;
  const [m, n, tests] = [model.width, sampleCount(data), testCount(data)];
  const build = ensembleCost(problem, 'float64');
  const primal = formOf(problem) === 'primal';
  let running = flowDoubles(problem, m, n, primal, false);
  // The threshold of (C3) is a row of eigenproblems, made where G is singular.
  const frozen = hasKink(problem) && layerInputs(problem) < n ? FROZEN_EIGENPROBLEMS * EIGEN_WORK : 0;
  let work = build.work + 4096 * m * n + n * n * n * (10 + frozen);
  let product = 0;
  const evaluator = evaluatorOf(problem);
  if (evaluator === 'mean-field' && n <= MOST_DIMENSIONS) {
    const particles = particleCount(n, nodesOf(problem));
    const testing = tests > 0 ? tests * (2 * n + 200) + particles + PACKED : 0;
    running += particles * (2 * n + 1) + flowDoubles(problem, particles, n, false, true) + testing;
    product = particles * n * n;
    const name = integratorOf(problem);
    work +=
      estimatedSteps(problem) * PRODUCTS[name] * particles * n * (n + ACTIVATION_WORK) +
      (flow.records + 1) * particles * (n * ACTIVATION_WORK + tests * 24 * ACTIVATION_WORK);
  } else {
    if (evaluator === 'initial-kernel') running += 2 * m * tests;
    running += 3 * n * n + 2 * n * tests;
    work += (flow.records + 1) * (recordWork(problem) + n * tests);
  }
  return { bytes: 8 * (build.stays + Math.max(build.passes, running)), work, product };
}
