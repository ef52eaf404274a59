// Propagation of chaos in one-hidden-layer networks (Glasgow, Wu & Bruna, arXiv 2504.13110): the theory and its experiment as the rest of
// the library sees them.
import { check } from '../../check.ts';
import { SolveError } from '../../errors.ts';
import type { Observable, Solution, Warning } from '../../solution.ts';
import type { Kind, Plan, Theory } from '../../theory.ts';
import { type Shapes, summarise, type Trajectory } from '../../trajectory.ts';
import { irreducibleLoss, type Links } from './links.ts';
import { OVERLAP_LEVELS, quantities } from './observables.ts';
import { powerLaw } from './power-law.ts';
import { predictionCost, predictionTrajectory, tracersOf } from './predict.ts';
import {
  configSchema,
  jsonSchema,
  linksOfProblem,
  type PropagationProblem,
  recordedSteps,
} from './problem.ts';
import { replicaCost, replicaTrajectory, simulatedWidths } from './simulate.ts';
import { widthFor } from './width.ts';

/** Share of the slope beyond the truncation from which a warning is given. */
const COARSE_TRUNCATION = 0.01;

export const propagationOfChaos: Theory<PropagationProblem> = {
  name: 'propagation-of-chaos',
  widthFor,
  check: (config) => check(configSchema, config),
  jsonSchema,

  plan(problem, kind): Plan {
    const links = linksOfProblem(problem);
    const choices = { degree: links.degree, parity: links.parity };
    if (kind === 'simulation') {
      return {
        runs: problem.simulation.replicas,
        ...replicaCost(problem),
        choices: { ...choices, velocity: problem.data.sampleCount === undefined ? 'population' : 'samples' },
        remedy: 'Lower model.width, simulation.widths or data.sampleCount.',
      };
    }
    const { bytes, work, nodes, fluctuationNodes } = predictionCost(problem);
    return {
      runs: 1,
      bytes,
      work,
      choices: { ...choices, rule: problem.prediction.rule, nodes, fluctuationNodes },
      remedy: 'prediction.fluctuation: false saves most of it; so do longer panels with fewer nodes.',
    };
  },

  run(core, problem, kind, index, run) {
    return kind === 'prediction'
      ? predictionTrajectory(core, problem, run)
      : replicaTrajectory(core, problem, index, run);
  },

  assemble(problem, kind, trajectories, plan): Solution {
    const links = linksOfProblem(problem);
    const summary = summarise(trajectories, shapesOf(problem, links), quantities);
    if (summary.iterates === 0) {
      throw new SolveError({
        status: 'diverged',
        message: 'The loss is not a finite number before the first step.',
        remedy: 'Lower the coefficients of activation and target.',
      });
    }
    const observables = { ...summary.observables };
    const add = (name: keyof typeof quantities, values: Float64Array, shape = [values.length]) => {
      observables[name] = { values, shape, ...quantities[name] };
    };
    if (observables.overlapQuantiles) add('overlapLevels', Float64Array.from(OVERLAP_LEVELS));
    if (observables.gapAgainstWidth) add('widths', Float64Array.from(simulatedWidths(problem)));
    const [trajectory] = trajectories;
    for (const name of ['escapeDimensions', 'escapeTimes'] as const) {
      if (kind === 'prediction' && trajectory?.final[name]) add(name, trajectory.final[name]);
    }
    const recorded = recordedSteps(problem).slice(0, summary.iterates);
    return {
      theory: 'propagation-of-chaos',
      kind,
      status: summary.status,
      times: Float64Array.from(recorded, (step) => step * problem.optimizer.stepSize),
      observables,
      diagnostics: {
        warnings: warningsOf(problem, links, kind, summary.status, trajectories, observables),
        runs: summary.runs,
        ...plan.choices,
        ...(kind === 'prediction' && linkDiagnostics(links)),
        ...(kind === 'prediction' && escapeDiagnostics(links, trajectory, observables)),
      },
      problem,
    };
  },
};

function shapesOf(problem: PropagationProblem, links: Links): Shapes {
  const scalars = Object.entries(quantities)
    .filter(([, { axes }]) => axes.length === 1 && axes[0] === 'time')
    .map(([name]) => [name, []] as const);
  const tracers = [tracersOf(problem).length];
  return {
    ...Object.fromEntries(scalars),
    overlapMoments: [links.degree + 1],
    overlapQuantiles: [OVERLAP_LEVELS.length],
    characteristics: tracers,
    parallelEigenvalue: tracers,
    perpendicularEigenvalue: tracers,
    tracerStarts: tracers,
    gapAgainstWidth: [simulatedWidths(problem).length, recordedSteps(problem).length],
  };
}

