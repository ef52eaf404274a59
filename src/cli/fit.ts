// `foretrain fit DATA --target COLUMN`: trains on the user's rows and estimates the test error from them.
import type { Command } from 'commander';
import type { FitCost, FitData } from '../index.ts';
import { conducted } from './conducted.ts';
import { deliver } from './deliver.ts';
import { dryRun } from './dry-run.ts';
import { UsageError } from './exit-codes.ts';
import { readInput, readTestRows } from './fit-input.ts';
import { type FitCommandOptions, fitConfig, withFitOptions } from './fit-options.ts';
import type { Host } from './host.ts';
import type { FittedResult } from './library.ts';
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
  if (options.out !== undefined) await checkFolder(options.out, host);
  if (options.modelOut !== undefined) await checkFile(options.modelOut, options.out, host);
  const input = await readInput(path, options, options.header, host);
  const config = withOverrides(fitConfig(options, input.config), options);
  const test =
    options.test === undefined ? undefined : await testRows(options.test, input.selected, options, host);
  if (options.dryRun) {
    const cost = host.library.fitCost(input.data, config);
    const said = { cost, jobs: { fit: cost }, page: fitCostText(cost), json: options.json };
    return dryRun({ command: 'fit', config, of: 'fit', ...said }, host);
  }
  const fit = await train(input.data, config, test?.data, options, host);
  const { classes } = input.selected ?? {};
  if (classes && !options.quiet) host.stderr.write(`${classes[0]} counts as -1, ${classes[1]} as 1.\n`);
  const code = await deliver(
    {
      results: { command: 'fit', fit },
      common: options,
      started,
      data: { ...input.file, ...(test && { test: test.file }) },
      options: { header: options.header, ...input.selected },
    },
    host,
  );
  if (options.modelOut !== undefined) {
    await writeWhole(options.modelOut, `${JSON.stringify(fit.model.toJSON())}\n`, host);
    if (!options.quiet) host.stderr.write(`Wrote the trained network to ${options.modelOut}\n`);
  }
  return code;
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
