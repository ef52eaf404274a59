// The experiment: plain full-batch gradient descent (N2) on drawn rows, replica by replica, with the signal and the initial
// weights held fixed. A replica is primal (X in memory, one pass over X a step) or dual (K = XX' in memory): the cheaper.
// The same rows give the training-data-only estimate of the test error beside the true one.
import type { Block, Scope } from '../../../bindings/arena.ts';
import type { Core } from '../../../bindings/core.ts';
import {
  axpy,
  gemm,
  gemmScratch,
  scale,
  skinny,
  skinnyTransposed,
  sumSquares,
  syrk,
} from '../../../bindings/linalg.ts';
import { NetworkWorkspace, networkWorkspaceSize } from '../../../bindings/network.ts';
import { fillLaw, openStream } from '../../../bindings/random.ts';
import { resolveLaw } from '../../numerics/laws.ts';
import { labelId, streamKey } from '../../numerics/random.ts';
import type { Run } from '../../run.ts';
import { Recorder, type Trajectory } from '../../trajectory.ts';
import { rowQuantiles } from './laws.ts';
import { OnsagerEstimator, onsagerBytes, reliabilityRatio } from './onsager.ts';
import { initialOverlap, signalOverlap } from './predict.ts';
import type { FiniteWidthProblem } from './problem.ts';
import { deepRates, descend, gramRoot, hasExploded } from './state.ts';
import { deepWeightsOnly, type Teacher } from './teacher.ts';
import { ACTIVATION_WORK, kinkSlope, TestError, testErrorBytes, testErrorWork } from './test-error.ts';

/** Rows drawn from one stream: a row's numbers depend on its block and never on how many rows there are. */
const STREAM_ROWS = 256;
/** Rows of X that the fused gradient holds in cache. Changes no bit. */
const BLOCK_ROWS = 48;
/** Most scratch of a packed product (gemmScratch of the core), for the estimate of memory. */
const PACKED_DOUBLES = 160_000;

export type Form = 'primal' | 'dual';

/** Multiply-adds of one replica in each form. */
export function formWork(m: number, n: number, q: number, T: number): Record<Form, number> {
  return { primal: 2 * m * n * q * T, dual: (m * m * n) / 2 + m * m * q * T };
}

export function formOf(problem: FiniteWidthProblem): Form {
  const { form } = problem.simulation;
  if (form !== 'auto') return form;
  const { dual, primal } = formWork(
    problem.data.sampleCount!,
    problem.model.inputDimension!,
    problem.model.width,
    problem.optimizer.steps,
  );
  // A product with K runs at about the speed of one with X; forming K costs once.
  return dual < primal ? 'dual' : 'primal';
}

/** Whether the estimator can run: it needs second derivatives. */
export function estimatorApplies(problem: FiniteWidthProblem, teacher: Teacher): boolean {
  const smooth = teacher.input.activations.every((activation) => kinkSlope(activation) === undefined);
  return problem.simulation.estimator && smooth;
}

/** Whether the true test error needs fresh rows: features that are not Gaussian have no closed form. */
function needsTestRows(problem: FiniteWidthProblem): boolean {
  return problem.data.features.law !== 'gaussian';
}

/** Bytes of linear memory and multiply-adds of one replica. */
export function replicaCost(problem: FiniteWidthProblem, teacher: Teacher): { bytes: number; work: number } {
  const m = problem.data.sampleCount!;
  const n = problem.model.inputDimension!;
  const q = problem.model.width;
  const T = problem.optimizer.steps;
  const form = formOf(problem);
  const estimator = estimatorApplies(problem, teacher);
  const rows = needsTestRows(problem) ? problem.simulation.testSamples : 0;
  // Fresh rows in a workspace of their own, or an integral over the overlaps.
  const net = { width: q, activations: teacher.input.activations, samples: rows, order: 1 } as const;
  const test =
    rows > 0
      ? rows * (form === 'dual' ? m + n + q : n) + networkWorkspaceSize(net)
      : testErrorBytes(teacher.input) / 8;
  const matrix = m * n + (form === 'dual' ? m * m + PACKED_DOUBLES : 0) + test;
  const network = networkWorkspaceSize({
    width: q,
    activations: teacher.input.activations,
    samples: m,
    order: estimator ? 2 : 1,
  });
  return {
    bytes: 8 * (matrix + network + 4 * q * n + 3 * q * m) + (estimator ? onsagerBytes(q, m, T) : 0),
    work:
      formWork(m, n, q, T)[form] +
      m * n * 10 +
      rows * (form === 'dual' ? m * n + m * q * T : n * q * T) +
      (estimator ? (m * q * q * q * T * T * T) / 6 : 0) +
      (T + 1) * (m * teacher.input.activations.length * q * (ACTIVATION_WORK + q)) +
      (rows > 0 ? 0 : (T + 1) * testErrorWork(teacher.input)),
  };
}

