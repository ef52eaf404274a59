// `foretrain tune DATA --target COLUMN --widths …`: a fit of every combination, compared by the lowest estimate of its test error.
import type { Command } from 'commander';
import { csvCell } from '../csv-cell.ts';
import type { FitData, Reestimate, TuningGrid } from '../index.ts';
import type { Hashed } from '../result-hash.ts';
import { displayOf } from '../theories/displays.ts';
import { figuresOf } from './charts.ts';
import { conducted } from './conducted.ts';
import { type Answer, deliverAnswer, warningLine } from './deliver.ts';
import { dryRun } from './dry-run.ts';
import { type PreparedFit, prepareFit, sayClasses, writeModel } from './fit.ts';
import { type FitCommandOptions, type GridOptions, gridOf, withTuneOptions } from './fit-options.ts';
import type { Host } from './host.ts';
import type { TunedResult } from './library.ts';
import type { CommonOptions } from './options.ts';
import { duration } from './progress.ts';
import { fitDocument } from './results.ts';
import { size } from './summary.ts';
import { candidatesChart } from './tune-chart.ts';
import { nameOf, tunePage } from './tune-page.ts';

type TrainingOptions = Omit<FitCommandOptions, 'width' | keyof GridOptions>;

interface TuneOptions extends TrainingOptions, GridOptions {}

/** What was found, with the error on other rows where there are any. */
export interface Tuned extends Pick<TunedResult, 'table' | 'best' | 'result' | 'warnings'> {
  /** `diverged` where no configuration could be trained to the end. */
  readonly status: 'complete' | 'aborted' | 'diverged';
  readonly fresh?: Reestimate;
}

export function tuneCommand(program: Command, host: Host, exit: (code: number) => void): void {
  withTuneOptions(program.command('tune'))
    .description(
      'fit every combination of widths, depths, … to your own data and compare their estimated test errors',
    )
    .argument('<data>', 'CSV, JSON, npy or Parquet; or a configuration whose "data" holds the rows')
    .action(async (data: string, options: TuneOptions) => exit(await runTune(data, options, host)));
}

async function runTune(path: string, options: TuneOptions, host: Host): Promise<number> {
  const started = host.now();
  const grid = gridOf(options);
  const { widths: _w, depths: _d, activations: _a, learningRates: _r, ...training } = options;
  const prepared = await prepareFit(path, training, host);
  const { input, config, test } = prepared;
  const cost = host.library.tuneCost(input.data, config, grid, test && { test });
  const costLine = `About ${duration(cost.seconds)} for ${cost.configurations} configuration${cost.configurations === 1 ? '' : 's'}.`;
  if (options.dryRun) {
    const page = `${costLine} At most ${size(cost.bytes)} of memory.`;
    const jobs = { 'largest configuration': cost };
    return dryRun({ command: 'tune', config, of: 'fit', cost, jobs, page, json: options.json }, host);
  }
  if (!options.quiet) host.stderr.write(`${costLine}\n`);
  const found = await askTune(input.data, config, grid, test, options, host);
  sayClasses(input, options, host);
  const code = await deliverAnswer(answerOf(found, grid, prepared), options, started, host);
  if (found.result) await writeModel(found.result, training, host);
  return code;
}

/** Fits the grid with a meter. */
export async function askTune(
  data: FitData | undefined,
  config: unknown,
  grid: TuningGrid,
  test: FitData | undefined,
  common: CommonOptions,
  host: Host,
): Promise<Tuned> {
  const found = await conducted(1, common, host, (run) =>
    host.library.tune(data, config, grid, { ...run, ...(test && { test }) }),
  );
  const { status, table, best, result, warnings } = found;
  return {
    status: status === 'complete' && !best ? 'diverged' : status,
    table,
    ...(best && { best }),
    ...(result && { result }),
    warnings,
    ...(test && best && { fresh: found.reestimate(test.features, test.labels) }),
  };
}

/** Estimates and steps in the order of the table, NaN where there are none; the fit of the best. */
export function tuneValues({ table, best, result, fresh }: Tuned): Record<string, Hashed> {
  const list = (values: readonly (number | undefined)[]): Hashed => ({
    values: Float64Array.from(values, (value) => value ?? Number.NaN),
    shape: [values.length],
  });
  return {
    estimatedTestError: list(table.map((entry) => entry.estimatedTestError)),
    standardError: list(table.map((entry) => entry.standardError)),
    lower: list(table.map(({ interval }) => interval?.[0])),
    upper: list(table.map(({ interval }) => interval?.[1])),
    step: list(table.map(({ step }) => step)),
    best: list([best?.index]),
    ...(fresh && { fresh: list([fresh.testError, fresh.standardError]) }),
    ...Object.fromEntries(
      Object.entries(result?.solution.observables ?? {}).map(([name, observable]) => [
        `best.${name}`,
        observable,
      ]),
    ),
  };
}

function answerOf(found: Tuned, grid: TuningGrid, { config, files, selection }: PreparedFit): Answer {
  const { result, fresh, ...rest } = found;
  return {
    command: 'tune',
    status: found.status,
    config,
    options: { ...selection, grid },
    data: files,
    values: tuneValues(found),
    page: tunePage(found),
    // The page says that one.
    warnings: found.warnings.filter(({ code }) => code !== 'optimistic-minimum').map(warningLine),
    document: (manifest: unknown) => ({
      command: 'tune',
      ...rest,
      ...(fresh && { errorOnOtherRows: fresh }),
      ...(result && { fit: fitDocument(result) }),
      manifest,
    }),
    figures: () => (result ? figuresFor(found, result) : []),
    csv: () => csvOf(found),
  };
}

/** The candidates, and the curves of the best. */
function figuresFor(found: Tuned, fit: NonNullable<Tuned['result']>): ReturnType<typeof figuresOf> {
  const results = { command: 'fit', fit } as const;
  const [[, curves]] = figuresOf(results) as [ReturnType<typeof figuresOf>[number]];
  const chart = candidatesChart(found);
  const name = nameOf(found.best!, found.table);
  const cut = found.status === 'complete' ? '' : ` (${found.status.toUpperCase()})`;
  const { data } = fit.solution.problem;
  const settings = ['finite-width', ...displayOf('finite-width').settings({ data })].join(' · ');
  const subtitle = `${settings}\nBars: 95 % interval.`;
  const candidates = { ...chart, title: `${chart.title}${cut}`, subtitle };
  return [
    ['', candidates],
    ['best', { ...curves, title: `The best of them${name === '' ? '' : `: ${name}`}${cut}` }],
  ];
}

/** A row for each configuration; cells without a number are empty. */
function csvOf({ table, status }: Tuned): string {
  const head =
    'number,width,layers,activations,learningRates,status,estimatedTestError,standardError,lower,upper,step,estimator,warnings,error';
  const rows = table.map((entry) => {
    const { interval, warnings, error } = entry;
    return [
      entry.index + 1,
      entry.width,
      entry.depth,
      csvCell(JSON.stringify(entry.activations)),
      csvCell(JSON.stringify(entry.learningRates)),
      entry.status,
      entry.estimatedTestError ?? '',
      entry.standardError ?? '',
      interval?.[0] ?? '',
      interval?.[1] ?? '',
      entry.step ?? '',
      entry.estimator ?? '',
      csvCell(warnings.map(({ code }) => code).join(' ')),
      csvCell(error ?? ''),
    ].join(',');
  });
  const marked =
    status === 'complete' ? [head, ...rows] : [`${head},tuning`, ...rows.map((row) => `${row},${status}`)];
  return `${marked.join('\n')}\n`;
}
