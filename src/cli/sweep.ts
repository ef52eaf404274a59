// `foretrain sweep CONFIG --over dimension|samples --values …`: the studies of mean-field-convergence as a table and a figure.
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Series } from '../chart.ts';
import { array, type Infer, number, object, oneOf } from '../check.ts';
import { csvCell } from '../csv-cell.ts';
import { withError } from '../digits.ts';
import type { Figure } from '../figure/figure.ts';
import type { StudyResult } from '../index.ts';
import type { Hashed } from '../result-hash.ts';
import { display } from '../theories/mean-field-convergence/display.ts';
import { conducted } from './conducted.ts';
import { deliverAnswer, warningLine } from './deliver.ts';
import type { Host } from './host.ts';
import { type CommonOptions, withOverrides, withRunOptions, withWorkers } from './options.ts';
import { checkFolder } from './output.ts';
import { readJsonObject } from './read-files.ts';
import { formatTable, short } from './table.ts';

/** What is varied, and its values. */
export const sweepQuestion = object({
  over: oneOf('dimension', 'samples'),
  values: array(number({ min: 1, integer: true }), { minLength: 1 }),
});

type SweepQuestion = Infer<typeof sweepQuestion>;

interface SweepOptions extends CommonOptions, SweepQuestion {}

export function sweepCommand(program: Command, host: Host, exit: (code: number) => void): void {
  withWorkers(withRunOptions(program.command('sweep')))
    .description('training over input dimensions, or test errors with and without features over samples')
    .argument('<config>', 'configuration of mean-field-convergence in JSON')
    .addOption(
      new Option('--over <what>', 'what is varied').choices(['dimension', 'samples']).makeOptionMandatory(),
    )
    .requiredOption('--values <a,b,…>', 'its values', sizes)
    .option('--out <dir>', 'write figure, series and manifest into this folder')
    .action(async (config: string, options: SweepOptions) => exit(await runSweep(config, options, host)));
}

function sizes(text: string): number[] {
  const values = text.split(',').map((value) => (/^\s*\d+\s*$/.test(value) ? Number(value) : 0));
  if (values.every((value) => value >= 1)) return values.sort((a, b) => a - b);
  throw new InvalidArgumentError('Expected whole numbers ≥ 1 separated by commas.');
}

async function runSweep(path: string, options: SweepOptions, host: Host): Promise<number> {
  const { out, over, values } = options;
  const config = withOverrides(await readJsonObject(path, host, 'configuration'), options);
  if (out !== undefined) await checkFolder(out, host);
  const started = host.now();
  const question = { over, values };
  const found = await conductSweep(config, question, options, host);
  const answer = {
    command: 'sweep' as const,
    status: found.status,
    config,
    options: question,
    values: sweepValues(found),
    page: tableOf(found),
    warnings: found.warnings.map(warningLine),
    document: (manifest: unknown) => ({ command: 'sweep', ...question, ...found, manifest }),
    figures: () => [['', figureOf(found, over)] as const],
    csv: () => csvOf(found),
  };
  return deliverAnswer(answer, options, started, host);
}

export async function conductSweep(
  config: Readonly<Record<string, unknown>>,
  { over, values }: SweepQuestion,
  common: CommonOptions,
  host: Host,
): Promise<StudyResult> {
  const study = over === 'dimension' ? host.library.dimensionStudy : host.library.sampleStudy;
  const threads = common.workers ?? host.parallelism;
  return conducted(threads, common, host, (options) => study(config, values, options));
}

/** Every curve by its name, for the hash; a point that is missing is NaN. */
export function sweepValues(found: StudyResult): Record<string, Hashed> {
  return Object.fromEntries(
    curvesOf(found).map(({ name, x, y, standardError }) => {
      const rows = [x, y, standardError ?? []].map((row) => Array.from(row));
      return [name, { values: Float64Array.from(rows.flat()), shape: [rows.flat().length] }];
    }),
  );
}

const curvesOf = ({ chart }: StudyResult): readonly Series[] => chart.panels.flatMap(({ series }) => series);

const points = ({ x }: Series) => Array.from(x, (value, k) => [value, k] as const);

function tableOf(found: StudyResult): string {
  const curves = curvesOf(found);
  const rows = points(curves[0]).map(([x, k]) => [
    short(x),
    ...curves.map(({ y, standardError }) => withError(y[k], standardError?.[k])),
  ]);
  const table = formatTable([found.chart.panels[0].xLabel, ...curves.map(({ name }) => name)], rows);
  const status = found.status === 'complete' ? [] : [`${found.status.toUpperCase()}: points are missing.`];
  return [table, '± one standard error; the bars and bands of the figure are two.', ...status].join('\n');
}

function csvOf(found: StudyResult): string {
  const curves = curvesOf(found);
  const cell = (value: number) => (Number.isFinite(value) ? String(value) : '');
  const columns = curves.flatMap((curve) => [
    { name: curve.name, of: curve.y },
    ...(curve.standardError ? [{ name: `${curve.name}, standard error`, of: curve.standardError }] : []),
  ]);
  const head = [found.chart.panels[0].xLabel, ...columns.map(({ name }) => name), 'status'].map(csvCell);
  const rows = points(curves[0]).map(([x, k]) =>
    [String(x), ...columns.map(({ of }) => cell(of[k])), found.status].join(','),
  );
  return `${[head.join(','), ...rows].join('\n')}\n`;
}

function figureOf(found: StudyResult, over: SweepQuestion['over']): Figure {
  const { title = '', panels } = found.chart;
  const cut = found.status === 'complete' ? '' : ` (${found.status.toUpperCase()})`;
  return {
    title: `${title}${cut}`,
    subtitle: `${settingsOf(found, over)}\nBars and bands: ± 2 standard errors.`,
    panels,
  };
}

/** What all points share. */
function settingsOf({ problem }: StudyResult, over: SweepQuestion['over']): string {
  const varied = over === 'dimension' ? / inputs$/ : / samples$|^mean-field$/;
  const shared = display.settings(problem).filter((text) => !varied.test(text));
  const replicas = `${problem.simulation.replicas} replicas`;
  return [problem.theory, ...shared, replicas, `seed ${JSON.stringify(problem.seed)}`].join(' · ');
}
