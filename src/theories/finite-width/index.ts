// Finite-width networks in the proportional regime (Han & Imaizumi, arXiv 2505.04898): the theory and its experiment as
// the rest of the library sees them.
import { check } from '../../check.ts';
import { SolveError } from '../../errors.ts';
import type { Solution, Warning } from '../../solution.ts';
import type { Kind, Plan, Theory } from '../../theory.ts';
import { type Shapes, summarise, type Trajectory } from '../../trajectory.ts';
import { fitJsonSchema } from './fit/config.ts';
import { WEIGHT_GRID } from './laws.ts';
import { QUANTILE_LEVELS, quantities } from './observables.ts';
import { RELIABILITY_LIMIT } from './onsager.ts';
import { populationRule } from './population.ts';
import { evaluatorOf, predictionCost, predictionTrajectory, repetitionsOf, samplesOf } from './predict.ts';
import { configSchema, type FiniteWidthProblem, jsonSchema } from './problem.ts';
import { estimatorApplies, formOf, replicaCost, replicaTrajectory } from './simulate.ts';
import { teacherOf } from './teacher.ts';

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
      return {
        runs: problem.simulation.replicas,
        bytes,
        work,
        choices: {
          form: formOf(problem),
          estimator: estimatorApplies(problem, teacher) ? 'onsager' : 'none',
        },
      };
    }
    const evaluator = evaluatorOf(problem, teacher.input);
    const { bytes, work } = predictionCost(problem, evaluator, teacher.input);
    const sampled = evaluator === 'projection' || evaluator === 'derivative';
    return {
      runs: repetitionsOf(problem, evaluator),
      bytes,
      work,
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

  assemble(problem, kind, trajectories, plan): Solution {
    const summary = summarise(trajectories, shapesOf(problem), quantities);
    const observables = { ...summary.observables };
    if (observables.firstLayerWeightQuantiles || observables.trainingPreactivationQuantiles) {
      observables.quantileLevels = {
        values: Float64Array.from(QUANTILE_LEVELS),
        shape: [QUANTILE_LEVELS.length],
        ...quantities.quantileLevels,
      };
    }
    if (observables.firstLayerWeightDensity) {
      observables.weightGrid = {
        values: new Float64Array(WEIGHT_GRID),
        shape: [WEIGHT_GRID.length],
        ...quantities.weightGrid,
      };
    }
    return {
      theory: 'finite-width',
      kind,
      status: summary.status,
      times: Float64Array.from({ length: summary.iterates }, (_, t) => t),
      observables,
      diagnostics: {
        warnings: warningsOf(problem, kind, summary.status, trajectories),
        runs: summary.runs,
        ...plan.choices,
      },
      problem,
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
  status: Solution['status'],
  trajectories: readonly Trajectory[],
): Warning[] {
  const warnings: Warning[] = [];
  if (status === 'diverged') {
    warnings.push({
      code: 'diverged',
      message:
        'The dynamics diverged: the values stop at the last finite iterate. Lower optimizer.learningRates.',
    });
  }
  if (kind === 'prediction' && !trajectories[0]?.series.signalGain && status !== 'aborted') {
    warnings.push({
      code: 'singular-overlaps',
      message:
        'Signal and initial units are linearly dependent, so the effective signal (signalGain, initialGain) is not unique and left out.',
    });
  }
  if (kind === 'simulation') {
    const kinked = problem.model.activations.some(
      ({ kind: name }) => name === 'relu' || name === 'leaky-relu',
    );
    if (kinked && problem.simulation.estimator) {
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
