// Finite-width networks in the proportional regime (Han & Imaizumi, arXiv 2505.04898): the theory and its experiment as
// the rest of the library sees them.
import { check } from '../../check.ts';
import { SolveError } from '../../errors.ts';
import type { Solution, Warning } from '../../solution.ts';
import type { Kind, Plan, Theory } from '../../theory.ts';
import type { Shapes, Trajectory } from '../../trajectory.ts';
import { fitJsonSchema } from './fit/config.ts';
import { WEIGHT_GRID } from './laws.ts';
import { QUANTILE_LEVELS, quantities } from './observables.ts';
import { RELIABILITY_LIMIT } from './onsager.ts';
import { populationRule } from './population.ts';
import {
  CROWDED,
  designColumns,
  evaluatorOf,
  PARTING,
  predictionCost,
  predictionTrajectory,
  repetitionsOf,
  SEEN,
  samplesOf,
} from './predict.ts';
import { configSchema, type FiniteWidthProblem, jsonSchema } from './problem.ts';
import { PARTED } from './rounding.ts';
import { estimatorApplies, formOf, replicaCost, replicaTrajectory } from './simulate.ts';
import { DIVERGENCE_FACTOR } from './state.ts';
import { teacherOf } from './teacher.ts';

/** Multiply-adds a second: skinny products, with activations counted as a few. */
const SPEED = { prediction: 2e9, simulation: 3e9 };

export const finiteWidth: Theory<FiniteWidthProblem> = {
  name: 'finite-width',
  check: (config) => check(configSchema, config),
  jsonSchema,
  fitJsonSchema,

  plan(problem, kind): Plan {
    const teacher = teacherOf(problem);
    if (kind === 'simulation') {
      if (teacher.inputDimension === undefined) {
        throw new SolveError({
          status: 'refused',
          message: 'A simulation needs sizes: model.initialization.kind is "overlaps", which has none.',
          remedy:
            'Give model.inputDimension, data.sampleCount and another initialisation, or ask for the prediction only.',
        });
      }
      const { bytes, work } = replicaCost(problem, teacher);
      const estimator = estimatorApplies(problem, teacher);
      return {
        runs: problem.simulation.replicas,
        bytes,
        work,
        speed: SPEED.simulation,
        choices: {
          form: formOf(problem, teacher),
          estimator: estimator ? 'onsager' : 'none',
        },
        ...(estimator && { remedy: 'In long runs simulation.estimator: false saves most of it.' }),
      };
    }
    const evaluator = evaluatorOf(problem, teacher.input);
    const { bytes, work } = predictionCost(problem, evaluator, teacher.input);
    const sampled = evaluator === 'projection' || evaluator === 'derivative';
    return {
      runs: repetitionsOf(problem, evaluator),
      bytes,
      work,
      speed: SPEED.prediction,
      choices: {
        evaluator,
        ...(sampled && { samples: samplesOf(problem, evaluator) }),
        ...(evaluator === 'population-quadrature' && {
          rule: populationRule(teacher.input, problem.prediction.order),
        }),
      },
    };
  },

  run(core, problem, kind, index, run) {
    const teacher = teacherOf(problem);
    const work = (
      kind === 'prediction'
        ? predictionCost(problem, evaluatorOf(problem, teacher.input), teacher.input)
        : replicaCost(problem, teacher)
    ).work;
    const stepWork = work / (problem.optimizer.steps + 1);
    return kind === 'prediction'
      ? predictionTrajectory(core, problem, teacher, index, run, stepWork)
      : replicaTrajectory(core, problem, teacher, index, run, stepWork);
  },

  quantities: () => quantities,
  shapes: shapesOf,
  remedies: {
    diverged: () =>
      `A run ends where its training error passes ${DIVERGENCE_FACTOR} times its start. Lower optimizer.learningRates.`,
    atStart: 'Lower the scale of initialization, signalNorm or the degree of link and activations.',
  },

  report(problem, kind, { observables }, trajectories, plan) {
    const quantiles = observables.firstLayerWeightQuantiles ?? observables.trainingPreactivationQuantiles;
    return {
      times: Array.from({ length: problem.optimizer.steps + 1 }, (_, t) => t),
      given: {
        quantileLevels: quantiles && QUANTILE_LEVELS,
        weightGrid: observables.firstLayerWeightDensity && WEIGHT_GRID,
      },
      warnings: warningsOf(problem, kind, trajectories, plan, observables),
    };
  },
};

