// `foretrain certify CONFIG|DATA`: whether gradient flow is guaranteed to converge, how fast, from which scale on, and what was seen.
import { type Command, InvalidArgumentError } from 'commander';
import type { Chart } from '../chart.ts';
import type { Certification } from '../index.ts';
import type { Hashed } from '../result-hash.ts';
import { configurationFor, frozenLayerOf } from '../theories/mean-field-convergence/certify.ts';
import { certificationText, HEADLINES } from './certify-page.ts';
import { chartsOf, figuresOf } from './charts.ts';
import { conducted } from './conducted.ts';
import { deliverAnswer, warningLine } from './deliver.ts';
import { dryRun } from './dry-run.ts';
import { UsageError } from './exit-codes.ts';
import type { Host } from './host.ts';
import {
  type CommonOptions,
  positiveNumber,
  wholeNumber,
  withCommonOptions,
  withOverrides,
} from './options.ts';
import { checkFolder } from './output.ts';
import { answerValues, csvOf, groundsDocument, resultsOf } from './results.ts';
import { type ReadRows, type RowOptions, readRows, withRows, withRowsOf } from './rows.ts';
import { costText } from './summary.ts';

interface CertifyOptions extends RowOptions, CommonOptions {
  readonly width?: number;
  readonly activation?: string;
  readonly scale?: string | number;
  readonly frozen?: number;
  readonly time?: number;
}

type Json = Readonly<Record<string, unknown>>;

export function certifyCommand(program: Command, host: Host, exit: (code: number) => void): void {
  withRows(withCommonOptions(program.command('certify')))
    .description('say whether training is guaranteed to converge, how fast, and what one training showed')
    .argument('<input>', 'configuration of mean-field-convergence in JSON, or your own rows (see --target)')
    .option('--width <number>', 'trained neurons', wholeNumber(1))
    .option('--activation <name>', 'of the trained neurons: relu, softplus, tanh, …')
    .option('--scale <scale>', 'a number, or mean-field (1), tangent-kernel (√width), …', scale)
    .option('--frozen <number>', 'width of a frozen random layer below; 0: none', wholeNumber(0))
    .option('--time <number>', 'how long gradient flow is watched', positiveNumber)
    .action(async (input: string, options: CertifyOptions) => exit(await runCertify(input, options, host)));
}

const SCALINGS = ['mean-field', 'tangent-kernel', 'standard', 'doubly-mean-field'];

function scale(text: string): string | number {
  if (SCALINGS.includes(text)) return text;
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value) && value > 0) return value;
  throw new InvalidArgumentError(`Expected a number > 0, or ${SCALINGS.join(', ')}.`);
}

async function runCertify(path: string, options: CertifyOptions, host: Host): Promise<number> {
  const { config: read, files } = await inputOf(path, options, host);
  const config = withOverrides(changed(read, options), options);
  if (options.out !== undefined) await checkFolder(options.out, host);
  if (options.dryRun) {
    const simulation = { ...(config.simulation as object | undefined), replicas: 1, restart: true };
    const cost = host.library.estimateCost({ ...config, simulation });
    const page = costText(cost);
    return dryRun(
      { command: 'certify', config, of: 'run', cost, jobs: cost, page, json: options.json },
      host,
    );
  }
  const started = host.now();
  const found = await askCertificate(config, options, host);
  const { prediction, simulation, ...rest } = found;
  const { data, ...problem } = found.problem;
  const results = resultsOf(found);
  const answer = {
    command: 'certify' as const,
    status: found.status,
    config: found.problem,
    options: {},
    data: files,
    values: certificateValues(found),
    page: certificationText(found),
    warnings: found.warnings.map(warningLine),
    document: (manifest: unknown) => ({
      ...rest,
      // Rows that came from a file stand in the file.
      problem: files ? { ...problem, data: files } : found.problem,
      ...groundsDocument({ prediction, simulation }),
      manifest,
    }),
    figures: () => figuresOf(results, certificateCharts(found, chartsOf(results))),
    csv: () => csvOf(results),
  };
  return deliverAnswer(answer, options, started, host);
}

/** The answer for a configuration, which may be the problem of an earlier answer. */
export const askCertificate = (config: Json, common: CommonOptions, host: Host): Promise<Certification> =>
  conducted(1, common, host, (run) => host.library.certify(config, run));

/** Every number of the answer, for its hash. */
export function certificateValues(found: Certification): Record<string, Hashed> {
  const { guarantee, thresholdScale, thresholdWidth, scale, observed } = found;
  const { time, share } = guarantee?.from ?? {};
  const numbers = { rate: guarantee?.rate, time, share, thresholdScale, thresholdWidth, scale };
  const seen = { observedRate: observed.rate, observedShare: observed.share, observedTime: observed.time };
  return answerValues({ ...numbers, ...seen }, found);
}

/** The figures of a comparison, the main one under the verdict and with a mark where the guarantee begins. */
function certificateCharts({ verdict, guarantee }: Certification, charts: readonly Chart[]): Chart[] {
  const from = guarantee?.from.time ?? 0;
  const mark = { x: from, text: 'guaranteed from here on' };
  return charts.map((chart) => {
    if (chart.name !== '') return chart;
    const [first, ...others] = chart.panels;
    const annotations = [...(first!.annotations ?? []), ...(from > 0 ? [mark] : [])];
    return {
      ...chart,
      title: HEADLINES[verdict].replace(/\.$/, ''),
      panels: [{ ...first!, annotations }, ...others],
    };
  });
}

/** The configuration in the file, or the one for the rows in it. */
async function inputOf(
  path: string,
  options: CertifyOptions,
  host: Host,
): Promise<{ config: Json; files?: ReadRows['files'] }> {
  const read = await readRows(path, options, host);
  if ('config' in read) return withRowsOf(read.config, options, host);
  if (options.rows !== undefined)
    throw new UsageError(
      `${path} holds rows already. Name a configuration before --rows, or leave that out.`,
    );
  const { features, labels } = read.rows;
  return { config: { ...configurationFor({ features, labels }), data: read.rows }, files: read.files };
}

const part = (value: unknown): Json => (typeof value === 'object' && value !== null ? (value as Json) : {});

/** The configuration with what the options say of the network in its place. */
function changed(config: Json, { width, activation, scale, frozen, time }: CertifyOptions): Json {
  const layers = part(config.model).frozenLayers;
  const layer = (width: number) => ({ ...frozenLayerOf(width), ...part(part(layers)[0]), width });
  const model = {
    ...(width !== undefined && { width }),
    ...(activation !== undefined && { activation }),
    ...(scale !== undefined && { scaling: typeof scale === 'number' ? { kind: 'free', scale } : scale }),
    ...(frozen !== undefined && { frozenLayers: frozen === 0 ? [] : [layer(frozen)] }),
  };
  return {
    ...config,
    ...(Object.keys(model).length > 0 && { model: { ...part(config.model), ...model } }),
    ...(time !== undefined && { flow: { ...part(config.flow), time } }),
  };
}
