// `foretrain replay MANIFEST`: runs again what a manifest describes and compares the bits.
import { dirname, join, resolve } from 'node:path';
import type { Command } from 'commander';
import { check, type Schema } from '../check.ts';
import { ConfigError, DataError } from '../errors.ts';
import type { FitData, RunStatus, TuningGrid } from '../index.ts';
import { type Hashed, sha256 } from '../result-hash.ts';
import { askCertificate, certificateValues } from './certify.ts';
import { ReplayError } from './exit-codes.ts';
import { train } from './fit.ts';
import { readInput, readTestRows } from './fit-input.ts';
import type { Host } from './host.ts';
import {
  checkManifest,
  type DataFile,
  MANIFEST_VERSION,
  type Manifest,
  manifestVersionOf,
} from './manifest.ts';
import { type CommonOptions, withWorkers } from './options.ts';
import { mapPhases, phaseQuestion, phaseValues } from './phase.ts';
import { readDataFile, readJsonObject } from './read-files.ts';
import { observablesOf, type Results, statusOf } from './results.ts';
import { askSamples, samplesQuestion, samplesValues } from './samples.ts';
import type { Selected } from './select-columns.ts';
import { steadyProblemOf } from './steady-config.ts';
import { conductSweep, sweepQuestion, sweepValues } from './sweep.ts';
import { formatTable } from './table.ts';
import { compute } from './theory-run.ts';
import { askTune, tuneValues } from './tune.ts';
import { askWidth, widthQuestion, widthValues } from './width.ts';

interface ReplayOptions {
  readonly data?: string;
  readonly test?: string;
  readonly allowOtherCore?: boolean;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly workers?: number;
}

export function replayCommand(program: Command, host: Host, exit: (code: number) => void): void {
  withWorkers(program.command('replay'))
    .description('run again what a manifest describes, and compare the results bit for bit')
    .argument('<manifest>', 'a manifest.json')
    .option('--data <file>', 'the data file of fit or tune, where it is not beside the manifest')
    .option('--test <file>', 'the file of the test rows, where it is not beside the manifest')
    .option('--allow-other-core', 'go on although foretrain or its core is another version')
    .option('--json', 'print one JSON document on standard output')
    .option('--quiet', 'no progress')
    .action(async (manifest: string, options: ReplayOptions) =>
      exit(await runReplay(manifest, options, host)),
    );
}

async function runReplay(path: string, options: ReplayOptions, host: Host): Promise<number> {
  const manifest = await readManifest(path, host);
  if (manifest.status === 'aborted') {
    throw new ReplayError(
      `${path} is of a run that was aborted, so there is nothing to compare with. Run its config again.`,
    );
  }
  await checkVersions(manifest, options, host);
  const { status, values } = await again(path, manifest, options, host);
  if (status === 'aborted') return 130;
  const resultHash = await host.library.resultHash({ observables: values });
  const same = resultHash === manifest.resultHash;
  const verdict = same ? 'Every bit of the results is the same.' : 'The results DIFFER.';
  const document = { same, recorded: manifest.resultHash, replayed: resultHash, command: manifest.command };
  const rows = [
    ['recorded', manifest.resultHash],
    ['replayed', resultHash],
  ];
  host.stdout.write(
    `${options.json ? JSON.stringify(document) : `${formatTable(['', 'SHA-256 of the results'], rows)}\n${verdict}`}\n`,
  );
  return same ? 0 : 5;
}

async function readManifest(path: string, host: Host): Promise<Manifest> {
  const value = await readJsonObject(path, host, 'manifest');
  const version = manifestVersionOf(value);
  if (version === undefined) refuseOtherFiles(path, value);
  if (typeof version === 'number' && version !== MANIFEST_VERSION) {
    throw new ReplayError(
      `${path} has manifestVersion ${version}; this foretrain ${host.version} reads version ${MANIFEST_VERSION}. Replay it with foretrain ${value.foretrain ?? 'of its own version'}.`,
    );
  }
  return checkManifest(value);
}

/** Files that are easily taken for a manifest are named, in place of everything that they lack. @throws ConfigError */
function refuseOtherFiles(path: string, value: Readonly<Record<string, unknown>>): void {
  const has = (...keys: readonly string[]) => keys.some((key) => Object.hasOwn(value, key));
  const expected = 'a manifest, the manifest.json that a run with --out leaves behind';
  const refuse = (received: string, remedy: string) => {
    throw new ConfigError([{ path, received, expected, remedy }], 'manifest');
  };
  if (has('observables', 'prediction') && has('manifest'))
    refuse('a series file, not a manifest', 'Name the manifest.json beside it.');
  if (has('theory', 'model', 'optimizer'))
    refuse('a configuration, not a manifest', `To run it: foretrain compare ${path} --out results`);
}