/** What a form of gradient descent must tell about its iterate. */
interface Descent {
  /** Writes the pre-activations H of the iterate and does the passes; `order` as far as derivatives are needed. */
  evaluate(order: 1 | 2): void;
  /** W_1'mu (q), W_1'W_1 and W_1'W_1^(0) (q x q, [now, start]). */
  overlaps(): { signal: Float64Array; gram: Float64Array; initial: Float64Array };
  /** Pre-activations of the fresh rows into `H`. */
  testPreactivations(H: Block, ld: number): void;
  /** The first-layer step with rate eta; uses the iterate that `evaluate` left. */
  step(eta: number): void;
  /** The first layer, q x n. */
  weights(): Float64Array;
}

/** One replica: drawn rows, trained, measured at every iterate. */
export async function replicaTrajectory(
  core: Core,
  problem: FiniteWidthProblem,
  teacher: Teacher,
  replica: number,
  run: Run,
  stepWork: number,
): Promise<Trajectory> {
  const { input } = teacher;
  const q = input.width;
  const m = problem.data.sampleCount!;
  const n = teacher.inputDimension!;
  const T = input.learningRates.length;
  const depth = input.activations.length + 1;
  const estimate = estimatorApplies(problem, teacher);
  return core.withinAsync(async (scope) => {
    const data = drawRows(core, scope, problem, teacher, replica, 'train', m);
    const test = needsTestRows(problem)
      ? drawRows(core, scope, problem, teacher, replica, 'test', problem.simulation.testSamples)
      : undefined;
    const net = new NetworkWorkspace(core, scope, {
      width: q,
      activations: input.activations,
      samples: m,
      order: estimate ? 2 : 1,
    });
    net.label.set(data.labels.view);
    const make = formOf(problem) === 'dual' ? dualDescent : primalDescent;
    const descent = make(core, scope, net, data.X, m, n, teacher, test?.X, test?.count ?? 0);
    const probe = test
      ? new NetworkWorkspace(core, scope, {
          width: q,
          activations: input.activations,
          samples: test.count,
          order: 1,
        })
      : undefined;
    if (probe && test) probe.label.set(test.labels.view);
    const exactTest = new TestError(core, input, input.link, input.gram[0]!, input.noise.variance);
    const estimator = estimate
      ? new OnsagerEstimator(core, scope, {
          width: q,
          activations: input.activations,
          samples: m,
          steps: T,
          sampleRatio: m / n,
        })
      : undefined;
    const { regular } = gramRoot(input.gram, q + 1);
    const v = scope.f64(net.stride);
    const recorder = new Recorder();
    let deep = input.deep;
    let first: number | undefined;
    let reliability = 0;
    for (let t = 0; ; t++) {
      net.deep.set(deep);
      descent.evaluate(estimate ? 2 : 1);
      const trainError = sumSquares(core, net.residual, m) / m;
      first ??= trainError;
      if (hasExploded(trainError, first)) return recorder.finish('diverged');
      const { signal, gram, initial } = descent.overlaps();
      let testError: number;
      if (probe && test) {
        probe.deep.set(deep);
        descent.testPreactivations(probe.H, probe.stride);
        probe.forward(test.count, 0, 1);
        probe.backward(test.count);
        testError = sumSquares(core, probe.residual, test.count) / test.count;
      } else {
        testError = exactTest.evaluate({ signalCovariance: signal, gram, deep });
      }
      const augmented = estimator?.step(t, net, t < T ? input.learningRates[t]![0]! : undefined);
      if (augmented) reliability = Math.max(reliability, reliabilityRatio(augmented.gram, gram, q, m));
      const gains = regular ? leastSquaresGains(signal, initial, input.gram, gram, q) : undefined;
      const kept = recorder.add({
        trainError,
        testError,
        estimatedTestError: augmented?.estimate,
        deepWeights: deepWeightsOnly(deep, q, depth),
        firstLayerGram: gram,
        signalCovariance: signal,
        signalOverlap: signalOverlap(gram, signal, input.gram[0]!, q),
        initialOverlap: initialOverlap(initial, gram, input.gram, q),
        signalGain: gains?.beta,
        initialGain: gains?.A,
        noiseGram: gains?.noise,
      });
      if (!kept) return recorder.finish('diverged');
      if (!(await run.advance(stepWork, `replica ${replica + 1}`))) return recorder.finish('aborted');
      if (t === T) break;
      v.set(net.residual.view);
      scale(core, 1 / m, v, m);
      const gradient = net.deepGradient(v, m);
      descent.step(input.learningRates[t]![0]!);
      deep = descend(deep, deepRates(input.learningRates[t]!, q, depth, 0), gradient);
    }
    return recorder.finish(
      'complete',
      {
        firstLayerWeightQuantiles: rowQuantiles(
          descent.weights().map((value) => Math.sqrt(n) * value),
          q,
        ),
        trainingPreactivationQuantiles: rowQuantiles(compact(net.H, q, m, net.stride), q),
      },
      { reliability },
    );
  });
}

