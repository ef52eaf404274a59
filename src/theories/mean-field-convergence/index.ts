// Feature learning with convergence guarantees (Chen, Vanden-Eijnden & Bruna, arXiv 2204.10782): the theory and its
// experiment as the rest of the library sees them.
import type { Kind, Plan, Theory } from '../../theory.ts';
import type { Shapes } from '../../trajectory.ts';
import { CERTIFICATES } from './certificates.ts';
import { predictionCost, replicaCost } from './cost.ts';
import { formOf } from './ensemble.ts';
import { integratorOf } from './integrate.ts';
import { evaluatorOf, nodesOf } from './method.ts';
import { curves, quantities, values } from './observables.ts';
import { predictionTrajectory } from './predict.ts';
import { checkConfig, jsonSchema, type MeanFieldProblem } from './problem.ts';
import { scalingOf } from './scaling.ts';
import { replicaTrajectory } from './simulate.ts';
import { recordTimes, type Stopped } from './train.ts';
import { warningsOf } from './warnings.ts';
import { PRODUCT_SPEED } from './work.ts';

const shapes: Shapes = Object.fromEntries(
  [...Object.keys(curves), ...Object.keys(values)].map((name) => [name, []]),
);

/**
 * Replicas, each with data and weights of its own. On given rows the curves of a kernel or of the mean-field limit are the same for
 * all, and the certificate is that of the first draw of weights.
 */
function runsOf(problem: MeanFieldProblem, kind: Kind): number {
  const fixed =
    problem.data.kind === 'rows' && problem.model.frozenLayers.every(({ width }) => width === null);
  return kind === 'prediction' && fixed && evaluatorOf(problem) !== 'initial-kernel'
    ? 1
    : problem.simulation.replicas;
}

export const meanFieldConvergence: Theory<MeanFieldProblem> = {
  name: 'mean-field-convergence',
  check: checkConfig,
  jsonSchema,

  plan(problem, kind): Plan {
    const runs = runsOf(problem, kind);
    const { scale, factor } = scalingOf(problem);
    const scaling = { scale, preactivationFactor: factor };
    if (kind === 'simulation') {
      const { bytes, work } = replicaCost(problem);
      return {
        runs,
        bytes,
        work,
        speed: PRODUCT_SPEED,
        choices: {
          form: formOf(problem),
          dtype: problem.simulation.dtype,
          integrator: integratorOf(problem),
          ...scaling,
        },
        remedy: 'Test rows take a pre-activation for every neuron: lower testSamples or width first.',
      };
    }
    const { bytes, work } = predictionCost(problem);
    const evaluator = evaluatorOf(problem);
    return {
      runs,
      bytes,
      work,
      speed: PRODUCT_SPEED,
      choices: {
        evaluator,
        ...(evaluator === 'mean-field' && { nodes: nodesOf(problem), integrator: integratorOf(problem) }),
        ...scaling,
      },
    };
  },

  run: (core, problem, kind, index, run) =>
    kind === 'prediction'
      ? predictionTrajectory(core, problem, index, run)
      : replicaTrajectory(core, problem, index, run),

  quantities: () => quantities,
  shapes: () => shapes,
  remedies: {
    diverged: () => 'The step is beyond the limit of stability. Lower flow.integrator.theta or step.',
    atStart: 'Lower the scale of the labels or of the inputs.',
  },

  report(problem, kind, { status }, trajectories) {
    const notes = trajectories.map((trajectory) => trajectory.notes);
    const ends = notes.flatMap(({ ended }) => ended ?? []);
    return {
      times: recordTimes(problem),
      warnings: warningsOf(problem, kind, status, notes),
      diagnostics: {
        certifiedReplicas: notes.filter((note) => note.certificate! > 0).length,
        certificates: notes.map((note) => CERTIFICATES[note.certificate!]),
        ...(ends.length > 0 && {
          stopped: { runs: ends.length, first: Math.min(...ends), last: Math.max(...ends) } satisfies Stopped,
        }),
      },
    };
  },
};