async function checkVersions(
  manifest: Manifest,
  { allowOtherCore, quiet }: ReplayOptions,
  host: Host,
): Promise<void> {
  const { precision, sha256: recorded } = manifest.core;
  const problems: string[] = [];
  if (manifest.foretrain !== host.version)
    problems.push(`foretrain ${manifest.foretrain}, this is ${host.version}`);
  const here = await host.library.coreHash(precision);
  if (here !== recorded) problems.push(`core ${recorded.slice(0, 12)}…, this one is ${here.slice(0, 12)}…`);
  if (problems.length === 0) return;
  const difference = `The manifest was made by ${problems.join('; ')}.`;
  if (!allowOtherCore) {
    throw new ReplayError(
      `${difference} Install that version, or pass --allow-other-core to compare all the same.`,
    );
  }
  if (!quiet) host.stderr.write(`${difference}\n`);
}

/** What came of a run: its values by name, as they are hashed. */
interface Outcome {
  readonly status: RunStatus;
  readonly values: Readonly<Record<string, Hashed>>;
}

async function again(path: string, manifest: Manifest, options: ReplayOptions, host: Host): Promise<Outcome> {
  const { command, config, core } = manifest;
  const common: CommonOptions = { precision: core.precision, quiet: options.quiet, workers: options.workers };
  const asked = <T>(question: Schema<T>) => check(question, manifest.options, 'manifest');
  if (command === 'width') {
    const answer = await askWidth(config, asked(widthQuestion), common, host);
    return { status: answer.status, values: widthValues(answer) };
  }
  if (command === 'certify') {
    const found = await askCertificate(config, common, host);
    return { status: found.status, values: certificateValues(found) };
  }
  if (command === 'sweep') {
    const found = await conductSweep(config, asked(sweepQuestion), common, host);
    return { status: found.status, values: sweepValues(found) };
  }
  if (command === 'samples') {
    const found = await askSamples(steadyProblemOf(config), asked(samplesQuestion), common, host);
    return { status: found.prediction.status, values: samplesValues(found) };
  }
  if (command === 'phase') {
    const found = await mapPhases(
      steadyProblemOf(config),
      asked(phaseQuestion),
      host,
      options.quiet === true,
    );
    return { status: found.status, values: phaseValues(found) };
  }
  if (command === 'tune') {
    const { data, test } = await rowsAgain(path, manifest, options, host);
    // Checked by the library.
    const grid = manifest.options.grid as TuningGrid;
    const found = await askTune(data, config, grid, test, common, host);
    return { status: found.status, values: tuneValues(found) };
  }
  let results: Results;
  if (command === 'fit') {
    const { data, test } = await rowsAgain(path, manifest, options, host);
    results = { command, fit: await train(data, config, test, common, host) };
  } else results = await compute(command, config, common, host);
  return { status: statusOf(results), values: observablesOf(results) };
}

/** The rows that a manifest of `fit` or `tune` means; none where its configuration holds them. @throws DataError, ReplayError */
async function rowsAgain(
  path: string,
  manifest: Manifest,
  options: ReplayOptions,
  host: Host,
): Promise<{ data?: FitData; test?: FitData }> {
  const { config, data: file } = manifest;
  const header = manifest.options.header !== false;
  const inline = typeof (config.data as { features?: unknown } | undefined)?.features !== 'undefined';
  if (inline) return {};
  if (!file || !Array.isArray(manifest.options.features))
    throw new ReplayError(`${path} does not say which data it was made from.`);
  const selected = manifest.options as unknown as Selected;
  const found = await locate(path, file, options.data, '--data', host);
  const { data } = await readInput(found, selected, header, host);
  if (!file.test) return { data };
  const others = await locate(path, file.test, options.test, '--test', host);
  return { data, test: (await readTestRows(others, selected, header, host)).data };
}

/** The file that the manifest means: where the user says, beside the manifest, or here. @throws DataError */
async function locate(
  manifest: string,
  wanted: DataFile,
  given: string | undefined,
  option: string,
  host: Host,
): Promise<string> {
  const candidates =
    given === undefined
      ? [join(dirname(manifest), wanted.file), join(dirname(manifest), '..', wanted.file), wanted.file]
      : [given];
  let other: string | undefined;
  for (const candidate of candidates) {
    const bytes = await readDataFile(resolve(host.cwd, candidate), host).catch(() => undefined);
    if (!bytes) continue;
    if ((await sha256(bytes)) === wanted.sha256) return candidate;
    other ??= candidate;
  }
  throw new DataError({
    file: other ?? given ?? wanted.file,
    received: other === undefined ? 'no such file' : 'other content',
    expected: `the ${wanted.bytes} bytes with SHA-256 ${wanted.sha256.slice(0, 12)}…`,
    remedy: `Name the file that the manifest was made from: ${option} FILE.`,
  });
}
