// `foretrain samples CONFIG.json [--error E]`: how much data a width needs, and from how much on labels are fitted and a teacher is found.
import type { Command } from 'commander';
import type { Chart } from '../chart.ts';
import { type Infer, number, object, optional } from '../check.ts';
import type {
  InterpolationThreshold,
  RecoveryThreshold,
  SamplesNeeded,
  Solution,
  SteadyState,
} from '../index.ts';
import { exp, log } from '../numerics/special.ts';
import { PALETTE } from '../palette.ts';
import type { Hashed } from '../result-hash.ts';
import { FEWEST_SAMPLES, MOST_SAMPLES } from '../theories/quadratic-networks/phase.ts';
import { chartsOf, figuresOf } from './charts.ts';
import { conducted } from './conducted.ts';
import { deliverAnswer } from './deliver.ts';
import type { Host } from './host.ts';
import { type CommonOptions, positiveNumber } from './options.ts';
import { checkFolder } from './output.ts';
import { answerValues, csvOf, groundsDocument, resultsOf } from './results.ts';
import { samplesPage } from './samples-page.ts';
import { readSteadyProblem, type SteadyProblem } from './steady-config.ts';
import { short } from './table.ts';

/** What is asked beside the configuration. */
export const samplesQuestion = object({ error: optional(number({ exclusiveMin: 0 })) });

type SamplesQuestion = Infer<typeof samplesQuestion>;

interface SamplesOptions extends Pick<CommonOptions, 'json' | 'out' | 'quiet'>, SamplesQuestion {}

export function samplesCommand(program: Command, host: Host, exit: (code: number) => void): void {
  program
    .command('samples')
    .description(
      'how much data a width needs, and the thresholds of recovery and interpolation (quadratic-networks)',
    )
    .argument('<config>', 'configuration in JSON; its own number of samples plays no role in the answer')
    .option(
      '--error <error>',
      'test error against labels without noise to stay at or below, in units of the label squared',
      positiveNumber,
    )
    .option('--json', 'print one JSON document on standard output')
    .option('--out <dir>', 'write figure, series and manifest into this folder')
    .option('--quiet', 'no notes; errors remain')
    .action(async (config: string, options: SamplesOptions) => exit(await runSamples(config, options, host)));
}

export interface SamplesAnswer {
  readonly steady: SteadyProblem;
  readonly error?: number;
  readonly needed?: SamplesNeeded;
  /** With the samples of the configuration. */
  readonly here: SteadyState;
  readonly interpolation: InterpolationThreshold;
  readonly recovery: RecoveryThreshold;
  /** Steady states over the samples. */
  readonly prediction: Solution;
}

async function runSamples(path: string, options: SamplesOptions, host: Host): Promise<number> {
  const { error, ...common } = { ...options, precision: 'exact' as const };
  if (common.out !== undefined) await checkFolder(common.out, host);
  const started = host.now();
  const question = { ...(error !== undefined && { error }) };
  const found = await askSamples(await readSteadyProblem(path, host), question, common, host);
  const results = resultsOf(found);
  const answer = {
    command: 'samples' as const,
    status: found.prediction.status,
    config: found.steady.problem,
    options: question,
    values: samplesValues(found),
    page: samplesPage(found),
    warnings: [],
    document: (manifest: unknown) => ({ ...documentOf(found), manifest }),
    figures: () => figuresOf(results, samplesCharts(found, chartsOf(results))),
    csv: () => csvOf(results),
  };
  return deliverAnswer(answer, common, started, host);
}

export async function askSamples(
  steady: SteadyProblem,
  { error }: SamplesQuestion,
  common: CommonOptions,
  host: Host,
): Promise<SamplesAnswer> {
  const { parameters, dimension } = steady;
  const { library } = host;
  const answer = {
    steady,
    ...(error !== undefined && {
      error,
      needed: library.samplesForError(parameters, error, { inputDimension: dimension }),
    }),
    here: library.steadyState(parameters, { dimension }),
    interpolation: library.interpolationThreshold(parameters),
    recovery: library.recoveryThreshold(parameters),
  };
  const config = overSamples(answer);
  // A fraction of a second, too short for a meter.
  const silent = { ...common, quiet: true };
  const prediction = await conducted(1, silent, host, (run) => library.predict(config, run));
  return { ...answer, prediction };
}

/** Points of the curve over the samples, and by what factor it goes beyond the numbers that the answer names. */
const POINTS = 120;
const MARGIN = 4;

/** The configuration of steady states over the samples, about all that the answer names. */
function overSamples({ steady, needed, interpolation, recovery }: Omit<SamplesAnswer, 'prediction'>) {
  const { problem, parameters } = steady;
  const named = [
    parameters.sampleRatio,
    needed?.sampleRatio ?? parameters.sampleRatio,
    interpolation.sampleRatio,
    recovery.sampleRatio,
  ].filter((alpha) => alpha > 0 && Number.isFinite(alpha));
  const low = Math.max(FEWEST_SAMPLES, Math.min(...named) / MARGIN);
  const high = Math.min(MOST_SAMPLES, Math.max(...named, 2 * low) * MARGIN);
  const span = log(Float64Array.of(high / low))[0]!;
  const factors = exp(Float64Array.from({ length: POINTS }, (_, k) => (k / (POINTS - 1)) * span));
  const values = Array.from(factors, (factor) => low * factor);
  const { weightDecay } = problem.optimizer;
  const sweep = { parameter: 'sampleRatio', values };
  return { ...problem, optimizer: { kind: 'stationary', weightDecay, sweep } };
}

/** Every number of the answer, for its hash. */
export function samplesValues(answer: SamplesAnswer): Record<string, Hashed> {
  const { error, needed, here, interpolation, recovery } = answer;
  const numbers = {
    error,
    sampleRatio: needed?.sampleRatio,
    lowest: needed?.lowest,
    test: here.test,
    train: here.train,
    rank: here.rank,
    interpolation: interpolation.sampleRatio,
    recovery: recovery.sampleRatio,
  };
  return answerValues(numbers, answer);
}

/** An infinite threshold, a student that never recovers its teacher, is null. */
function documentOf(answer: SamplesAnswer) {
  const { steady, error, needed, here, interpolation, recovery } = answer;
  const { sampleRatio } = recovery;
  return {
    command: 'samples',
    ...(needed && { error, needed }),
    here,
    interpolation,
    recovery: { ...recovery, sampleRatio: Number.isFinite(sampleRatio) ? sampleRatio : null },
    problem: steady.problem,
    ...groundsDocument(answer),
  };
}

/** The curves over the samples, with the error that was asked for and where it stays below. */
function samplesCharts({ error, needed, prediction }: SamplesAnswer, charts: readonly Chart[]): Chart[] {
  const title = 'Errors at long times, by the number of samples';
  const [main, ...others] = charts.filter(({ name }) => name === '');
  if (!main || error === undefined)
    return charts.map((chart) => (chart === main ? { ...main, title } : chart));
  const [first, ...rest] = main.panels;
  const { times } = prediction;
  const asked = {
    name: `asked: at most ${short(error)}`,
    kind: 'bound' as const,
    color: PALETTE.black,
    x: [times[0]!, times.at(-1)!],
    y: [error, error],
  };
  const alpha = needed?.sampleRatio;
  const mark = alpha === undefined ? [] : [{ x: alpha, text: `at most ${short(error)} from here on` }];
  const panel = {
    ...first!,
    series: [...first!.series, asked],
    annotations: [...(first!.annotations ?? []), ...mark],
  };
  return [{ ...main, title, panels: [panel, ...rest] }, ...others];
}
