// The library: predict, simulate and compare gradient-descent training by theory, and fit the user's own data.
// Every config is plain JSON with a `theory`; every answer is plain data. See docs/ for the equations.
import type { Precision } from '../bindings/core.ts';
import { CoreError } from '../bindings/errors.ts';
import { exactModule, fastModule } from '../bindings/load.ts';
import { ConfigError, SolveError } from './errors.ts';
import { type Comparison, compareTheory } from './experiments/compare.ts';
import { type ConductOptions, type CostEstimate, conduct, costOf } from './experiments/conduct.ts';
import { sha256 } from './result-hash.ts';
import type { Solution } from './solution.ts';
import { theoryOf } from './theories/index.ts';
import type { Kind } from './theory.ts';
import type { OnProgress, WidthAnswer, WidthOptions } from './width.ts';

export type { Precision } from '../bindings/core.ts';
export { CoreError } from '../bindings/errors.ts';
export { ConfigError, DataError, SolveError } from './errors.ts';
export type { Comparison } from './experiments/compare.ts';
export type { ConductOptions, CostEstimate, Executor, Job } from './experiments/conduct.ts';
export { resultHash } from './result-hash.ts';
export type {
  Diagnostics,
  Observable,
  Progress,
  RunOptions,
  RunStatus,
  Solution,
  Warning,
} from './solution.ts';
export { solutionFromJson, solutionToJson } from './solution-json.ts';
export {
  type FeatureTable,
  type FitCost,
  type FitData,
  type FitOptions,
  type FitResult,
  fit,
  fitCost,
  type ModelDocument,
  type Stopping,
  TrainedModel,
} from './theories/finite-width/fit/fit.ts';
export {
  type FittedConfiguration,
  type Reestimate,
  type TunedConfiguration,
  type TuneOptions,
  type TuningGrid,
  type TuningResult,
  tune,
  tuneCost,
} from './theories/finite-width/fit/tune.ts';
export type { WidthAnswer, WidthCheck, WidthOptions } from './width.ts';

/**
 * The theory's prediction for a configuration.
 * @throws ConfigError with every problem of the configuration, SolveError where it cannot be run.
 */
export async function predict(config: unknown, options: ConductOptions = {}): Promise<Solution> {
  const theory = theoryOf(config);
  return conduct(theory, theory.check(config), 'prediction', options);
}

/** The finite experiment that the theory describes: trained replicas with standard errors. */
export async function simulate(config: unknown, options: ConductOptions = {}): Promise<Solution> {
  const theory = theoryOf(config);
  return conduct(theory, theory.check(config), 'simulation', options);
}

/** Prediction and simulation of one configuration, and simulation minus prediction with its standard error. */
export async function compare(config: unknown, options: ConductOptions = {}): Promise<Comparison> {
  const theory = theoryOf(config);
  return compareTheory(theory, theory.check(config), options);
}

/**
 * How many neurons keep a network of the theory `propagation-of-chaos` within `tolerance` of infinite width.
 *
 * The gap is (E‖f_m − f_ρ‖²)^½: in mean square over standard normal inputs and over initial weights, in units of the label. The
 * answer `width` is the smallest m whose gap stays below `tolerance` at every recorded time up to `horizon` (that of the config
 * unless given), by the exact law at 1/m: ⌈max Ω_f/tolerance²⌉. It is first order in 1/m, so below some thirty neurons an
 * extrapolation, and speaks of the mean over networks: with probability 1 − p one network stays below `tolerance` at a given time
 * from `width/p` neurons on. `guaranteed` is what an upper bound of our own on the gap asks for, first order in 1/m too; it is
 * many times larger.
 *
 * The widths of the config play no role. With `check`, networks of the answer's width are simulated and their gap is returned with its
 * standard error. What a user should know stands in `warnings`: among others `small-width`, and `noise-floor` for tolerances that
 * float64 cannot check. A run that is cut short by `signal` answers for the times it reached, with `status` `aborted`.
 *
 * @throws ConfigError with every problem of configuration or question, SolveError where it cannot be run.
 */
export async function width(config: unknown, options: WidthOptions & ConductOptions): Promise<WidthAnswer> {
  const theory = theoryOf(config);
  if (!theory.widthFor) {
    throw new ConfigError([
      {
        path: 'theory',
        received: JSON.stringify(theory.name),
        expected: 'a theory that has `width`',
        remedy: 'Use "propagation-of-chaos", which knows how far a network is from infinite width.',
      },
    ]);
  }
  const conducted = (kind: Kind) => (part: unknown, onProgress: OnProgress) =>
    conduct(theory, theory.check(part), kind, { ...options, onProgress });
  const conductor = { predict: conducted('prediction'), simulate: conducted('simulation') };
  return theory.widthFor(theory.check(config), { ...options }, conductor, options?.onProgress);
}

/** What `predict` and `simulate` will take for a configuration, without running them; no simulation where it has no sizes. */
export function estimateCost(config: unknown): { prediction: CostEstimate; simulation?: CostEstimate } {
  const theory = theoryOf(config);
  const problem = theory.check(config);
  const prediction = costOf(theory.plan(problem, 'prediction'));
  try {
    return { prediction, simulation: costOf(theory.plan(problem, 'simulation')) };
  } catch (error) {
    if (error instanceof SolveError) return { prediction };
    throw error;
  }
}

/** The configuration of a theory as JSON Schema 2020-12: of `predict`, `simulate` and `compare`, or of `fit`. */
export function configSchema(
  name: string,
  { of = 'run' }: { of?: 'run' | 'fit' } = {},
): Record<string, unknown> {
  const theory = theoryOf({ theory: name });
  if (of === 'run') return theory.jsonSchema();
  if (theory.fitJsonSchema) return theory.fitJsonSchema();
  throw new ConfigError([
    {
      path: 'theory',
      received: JSON.stringify(name),
      expected: 'a theory that has `fit`',
      remedy: 'Ask for the schema of its runs instead.',
    },
  ]);
}

/**
 * What distinguishes the cores: SHA-256 of the WebAssembly bytes of a precision.
 * @throws CoreError where the core came as a compiled module, which does not tell its bytes.
 */
export async function coreHash(precision: Precision = 'exact'): Promise<string> {
  const { bytes } = precision === 'fast' ? await fastModule() : exactModule();
  if (!bytes)
    throw new CoreError('a compiled module does not tell its bytes.', 'Hash the file core.wasm instead.');
  return sha256(bytes);
}