function shapesOf(problem: FiniteWidthProblem): Shapes {
  const q = problem.model.width;
  const T = problem.optimizer.steps;
  const depth = problem.model.activations.length + 1;
  const square = [q, q];
  return {
    trainError: [],
    testError: [],
    estimatedTestError: [],
    deepWeights: [(depth - 2) * q * q + q],
    firstLayerGram: square,
    signalCovariance: [q],
    signalOverlap: [q],
    initialOverlap: square,
    signalGain: [q],
    initialGain: square,
    noiseGram: square,
    firstLayerWeightQuantiles: [QUANTILE_LEVELS.length, q],
    trainingPreactivationQuantiles: [QUANTILE_LEVELS.length, q],
    firstLayerWeightDensity: [WEIGHT_GRID.length, q],
    signalResponse: [T, T, q, q],
    teacherResponse: [T, q],
    iterateResponse: [T + 1, T + 1, q, q],
    onsager: [T + 1, T + 1, q, q],
  };
}

function warningsOf(
  problem: FiniteWidthProblem,
  kind: Kind,
  trajectories: readonly Trajectory[],
  plan: Plan,
  observables: Solution['observables'],
): Warning[] {
  const warnings: Warning[] = [];
  const { sampleCount, sampleRatio } = problem.data;
  if (
    kind === 'prediction' &&
    problem.prediction.method === 'population' &&
    (sampleCount ?? sampleRatio) != null
  ) {
    const ratio = sampleRatio ?? sampleCount! / problem.model.inputDimension!;
    warnings.push({
      code: 'population-limit',
      message: `The prediction is the limit of infinitely many rows per input; the configuration has ${ratio}. Use method "projection" for it.`,
    });
  }
  if (kind === 'prediction' && (trajectories[0]?.iterates ?? 0) > 0 && !trajectories[0]!.series.signalGain) {
    warnings.push({
      code: 'singular-overlaps',
      message:
        'Signal and initial units are linearly dependent, so the effective signal (signalGain, initialGain) is not unique and left out.',
    });
  }
  if (kind === 'prediction' && plan.choices.evaluator === 'projection') {
    const share = designColumns(problem) / (plan.choices.samples as number);
    if (share > CROWDED) {
      warnings.push({
        code: 'crowded-samples',
        message: `The design has ${(100 * share).toFixed(0)} % as many columns as samples: a bias of about a tenth of that share, which the standard error does not hold. Raise prediction.samples.`,
      });
    }
  }
  const { [PARTING]: parting, [SEEN]: seen } = trajectories[0]?.notes ?? {};
  if (parting !== undefined) {
    warnings.push({
      code: 'rounding-growth',
      message: `The derivative form amplifies rounding errors: learning rates changed in their last bit move the training error by more than ${100 * PARTED} % from ${seen === undefined ? `step ${parting} on, in the first repetition` : `about step ${parting} on, by the growth up to step ${seen} of the first repetition`}. Trust the steps before, raise prediction.samples, or use method "projection".`,
    });
  }
  if (kind === 'prediction' && coarseQuadrature(observables)) {
    warnings.push({
      code: 'quadrature',
      message:
        'Training and test error differ at step 0, where they are equal: the quadrature of the test error is too coarse for these activations and this link. Trust trainError only.',
    });
  }
  if (kind === 'simulation') {
    if (problem.simulation.estimator && plan.choices.estimator === 'none') {
      warnings.push({
        code: 'no-estimator',
        message:
          'estimatedTestError is left out: it needs second derivatives, which relu does not have. Try softplus.',
      });
    }
    const unreliable = trajectories.filter(
      ({ notes }) => (notes.reliability ?? 0) > RELIABILITY_LIMIT,
    ).length;
    if (unreliable > 0) {
      warnings.push({
        code: 'estimator-unreliable',
        message: `In ${unreliable} of ${trajectories.length} replicas the estimate's own check exceeds ${RELIABILITY_LIMIT} times its sampling size: rates near the edge of stability or too few rows.`,
      });
    }
  }
  return warnings;
}

/** Whether train and test error differ at step 0 by more than sampling explains: 6 standard errors and 2e-3 of the value. */
function coarseQuadrature({ trainError, testError }: Solution['observables']): boolean {
  if (!trainError?.standardError || !testError) return false;
  const gap = Math.abs(trainError.values[0]! - testError.values[0]!);
  return gap > 6 * trainError.standardError[0]! + 2e-3 * testError.values[0]!;
}
