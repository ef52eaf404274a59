// `foretrain phase CONFIG.json --x … --y …`: steady states over two parameters as a table, maps and a file of numbers.
import type { Command } from 'commander';
import { array, type Infer, number, object, oneOf } from '../check.ts';
import type { Figure } from '../figure/figure.ts';
import type { PhaseDiagram } from '../index.ts';
import type { Hashed } from '../result-hash.ts';
import { Run } from '../run.ts';
import { PARAMETER_NAMES, PARAMETER_SYMBOLS } from '../theories/quadratic-networks/parameters.ts';
import { phaseRows } from '../theories/quadratic-networks/phase.ts';
import { phaseCharts } from '../theories/quadratic-networks/phase-display.ts';
import { deliverAnswer } from './deliver.ts';
import { UsageError } from './exit-codes.ts';
import type { Host } from './host.ts';
import { checkFolder } from './output.ts';
import { type PhaseAxis, phaseAxis } from './phase-axis.ts';
import { progressMeter } from './progress.ts';
import { readSteadyProblem, type SteadyProblem } from './steady-config.ts';
import { formatTable, short, spread } from './table.ts';

interface PhaseOptions {
  readonly x?: PhaseAxis;
  readonly y?: PhaseAxis;
  readonly out?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

const AXIS = 'NAME, or NAME=FROM..TO:COUNT with :log for equal ratios';

export function phaseCommand(program: Command, host: Host, exit: (code: number) => void): void {
  program
    .command('phase')
    .description(
      'map test error and rank at long times over two parameters, with their thresholds (quadratic-networks)',
    )
    .argument(
      '<config>',
      'configuration in JSON, for the other parameters; see: foretrain schema quadratic-networks',
    )
    .option('--x <axis>', `across: ${AXIS} (default: widthRatio)`, phaseAxis)
    .option('--y <axis>', 'upwards: the same (default: sampleRatio)', phaseAxis)
    .option('--json', 'print one JSON document on standard output, everything else on standard error')
    .option('--out <dir>', 'write figures, series and manifest into this folder')
    .option('--quiet', 'no progress and no notes; warnings and errors remain')
    .action(async (config: string, options: PhaseOptions) => exit(await runPhase(config, options, host)));
}

const axisFields = {
  parameter: oneOf(...PARAMETER_NAMES),
  values: array(number({ min: 0 }), { minLength: 2 }),
  scale: oneOf('linear', 'log'),
};

/** What is asked beside the configuration. */
export const phaseQuestion = object({ x: object(axisFields), y: object(axisFields) });

type PhaseQuestion = Infer<typeof phaseQuestion>;

interface Found {
  readonly diagram: PhaseDiagram;
  readonly status: 'complete' | 'aborted';
  readonly axes: PhaseQuestion;
  readonly steady: SteadyProblem;
}

/** What is left out is the usual axis, or the other one where that is taken. */
function axesOf({ x, y }: Pick<PhaseOptions, 'x' | 'y'>): PhaseQuestion {
  const other = (taken: PhaseAxis | undefined, [first, second]: readonly [string, string]) =>
    phaseAxis(taken?.parameter === first ? second : first);
  const across = x ?? other(y, ['widthRatio', 'sampleRatio']);
  return { x: across, y: y ?? other(across, ['sampleRatio', 'widthRatio']) };
}

async function runPhase(path: string, options: PhaseOptions, host: Host): Promise<number> {
  const { out, json, quiet } = options;
  const axes = axesOf(options);
  const { x, y } = axes;
  if (x.parameter === y.parameter)
    throw new UsageError(`--x and --y are both ${x.parameter}. Name another parameter for one of them.`);
  const steady = await readSteadyProblem(path, host);
  if (out !== undefined) await checkFolder(out, host);
  const started = host.now();
  const found = await mapPhases(steady, axes, host, quiet === true);
  const answer = {
    command: 'phase' as const,
    status: found.status,
    config: steady.problem,
    options: axes,
    values: phaseValues(found),
    page: tableOf(found),
    warnings: [],
    document: (manifest: unknown) => ({ ...documentOf(found), manifest }),
    figures: () => figuresOf(found),
    csv: () => csvOf(found),
  };
  return deliverAnswer(answer, { out, json, quiet, precision: 'exact' }, started, host);
}

/** Every number of the maps and lines, for their hash. */
export function phaseValues({ diagram }: Found): Record<string, Hashed> {
  const { x, y, lines, flag: _words, ...maps } = diagram;
  const lists = { x: x.values, y: y.values, ...maps, ...lines };
  return Object.fromEntries(
    Object.entries(lists).map(([name, list]) => [
      name,
      { values: Float64Array.from(list), shape: [list.length] },
    ]),
  );
}

/** Row by row; Ctrl-C ends it after one of them. */
export async function mapPhases(
  steady: SteadyProblem,
  axes: Found['axes'],
  host: Host,
  quiet: boolean,
): Promise<Found> {
  const { parameters, dimension } = steady;
  const meter = progressMeter(host.stderr, quiet);
  const run = new Run({ signal: host.signal, onProgress: meter.update }, axes.y.values.length);
  let diagram: PhaseDiagram | undefined;
  try {
    for (diagram of phaseRows(parameters, axes.x, axes.y, { dimension })) {
      if (!(await run.advance(1, 'steady states'))) break;
    }
    run.finish();
  } finally {
    meter.finish();
  }
  const status = diagram!.y.values.length === axes.y.values.length ? 'complete' : 'aborted';
  return { diagram: diagram!, status, axes, steady };
}

function documentOf({ diagram, status, axes, steady }: Found) {
  const plain = (values: ArrayLike<number>) =>
    Array.from(values, (value) => (Number.isFinite(value) ? value : null));
  const { x, y, lines, flag, ...maps } = diagram;
  return {
    command: 'phase',
    status,
    x: { parameter: x.parameter, scale: axes.x.scale, values: plain(x.values) },
    y: { parameter: y.parameter, scale: axes.y.scale, values: plain(y.values) },
    ...Object.fromEntries(Object.entries(maps).map(([name, values]) => [name, plain(values)])),
    flag,
    ...(lines && {
      lines: Object.fromEntries(Object.entries(lines).map(([name, values]) => [name, plain(values)])),
    }),
    problem: steady.problem,
  };
}

const MARKS: Readonly<Record<string, string>> = { approximation: '~', 'outside-validity': '?' };
const MOST_COLUMNS = 9;

/** Test errors at some of the values, and the thresholds there. */
function tableOf({ diagram, status, axes }: Found): string {
  const { x, y, testError, flag, lines } = diagram;
  const columns = spread(x.values.length, MOST_COLUMNS);
  const rows = spread(y.values.length).reverse();
  const marked = (at: number) => `${short(testError[at])}${MARKS[flag[at]] ?? ' '}`;
  const table = formatTable(
    [`${y.parameter} \\ ${x.parameter}`, ...columns.map((i) => `${short(x.values[i])} `)],
    rows.map((j) => [short(y.values[j]), ...columns.map((i) => marked(j * x.values.length + i))]),
  );
  const text = [
    'Test error at long times, without label noise; ~ an approximation, ? outside validity.',
    '',
    table,
  ];
  if (lines) {
    const other = axes.x.parameter === 'sampleRatio' ? y.parameter : x.parameter;
    const some = spread(lines.at.length, MOST_COLUMNS);
    const line = (name: string, values: Float64Array) => [
      name,
      ...some.map((i) => (Number.isFinite(values[i]) ? short(values[i]) : 'never')),
    ];
    text.push(
      '',
      formatTable(
        [`sampleRatio at ${other}`, ...some.map((i) => short(lines.at[i]))],
        [
          line('labels can be fitted up to', lines.interpolation),
          line('recovery without noise from', lines.recovery),
        ],
      ),
    );
  }
  const hidden = flag.filter((found) => found === 'unresolved').length;
  if (hidden > 0)
    text.push(
      '',
      `– in ${hidden} cells next to a recovered teacher, whose state rounding hides; blank in the maps.`,
    );
  if (status === 'aborted') text.push('', 'ABORTED: rows are missing.');
  return text.join('\n');
}

function figuresOf(found: Found): (readonly [name: string, figure: Figure])[] {
  const { diagram, status, axes, steady } = found;
  const { teacherWidthRatio } = steady.parameters;
  const scales = { xScale: axes.x.scale, yScale: axes.y.scale };
  const cut = status === 'complete' ? '' : ' (ABORTED)';
  return phaseCharts(diagram, { ...scales, teacherWidthRatio }).map(({ name, title = '', panels }) => {
    // Curves of their own, whole whatever became of the maps.
    if (name === 'recovery') return [name, { title, subtitle: 'quadratic-networks', panels }];
    return [name, { title: `${title}${cut}`, subtitle: settingsOf(found), panels }];
  });
}

/** The parameters that are not on an axis. */
function settingsOf({ axes, steady }: Found): string {
  const names = PARAMETER_NAMES.filter((name) => name !== axes.x.parameter && name !== axes.y.parameter);
  const fixed = names.map((name) => `${PARAMETER_SYMBOLS[name]} = ${steady.parameters[name]}`);
  return ['quadratic-networks', ...fixed, `flags at d = ${steady.dimension}`]
    .map((setting) => setting.replaceAll(' ', '\u00a0'))
    .join(' · ');
}

/** Cells without a number are empty. */
const numberOf = (value: number) => (Number.isFinite(value) ? value : '');

function csvOf({ diagram, status }: Found): string {
  const { x, y, flag } = diagram;
  const maps = ['testError', 'trainError', 'rank', 'gain', 'interpolates', 'recoverable'] as const;
  const head = [x.parameter, y.parameter, ...maps, 'flag', 'status'].join(',');
  const rows = flag.map((found, at) => {
    const [i, j] = [at % x.values.length, Math.floor(at / x.values.length)];
    return [x.values[i], y.values[j], ...maps.map((name) => numberOf(diagram[name][at])), found, status].join(
      ',',
    );
  });
  return `${[head, ...rows].join('\n')}\n`;
}
