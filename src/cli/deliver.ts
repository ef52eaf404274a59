// The end of a command: prints the results, writes the folder, says how it went.

import { type Figure, figure } from '../figure/figure.ts';
import { renderPng } from '../figure/png.ts';
import type { RunStatus, Warning } from '../index.ts';
import type { Hashed } from '../result-hash.ts';
import { figuresOf } from './charts.ts';
import { EXIT_OF_STATUS } from './exit-codes.ts';
import type { Host } from './host.ts';
import { type CommandName, type Manifest, manifestOf } from './manifest.ts';
import type { CommonOptions } from './options.ts';
import { type Files, writeFolder } from './output.ts';
import {
  configOf,
  csvOf,
  documentOf,
  observablesOf,
  type Results,
  solutionsOf,
  statusOf,
} from './results.ts';
import { summaryOf } from './summary.ts';

/** What a command answers with. */
export interface Answer {
  readonly command: CommandName;
  readonly status: RunStatus;
  readonly config: Manifest['config'];
  /** Choices that are not in the configuration, for `replay`. */
  readonly options: Manifest['options'];
  readonly data?: Manifest['data'];
  /** All values that `replay` compares, by name. */
  readonly values: Readonly<Record<string, Hashed>>;
  /** The page for people. */
  readonly page: string;
  /** What is said on standard error, a line each. */
  readonly warnings: readonly string[];
  document(manifest: Manifest): unknown;
  /** By name, the main one first under the empty name. */
  figures(): readonly (readonly [name: string, figure: Figure])[];
  /** Curves or cells as comma-separated values. */
  csv(): string;
}

export const warningLine = ({ code, message }: Warning): string => `warning: ${message} [${code}]`;

/** Prints an answer and writes its folder; the exit code. */
export async function deliverAnswer(
  answer: Answer,
  { out, json, quiet, precision }: CommonOptions,
  started: Date,
  host: Host,
): Promise<number> {
  const { command, status, config, options, data, values } = answer;
  const resultHash = await host.library.resultHash({ observables: values });
  const facts = { command, precision, status, config, options, data, resultHash, started };
  const manifest = await manifestOf(facts, host);
  const document = `${JSON.stringify(answer.document(manifest))}\n`;
  host.stdout.write(json ? document : `${answer.page}\n`);
  for (const line of answer.warnings) host.stderr.write(`${line}\n`);
  if (out !== undefined) {
    const files = {
      ...(await imageFiles(answer, quiet === true, host)),
      'series.csv': answer.csv(),
      'series.json': document,
      'manifest.json': `${JSON.stringify(manifest, null, 2)}\n`,
    };
    await writeFolder(out, files, host);
    if (!quiet) host.stderr.write(`Wrote ${Object.keys(files).join(', ')} to ${out}\n`);
  }
  return EXIT_OF_STATUS[status];
}

export interface Delivery {
  readonly results: Results;
  readonly common: CommonOptions;
  readonly started: Date;
  readonly data?: Manifest['data'];
  /** Choices that are not in the configuration, for `replay`. */
  readonly options?: Manifest['options'];
}

/** Prints and writes the results of a run or a fit; the exit code. */
export function deliver(
  { results, common, started, data, options = {} }: Delivery,
  host: Host,
): Promise<number> {
  const answer: Answer = {
    command: results.command,
    status: statusOf(results),
    config: configOf(results),
    options,
    data,
    values: observablesOf(results),
    page: summaryOf(results),
    warnings: warningLines(results),
    document: (manifest) => documentOf(results, manifest),
    figures: () => figuresOf(results),
    csv: () => csvOf(results),
  };
  return deliverAnswer(answer, common, started, host);
}

/** Every figure as SVG and, where the packages for it are installed, as PNG. */
async function imageFiles(answer: Answer, quiet: boolean, host: Host): Promise<Files> {
  const files: Record<string, string | Uint8Array> = {};
  for (const [name, drawn] of answer.figures()) {
    const file = name === '' ? 'figure' : `figure-${name}`;
    const svg = figure(drawn);
    const { png, missing } = { missing: undefined, ...(await renderPng(svg)) };
    if (!png && !quiet)
      host.stderr.write(`No ${file}.png: ${missing} is not installed. The SVG holds the same figure.\n`);
    files[`${file}.svg`] = svg;
    if (png) files[`${file}.png`] = png;
  }
  return files;
}

/** What holds for prediction and simulation alike is said once. */
function warningLines(results: Results): string[] {
  const said = new Map<string, string[]>();
  for (const [name, { diagnostics }] of Object.entries(solutionsOf(results))) {
    for (const warning of diagnostics.warnings) {
      const line = warningLine(warning);
      said.set(line, [...(said.get(line) ?? []), name]);
    }
  }
  return Array.from(said, ([line, names]) =>
    results.command === 'compare' && names.length === 1 ? `${line} (${names[0]})` : line,
  );
}
