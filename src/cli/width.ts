// `foretrain width CONFIG.json --tolerance EPS`: how many neurons are enough, on one page.

import type { Command } from 'commander';
import type { Chart } from '../chart.ts';
import { type Infer, number, object, optional } from '../check.ts';
import { withError } from '../digits.ts';
import type { WidthAnswer } from '../index.ts';
import type { Hashed } from '../result-hash.ts';
import { solutionToJson } from '../solution-json.ts';
import { gapsAtWidth, widthChart } from '../theories/propagation-of-chaos/figures/answer.ts';
import { chartsOf, figuresOf } from './charts.ts';
import { conducted } from './conducted.ts';
import { deliverAnswer, warningLine } from './deliver.ts';
import type { Host } from './host.ts';
import {
  type CommonOptions,
  positiveNumber,
  wholeNumber,
  withOverrides,
  withRunOptions,
  withWorkers,
} from './options.ts';
import { checkFolder } from './output.ts';
import { readJsonObject } from './read-files.ts';
import { answerValues, csvOf, type Results, resultsOf } from './results.ts';
import { curveColumn, short, spread, stepTable } from './table.ts';

/** What is asked; `check` is the number of networks that are trained. */
export const widthQuestion = object({
  tolerance: number({ exclusiveMin: 0 }),
  horizon: optional(number({ exclusiveMin: 0 })),
  check: optional(number({ min: 1, integer: true })),
});

type WidthQuestion = Infer<typeof widthQuestion>;

/** Networks of a check unless told. */
const NETWORKS = 20;

interface WidthCommandOptions extends Omit<CommonOptions, 'dryRun'> {
  readonly tolerance: number;
  readonly horizon?: number;
  readonly check?: boolean;
  readonly replicas?: number;
}

export function widthCommand(program: Command, host: Host, exit: (code: number) => void): void {
  withWorkers(withRunOptions(program.command('width')))
    .description('how many neurons keep a network close to infinite width (propagation-of-chaos)')
    .argument('<config>', 'configuration in JSON; see: foretrain schema propagation-of-chaos')
    .requiredOption(
      '--tolerance <gap>',
      'largest root mean square gap to infinite width, in units of the label',
      positiveNumber,
    )
    .option(
      '--horizon <time>',
      'time up to which it must hold (default: that of the configuration)',
      positiveNumber,
    )
    .option('--check', 'also train networks of that width and measure their gap')
    .option('--replicas <number>', `networks of the check (${NETWORKS}); implies it`, wholeNumber(2, 100_000))
    .option('--out <dir>', 'write figure, series and manifest into this folder')
    .action(async (config: string, options: WidthCommandOptions) =>
      exit(await runWidth(config, options, host)),
    );
}

async function runWidth(file: string, options: WidthCommandOptions, host: Host): Promise<number> {
  const { out, tolerance, horizon, check, replicas } = options;
  const config = withOverrides(await readJsonObject(file, host, 'configuration'), options);
  if (out !== undefined) await checkFolder(out, host);
  const question = {
    tolerance,
    ...(horizon !== undefined && { horizon }),
    ...((check || replicas !== undefined) && { check: replicas ?? NETWORKS }),
  };
  const started = host.now();
  const found = await askWidth(config, question, options, host);
  const { prediction, simulation, ...rest } = found;
  const results = resultsOf(found);
  const answer = {
    command: 'width' as const,
    status: found.status,
    config: prediction.problem,
    options: question,
    values: widthValues(found),
    page: widthPage(found),
    warnings: found.warnings.map(warningLine),
    document: (manifest: unknown) => ({
      ...rest,
      prediction: solutionToJson(prediction),
      ...(simulation && { simulation: solutionToJson(simulation) }),
      manifest,
    }),
    figures: () => figuresOf(results, widthCharts(found, results)),
    csv: () => csvOf(results),
  };
  return deliverAnswer(answer, options, started, host);
}

/** The answer's own figure before those of its theory. */
function widthCharts(answer: WidthAnswer, results: Results): Chart[] {
  const own = widthChart(answer);
  const others = chartsOf(results);
  return own
    ? [own, ...others.map((chart) => (chart.name === '' ? { ...chart, name: 'gap' } : chart))]
    : [...others];
}

/** The answer for a configuration, which may be the problem of an earlier answer's prediction. */
export async function askWidth(
  config: Readonly<Record<string, unknown>>,
  { tolerance, horizon, check }: WidthQuestion,
  common: CommonOptions,
  host: Host,
): Promise<WidthAnswer> {
  const threads = check === undefined ? 1 : Math.min(common.workers ?? host.parallelism, check);
  const asked = { tolerance, ...(horizon !== undefined && { horizon }), check: check ?? false };
  return conducted(threads, common, host, (run) => host.library.width(config, { ...run, ...asked }));
}

