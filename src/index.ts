// The library: predict, simulate and compare gradient-descent training by theory, and fit the user's own data.
// Every config is plain JSON with a `theory`; every answer is plain data. See docs/ for the equations.
import type { Precision } from '../bindings/core.ts';
import { CoreError } from '../bindings/errors.ts';
import { exactModule, fastModule } from '../bindings/load.ts';
import { checkCall, type Keys, NUMBERS, needed, OBJECT, PRECISIONS } from './check/call.ts';
import { ConfigError, SolveError } from './errors.ts';
import { type Comparison, compareTheory } from './experiments/compare.ts';
import {
  CONDUCT_KEYS,
  type ConductOptions,
  type CostEstimate,
  conduct,
  costOf,
} from './experiments/conduct.ts';
import { conductTasks } from './experiments/tasks.ts';
import { sha256 } from './result-hash.ts';
import type { Solution } from './solution.ts';
import type {
  ConfigByTheory,
  ConfigOf,
  MeanFieldConvergenceConfig,
  PropagationOfChaosConfig,
} from './theories/config-types.ts';
import { theoryOf } from './theories/index.ts';
import {
  type Certification,
  type CertifyData,
  certificationOf,
  certifyKinds,
  problemToCertify,
} from './theories/mean-field-convergence/certify.ts';
import { meanFieldConvergence } from './theories/mean-field-convergence/index.ts';
import * as studies from './theories/mean-field-convergence/studies.ts';
import type { Kind } from './theory.ts';
import type { OnProgress, WidthAnswer, WidthOptions } from './width.ts';

export type { Precision } from '../bindings/core.ts';
export { CoreError } from '../bindings/errors.ts';
export type { Chart, Panel, Series } from './chart.ts';
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
export type * from './theories/config-types.ts';
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
export type {
  Certification,
  CertifyData,
  Guarantee,
  Verdict,
} from './theories/mean-field-convergence/certify.ts';
export type { StudyConfig, StudyResult } from './theories/mean-field-convergence/studies.ts';
export type { Parameters as QuadraticParameters } from './theories/quadratic-networks/parameters.ts';
export {
  type PhaseDiagram,
  phaseDiagram,
  type SamplesNeeded,
  samplesForError,
} from './theories/quadratic-networks/phase.ts';
export type { Flag, Reliability } from './theories/quadratic-networks/reliability.ts';
export { type Spectrum, spectrum } from './theories/quadratic-networks/spectrum.ts';
export { type SteadyState, steadyState } from './theories/quadratic-networks/steady-state.ts';
export {
  type InterpolationThreshold,
  interpolationThreshold,
  type RecoveryThreshold,
  recoveryThreshold,
} from './theories/quadratic-networks/thresholds.ts';
export type { WidthAnswer, WidthCheck, WidthOptions } from './width.ts';

/**
 * The theory's prediction for a configuration.
 * @throws ConfigError with every problem of the configuration, SolveError where it cannot be run.
 */
export async function predict<T extends keyof ConfigByTheory>(
  config: ConfigOf<T>,
  options: ConductOptions = {},
): Promise<Solution> {
  checkCall('predict', { options }, { options: CONDUCT_KEYS });
  const theory = theoryOf(config);
  return conduct(theory, theory.check(config), 'prediction', options);
}

/** The finite experiment that the theory describes: trained replicas with standard errors. */
export async function simulate<T extends keyof ConfigByTheory>(
  config: ConfigOf<T>,
  options: ConductOptions = {},
): Promise<Solution> {
  checkCall('simulate', { options }, { options: CONDUCT_KEYS });
  const theory = theoryOf(config);
  return conduct(theory, theory.check(config), 'simulation', options);
}

/** Prediction and simulation of one configuration, and simulation minus prediction with its standard error. */
export async function compare<T extends keyof ConfigByTheory>(
  config: ConfigOf<T>,
  options: ConductOptions = {},
): Promise<Comparison> {
  checkCall('compare', { options }, { options: CONDUCT_KEYS });
  const theory = theoryOf(config);
  return compareTheory(theory, theory.check(config), options);
}

