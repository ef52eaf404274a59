// `foretrain sweep CONFIG --over dimension|samples --values …`: the studies of mean-field-convergence as a table and a figure.
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Series } from '../chart.ts';
import { figure } from '../figure/figure.ts';
import { renderPng } from '../figure/png.ts';
import type { StudyResult } from '../index.ts';
import { display } from '../theories/mean-field-convergence/display.ts';
import { EXIT } from './exit-codes.ts';
import type { Host } from './host.ts';
import { type CommonOptions, withOverrides, withRunOptions, withWorkers } from './options.ts';
import { checkFolder, type Files, writeFolder } from './output.ts';
import { progressMeter } from './progress.ts';
import { readJsonObject } from './read-files.ts';
import { formatTable, short, withError } from './table.ts';

interface SweepOptions extends CommonOptions {
  readonly over: 'dimension' | 'samples';
  readonly values: number[];
}

export function sweepCommand(program: Command, host: Host, exit: (code: number) => void): void {
  withWorkers(withRunOptions(program.command('sweep')))
    .description('training over input dimensions, or test errors with and without features over samples')
    .argument('<config>', 'configuration of mean-field-convergence in JSON')
    .addOption(
      new Option('--over <what>', 'what is varied').choices(['dimension', 'samples']).makeOptionMandatory(),
    )
    .requiredOption('--values <a,b,…>', 'its values', sizes)
    .option('--out <dir>', 'write figure, series and document into this folder')
    .action(async (config: string, options: SweepOptions) => exit(await runSweep(config, options, host)));
}

function sizes(text: string): number[] {
  const values = text.split(',').map((value) => (/^\s*\d+\s*$/.test(value) ? Number(value) : 0));
  if (values.every((value) => value >= 1)) return values.sort((a, b) => a - b);
  throw new InvalidArgumentError('Expected whole numbers ≥ 1 separated by commas.');
}

async function runSweep(path: string, options: SweepOptions, host: Host): Promise<number> {
  const { out, over, values, workers, precision } = options;
  const config = withOverrides(await readJsonObject(path, host, 'configuration'), options);
  if (out !== undefined) await checkFolder(out, host);
  const count = workers ?? host.parallelism;
  const executor = count > 1 ? await host.executor?.(count) : undefined;
  const meter = progressMeter(host.stderr, options.quiet === true);
  const study = over === 'dimension' ? host.library.dimensionStudy : host.library.sampleStudy;
  const settings = {
    signal: host.signal,
    onProgress: meter.update,
    precision,
    ...(executor && { executor }),
  };
  let found: StudyResult;
  try {
    found = await study(config, values, settings);
  } finally {
    meter.finish();
    await executor?.close();
  }
  const document = `${JSON.stringify({ command: 'sweep', over, values, ...found })}\n`;
  host.stdout.write(options.json ? document : `${tableOf(found)}\n`);
  for (const { code, message } of found.warnings) host.stderr.write(`warning: ${message} [${code}]\n`);
  if (out !== undefined) {
    const files = await filesOf(found, over, document);
    await writeFolder(out, files, host);
    if (!options.quiet) host.stderr.write(`Wrote ${Object.keys(files).join(', ')} to ${out}\n`);
  }
  if (found.status === 'aborted') return EXIT.interrupted;
  return found.status === 'diverged' ? EXIT.solve : EXIT.ok;
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
  const head = [found.chart.panels[0].xLabel, ...columns.map(({ name }) => `"${name}"`), 'status'];
  const rows = points(curves[0]).map(([x, k]) =>
    [String(x), ...columns.map(({ of }) => cell(of[k])), found.status].join(','),
  );
  return `${[head.join(','), ...rows].join('\n')}\n`;
}

async function filesOf(found: StudyResult, over: SweepOptions['over'], document: string): Promise<Files> {
  const { title = '', panels } = found.chart;
  const cut = found.status === 'complete' ? '' : ` (${found.status.toUpperCase()})`;
  const svg = figure({
    title: `${title}${cut}`,
    subtitle: `${settingsOf(found, over)}\nBars and bands: ± 2 standard errors.`,
    panels,
  });
  const { png } = await renderPng(svg);
  return {
    'figure.svg': svg,
    ...(png && { 'figure.png': png }),
    'series.csv': csvOf(found),
    'series.json': document,
  };
}

/** What all points share. */
function settingsOf({ problem }: StudyResult, over: SweepOptions['over']): string {
  const varied = over === 'dimension' ? / inputs$/ : / samples$|^mean-field$/;
  const shared = display.settings(problem).filter((text) => !varied.test(text));
  const replicas = `${problem.simulation.replicas} replicas`;
  return [problem.theory, ...shared, replicas, `seed ${JSON.stringify(problem.seed)}`].join(' · ');
}