/** What is said of activation and target: plain JSON, where an infinite exponent is null. */
function linkDiagnostics(links: Links): Record<string, unknown> {
  const finite = (value: number) => (Number.isFinite(value) ? value : null);
  return {
    informationExponent: finite(links.informationExponent),
    learnedExponent: finite(links.learnedExponent),
    wellSpecified: links.wellSpecified,
    irreducibleLoss: irreducibleLoss(links),
    truncation: {
      activation: links.activationSeries.tail,
      activationSlope: links.activationSeries.slopeTail ?? null,
      target: links.targetSeries.tail,
    },
  };
}

function escapeDiagnostics(
  { learnedExponent }: Links,
  trajectory: Trajectory | undefined,
  observables: Readonly<Record<string, Observable>>,
): Record<string, unknown> {
  const { escapeDimensions, escapeTimes } = observables;
  const measured = escapeDimensions && escapeTimes && powerLaw(escapeDimensions.values, escapeTimes.values);
  return {
    escapeTime: trajectory?.notes.escapeTime ?? null,
    escapeExponentAsymptotic: Math.max(0, (learnedExponent - 2) / 2),
    ...(measured && { escapeExponent: measured.exponent }),
  };
}

function warningsOf(
  problem: PropagationProblem,
  links: Links,
  kind: Kind,
  status: Solution['status'],
  trajectories: readonly Trajectory[],
  observables: Readonly<Record<string, Observable>>,
): Warning[] {
  const warnings: Warning[] = [];
  const { prediction, optimizer, data } = problem;
  if (status === 'diverged') {
    const run = trajectories.findIndex((trajectory) => trajectory.status === 'diverged');
    const name = kind === 'simulation' ? `Replica ${run + 1}` : 'The prediction';
    warnings.push({
      code: 'diverged',
      message: `${name} carried a neuron past the pole, or left the numbers; the values stop before. Lower optimizer.stepSize.`,
    });
  }
  const { slopeTail, tail } = links.activationSeries;
  if ((slopeTail ?? 1) > COARSE_TRUNCATION || tail > COARSE_TRUNCATION) {
    const share = slopeTail === undefined ? 'an unbounded share' : `${(100 * slopeTail).toFixed(1)} %`;
    warnings.push({
      code: 'truncated-activation',
      message: `The activation is cut at degree ${links.degree}, which leaves out ${share} of its mean square slope. All numbers are of the cut activation, exactly. Raise model.degree to come closer to the function.`,
    });
  }
  if (links.targetSeries.tail > COARSE_TRUNCATION && !links.wellSpecified) {
    warnings.push({
      code: 'truncated-target',
      message: `The target is cut at degree ${links.degree}, which leaves out ${(100 * links.targetSeries.tail).toFixed(1)} % of its mean square. Raise model.degree.`,
    });
  }
  if (links.learnedExponent > links.informationExponent) {
    warnings.push({
      code: 'hidden-component',
      message: `The target has a component of degree ${links.informationExponent} that the activation lacks: learning begins at degree ${links.learnedExponent}, and a loss of ${irreducibleLoss(links).toPrecision(3)} cannot be learned.`,
    });
  }
  if (data.sampleCount !== undefined) {
    warnings.push({
      code: 'population-reference',
      message:
        'The mean field is that of the population: with velocities from samples the gap has a further part of order 1/sampleCount.',
    });
  }
  if (kind === 'simulation') return warnings;
  if (prediction.rule === 'gauss-gegenbauer' && links.learnedExponent >= 2) {
    warnings.push({
      code: 'gauss-front',
      message: `The Gauss–Gegenbauer rule does not resolve the front of information exponent ${links.learnedExponent}: errors of 1e-3 to 1e-2 that look converged. Use the rule "escape-panels".`,
    });
  }
  if (optimizer.kind === 'projected-descent' && prediction.envelopes) {
    warnings.push({
      code: 'flow-envelopes',
      message:
        'Envelopes are those of gradient flow, with the mean field of descent in it; everything else is exact for descent.',
    });
  }
  const asked = prediction.escapeDimensions?.length ?? 0;
  const found = observables.escapeTimes?.values.length ?? 0;
  if (status === 'complete' && found < asked) {
    warnings.push({
      code: 'not-escaped',
      message: `${asked - found} of ${asked} escape times are left out: the loss did not halve within four times the time that its neurons should take. Look at the irreducible loss and at the curve of the loss.`,
    });
  }
  return warnings;
}
