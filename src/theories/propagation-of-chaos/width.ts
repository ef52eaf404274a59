// How many neurons keep a network near its infinite-width limit: (W1). From the exact law at 1/m, with the answer that the envelope
// guarantees beside it. Knows how to ask, not how runs are conducted: whoever calls gives that.
import { ConfigError, type ConfigProblem } from '../../errors.ts';
import type { Solution } from '../../solution.ts';
import type { PropagationProblem } from './problem.ts';

export interface WidthOptions {
  /** Largest root mean square gap in function space, (E‖f_m − f_ρ‖²)^½, in label units. */
  readonly tolerance: number;
  /** Time up to which it must hold; that of the config unless given. */
  readonly horizon?: number;
  /** Also simulate at the answer; `true`, or so many replicas. */
  readonly check?: boolean | number;
}

/** The gap that was measured at the recommended width. */
export interface WidthCheck {
  readonly width: number;
  readonly replicas: number;
  /** Root of the largest mean square gap over the recorded times, and where it is. */
  readonly gap: number;
  readonly time: number;
  /** Standard error of `gap`; absent with one replica. */
  readonly standardError?: number;
  /** Whether the gap is below the tolerance, by two standard errors of slack where there are any. */
  readonly holds: boolean;
}

export interface WidthAnswer {
  /** ⌈max Ω_f/tolerance²⌉, at least 1: first order in 1/m. */
  readonly width: number;
  /** max Ω_f over the horizon, and the time at which it is reached. */
  readonly scaledGap: number;
  readonly time: number;
  /** ⌈max envelope²/tolerance²⌉: what the bound asks for, to first order in 1/m. Capped at 1e300. */
  readonly guaranteed: number;
  readonly tolerance: number;
  readonly horizon: number;
  readonly warnings: readonly { readonly code: string; readonly message: string }[];
  readonly prediction: Solution;
  readonly check?: WidthCheck;
}

/** Runs of a config, as the caller conducts them. */
export interface Conductor {
  predict(config: unknown): Promise<Solution>;
  simulate(config: unknown): Promise<Solution>;
}

/** Gaps below this cannot be measured in float64: they are roots of differences of numbers of order 1. */
const NOISE_FLOOR = 1e-7;
/** Widths below this are outside the first order in 1/m. */
const SMALL_WIDTH = 32;
/** Widths that a simulation is made of. */
const MOST_CHECKED = 20_000;
const CHECK_REPLICAS = 20;

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
): Promise<WidthAnswer> {
  const { stepSize } = problem.optimizer;
  const { tolerance, horizon = problem.optimizer.steps * stepSize, check = false } = options;
  refuseBad(tolerance, horizon, check, stepSize);
  const config = withHorizon(problem, Math.ceil(horizon / stepSize - 1e-9));
  const prediction = await conductor.predict(config);
  const { values } = prediction.observables.scaledGap!;
  const at = largestAt(values);
  const scaledGap = values[at]!;
  const width = neuronsFor(scaledGap, tolerance);
  const bound = prediction.observables.envelope!.values.reduce((most, value) => Math.max(most, value), 0);
  const answer = {
    width,
    scaledGap,
    time: prediction.times[at]!,
    guaranteed: neuronsFor(Math.min(1e150, bound) * Math.min(1e150, bound), tolerance),
    tolerance,
    horizon,
    warnings: warningsOf(tolerance, width, check !== false),
    prediction,
  };
  if (check === false || width > MOST_CHECKED || tolerance < NOISE_FLOOR) return answer;
  const replicas = check === true ? CHECK_REPLICAS : check;
  const simulation = await conductor.simulate({
    ...config,
    model: { ...problem.model, width },
    simulation: { replicas, linearised: false },
  });
  return { ...answer, check: checkOf(simulation, width, replicas, tolerance) };
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

function warningsOf(tolerance: number, width: number, check: boolean): WidthAnswer['warnings'] {
  const warnings = [];
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
      received: String(tolerance),
      expected: 'a number > 0, at least 1e-100',
      remedy: 'Give the largest root mean square gap that you accept, in units of the label.',
    });
  }
  if (!positive(horizon) || (horizon as number) < stepSize) {
    problems.push({
      path: 'horizon',
      received: String(horizon),
      expected: `a time of at least one step, ${stepSize}`,
      remedy: 'Leave it out for the horizon of the config, optimizer.steps · optimizer.stepSize.',
    });
  }
  if (typeof check !== 'boolean' && !(Number.isInteger(check) && (check as number) >= 1)) {
    problems.push({
      path: 'check',
      received: String(check),
      expected: 'true, false, or a number of replicas',
      remedy: `true simulates ${CHECK_REPLICAS} replicas.`,
    });
  }
  if (problems.length > 0) throw new ConfigError(problems, 'question');
}