const WIDTH_KEYS: Keys<WidthOptions & ConductOptions> = {
  ...CONDUCT_KEYS,
  tolerance: true,
  horizon: true,
  check: true,
};

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
export async function width(
  config: PropagationOfChaosConfig,
  options: WidthOptions & ConductOptions,
): Promise<WidthAnswer> {
  checkCall('width', { options }, { options: WIDTH_KEYS });
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

/**
 * Whether gradient flow of a network on data is guaranteed to converge, at what rate, from which scale and width on, by which
 * certificate, and what one training of it showed. The input is a configuration of `mean-field-convergence`, of which the first draw is
 * certified, or rows `{ features, labels }`; these are then fitted by 1000 relu neurons in mean-field scaling, over a frozen random layer
 * where there are fewer columns than rows. No certificate does not mean that training fails.
 * @throws ConfigError with every problem of the input, SolveError where it needs more memory than allowed.
 */
export async function certify(
  input: MeanFieldConvergenceConfig | CertifyData,
  options: ConductOptions = {},
): Promise<Certification> {
  checkCall('certify', { options }, { options: CONDUCT_KEYS });
  const problem = problemToCertify(input);
  const tasks = certifyKinds.map((kind) => ({ problem, kind }));
  const [prediction, training] = await conductTasks(meanFieldConvergence, tasks, options);
  return certificationOf(problem, prediction!, training);
}

const STUDY_KEYS = { config: needed(OBJECT), dimensions: needed(NUMBERS), sampleCounts: needed(NUMBERS) };

/**
 * Training through d = n: simulates a configuration of `mean-field-convergence` (without `data.dimension`, or in place of it) at each
 * input dimension. The chart shows the training error at the end, the measured rate, and 2/n of the smallest eigenvalue of the tangent kernel at the start.
 * @throws ConfigError, SolveError
 */
export async function dimensionStudy(
  config: studies.StudyConfig<'dimension'>,
  dimensions: readonly number[],
  options: ConductOptions = {},
): Promise<studies.StudyResult> {
  checkCall('dimensionStudy', { config, dimensions, options }, { ...STUDY_KEYS, options: CONDUCT_KEYS });
  return conductStudy(studies.dimensionStudy(config, dimensions), options);
}

/**
 * What features are worth: test errors of a configuration of `mean-field-convergence` at each number of samples, in mean-field and in
 * tangent-kernel scaling (in place of `model.scaling`) with standard errors over replicas, and of the infinitely wide tangent kernel.
 * @throws ConfigError, SolveError
 */
export async function sampleStudy(
  config: studies.StudyConfig<'sampleCount'>,
  sampleCounts: readonly number[],
  options: ConductOptions = {},
): Promise<studies.StudyResult> {
  checkCall('sampleStudy', { config, sampleCounts, options }, { ...STUDY_KEYS, options: CONDUCT_KEYS });
  return conductStudy(studies.sampleStudy(config, sampleCounts), options);
}

async function conductStudy(study: studies.Study, options: ConductOptions): Promise<studies.StudyResult> {
  return studies.studyResult(study, await conductTasks(meanFieldConvergence, study.tasks, options));
}

/** What `predict` and `simulate` will take for a configuration, without running them; no simulation where it has no sizes. */
export function estimateCost<T extends keyof ConfigByTheory>(
  config: ConfigOf<T>,
): { prediction: CostEstimate; simulation?: CostEstimate } {
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
  options: { readonly of?: 'run' | 'fit' } = {},
): Record<string, unknown> {
  checkCall('configSchema', { options }, { options: { of: ['run', 'fit'] } });
  const { of = 'run' } = options;
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
  checkCall('coreHash', { precision }, { precision: PRECISIONS });
  const { bytes } = precision === 'fast' ? await fastModule() : exactModule();
  if (!bytes)
    throw new CoreError('a compiled module does not tell its bytes.', 'Hash the file core.wasm instead.');
  return sha256(bytes);
}
