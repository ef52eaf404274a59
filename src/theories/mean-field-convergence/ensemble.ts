// What the engine runs on, built from a configuration and a replica: Gram matrix, pre-activations at the start, signs, labels
// and scale, and what test rows need. Shallow networks, frozen layers and infinitely many features differ only here.

import { activateRow } from '../../../bindings/activation.ts';
import type { Block, Scope } from '../../../bindings/arena.ts';
import type { Core } from '../../../bindings/core.ts';
import {
  axpy,
  cholesky,
  gemm,
  gemmScratch,
  scale as scaleBlock,
  sumSquares,
  syrk,
} from '../../../bindings/linalg.ts';
import type { StateBlock } from '../../../bindings/mean-field-convergence.ts';
import { fillNormal, openStream } from '../../../bindings/random.ts';
import { type ActivationSpec, resolveActivation } from '../../numerics/activation.ts';
import { labelId, streamKey } from '../../numerics/random.ts';
import { featureKernel } from './dual-kernel.ts';
import { drawData, type Rows, replicaSeed } from './inputs.ts';
import { layerInputs, type MeanFieldProblem, sampleCount, testCount } from './problem.ts';
import { scalingOf } from './scaling.ts';
import { type TrainedActivation, trainedActivation } from './slopes.ts';
import { type Dtype, fillRows, stateBlock } from './state.ts';

export type Form = 'primal' | 'dual';

/** The system (G, H(0), signs, labels, scale) of (M4), in linear memory. */
export interface Ensemble {
  /** Neurons or particles, m. */
  readonly rows: number;
  /** Training samples, n. */
  readonly samples: number;
  readonly activation: TrainedActivation;
  /** alpha. */
  readonly scale: number;
  readonly labels: Float64Array;
  /** What numbers for neurons and samples are: H, test.H, and what a flow adds. Those of samples alone are doubles. */
  readonly dtype: Dtype;
  /** ±1 for each row. */
  readonly signs: Float64Array;
  /** In place of 1/m; absent where all are 1/m. */
  readonly weights?: Float64Array;
  /** G, n × n. */
  readonly gram: Block;
  /** H(0), m × n; the flow moves it. */
  readonly H: StateBlock;
  /** Present in the primal form. */
  readonly primal?: { readonly inputs: number; readonly U: Block; readonly Z: Block };
  /** |Z(0)|²; absent where there are infinitely many weights. */
  readonly weightNorm?: number;
  readonly test?: TestRows;
}

export interface TestRows {
  readonly count: number;
  readonly labels: Float64Array;
  /** U U_tᵀ, n × count. */
  readonly cross: Block;
  /** |u_t|². */
  readonly norms: Float64Array;
  /** Their pre-activations at the start, m × count. */
  readonly H: StateBlock;
  /** U_t, in the primal form. */
  readonly U?: Block;
}

/** Multiply-adds of a step in each form, (M4). */
function stepWork(m: number, n: number, p: number): Record<Form, number> {
  return { dual: m * n * n, primal: 2 * m * n * p };
}

/** The form asked for, or the one with fewer multiply-adds a step; only the dual one has infinitely many features or single precision. */
export function formOf(problem: MeanFieldProblem): Form {
  const p = layerInputs(problem);
  const { form } = problem.simulation;
  if (!Number.isFinite(p) || problem.simulation.dtype === 'float32') return 'dual';
  if (form !== 'auto') return form;
  const { dual, primal } = stepWork(problem.model.width, sampleCount(problem.data), p);
  return dual <= primal ? 'dual' : 'primal';
}

/** Draws and builds the ensemble of a replica. Blocks live as long as the scope. */
export function buildEnsemble(
  core: Core,
  scope: Scope,
  problem: MeanFieldProblem,
  replica: number,
  dtype: Dtype = 'float64',
): Ensemble {
  const { model } = problem;
  const m = model.width;
  const n = sampleCount(problem.data);
  const tests = testCount(problem.data);
  const p = layerInputs(problem);
  const primal = formOf(problem) === 'primal';
  const gram = scope.f64(n * n);
  const H = stateBlock(scope, dtype, m * n);
  const U = primal ? scope.f64(n * p) : undefined;
  const Z = primal ? scope.f64(m * p) : undefined;
  const testU = primal && tests > 0 ? scope.f64(tests * p) : undefined;
  const cross = tests > 0 ? scope.f64(n * tests) : undefined;
  const testH = tests > 0 ? stateBlock(scope, dtype, m * tests) : undefined;
  const { scale, factor } = scalingOf(problem);
  const build = { core, problem, replica, m, n, tests, factor, gram, H, cross, testH, U, Z, testU };
  const data = drawData(problem, replica);
  const { norms, weightNorm } = Number.isFinite(p)
    ? finiteFeatures({ ...build, p }, data.train, data.test)
    : infiniteFeatures(build, data.train, data.test);
  const half = Math.ceil(m / 2);
  const signs =
    model.initialization.kind === 'explicit'
      ? Float64Array.from(model.initialization.signs)
      : Float64Array.from({ length: m }, (_, i) => (i < half ? 1 : -1));
  return {
    rows: m,
    samples: n,
    activation: trainedActivation(model.activation as ActivationSpec),
    scale,
    labels: data.train.labels,
    dtype,
    signs,
    gram,
    H,
    ...(U && Z && { primal: { inputs: p, U, Z } }),
    ...(weightNorm !== undefined && { weightNorm }),
    ...(data.test &&
      cross &&
      testH && {
        test: {
          count: tests,
          labels: data.test.labels,
          cross,
          norms,
          H: testH,
          ...(testU && { U: testU }),
        },
      }),
  };
}

