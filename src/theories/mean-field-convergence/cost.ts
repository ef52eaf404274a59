// Bytes and work of runs, from the configuration alone: what stands in memory at once, and the counts of work.ts put together.

import { isClosed } from './dual-kernel.ts';
import { formOf } from './ensemble.ts';
import { estimatedSteps, estimatedTries, likelyFound } from './expected-steps.ts';
import { TEST_ROWS } from './flow.ts';
import { integratorOf } from './integrate.ts';
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
import {
  certificateWork,
  eigenSize,
  foundWork,
  gaugeWork,
  priced,
  type Sizes,
  sizesOf,
  stepWork,
  testWork,
  times,
  together,
  type Work,
} from './work.ts';

/** Scratch of a packed product, gemmScratch of the core. */
const PACKED = 156_000;
/** A number of the trajectory in doubles. */
const sizeOf = (dtype: Dtype): number => BYTES[dtype] / 8;

/** Drawing and building an ensemble: doubles that stay, doubles on the way, work. */
function ensembleCost(
  problem: MeanFieldProblem,
  dtype: Dtype,
): { stays: number; passes: number; work: Work } {
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
      work: {
        products: (rows * rows * rows) / 6 + (m / 2) * (n * n + tests * rows),
        pairs: (model.frozenLayers.length * rows * rows) / 2,
        expansions: rows * model.frozenLayers.filter((layer) => !isClosed(layer.activation)).length,
        normals: (m * rows) / 2 + rows * d,
        moves: 4 * m * rows,
      },
    };
  }
  const inputs = n * p + tests * p + m * p;
  const primal = formOf(problem) === 'primal';
  const widths = [d, ...model.frozenLayers.map(({ width }) => width!)];
  const widest = Math.max(...widths);
  let largestLayer = 0;
  let [products, normals] = [0, 0];
  for (let l = 1; l < widths.length; l++) {
    largestLayer = Math.max(largestLayer, widths[l]! * widths[l - 1]!);
    products += rows * widths[l]! * widths[l - 1]!;
    normals += widths[l]! * widths[l - 1]!;
  }
  const layers = model.frozenLayers.length > 0 ? 2 * rows * widest + largestLayer + PACKED : 0;
  return {
    stays: shared + (primal ? inputs : 0),
    passes: (primal ? 0 : inputs) + Math.max(PACKED + pieces, layers),
    work: {
      products: products + (n * n * p) / 2 + (m / 2) * p * rows + n * tests * p,
      normals: normals + (m * p) / 2 + rows * d,
      values: rows * widths.slice(1).reduce((sum, width) => sum + width, 0),
      moves: 2 * rows * widths.reduce((sum, width) => sum + width, 0) + 2 * m * rows,
    },
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

/** Work of one replica by kind; `steps` and `tries` for a certificate are estimates where the run has not told them. */
export function replicaWork(
  problem: MeanFieldProblem,
  steps = estimatedSteps(problem),
  tries = estimatedTries(problem, steps),
): Work {
  const { flow, simulation } = problem;
  const sizes = sizesOf(problem, simulation.dtype === 'float32');
  return together(
    ensembleCost(problem, simulation.dtype).work,
    times(steps, stepWork(problem, sizes)),
    times(flow.records + 1, recordWork(problem, sizes)),
    simulation.restart ? times(tries, certificateWork(problem, sizes)) : {},
    simulation.restart && likelyFound(problem, true) ? foundWork(problem, sizes) : {},
  );
}

/** The measurements of one record of a replica. */
function recordWork(problem: MeanFieldProblem, sizes: Sizes): Work {
  return together(gaugeWork(sizes), testWork(problem, sizes));
}

/** Bytes and work of one replica. Of the work, that of one step and one record. */
export function replicaCost(problem: MeanFieldProblem): Cost {
  const { data, simulation } = problem;
  const { dtype } = simulation;
  const [m, n, tests] = [problem.model.width, sampleCount(data), testCount(data)];
  const build = ensembleCost(problem, dtype);
  const primal = formOf(problem) === 'primal';
  const single = dtype === 'float32';
  const sizes = sizesOf(problem, single);
  const testing = (2 + sizeOf(dtype) * (TEST_ROWS + (single ? n : 0))) * tests;
  const running = flowDoubles(problem, m, n, primal, true, dtype) + testing;
  return {
    bytes: 8 * (build.stays + Math.max(build.passes, running)),
    work: priced(replicaWork(problem), problem),
    step: priced(stepWork(problem, sizes), problem),
    record: priced(recordWork(problem, sizes), problem),
  };
}

/** Of one run; the work is in multiply-adds of dense products that take as long. */
export interface Cost {
  readonly bytes: number;
  readonly work: number;
  /** Of the work, that of one step and one record. */
  readonly step: number;
  readonly record: number;
}

/** A particle's output on a test row: activations at nodes, with what goes with them; or a closed form where slopes jump, in moves. */
const TEST_NODES = 32;
const TEST_MOVES = 500;

/** A record and a step of a prediction. */
function predictionWork(problem: MeanFieldProblem): { step: Work; record: Work } {
  const { data } = problem;
  const [n, tests] = [sampleCount(data), testCount(data)];
  if (evaluatorOf(problem) !== 'mean-field') {
    return { step: {}, record: { moves: 2 * n * (n + tests) + 200 * n } };
  }
  const rows = particleCount(n, nodesOf(problem));
  const sizes: Sizes = { rows, samples: n, single: false, weighted: true };
  const outputs = rows * tests;
  const testing = {
    products: 2 * n * outputs,
    ...(hasKink(problem) ? { moves: TEST_MOVES * outputs } : { values: TEST_NODES * outputs }),
  };
  return { step: stepWork(problem, sizes), record: together(gaugeWork(sizes), testing) };
}

/** Work of what a prediction does once: the network that is drawn, its certificates and its kernel. */
function startWork(problem: MeanFieldProblem): Work {
  const { model, data } = problem;
  const [m, n, tests] = [model.width, sampleCount(data), testCount(data)];
  const sizes = sizesOf(problem, false);
  const kernel =
    evaluatorOf(problem) === 'tangent-kernel'
      ? {
          pairs: n * n + n * tests,
          expansions: isClosed(model.activation) ? 0 : 2 * n + tests,
        }
      : { products: m * n * tests, values: 2 * m * tests };
  return together(
    ensembleCost(problem, 'float64').work,
    certificateWork(problem, sizes, true),
    likelyFound(problem, false) ? foundWork(problem, sizes) : {},
    evaluatorOf(problem) === 'mean-field' ? {} : kernel,
    { values: m * n, eigenvalues: 3 * eigenSize(n), eigenvectors: eigenSize(n), moves: 5 * m * n },
  );
}

/** Bytes and work of one prediction. */
export function predictionCost(problem: MeanFieldProblem): Cost {
  const { model, data, flow } = problem;
  const [m, n, tests] = [model.width, sampleCount(data), testCount(data)];
  const build = ensembleCost(problem, 'float64');
  let running = flowDoubles(problem, m, n, formOf(problem) === 'primal', false);
  const evaluator = evaluatorOf(problem);
  if (evaluator === 'mean-field' && n <= MOST_DIMENSIONS) {
    const particles = particleCount(n, nodesOf(problem));
    const testing = tests > 0 ? tests * (2 * n + 200) + particles + PACKED : 0;
    running += particles * (2 * n + 1) + flowDoubles(problem, particles, n, false, true) + testing;
  } else {
    if (evaluator === 'initial-kernel') running += 2 * m * tests;
    running += 3 * n * n + 2 * n * tests;
  }
  const { step, record } = predictionWork(problem);
  const [stepping, recording] = [priced(step, problem), priced(record, problem)];
  const steps = evaluator === 'mean-field' ? estimatedSteps(problem) : 0;
  return {
    bytes: 8 * (build.stays + Math.max(build.passes, running)),
    work: priced(startWork(problem), problem) + steps * stepping + (flow.records + 1) * recording,
    step: stepping,
    record: recording,
  };
}
