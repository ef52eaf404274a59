// The theory: predicted curves and laws of gradient descent for one configuration, by the evaluator that it names.
import { Law } from '../../../assembly/abi.ts';
import type { Scope } from '../../../bindings/arena.ts';
import type { Core } from '../../../bindings/core.ts';
import { networkWorkspaceSize } from '../../../bindings/network.ts';
import { sobolPoints } from '../../numerics/quadrature.ts';
import { createStream } from '../../numerics/random.ts';
import { normalQuantile } from '../../numerics/special.ts';
import { addTo } from '../../numerics/square.ts';
import type { Run } from '../../run.ts';
import { Recorder, type Trajectory } from '../../trajectory.ts';
import {
  type DerivativeIterate,
  derivativeBytes,
  derivativeIterates,
  derivativeWork,
  type Nodes,
} from './derivative.ts';
import { lawWork, mixtureDensity, mixtureQuantiles, rowQuantiles, WEIGHT_GRID } from './laws.ts';
import { linearIterates } from './linear.ts';
import { initialCovariance, initialOverlap, signalOverlap } from './overlaps.ts';
import {
  closedPopulationIterates,
  hasClosedPopulationForm,
  type PopulationIterate,
  populationIterates,
  populationNodeCount,
} from './population.ts';
import type { FiniteWidthProblem } from './problem.ts';
import {
  monteCarloDraws,
  type ProjectionSamples,
  projectionBytes,
  projectionIterates,
  projectionWork,
} from './projection.ts';
import { partingStep, probeSteps } from './rounding.ts';
import { gramRoot, hasExploded, type Iterate, type StateEvolutionInput } from './state.ts';
import { deepWeightsOnly, type Teacher } from './teacher.ts';
import { ACTIVATION_WORK, type Overlaps, TestError, testErrorBytes, testErrorWork } from './test-error.ts';

/** How the configuration will be evaluated. */
export type Evaluator =
  | 'projection'
  | 'derivative'
  | 'linear'
  | 'population-quadrature'
  | 'population-closed-form';

export function evaluatorOf(problem: FiniteWidthProblem, input: StateEvolutionInput): Evaluator {
  const { method } = problem.prediction;
  if (method === 'population' || !Number.isFinite(input.sampleRatio)) {
    return hasClosedPopulationForm(input) && problem.prediction.order === undefined
      ? 'population-closed-form'
      : 'population-quadrature';
  }
  return method;
}

/** Deterministic evaluators run once; sampled ones are repeated for their standard error. */
export function repetitionsOf(problem: FiniteWidthProblem, evaluator: Evaluator): number {
  return evaluator === 'projection' || evaluator === 'derivative' ? problem.prediction.repetitions : 1;
}

/** Columns of the projection form's design and of its orthonormalised signals: rows that N samples must hold. */
export function designColumns(problem: FiniteWidthProblem): number {
  const q = problem.model.width;
  return 1 + q + 2 * q * problem.optimizer.steps;
}

/** Above this share of columns in samples the bias of the projection form is named in a warning. */
export const CROWDED = 0.05;

/**
 * Samples of one repetition. Unless given: 4096 for the derivative form, whose memory grows with their square of steps, and
 * for the projection form 16384, or four for each column of its design where that is more.
 */
export function samplesOf(problem: FiniteWidthProblem, evaluator: Evaluator): number {
  const { samples } = problem.prediction;
  if (samples !== undefined) return samples;
  return evaluator === 'derivative'
    ? 4096
    : Math.max(16384, 1024 * Math.ceil((4 * designColumns(problem)) / 1024));
}

/** Bytes of linear memory and multiply-adds of one repetition. */
export function predictionCost(
  problem: FiniteWidthProblem,
  evaluator: Evaluator,
  input: StateEvolutionInput,
): { bytes: number; work: number } {
  const q = problem.model.width;
  const T = problem.optimizer.steps;
  const depth = problem.model.activations.length + 1;
  const N = samplesOf(problem, evaluator);
  if (evaluator === 'linear') {
    const count = 2 * (2 + q + q * T);
    return {
      bytes: derivativeBytes(q, T, count, depth) + projectionBytes(q, T, count, depth),
      work:
        derivativeWork(q, T, count) +
        projectionWork(q, T, count) +
        lawWork(problem.model.inputDimension ?? 1) * q,
    };
  }
  const test = testErrorBytes(input);
  const rest = (T + 1) * testErrorWork(input) + q * lawWork(problem.model.inputDimension ?? 1);
  if (evaluator === 'projection') {
    return { bytes: projectionBytes(q, T, N, depth) + test, work: projectionWork(q, T, N) + rest };
  }
  if (evaluator === 'derivative') {
    const { repetitions } = problem.prediction;
    const probe = derivativeWork(q, probeSteps(q, T, repetitions), N);
    return {
      bytes: derivativeBytes(q, T, N, depth) + test,
      work: derivativeWork(q, T, N) + probe / repetitions + rest,
    };
  }
  const nodes =
    evaluator === 'population-closed-form' ? 1 : populationNodeCount(input, problem.prediction.order);
  const net = { width: q, activations: input.activations, samples: nodes, order: 2 } as const;
  return {
    bytes: 8 * (networkWorkspaceSize(net) + nodes * (2 * q + 8)) + test,
    work: nodes * (T + 1) * ((depth - 1) * q * (ACTIVATION_WORK + 2 * q * q) + 10 * q) + rest,
  };
}