interface Build {
  readonly core: Core;
  readonly problem: MeanFieldProblem;
  readonly replica: number;
  readonly m: number;
  readonly n: number;
  readonly tests: number;
  readonly factor: number;
  readonly gram: Block;
  readonly H: StateBlock;
  readonly cross: Block | undefined;
  readonly testH: StateBlock | undefined;
  readonly U: Block | undefined;
  readonly Z: Block | undefined;
  readonly testU: Block | undefined;
}

interface Built {
  readonly norms: Float64Array;
  readonly weightNorm?: number;
}

/** G = U Uᵀ and H(0) = Z Uᵀ with the inputs of the trained layer in memory. */
function finiteFeatures(build: Build & { p: number }, train: Rows, test: Rows | undefined): Built {
  const { core, problem, replica, m, n, tests, p, factor, gram, H, cross, testH } = build;
  return core.within((scope) => {
    const U = build.U ?? scope.f64(n * p);
    const Ut = build.testU ?? scope.f64(tests * p);
    const Z = build.Z ?? scope.f64(m * p);
    layerRows(core, problem, replica, train, test, U, Ut, p);
    if (normalizes(problem)) {
      const unit = Math.sqrt(unitOf(n, sumSquares(core, U, n * p)));
      scaleBlock(core, unit, U, n * p);
      scaleBlock(core, unit, Ut, tests * p);
    }
    drawNeurons(core, problem, replica, Z, p);
    scaleBlock(core, factor, Z, m * p);
    const scratch = scope.f64(gemmScratch(core));
    syrk(core, n, p, U, p, gram, n, scratch);
    fillNeurons(build, H, n, (out, rows, from) =>
      gemm(core, false, true, rows, n, p, Z.at(from * p), p, U, p, out, n, false, scratch),
    );
    if (cross && testH) {
      gemm(core, false, true, n, tests, p, U, p, Ut, p, cross, tests, false, scratch);
      fillNeurons(build, testH, tests, (out, rows, from) =>
        gemm(core, false, true, rows, tests, p, Z.at(from * p), p, Ut, p, out, tests, false, scratch),
      );
    }
    return { norms: rowNorms(core, Ut, tests, p), weightNorm: sumSquares(core, Z, m * p) };
  });
}

/** Rows u(x) of (M5) for training and test rows: the input over √d, or the last frozen layer over √m₁. */
function layerRows(
  core: Core,
  problem: MeanFieldProblem,
  replica: number,
  train: Rows,
  test: Rows | undefined,
  U: Block,
  Ut: Block,
  p: number,
): void {
  const { frozenLayers } = problem.model;
  const n = train.count;
  const tests = test?.count ?? 0;
  if (frozenLayers.length === 0) {
    U.set(train.X);
    if (test) Ut.set(test.X);
  } else {
    core.within((scope) => {
      const key = streamKey(replicaSeed(problem, replica));
      const widest = frozenLayers.reduce((most, { width }) => Math.max(most, width!), train.dimension);
      let rows = scope.f64((n + tests) * widest);
      let next = scope.f64((n + tests) * widest);
      rows.set(train.X);
      if (test) rows.set(test.X, n * train.dimension);
      let inputs = train.dimension;
      frozenLayers.forEach((layer, l) => {
        const width = layer.width!;
        core.within((inner) => {
          const W = inner.f64(width * inputs);
          const b = inner.f64(width);
          fillNormal(core, openStream(core, inner, key, labelId(`frozen/${l + 1}/weights`)), W);
          fillNormal(core, openStream(core, inner, key, labelId(`frozen/${l + 1}/biases`)), b);
          scaleBlock(core, Math.sqrt(layer.weightVariance), W, W.length);
          scaleBlock(core, Math.sqrt(layer.biasVariance), b, width);
          frozenLayer(core, layer.activation as ActivationSpec, rows, n + tests, inputs, W, b, width, next);
        });
        [rows, next] = [next, rows];
        inputs = width;
      });
      U.set(rows.view.subarray(0, n * p));
      if (tests > 0) Ut.set(rows.view.subarray(n * p, (n + tests) * p));
    });
  }
  const factor = 1 / Math.sqrt(p);
  scaleBlock(core, factor, U, n * p);
  scaleBlock(core, factor, Ut, tests * p);
}