/** Every number of the answer, for its hash. */
export function widthValues(answer: WidthAnswer): Record<string, Hashed> {
  const { width, scaledGap, time, guaranteed, check } = answer;
  const numbers = { width, scaledGap, time, guaranteed, gap: check?.gap, gapError: check?.standardError };
  return answerValues(numbers, answer);
}

/** `1,024`; beyond what can be read so, `8.2e9`. */
function neurons(count: number): string {
  if (count >= 1e9) return count.toExponential(1).replace('e+', 'e');
  return `${count}`.replace(/\B(?=(\d{3})+$)/g, ',');
}

const NAME = 12;

/** A name, and what is to be said under it; further lines are indented. */
function entry(name: string, ...lines: readonly string[]): string[] {
  return lines.map((line, i) => `${(i === 0 ? name : '').padEnd(NAME)}${line}`);
}

/** The answer as a page of text. */
export function widthPage(answer: WidthAnswer): string {
  const { width, scaledGap, time, tolerance, horizon, noiseFloor, status } = answer;
  const eps = short(tolerance);
  const [omega, quotient] = [short(scaledGap), short(scaledGap / tolerance / tolerance)];
  const lines = [
    `${neurons(width)} neurons keep a network within ${eps} of infinite width up to time ${short(horizon)}.`,
    '',
    ...entry(
      'why',
      `m·gap² is at most Ω = ${omega}, at time ${short(time)}: ${omega} / ${eps}² = ${quotient}.`,
      ...laterLine(answer),
    ),
    ...entry(
      'gap',
      'Root mean square over inputs and over initial weights, in units of the label. A single',
      `network is below ${eps} at any one time with probability 95 % from ${neurons(20 * width)} neurons`,
      "on (Markov's inequality).",
    ),
    ...boundEntry(answer),
    ...entry('order', 'These answers are of first order in 1/m.'),
    ...entry('check', ...checkLines(answer)),
    ...entry(
      'float64',
      `Gaps can be measured down to ${noiseFloor}: this tolerance is ${tolerance < noiseFloor ? 'BELOW, no simulation can check it' : 'above'}.`,
    ),
  ];
  lines.push(...checkTable(answer));
  if (status === 'aborted') lines.push('', `ABORTED: the answer speaks of times up to ${short(horizon)}.`);
  if (status === 'diverged') lines.push('', `DIVERGED: the answer speaks of times up to ${short(horizon)}.`);
  return lines.join('\n');
}

/** Steps of the table of a check: a few, for the page to stay one. */
const ROWS = 7;

/** The gap of the networks of the check beside the prediction, at some times. */
function checkTable(answer: WidthAnswer): string[] {
  const { prediction, width } = answer;
  const { predicted, simulated } = gapsAtWidth(answer);
  if (!predicted || !simulated) return [];
  const columns = [
    curveColumn(`gap predicted, m = ${width}`, predicted),
    curveColumn('gap simulated', simulated),
  ];
  const rows = spread(prediction.times.length, ROWS);
  return ['', stepTable(prediction.times, columns, { rows, timeAxis: 'time' })];
}

/** Where the gap stands at the end, beside neurons that never met. */
function laterLine({ prediction }: WidthAnswer): string[] {
  const { scaledGap, scaledNoise } = prediction.observables;
  const last = prediction.times.length - 1;
  if (!scaledGap || !scaledNoise || last < 1) return [];
  const [gap, noise] = [scaledGap.values[last]!, scaledNoise.values[last]!];
  return [
    `At time ${short(prediction.times[last]!)} it is ${short(gap)}; m independent neurons of the infinite network would have ${short(noise)}.`,
  ];
}

function boundEntry({ guaranteed, prediction }: WidthAnswer): string[] {
  const bound = prediction.observables.envelope?.values;
  if (guaranteed === undefined || !bound) return [];
  const most = bound.reduce((a, b) => Math.max(a, b), 0);
  return entry(
    'guaranteed',
    `${neurons(guaranteed)} neurons, by an upper bound of our own, √Ω ≤ ${short(most)}. It asks only for the`,
    'mean field and is far from sharp. It follows the idea of the paper, it is not its theorem.',
  );
}

function checkLines({ check, status, tolerance, width, warnings }: WidthAnswer): string[] {
  if (!check) {
    const impossible = warnings.some(({ code }) => code === 'noise-floor' || code === 'width-not-checked');
    if (impossible) return ['None can be made: the warning says why.'];
    if (status === 'aborted') return ['It did not come to its end.'];
    return [`None was made; --check trains networks of ${neurons(width)} neurons.`];
  }
  const { replicas, gap, standardError, time, holds } = check;
  return [
    `${replicas} networks of ${neurons(check.width)} neurons: gap at most ${withError(gap, standardError)} (± one standard error), at time ${short(time)}.`,
    holds
      ? `No more than two standard errors above ${short(tolerance)}: the answer holds.`
      : `MORE than two standard errors above ${short(tolerance)}: the answer does NOT hold at this width.`,
  ];
}