/** One repetition of a prediction. */
export async function predictionTrajectory(
  core: Core,
  problem: FiniteWidthProblem,
  teacher: Teacher,
  repetition: number,
  run: Run,
  stepWork: number,
): Promise<Trajectory> {
  const { input } = teacher;
  const evaluator = evaluatorOf(problem, input);
  const { width: q } = input;
  const depth = input.activations.length + 1;
  const errors: number[] = [];
  const trajectory = await core.withinAsync(async (scope) => {
    const recorder = new Recorder();
    const iterates = start(core, scope, problem, input, evaluator, repetition);
    const responses: DerivativeIterate[] = [];
    let last: Iterate | undefined;
    let first: number | undefined;
    let samples: ProjectionSamples | undefined;
    for (;;) {
      const next = iterates.next();
      if (next.done) {
        samples = next.value ?? undefined;
        break;
      }
      const iterate = next.value;
      first ??= iterate.trainError;
      if (hasExploded(iterate.trainError, first) || !recorder.add(rowOf(iterate, input, depth))) {
        return recorder.finish('diverged', {}, {});
      }
      last = iterate;
      errors.push(iterate.trainError);
      if ('C' in iterate) responses.push(iterate as DerivativeIterate);
      if (!(await run.advance(stepWork, 'prediction'))) return recorder.finish('aborted');
    }
    const final: Record<string, Float64Array> = {
      ...weightLaws(last!, teacher, q),
      ...(samples && { trainingPreactivationQuantiles: rowQuantiles(samples.preactivations, q) }),
      ...(responses.length === recorder.iterates && responseArrays(responses, q)),
    };
    return recorder.finish('complete', final);
  });
  if (evaluator !== 'derivative' || repetition > 0 || trajectory.status !== 'complete') return trajectory;
  const { root } = gramRoot(input.gram, q + 1);
  const nodes = sampledNodes(
    input,
    samplesOf(problem, evaluator),
    problem.prediction.points,
    problem.seed,
    0,
  );
  const steps = probeSteps(q, problem.optimizer.steps, problem.prediction.repetitions);
  const parting = await partingStep(core, input, nodes, root, errors, steps, run);
  if (!parting) return trajectory;
  const { step, seen } = parting;
  return { ...trajectory, notes: { [PARTING]: step, ...(seen !== undefined && { [SEEN]: seen }) } };
}

/** Note of the first repetition in derivative form: the step from which rounding errors show, where there is one. */
export const PARTING = 'partingStep';
/** Beside it: the last step that was looked at, where it is told from the growth up to there. */
export const SEEN = 'seenStep';

type Iterates = Generator<
  Iterate | DerivativeIterate | PopulationIterate,
  // biome-ignore lint/suspicious/noConfusingVoidType: generators that return nothing
  ProjectionSamples | undefined | void
>;

function start(
  core: Core,
  scope: Scope,
  problem: FiniteWidthProblem,
  input: StateEvolutionInput,
  evaluator: Evaluator,
  repetition: number,
): Iterates {
  const { prediction, seed } = problem;
  switch (evaluator) {
    case 'projection':
      return projectionIterates(
        core,
        scope,
        input,
        monteCarloDraws(core, scope, input.noise, samplesOf(problem, evaluator), seed, repetition),
        testErrorOf(core, input),
      );
    case 'derivative': {
      const nodes = sampledNodes(input, samplesOf(problem, evaluator), prediction.points, seed, repetition);
      const { root } = gramRoot(input.gram, input.width + 1);
      return derivativeIterates(core, scope, input, nodes, root, testErrorOf(core, input));
    }
    case 'linear':
      return linearIterates(core, scope, input);
    case 'population-closed-form':
      return closedPopulationIterates(core, input);
    case 'population-quadrature':
      return populationIterates(core, scope, input, prediction.order);
  }
}

function testErrorOf(core: Core, input: StateEvolutionInput): (overlaps: Overlaps) => number {
  const rule = new TestError(core, input, input.link, input.gram[0]!, input.noise.variance);
  return (overlaps) => rule.evaluate(overlaps);
}

/** Largest dimension that the Sobol sequence has direction numbers for. */
const MOST_SOBOL_DIMENSIONS = 400;

