// Quadratic networks of extensive width: mean-field process and steady state, with the experiment, as the rest of the library
// sees them.
import { check } from '../../check.ts';
import { SolveError } from '../../errors.ts';
import type { Warning } from '../../solution.ts';
import type { Kind, Plan, Theory } from '../../theory.ts';
import type { Shapes, Summary, Trajectory } from '../../trajectory.ts';
import { BINS } from './eigenvalues.ts';
import { quantitiesOver } from './observables.ts';
import { predictionCost, predictionTrajectory } from './predict.ts';
import {
  configSchema,
  jsonSchema,
  parametersOf,
  type QuadraticProblem,
  stepLengths,
  timesOf,
} from './problem.ts';
import { FLAGS, reliabilityOf } from './reliability.ts';
import { replicaCost, sizesOf, stableRate } from './replica.ts';
import { replicaTrajectory } from './simulate.ts';
import { steadyState } from './steady-state.ts';
import { isHardToRecover, recoveryThreshold } from './thresholds.ts';

/** Multiply-adds a second: dense products of small matrices. */
const SPEED = 3e9;

export const quadraticNetworks: Theory<QuadraticProblem> = {
  name: 'quadratic-networks',
  check: (config) => check(configSchema, config),
  jsonSchema,

  plan(problem, kind): Plan {
    const stationary = problem.optimizer.kind === 'stationary';
    if (kind === 'simulation') {
      if (stationary) refuseLimit(problem);
      const { bytes, work } = replicaCost(problem);
      const { m, d } = sizesOf(problem, parametersOf(problem)[0]!);
      return {
        runs: problem.simulation.replicas,
        bytes,
        work,
        speed: SPEED,
        choices: {
          form: m < d ? 'low-rank' : 'square-root',
          method: stationary ? 'accelerated' : problem.optimizer.kind,
        },
        remedy: 'Lower model.inputDimension, whose fourth power it grows with under data.measurements "goe".',
      };
    }
    const { bytes, work } = predictionCost(problem);
    const { probes, repetitions } = problem.prediction;
    return {
      runs: stationary ? 1 : repetitions,
      bytes,
      work,
      speed: SPEED,
      choices: stationary ? { evaluator: 'steady-state' } : { evaluator: 'process', probes },
      ...(!stationary && {
        remedy:
          probes === 'separate'
            ? 'Joint probes (prediction.probes) take a fraction of it.'
            : 'Lower prediction.dimension or prediction.replicas.',
      }),
    };
  },

  run(core, problem, kind, index, run) {
    return kind === 'prediction'
      ? predictionTrajectory(core, problem, index, run)
      : replicaTrajectory(core, problem, index, run);
  },

  quantities: (problem) => quantitiesOver(axisOf(problem)),
  shapes: shapesOf,
  remedies: {
    diverged: (problem) => `Steps of at most ${stableRateOf(problem).toPrecision(2)} are stable.`,
    atStart: 'Lower model.initialScale.',
  },

  report(problem, kind, summary, trajectories) {
    const { observables, iterates } = summary;
    const { optimizer } = problem;
    return {
      times: timesOf(problem),
      given: {
        sweep: optimizer.kind === 'stationary' ? timesOf(problem).slice(0, iterates) : undefined,
        eigenvalueGrid: observables.eigenvalueDensity && trajectories[0]!.final.eigenvalueGrid,
      },
      warnings: warningsOf(problem, kind, summary, trajectories),
      ...(kind === 'prediction' &&
        observables.reliability && { diagnostics: { reliability: reasons(problem, observables) } }),
    };
  },
};

/** Name of the leading axis. */
function axisOf(problem: QuadraticProblem): string {
  const { optimizer } = problem;
  if (optimizer.kind === 'stationary') return optimizer.sweep ? 'sweep' : 'time';
  return 'time';
}

function shapesOf(problem: QuadraticProblem): Shapes {
  const T = stepLengths(problem).length;
  const bins = [BINS];
  const stationary = problem.optimizer.kind === 'stationary';
  return {
    trainError: [],
    testError: [],
    energy: [],
    rank: [],
    trace: [],
    gain: [],
    reliability: [],
    rootCount: [],
    stationaryTrainError: [],
    stationaryTestError: [],
    finalRank: [],
    eigenvalueDensity: bins,
    ...(!stationary && { correlation: [T + 1, T + 1], response: [T + 1, T + 1] }),
  };
}

/** The flag of every point with its reason, from what the run has of it: a gain of 0 stands for none. */
function reasons(problem: QuadraticProblem, observables: Summary['observables']) {
  const at = (name: string, i: number) => observables[name]!.values[i]!;
  const points = parametersOf(problem).slice(0, observables.reliability!.values.length);
  return points.map((parameters, i) => {
    const gain = at('gain', i) || undefined;
    const exact = FLAGS[at('reliability', i)] === 'exact';
    const root = { train: at('trainError', i) };
    const reliability = reliabilityOf(parameters, root, at('rootCount', i), gain, exact);
    return { ...reliability, ...(gain !== undefined && { gain }) };
  });
}

