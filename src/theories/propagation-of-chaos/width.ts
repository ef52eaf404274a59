// How many neurons keep a network near its infinite-width limit: (W1). From the exact law at 1/m, with the answer that the envelope
// guarantees beside it. Knows how to ask, not how runs are conducted: whoever calls gives that.
import { ConfigError, type ConfigProblem } from '../../errors.ts';
import { inWords } from '../../numerics/in-words.ts';
import type { Solution, Warning } from '../../solution.ts';
import type { Conductor, OnProgress, WidthAnswer, WidthCheck, WidthOptions } from '../../width.ts';
import type { PropagationProblem } from './problem.ts';

/** Gaps below this cannot be measured in float64: they are roots of differences of numbers of order 1. */
export const NOISE_FLOOR = 1e-7;
/** Widths below this are outside the first order in 1/m. */
const SMALL_WIDTH = 32;
/** Widths that a simulation is made of. */
const MOST_CHECKED = 20_000;
const CHECK_REPLICAS = 20;
/** Of the whole work, where there is a check: how long that takes is not known before its width is. */
const PREDICTION_SHARE = 0.2;

/** The problem with its horizon changed, everything that is not needed switched off. */
function withHorizon(problem: PropagationProblem, steps: number): Record<string, unknown> {
  const { escapeDimensions: _escape, tracers: _tracers, ...prediction } = problem.prediction;
  return {
    ...problem,
    optimizer: { ...problem.optimizer, steps },
    prediction: { ...prediction, fluctuation: true, envelopes: true },
    simulation: { replicas: problem.simulation.replicas, linearised: false },
  };
}

export async function widthFor(
  problem: PropagationProblem,
  options: WidthOptions,
  conductor: Conductor,
  onProgress: OnProgress = () => {},
): Promise<WidthAnswer> {
  const { stepSize, steps } = problem.optimizer;
  const { tolerance, horizon = steps * stepSize, check = false } = options;
  refuseBad(tolerance, horizon, check, stepSize);
  const config = withHorizon(problem, Math.ceil(horizon / stepSize - 1e-9));
  const share = check === false ? 1 : PREDICTION_SHARE;
  const prediction = await conductor.predict(config, ({ stage, fraction }) =>
    onProgress({ stage, fraction: share * fraction }),
  );
  const answer = answerOf(prediction, tolerance, horizon, check !== false);
  const { width, status } = answer;
  if (check === false || status !== 'complete' || width > MOST_CHECKED || tolerance < NOISE_FLOOR)
    return answer;
  const replicas = check === true ? CHECK_REPLICAS : check;
  const simulation = await conductor.simulate(
    { ...config, model: { ...problem.model, width }, simulation: { replicas, linearised: false } },
    (progress) => onProgress({ ...progress, fraction: share + (1 - share) * progress.fraction }),
  );
  if (simulation.status !== 'complete') return { ...answer, status: simulation.status };
  return { ...answer, check: checkOf(simulation, width, replicas, tolerance), simulation };
}

/** What the prediction says, as far as it goes. */
function answerOf(prediction: Solution, tolerance: number, horizon: number, check: boolean): WidthAnswer {
  const { observables, times, status, diagnostics } = prediction;
  const { values } = observables.scaledGap!;
  const at = largestAt(values);
  const width = neuronsFor(values[at]!, tolerance);
  const bound = observables.envelope?.values.reduce((most, value) => Math.max(most, value), 0);
  return {
    status,
    width,
    scaledGap: values[at]!,
    time: times[at]!,
    ...(bound !== undefined && {
      guaranteed: neuronsFor(Math.min(1e150, bound) * Math.min(1e150, bound), tolerance),
    }),
    tolerance,
    horizon: status === 'complete' ? horizon : times[times.length - 1]!,
    noiseFloor: NOISE_FLOOR,
    warnings: [...diagnostics.warnings, ...warningsOf(tolerance, width, check)],
    prediction,
  };
}

/** ⌈square/tolerance²⌉, at least 1 and at most 1e300. */
function neuronsFor(square: number, tolerance: number): number {
  const root = Math.sqrt(square) / tolerance;
  return Math.max(1, Math.ceil(Math.min(1e150, root) * Math.min(1e150, root)));
}

function largestAt(values: Float64Array): number {
  let at = 0;
  values.forEach((value, i) => {
    if (value > values[at]!) at = i;
  });
  return at;
}

function checkOf(simulation: Solution, width: number, replicas: number, tolerance: number): WidthCheck {
  const { values, standardError } = simulation.observables.scaledGap!;
  const at = largestAt(values);
  const gap = Math.sqrt(values[at]! / width);
  const error = standardError && gap > 0 ? standardError[at]! / width / (2 * gap) : undefined;
  return {
    width,
    replicas,
    gap,
    time: simulation.times[at]!,
    ...(error !== undefined && { standardError: error }),
    holds: gap <= tolerance + 2 * (error ?? 0),
  };
}

function warningsOf(tolerance: number, width: number, check: boolean): Warning[] {
  const warnings: Warning[] = [];
  if (tolerance < NOISE_FLOOR) {
    warnings.push({
      code: 'noise-floor',
      message: `A gap below ${NOISE_FLOOR} is a difference of numbers of order 1 and cannot be measured in float64: the answer is the law's, and no simulation can check it.`,
    });
  }
  if (width < SMALL_WIDTH) {
    warnings.push({
      code: 'small-width',
      message: `The law is of first order in 1/width; at ${width} neurons the mean square gap is off by some per cent or more. Check by simulation.`,
    });
  }
  if (check && width > MOST_CHECKED && tolerance >= NOISE_FLOOR) {
    warnings.push({
      code: 'width-not-checked',
      message: `${width} neurons are more than the ${MOST_CHECKED} that a check simulates. Check the law at a larger tolerance: the gap falls like 1/width.`,
    });
  }
  return warnings;
}

function refuseBad(tolerance: unknown, horizon: unknown, check: unknown, stepSize: number): void {
  const problems: ConfigProblem[] = [];
  const positive = (value: unknown) => typeof value === 'number' && Number.isFinite(value) && value > 0;
  if (!positive(tolerance) || (tolerance as number) < 1e-100) {
    problems.push({
      path: 'tolerance',
      received: inWords(tolerance),
      expected: 'a number > 0, at least 1e-100',
      remedy: 'Give the largest root mean square gap that you accept, in units of the label.',
    });
  }
  if (!positive(horizon) || (horizon as number) < stepSize) {
    problems.push({
      path: 'horizon',
      received: inWords(horizon),
      expected: `a time of at least one step, ${stepSize}`,
      remedy: 'Leave it out for the horizon of the config, optimizer.steps · optimizer.stepSize.',
    });
  }
  if (typeof check !== 'boolean' && !(Number.isInteger(check) && (check as number) >= 1)) {
    problems.push({
      path: 'check',
      received: inWords(check),
      expected: 'true, false, or a number of replicas',
      remedy: `true simulates ${CHECK_REPLICAS} replicas.`,
    });
  }
  if (problems.length > 0) throw new ConfigError(problems, 'question');
}