/** Rows without the padding of their stride. */
function compact(rows: Block, q: number, m: number, ld: number): Float64Array {
  const out = new Float64Array(q * m);
  for (let j = 0; j < q; j++) out.set(rows.view.subarray(j * ld, j * ld + m), j * m);
  return out;
}

/** `count` rows of features and labels from streams of their own. */
function drawRows(
  core: Core,
  scope: Scope,
  problem: FiniteWidthProblem,
  teacher: Teacher,
  replica: number,
  part: 'train' | 'test',
  count: number,
) {
  const n = teacher.inputDimension!;
  const X = scope.f64(count * n);
  const labels = scope.f64(count);
  // A key for each replica: labels are 32-bit words, and among very many of them two would meet.
  const key = streamKey(`${problem.seed}/replica ${replica}`);
  const law = resolveLaw(problem.data.features);
  for (let start = 0, block = 0; start < count; start += STREAM_ROWS, block++) {
    const rows = Math.min(STREAM_ROWS, count - start);
    core.within((inner) => {
      const stream = openStream(core, inner, key, labelId(`${part}/features`), block);
      fillLaw(core, stream, law.kind, law.parameter, X.at(start * n, rows * n), rows * n);
    });
  }
  core.within((inner) => {
    const z = inner.f64(count);
    const noise = inner.f64(count);
    const stream = openStream(core, inner, key, labelId(`${part}/noise`), 0);
    skinny(core, X, count, n, n, inner.from(teacher.signal!), n, 1, z, count);
    teacher.input.link.values(core, z, count, labels);
    const { kind, parameter, variance } = teacher.input.noise;
    fillLaw(core, stream, kind, parameter, noise, count);
    axpy(core, Math.sqrt(variance), noise, labels, count);
  });
  return { X, labels, count };
}

function primalDescent(
  core: Core,
  scope: Scope,
  net: NetworkWorkspace,
  X: Block,
  m: number,
  n: number,
  teacher: Teacher,
  testX: Block | undefined,
  testCount: number,
): Descent {
  const q = net.width;
  const W = scope.from(teacher.firstLayer!);
  const start = scope.from(teacher.firstLayer!);
  const mu = scope.from(teacher.signal!);
  const gradient = scope.f64(q * n);
  return {
    evaluate(order) {
      gradient.fill(0);
      net.gradient(X, m, n, n, W, gradient, BLOCK_ROWS);
      if (order === 2) net.forward(m, 0, 2);
    },
    overlaps() {
      return core.within((inner) => {
        const signal = inner.f64(q);
        const gram = inner.f64(q * q);
        const initial = inner.f64(q * q);
        skinny(core, W, q, n, n, mu, n, 1, signal, q);
        skinny(core, W, q, n, n, W, n, q, gram, q);
        skinny(core, start, q, n, n, W, n, q, initial, q);
        return { signal: signal.copy(), gram: gram.copy(), initial: initial.copy() };
      });
    },
    testPreactivations(H, ld) {
      skinny(core, testX!, testCount, n, n, W, n, q, H, ld);
    },
    step(eta) {
      axpy(core, -eta / m, gradient, W, q * n);
    },
    weights: () => W.copy(),
  };
}