/** Nodes of the derivative form: scrambled Sobol points, or normals from streams of their own. */
function sampledNodes(
  input: StateEvolutionInput,
  count: number,
  points: 'sobol' | 'monte-carlo',
  seed: string,
  repetition: number,
): Nodes {
  const { width: q, noise } = input;
  const columns = q * input.learningRates.length;
  const dimension = q + 2 + columns;
  const deviation = Math.sqrt(noise.variance);
  const noiseRow = () =>
    createStream(seed, 'prediction/noise', repetition)
      .variates(noise.spec, count)
      .map((value) => deviation * value);
  if (points === 'sobol' && dimension <= MOST_SOBOL_DIMENSIONS) {
    const normals = normalQuantile(
      sobolPoints(dimension, count, { seed: `${seed}/prediction/${repetition}` }),
    );
    return {
      count,
      basis: normals.slice(0, (q + 1) * count),
      noise:
        noise.kind === Law.Gaussian
          ? normals.slice((q + 1) * count, (q + 2) * count).map((v) => deviation * v)
          : noiseRow(),
      directions: normals.slice((q + 2) * count),
    };
  }
  return {
    count,
    basis: createStream(seed, 'prediction/basis', repetition).normal((q + 1) * count),
    noise: noiseRow(),
    directions: createStream(seed, 'prediction/directions', repetition).normal(columns * count),
  };
}

/** The recorded values of one iterate, derived cosines included. */
export function rowOf(iterate: Iterate, input: StateEvolutionInput, depth: number) {
  const q = input.width;
  return {
    trainError: iterate.trainError,
    testError: iterate.testError,
    deepWeights: deepWeightsOnly(iterate.deep, q, depth),
    firstLayerGram: iterate.gram,
    signalCovariance: iterate.signalCovariance,
    signalOverlap: signalOverlap(iterate.gram, iterate.signalCovariance, input.gram[0]!, q),
    noiseGram: iterate.noiseGram,
    signalGain: iterate.signalGain,
    initialGain: iterate.gain,
    initialOverlap:
      iterate.gain && iterate.signalGain
        ? initialOverlap(
            initialCovariance(iterate.gain, iterate.signalGain, input.gram, q),
            iterate.gram,
            input.gram,
            q,
          )
        : undefined,
  };
}

/** Law of the final first-layer weights in units of 1/√n: a Gaussian mixture over rows, or one Gaussian by overlaps. */
function weightLaws(last: Iterate, teacher: Teacher, q: number): Record<string, Float64Array> {
  const { firstLayer, signal, inputDimension: n } = teacher;
  const known = n !== undefined && last.gain !== undefined && last.signalGain !== undefined;
  const levels: Float64Array[] = [];
  const densities: (Float64Array | undefined)[] = [];
  for (let j = 0; j < q; j++) {
    let means = new Float64Array(1);
    let variance = last.gram[j * q + j]!;
    if (known) {
      const root = Math.sqrt(n);
      means = signal!.map((value) => root * last.signalGain![j]! * value);
      for (let i = 0; i < q; i++)
        addTo(means, firstLayer!.subarray(i * n, (i + 1) * n), root * last.gain![j * q + i]!);
      variance = last.noiseGram[j * q + j]!;
    }
    levels.push(mixtureQuantiles(means, variance));
    densities.push(mixtureDensity(means, variance));
  }
  return {
    firstLayerWeightQuantiles: interleave(levels),
    ...(densities.every((density) => density !== undefined) && {
      firstLayerWeightDensity: interleave(densities as Float64Array[]),
      weightGrid: WEIGHT_GRID,
    }),
  };
}

/** Columns to one row-major array [point, column]. */
export function interleave(columns: readonly Float64Array[]): Float64Array {
  const q = columns.length;
  const out = new Float64Array(q * columns[0]!.length);
  columns.forEach((column, j) => {
    column.forEach((value, i) => {
      out[i * q + j] = value;
    });
  });
  return out;
}

function responseArrays(iterates: readonly DerivativeIterate[], q: number): Record<string, Float64Array> {
  const T = iterates.length - 1;
  const size = q * q;
  const signalResponse = new Float64Array(T * T * size);
  const teacherResponse = new Float64Array(T * q);
  const iterateResponse = new Float64Array((T + 1) * (T + 1) * size);
  const onsager = new Float64Array((T + 1) * (T + 1) * size);
  iterates.forEach(({ tau, tauSignal, C, rho }, t) => {
    tau?.forEach((matrix, s) => {
      signalResponse.set(matrix, (t * T + s) * size);
    });
    if (tauSignal) teacherResponse.set(tauSignal, t * q);
    C.forEach((matrix, s) => {
      iterateResponse.set(matrix, (t * (T + 1) + s) * size);
    });
    rho.forEach((matrix, s) => {
      onsager.set(matrix, (t * (T + 1) + s) * size);
    });
  });
  return { signalResponse, teacherResponse, iterateResponse, onsager };
}
