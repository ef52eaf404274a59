// `foretrain fit DATA --target COLUMN`: trains on the user's rows and estimates the test error from them.
import type { Command } from 'commander';
import type { FitCost, FitData } from '../index.ts';
import { conducted } from './conducted.ts';
import { deliver } from './deliver.ts';
import { dryRun } from './dry-run.ts';
import { UsageError } from './exit-codes.ts';
import { type FitInput, readInput, readTestRows } from './fit-input.ts';
import { type FitCommandOptions, fitConfig, withFitOptions } from './fit-options.ts';
import type { Host } from './host.ts';
import type { FittedResult } from './library.ts';
import type { Manifest } from './manifest.ts';
import { type CommonOptions, withOverrides } from './options.ts';
import { checkFile, checkFolder, writeWhole } from './output.ts';
import { duration } from './progress.ts';
import { fitCostText } from './summary.ts';

export function fitCommand(program: Command, host: Host, exit: (code: number) => void): void {
  withFitOptions(program.command('fit'))
    .description('train on your own data and estimate the test error from the training rows alone')
    .argument('<data>', 'CSV, JSON, npy or Parquet; or a configuration whose "data" holds the rows')
    .action(async (data: string, options: FitCommandOptions) => exit(await runFit(data, options, host)));
}

async function runFit(path: string, options: FitCommandOptions, host: Host): Promise<number> {
  const started = host.now();
  const { input, config, test, files, selection } = await prepareFit(path, options, host);
  if (options.dryRun) {
    const cost = host.library.fitCost(input.data, config, test && { test });
    const said = { cost, jobs: { fit: cost }, page: fitCostText(cost), json: options.json };
    return dryRun({ command: 'fit', config, of: 'fit', ...said }, host);
  }
  const fit = await train(input.data, config, test, options, host);
  sayClasses(input, options, host);
  const results = { command: 'fit', fit } as const;
  const code = await deliver({ results, common: options, started, data: files, options: selection }, host);
  await writeModel(fit, options, host);
  return code;
}

/** What training starts from. */
export interface PreparedFit {
  readonly input: FitInput;
  readonly config: Record<string, unknown>;
  readonly test?: FitData;
  /** The files that rows were read from, and their columns: for the manifest. */
  readonly files: Manifest['data'];
  readonly selection: Readonly<Record<string, unknown>>;
}

/** Looks at the places that results go to, and reads rows and configuration. @throws UsageError, DataError */
export async function prepareFit(path: string, options: FitCommandOptions, host: Host): Promise<PreparedFit> {
  if (options.out !== undefined) await checkFolder(options.out, host);
  if (options.modelOut !== undefined) await checkFile(options.modelOut, options.out, host);
  const input = await readInput(path, options, options.header, host);
  const config = withOverrides(fitConfig(options, input.config), options);
  const test =
    options.test === undefined ? undefined : await testRows(options.test, input.selected, options, host);
  return {
    input,
    config,
    test: test?.data,
    files: { ...input.file, ...(test && { test: test.file }) },
    selection: { header: options.header, ...input.selected },
  };
}

/** Which of the two classes of a target is which number. */
export function sayClasses({ selected }: FitInput, { quiet }: CommonOptions, host: Host): void {
  const { classes } = selected ?? {};
  if (classes && !quiet) host.stderr.write(`${classes[0]} counts as -1, ${classes[1]} as 1.\n`);
}

/** The trained network, where a file was named for it. */
export async function writeModel(
  { model }: FittedResult,
  { modelOut, quiet }: FitCommandOptions,
  host: Host,
): Promise<void> {
  if (modelOut === undefined) return;
  await writeWhole(modelOut, `${JSON.stringify(model.toJSON())}\n`, host);
  if (!quiet) host.stderr.write(`Wrote the trained network to ${modelOut}\n`);
}

type TestRows = Awaited<ReturnType<typeof readTestRows>>;

async function testRows(
  path: string,
  selected: Parameters<typeof readTestRows>[1] | undefined,
  { header }: FitCommandOptions,
  host: Host,
): Promise<TestRows> {
  if (selected) return readTestRows(path, selected, header, host);
  throw new UsageError('--test needs training rows from a table: columns are matched by name.');
}

/** Trains with a meter and a word about the cost. */
export async function train(
  data: FitData | undefined,
  config: unknown,
  test: FitData | undefined,
  common: CommonOptions,
  host: Host,
): Promise<FittedResult> {
  const onCost = (cost: FitCost) => common.quiet || host.stderr.write(`${costLine(cost)}\n`);
  return conducted(1, common, host, (run) =>
    host.library.fit(data, config, { ...run, onCost, ...(test && { test }) }),
  );
}

function costLine(cost: FitCost): string {
  const times = (flops: number) => `${Number((flops / cost.gradientDescent).toPrecision(2))} times`;
  return `About ${duration(cost.seconds)}: the estimate costs ${times(cost.estimator)} plain gradient descent, cross-validation would cost ${times(cost.crossValidation)}.`;
}