/** H_t = H_0 - K V_t/m with V_t = sum eta G: the steps never touch X; W_1 = W_1^(0) - X'V/m only at the end. */
function dualDescent(
  core: Core,
  scope: Scope,
  net: NetworkWorkspace,
  X: Block,
  m: number,
  n: number,
  teacher: Teacher,
  testX: Block | undefined,
  testCount: number,
): Descent {
  const q = net.width;
  const ld = net.stride;
  const W0 = scope.from(teacher.firstLayer!);
  const mu = scope.from(teacher.signal!);
  const K = scope.f64(m * m);
  const V = scope.f64(q * ld);
  const H0 = scope.f64(q * ld);
  const z = scope.f64(m);
  const testK = scope.f64(testCount * m);
  const testH0 = scope.f64(q * testCount);
  const S0 = teacher.input.gram;
  core.within((inner) => {
    const scratch = inner.f64(gemmScratch(core));
    syrk(core, m, n, X, n, K, m, scratch);
    if (testX) gemm(core, false, true, testCount, m, n, testX, n, X, n, testK, m, false, scratch);
  });
  skinny(core, X, m, n, n, W0, n, q, H0, ld);
  skinny(core, X, m, n, n, mu, n, 1, z, m);
  if (testX) skinny(core, testX, testCount, n, n, W0, n, q, testH0, testCount);
  let changed = false;
  return {
    evaluate(order) {
      if (changed) {
        skinny(core, K, m, m, m, V, ld, q, net.H, ld);
        for (let j = 0; j < q; j++) {
          const row = net.H.at(j * ld, m);
          scale(core, -1 / m, row, m);
          axpy(core, 1, H0.at(j * ld, m), row, m);
        }
      } else net.H.set(H0.view);
      net.forward(m, 0, order);
      net.backward(m);
    },
    overlaps() {
      // W'W = W0'W0 - (V'H + H0'V)/m, W'W0 = W0'W0 - V'H0/m, W'mu = W0'mu - V'z/m.
      return core.within((inner) => {
        const now = inner.f64(q * q);
        const before = inner.f64(q * q);
        const teacherPart = inner.f64(q);
        skinny(core, net.H, q, m, ld, V, ld, q, now, q);
        skinny(core, H0, q, m, ld, V, ld, q, before, q);
        skinny(core, V, q, m, ld, z, m, 1, teacherPart, q);
        const a = now.view;
        const b = before.view;
        const gram = new Float64Array(q * q);
        const initial = new Float64Array(q * q);
        const signal = Float64Array.from({ length: q }, (_, j) => S0[j + 1]! - teacherPart.view[j]! / m);
        for (let i = 0; i < q; i++) {
          for (let j = 0; j < q; j++) {
            const start = S0[(i + 1) * (q + 1) + j + 1]!;
            // a[i][j] = V_i'H_j and b[i][j] = V_i'H0_j; their sum is symmetric up to rounding.
            gram[i * q + j] =
              start - (a[i * q + j]! + b[j * q + i]! + a[j * q + i]! + b[i * q + j]!) / (2 * m);
            initial[i * q + j] = start - b[i * q + j]! / m;
          }
        }
        return { signal, gram, initial };
      });
    },
    testPreactivations(H, ldh) {
      H.fill(0);
      skinny(core, testK, testCount, m, m, V, ld, q, H, ldh);
      for (let j = 0; j < q; j++) {
        const row = H.at(j * ldh, testCount);
        scale(core, -1 / m, row, testCount);
        axpy(core, 1, testH0.at(j * testCount, testCount), row, testCount);
      }
    },
    step(eta) {
      for (let j = 0; j < q; j++) axpy(core, eta, net.signal.at(j * ld, m), V.at(j * ld, m), m);
      changed = true;
    },
    weights() {
      const W = W0;
      core.within((inner) => {
        const change = inner.f64(q * n);
        skinnyTransposed(core, X, m, n, n, V, ld, q, change, n);
        axpy(core, -1 / m, change, W, q * n);
      });
      return W.copy();
    },
  };
}

/** Least squares of W_1 on [mu, W_1^(0)]: [beta A] = [c, W'W0] S0^{-1} and the Gram of what is left. */
function leastSquaresGains(
  signal: Float64Array,
  initial: Float64Array,
  S0: Float64Array,
  gram: Float64Array,
  q: number,
): { A: Float64Array; beta: Float64Array; noise: Float64Array } {
  const size = q + 1;
  const { root } = gramRoot(S0, size);
  const right = new Float64Array(q * size);
  for (let i = 0; i < q; i++) {
    right[i * size] = signal[i]!;
    right.set(initial.subarray(i * q, (i + 1) * q), i * size + 1);
  }
  const A = new Float64Array(q * q);
  const beta = new Float64Array(q);
  const noise = new Float64Array(gram);
  const coordinates = new Float64Array(q * size);
  for (let i = 0; i < q; i++) {
    // x R0 = right row by forward substitution of R0 x' = right'.
    const x = coordinates.subarray(i * size, (i + 1) * size);
    for (let k = 0; k < size; k++) {
      let value = right[i * size + k]!;
      for (let j = 0; j < k; j++) value -= root[k * size + j]! * x[j]!;
      x[k] = value / root[k * size + k]!;
    }
    const solution = new Float64Array(x);
    for (let k = size - 1; k >= 0; k--) {
      let value = solution[k]!;
      for (let j = k + 1; j < size; j++) value -= root[j * size + k]! * solution[j]!;
      solution[k] = value / root[k * size + k]!;
    }
    beta[i] = solution[0]!;
    A.set(solution.subarray(1), i * q);
  }
  for (let i = 0; i < q; i++) {
    for (let j = 0; j < q; j++) {
      for (let k = 0; k < size; k++)
        noise[i * q + j]! -= coordinates[i * size + k]! * coordinates[j * size + k]!;
    }
  }
  return { A, beta, noise };
}
