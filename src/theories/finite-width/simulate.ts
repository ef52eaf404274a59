// The experiment: plain full-batch gradient descent (N2) on drawn rows, replica by replica, with the signal and the initial
// weights held fixed. A replica is primal (X in memory, one pass over X a step) or dual (K = XX' in memory): the cheaper.
// The same rows give the training-data-only estimate of the test error beside the true one.
import type { Block } from '../../../bindings/arena.ts';
import type { Core } from '../../../bindings/core.ts';
import { scale, sumSquares } from '../../../bindings/linalg.ts';
import { NetworkWorkspace, networkWorkspaceSize } from '../../../bindings/network.ts';
import type { Run } from '../../run.ts';
import { Recorder, type Trajectory } from '../../trajectory.ts';
import { dualDescent, primalDescent } from './descent.ts';
import { drawFeatures, featureExtent } from './features.ts';
import { rowQuantiles } from './laws.ts';
import { OnsagerEstimator, onsagerBytes, reliabilityRatio } from './onsager.ts';
import { initialOverlap, leastSquaresGains, signalOverlap } from './overlaps.ts';
import type { FiniteWidthProblem } from './problem.ts';
import { deepRates, descend, gramRoot, hasExploded } from './state.ts';
import { deepWeightsOnly, type Teacher } from './teacher.ts';
import { ACTIVATION_WORK, kinkSlope, TestError, testErrorBytes, testErrorWork } from './test-error.ts';

/** Most scratch of a packed product (gemmScratch of the core), for the estimate of memory. */
const PACKED_DOUBLES = 160_000;

export type Form = 'primal' | 'dual';

/** Multiply-adds of one replica in each form. A product with K runs at about the speed of one with X. */
function formWork(problem: FiniteWidthProblem, teacher: Teacher): Record<Form, number> {
  const { columns, size } = featureExtent(problem, teacher);
  const m = problem.data.sampleCount!;
  const q = problem.model.width;
  const T = problem.optimizer.steps;
  return { primal: 2 * size * q * T, dual: (m * Math.min(m, columns) * columns) / 2 + m * m * q * T };
}

export function formOf(problem: FiniteWidthProblem, teacher: Teacher): Form {
  const { form } = problem.simulation;
  if (form !== 'auto') return form;
  const { dual, primal } = formWork(problem, teacher);
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
  const form = formOf(problem, teacher);
  const { columns, size } = featureExtent(problem, teacher);
  const estimator = estimatorApplies(problem, teacher);
  const rows = needsTestRows(problem) ? problem.simulation.testSamples : 0;
  // Fresh rows in a workspace of their own, or an integral over the overlaps.
  const net = { width: q, activations: teacher.input.activations, samples: rows, order: 1 } as const;
  const test =
    rows > 0
      ? rows * (form === 'dual' ? m + n + q : n) + networkWorkspaceSize(net)
      : testErrorBytes(teacher.input) / 8;
  const matrix = size + (form === 'dual' ? m * m + PACKED_DOUBLES : 0) + test;
  const network = networkWorkspaceSize({
    width: q,
    activations: teacher.input.activations,
    samples: m,
    order: estimator ? 2 : 1,
  });
  return {
    bytes: 8 * (matrix + network + 4 * q * columns + 3 * q * m) + (estimator ? onsagerBytes(q, m, T) : 0),
    work:
      formWork(problem, teacher)[form] +
      size * 10 +
      rows * (form === 'dual' ? m * n + m * q * T : n * q * T) +
      (estimator ? (m * q * q * q * T * T * T) / 6 : 0) +
      (T + 1) * (m * teacher.input.activations.length * q * (ACTIVATION_WORK + q)) +
      (rows > 0 ? 0 : (T + 1) * testErrorWork(teacher.input)),
  };
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
    const data = drawFeatures(core, scope, problem, teacher, replica, 'train', m);
    const test = needsTestRows(problem)
      ? drawFeatures(core, scope, problem, teacher, replica, 'test', problem.simulation.testSamples)
      : undefined;
    const net = new NetworkWorkspace(core, scope, {
      width: q,
      activations: input.activations,
      samples: m,
      order: estimate ? 2 : 1,
    });
    net.label.set(data.labels.view);
    const descent =
      formOf(problem, teacher) === 'dual'
        ? dualDescent(core, scope, net, data, test, input.gram)
        : primalDescent(core, scope, net, data, test);
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
      descent.evaluate(estimate ? 2 : 1, t === T);
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
