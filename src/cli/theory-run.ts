// One run of a theory from a configuration: what predict, simulate, compare and their replay have in common.
import { type CostEstimate, SolveError } from '../index.ts';
import { conducted } from './conducted.ts';
import { deliver } from './deliver.ts';
import { dryRun } from './dry-run.ts';
import type { Host } from './host.ts';
import type { CommonOptions } from './options.ts';
import { withOverrides } from './options.ts';
import { checkFolder } from './output.ts';
import { duration } from './progress.ts';
import { readJsonObject } from './read-files.ts';
import type { Results } from './results.ts';
import { type RowOptions, withRowsOf } from './rows.ts';
import { costText } from './summary.ts';

export interface TheoryOptions extends CommonOptions, RowOptions {}

export type TheoryCommand = 'predict' | 'simulate' | 'compare';

/** Longer work than this is worth the start of threads, in seconds. */
const WORTH_THREADS = 4;
/** Of longer work than this the user is told beforehand, in seconds. */
const WORTH_A_WORD = 10;

/** Reads the configuration, runs the command on it and delivers the results; the exit code. */
export async function runTheory(
  command: TheoryCommand,
  file: string,
  common: TheoryOptions,
  host: Host,
): Promise<number> {
  const read = await withRowsOf(await readJsonObject(file, host, 'configuration'), common, host);
  const config = withOverrides(read.config, common);
  if (common.out !== undefined) await checkFolder(common.out, host);
  if (common.dryRun) {
    const cost = relevant(command, host.library.estimateCost(config));
    const page = costText(cost);
    return dryRun({ command, config, of: 'run', cost, jobs: cost, page, json: common.json }, host);
  }
  const started = host.now();
  try {
    const results = await compute(command, config, common, host);
    return await deliver({ results, common, started, data: read.files }, host);
  } catch (error) {
    await deliverPartial(command, error, common, started, host);
    throw error;
  }
}

type Costs = { prediction: CostEstimate; simulation?: CostEstimate };

function relevant(command: TheoryCommand, { prediction, simulation }: Costs): Record<string, CostEstimate> {
  return {
    ...(command !== 'simulate' && { prediction }),
    ...(command !== 'predict' && simulation && { simulation }),
  };
}

/** The results of one configuration. */
export async function compute(
  command: TheoryCommand,
  config: Readonly<Record<string, unknown>>,
  common: CommonOptions,
  host: Host,
): Promise<Results> {
  const costs = Object.values(relevant(command, host.library.estimateCost(config)));
  const seconds = costs.reduce((sum, cost) => sum + cost.seconds, 0);
  const count = threads(seconds, Math.max(...costs.map(({ runs }) => runs)), common, host);
  if (seconds > WORTH_A_WORD && !common.quiet && !common.json) {
    const others = count > 1 ? `; it has ${count}` : '';
    host.stderr.write(`About ${duration(seconds)} on one thread${others}.\n`);
  }
  return conducted(count, common, host, async (options) => {
    if (command === 'compare') return { command, comparison: await host.library.compare(config, options) };
    return { command, solution: await host.library[command](config, options) };
  });
}

/** More than one thread where the user asked for them or the work is long enough; never more than there are runs. */
function threads(seconds: number, runs: number, { workers }: CommonOptions, host: Host): number {
  if (!host.executor || workers === 1) return 1;
  const worth = workers !== undefined || seconds > WORTH_THREADS;
  return worth ? Math.min(workers ?? host.parallelism, runs) : 1;
}

/** What a failed run had found by then, marked as what it is. */
async function deliverPartial(
  command: TheoryCommand,
  error: unknown,
  common: CommonOptions,
  started: Date,
  host: Host,
): Promise<void> {
  if (!(error instanceof SolveError) || !error.partial || command === 'compare' || common.json) return;
  const status = error.partial.status === 'complete' ? 'diverged' : error.partial.status;
  await deliver({ results: { command, solution: { ...error.partial, status } }, common, started }, host);
}