/** @throws SolveError where the limit of vanishing weight decay has no end point that a solver at 0 would find. */
function refuseLimit(problem: QuadraticProblem): void {
  for (const parameters of parametersOf(problem)) {
    if (parameters.weightDecay > 0) continue;
    const { khat, delta } = steadyState(parameters);
    if (khat > 0 && delta > 0) continue;
    throw new SolveError({
      status: 'refused',
      message: `With weightDecay 0 the labels of sampleRatio ${parameters.sampleRatio} are fitted by many students, and the limit picks one that no experiment at 0 finds.`,
      remedy: 'Give the experiment a small optimizer.weightDecay, 0.002 say, or ask for the prediction only.',
    });
  }
}

/** The step below which gradient descent is known to be stable. */
const stableRateOf = (problem: QuadraticProblem): number =>
  stableRate(parametersOf(problem)[0]!, problem.model.initialScale);

/** Below this order the corrections of Gaussian rows are named. */
const LARGE = 300;
/** Ratios that rounding to whole units moves by more than this are named. */
const ROUNDED = 0.02;

function warningsOf(
  problem: QuadraticProblem,
  kind: Kind,
  { status, observables }: Summary,
  trajectories: readonly Trajectory[],
): Warning[] {
  const warnings: Warning[] = [];
  const { model, optimizer } = problem;
  const d = kind === 'simulation' ? model.inputDimension : problem.prediction.dimension;
  const rates = stepLengths(problem);
  const fastest = rates.reduce((most, rate) => Math.max(most, rate), 0);
  const stable = stableRateOf(problem);
  const euler = optimizer.kind === 'gradient-descent' || kind === 'prediction';
  if (euler && fastest > stable && status !== 'diverged') {
    warnings.push({
      code: 'edge-of-stability',
      message: `Steps of ${fastest.toPrecision(2)} are above the bound ${stable.toPrecision(2)} below which gradient descent is known to be stable here.`,
    });
  }
  if (kind === 'prediction' && optimizer.kind === 'gradient-flow' && fastest > 0.1 * stable) {
    warnings.push({
      code: 'coarse-steps',
      message: `The flow is predicted by Euler steps of ${fastest.toPrecision(2)}, whose error is of the order of the step; below ${(0.1 * stable).toPrecision(2)} it is small. Raise optimizer.steps.`,
    });
  }
  if (kind === 'simulation' || optimizer.kind !== 'stationary') {
    for (const name of ['widthRatio', 'teacherWidthRatio'] as const) {
      const moved = parametersOf(problem).find(
        (at) => Math.abs(Math.max(1, Math.round(at[name] * d)) / (at[name] * d) - 1) > ROUNDED,
      );
      if (!moved) continue;
      warnings.push({
        code: 'rounded-width',
        message: `${name} ${moved[name]} is ${Math.max(1, Math.round(moved[name] * d))}/${d} in whole units; the steady state takes it as given.`,
      });
    }
  }
  if (kind === 'simulation' && problem.data.measurements === 'gaussian' && d < LARGE) {
    warnings.push({
      code: 'finite-size',
      message: `Rows of d = ${d} inputs are above the limit by O(1/d): the test error by some 10 to 25 % at d = 40, 4 to 10 % at 100. data.measurements "goe" has the same limit and is much closer to it.`,
    });
  }
  const flags = observables.reliability?.values;
  if (flags) {
    const worst = flags.reduce((most, flag) => Math.max(most, flag), 0);
    if (worst >= 2) {
      const count = flags.filter((flag) => flag >= 2).length;
      warnings.push({
        code: 'steady-state-approximation',
        message: `${count} of ${flags.length} steady states are no exact law: "${FLAGS[worst]}" at the worst. diagnostics.reliability says why and how far off such answers were measured to be.`,
      });
    }
    const hard = parametersOf(problem).find(isHardToRecover);
    if (hard) warnings.push({ code: 'hard-recovery', message: recoveryThreshold(hard).remark });
  }
  if (kind === 'simulation' && optimizer.kind === 'stationary') {
    const wanted = trajectories.length * timesOf(problem).length;
    const converged = trajectories.reduce((sum, { notes }) => sum + (notes.converged ?? 0), 0);
    if (converged < wanted) {
      warnings.push({
        code: 'not-converged',
        message: `${wanted - converged} of ${wanted} end points were cut off at ${optimizer.iterations} iterations before their gradient was small. Raise optimizer.iterations.`,
      });
    }
  }
  return warnings;
}
