// Propagation of chaos in one-hidden-layer networks (Glasgow, Wu & Bruna, arXiv 2504.13110): the theory and its experiment as the rest of
// the library sees them.
import { check } from '../../check.ts';
import type { RunStatus, Warning } from '../../solution.ts';
import type { Kind, Plan, Theory } from '../../theory.ts';
import type { Shapes, Trajectory } from '../../trajectory.ts';
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

/** Multiply-adds a second of a simulation, most of them in dense products. */
const SPEED = 6e9;

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
        speed: SPEED,
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

  quantities: () => quantities,
  shapes: shapesOf,
  remedies: {
    diverged: () => 'A step carried a neuron past the pole, or left the numbers. Lower optimizer.stepSize.',
    atStart: 'Lower the coefficients of activation and target.',
  },

  report(problem, kind, { status, observables }, trajectories) {
    const links = linksOfProblem(problem);
    const prediction = kind === 'prediction' ? trajectories[0] : undefined;
    const escapes = {
      escapeDimensions: prediction?.final.escapeDimensions,
      escapeTimes: prediction?.final.escapeTimes,
    };
    return {
      times: recordedSteps(problem).map((step) => step * problem.optimizer.stepSize),
      given: {
        overlapLevels: observables.overlapQuantiles && OVERLAP_LEVELS,
        widths: observables.gapAgainstWidth && simulatedWidths(problem),
        ...escapes,
      },
      warnings: warningsOf(problem, links, kind, status, escapes.escapeTimes?.length ?? 0),
      diagnostics: prediction && {
        ...linkDiagnostics(links),
        ...escapeDiagnostics(links, prediction, escapes),
      },
    };
  },
};

function shapesOf(problem: PropagationProblem): Shapes {
  const { degree } = linksOfProblem(problem);
  const scalars = Object.entries(quantities)
    .filter(([, { axes }]) => axes.length === 1 && axes[0] === 'time')
    .map(([name]) => [name, []] as const);
  const tracers = [tracersOf(problem).length];
  return {
    ...Object.fromEntries(scalars),
    overlapMoments: [degree + 1],
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
  { notes }: Trajectory,
  { escapeDimensions, escapeTimes }: Readonly<Record<string, Float64Array | undefined>>,
): Record<string, unknown> {
  const measured = escapeDimensions && escapeTimes && powerLaw(escapeDimensions, escapeTimes);
  return {
    escapeTime: notes.escapeTime ?? null,
    escapeExponentAsymptotic: Math.max(0, (learnedExponent - 2) / 2),
    ...(measured && { escapeExponent: measured.exponent }),
  };
}

function warningsOf(
  problem: PropagationProblem,
  links: Links,
  kind: Kind,
  status: RunStatus,
  escapeTimesFound: number,
): Warning[] {
  const warnings: Warning[] = [];
  const { prediction, optimizer, data } = problem;
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
  if (status === 'complete' && escapeTimesFound < asked) {
    warnings.push({
      code: 'not-escaped',
      message: `${asked - escapeTimesFound} of ${asked} escape times are left out: the loss did not halve within four times the time that its neurons should take. Look at the irreducible loss and at the curve of the loss.`,
    });
  }
  return warnings;
}
