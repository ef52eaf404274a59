// The end of a command: prints the results, writes the folder, says how it went.

import { figure } from '../figure/figure.ts';
import { renderPng } from '../figure/png.ts';
import type { RunStatus } from '../index.ts';
import { figuresOf } from './charts.ts';
import { EXIT } from './exit-codes.ts';
import type { Host } from './host.ts';
import { type Manifest, manifestOf } from './manifest.ts';
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

export interface Delivery {
  readonly results: Results;
  readonly common: CommonOptions;
  readonly started: Date;
  readonly data?: Manifest['data'];
  /** Choices that are not in the configuration, for `replay`. */
  readonly options?: Manifest['options'];
}

const CODES: Readonly<Record<RunStatus, number>> = {
  complete: EXIT.ok,
  aborted: EXIT.interrupted,
  diverged: EXIT.solve,
};

/** Prints and writes results; the exit code. */
export async function deliver(
  { results, common, started, data, options = {} }: Delivery,
  host: Host,
): Promise<number> {
  const status = statusOf(results);
  const resultHash = await host.library.resultHash({ observables: observablesOf(results) });
  const facts = { command: results.command, precision: common.precision, config: configOf(results) };
  const manifest = await manifestOf({ ...facts, status, options, data, resultHash, started }, host);
  const text = `${JSON.stringify(documentOf(results, manifest))}\n`;
  host.stdout.write(common.json ? text : `${summaryOf(results)}\n`);
  warn(results, host);
  if (common.out !== undefined) {
    const files = await filesOf(results, manifest, text, common, host);
    await writeFolder(common.out, files, host);
    if (!common.quiet) host.stderr.write(`Wrote ${Object.keys(files).join(', ')} to ${common.out}\n`);
  }
  return CODES[status];
}

async function filesOf(
  results: Results,
  manifest: Manifest,
  document: string,
  { quiet }: CommonOptions,
  host: Host,
): Promise<Files> {
  const text = {
    'series.csv': csvOf(results),
    'series.json': document,
    'manifest.json': `${JSON.stringify(manifest, null, 2)}\n`,
  };
  const figures: Record<string, string | Uint8Array> = {};
  for (const [name, chart] of figuresOf(results)) {
    const file = name === '' ? 'figure' : `figure-${name}`;
    const svg = figure(chart);
    const { png, missing } = { missing: undefined, ...(await renderPng(svg)) };
    if (!png && !quiet)
      host.stderr.write(`No ${file}.png: ${missing} is not installed. The SVG holds the same figure.\n`);
    figures[`${file}.svg`] = svg;
    if (png) figures[`${file}.png`] = png;
  }
  return { ...figures, ...text };
}

/** What holds for prediction and simulation alike is said once. */
function warn(results: Results, host: Host): void {
  const said = new Map<string, string[]>();
  for (const [name, { diagnostics }] of Object.entries(solutionsOf(results))) {
    for (const { code, message } of diagnostics.warnings) {
      const line = `warning: ${message} [${code}]`;
      said.set(line, [...(said.get(line) ?? []), name]);
    }
  }
  for (const [line, names] of said) {
    const of = results.command === 'compare' && names.length === 1 ? ` (${names[0]})` : '';
    host.stderr.write(`${line}${of}\n`);
  }
}