/** out = σ(W φ/√inputs + b) for `count` rows φ, the layer of (M5). */
export function frozenLayer(
  core: Core,
  activation: ActivationSpec,
  rows: Block,
  count: number,
  inputs: number,
  W: Block,
  b: Block,
  width: number,
  out: Block,
): void {
  core.within((scope) => {
    const scratch = scope.f64(gemmScratch(core));
    gemm(core, false, true, count, width, inputs, rows, inputs, W, inputs, out, width, false, scratch);
    scaleBlock(core, 1 / Math.sqrt(inputs), out, count * width);
    for (let k = 0; k < count; k++) axpy(core, 1, b, out.at(k * width, width), width);
    activateRow(core, resolveActivation(activation), out, count * width, out);
  });
}

/** Z: given, or standard normal; in the symmetric start the second half repeats the first. */
function drawNeurons(core: Core, problem: MeanFieldProblem, replica: number, Z: Block, p: number): void {
  const { initialization, width } = problem.model;
  if (initialization.kind === 'explicit') {
    Z.set(initialization.weights.flat());
    return;
  }
  core.within((scope) => drawRowsOf(core, scope, problem, replica, Z, width, p));
}

/** `rows` rows of `length` standard normals, in pairs i and i + rows/2 for the symmetric start. */
function drawRowsOf(
  core: Core,
  scope: Scope,
  problem: MeanFieldProblem,
  replica: number,
  out: Block,
  rows: number,
  length: number,
): void {
  const key = streamKey(replicaSeed(problem, replica));
  const symmetric = problem.model.initialization.kind === 'symmetric';
  const drawn = (symmetric ? rows / 2 : rows) * length;
  fillNormal(core, openStream(core, scope, key, labelId('neurons')), out, drawn);
  if (symmetric) out.set(out.view.slice(0, drawn), drawn);
}

/** G = Σ, and rows of H(0) from N(0, Σ) jointly for training and test rows. */
function infiniteFeatures(build: Build, train: Rows, test: Rows | undefined): Built {
  const { core, problem, replica, m, n, tests, factor, gram, H, cross, testH } = build;
  const count = n + tests;
  const sigma = featureKernel(core, problem.model.frozenLayers, train, test);
  if (normalizes(problem)) {
    let trace = 0;
    for (let a = 0; a < n; a++) trace += sigma[a * count + a]!;
    const unit = unitOf(n, trace);
    for (let k = 0; k < sigma.length; k++) sigma[k]! *= unit;
  }
  const norms = new Float64Array(tests);
  for (let a = 0; a < n; a++) {
    gram.set(sigma.subarray(a * count, a * count + n), a * n);
    cross?.set(sigma.subarray(a * count + n, (a + 1) * count), a * tests);
  }
  for (let b = 0; b < tests; b++) norms[b] = sigma[(n + b) * (count + 1)]!;
  core.within((scope) => {
    const L = scope.from(sigma);
    cholesky(core, L, count, count, 1e-13);
    const xi = scope.f64(m * count);
    drawRowsOf(core, scope, problem, replica, xi, m, count);
    scaleBlock(core, factor, xi, m * count);
    const scratch = scope.f64(gemmScratch(core));
    // The factor is lower triangular: training columns depend on the first n normals only.
    fillNeurons(build, H, n, (out, rows, from) =>
      gemm(core, false, true, rows, n, n, xi.at(from * count), count, L, count, out, n, false, scratch),
    );
    if (testH) {
      const Lt = L.at(n * count);
      fillNeurons(build, testH, tests, (out, rows, from) => {
        const drawn = xi.at(from * count);
        gemm(core, false, true, rows, tests, count, drawn, count, Lt, count, out, tests, false, scratch);
      });
    }
  });
  return { norms };
}

/** Pre-activations of all neurons by `make`; in the symmetric start those of the second half are the first's. */
function fillNeurons(
  { core, problem, m }: Build,
  H: StateBlock,
  columns: number,
  make: (out: Block, count: number, from: number) => void,
): void {
  if (problem.model.initialization.kind !== 'symmetric') {
    fillRows(core, H, m, columns, make);
    return;
  }
  const half = (m / 2) * columns;
  fillRows(core, H.at(0, half), m / 2, columns, make);
  H.set(H.view.subarray(0, half), half);
}

/** Whether inputs of the trained layer are scaled to mean square 1. */
export const normalizes = ({ model }: MeanFieldProblem): boolean =>
  model.normalize ?? model.frozenLayers.length > 0;

/** The factor on squares that makes their mean 1; rows of zeros stay what they are. */
const unitOf = (n: number, squares: number): number => (squares > 0 ? n / squares : 1);

function rowNorms(core: Core, U: Block, rows: number, p: number): Float64Array {
  return Float64Array.from({ length: rows }, (_, k) => sumSquares(core, U.at(k * p, p), p));
}
