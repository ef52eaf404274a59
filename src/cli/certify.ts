// `foretrain certify CONFIG|DATA`: whether gradient flow is guaranteed to converge, how fast, from which scale on, and what was seen.
import { type Command, InvalidArgumentError } from 'commander';
import { configurationFor, frozenLayerOf } from '../theories/mean-field-convergence/certify.ts';
import { certificationText } from './certify-page.ts';
import { conducted } from './conducted.ts';
import { warningLine } from './deliver.ts';
import { dryRun } from './dry-run.ts';
import { EXIT_OF_STATUS, UsageError } from './exit-codes.ts';
import type { Host } from './host.ts';
import { type CommonOptions, positiveNumber, wholeNumber, withOverrides, withRunOptions } from './options.ts';
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
  withRows(withRunOptions(program.command('certify')))
    .description('say whether training is guaranteed to converge, how fast, and what one training showed')
    .argument('<input>', 'configuration of mean-field-convergence in JSON, or your own rows (see --target)')
    .option('--width <number>', 'trained neurons', wholeNumber(1))
    .option('--activation <name>', 'of the trained neurons: relu, softplus, tanh, …')
    .option('--scale <scale>', 'a number, or mean-field (1), tangent-kernel (√width), …', scale)
    .option('--frozen <number>', 'width of a frozen random layer below; 0: none', wholeNumber(0))
    .option('--dry-run', 'say what it would cost, and stop')
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
  if (options.dryRun) {
    const cost = host.library.estimateCost({ ...config, simulation: { replicas: 1 } });
    const page = costText(cost);
    return dryRun(
      { command: 'certify', config, of: 'run', cost, jobs: cost, page, json: options.json },
      host,
    );
  }
  const found = await conducted(1, options, host, (run) => host.library.certify(config, run));
  const { data, ...problem } = found.problem;
  // Rows that came from a file stand in the file.
  const document = { ...found, problem: files ? { ...problem, data: files } : found.problem };
  host.stdout.write(`${options.json ? JSON.stringify(document) : certificationText(found)}\n`);
  for (const warning of found.warnings) host.stderr.write(`${warningLine(warning)}\n`);
  return EXIT_OF_STATUS[found.status];
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
