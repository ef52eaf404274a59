// The user's own rows in a configuration: a table named on the command line, in place of the data that the configuration describes.

import type { Command } from 'commander';
import { DataError } from '../errors.ts';
import type { FitData } from '../index.ts';
import { UsageError } from './exit-codes.ts';
import { readInput, readTestRows } from './fit-input.ts';
import type { Host } from './host.ts';
import type { Manifest } from './manifest.ts';
import { nameList } from './options.ts';
import type { Selected } from './select-columns.ts';

export interface RowOptions {
  readonly rows?: string;
  readonly target?: string;
  readonly features?: string[];
  readonly drop?: string[];
  readonly test?: string;
  /** False with --no-header. */
  readonly header: boolean;
  /** False with --no-standardize. */
  readonly standardize: boolean;
}

/** Which columns of a table are meant. */
export function withColumnOptions(command: Command): Command {
  return command
    .option('--target <column>', 'column to fit: numbers, or two classes')
    .option('--features <a,b,…>', 'columns to fit it from (all others by default)', nameList)
    .option('--drop <a,b,…>', 'columns to leave out', nameList)
    .option('--test <file>', 'other rows with the same columns, for test errors')
    .option('--no-header', 'the CSV file has no line of names; columns are called c0, c1, …')
    .option(
      '--no-standardize',
      'take features and labels as they are; otherwise they are centred and scaled',
    );
}

export function withRows(command: Command): Command {
  return withColumnOptions(
    command.option('--rows <file>', 'your own rows in place of "data" (mean-field-convergence only)'),
  );
}

/** Rows as the configuration holds them. */
export interface RowsData {
  readonly kind: 'rows';
  readonly features: readonly (readonly number[])[];
  readonly labels: readonly number[];
  readonly testFeatures?: readonly (readonly number[])[];
  readonly testLabels?: readonly number[];
}

export interface ReadRows {
  readonly rows: RowsData;
  readonly selected: Selected;
  readonly files: Manifest['data'];
}

/** The rows in a table, and what was selected; undefined where the file is a configuration. @throws DataError, UsageError */
export async function readRows(
  path: string,
  options: RowOptions,
  host: Host,
): Promise<ReadRows | { readonly config: Readonly<Record<string, unknown>> }> {
  const input = await readInput(path, options, options.header, host);
  if (input.config) return { config: input.config };
  const { data, selected, file } = input as Required<typeof input>;
  const { test } = options;
  const other = test === undefined ? undefined : await readTestRows(test, selected, options.header, host);
  const features = matrixOf(data);
  const labels = Array.from(data.labels);
  if (labels.every((y) => y === labels[0]) && options.standardize) {
    throw new DataError({
      file: path,
      column: selected.target,
      received: `${labels[0]} in every row`,
      expected: 'labels that differ: centred, these are all 0',
      remedy: 'Choose another target, or use --no-standardize.',
    });
  }
  const columns = options.standardize
    ? features[0].map((_, j) => spreadOf(features.map((row) => row[j])))
    : [];
  const label = options.standardize && !selected.classes ? spreadOf(labels) : undefined;
  const scaled = (values: readonly (readonly number[])[]) =>
    values.map((row) => row.map((value, j) => (columns[j] ? rescaled(value, columns[j]) : value)));
  const labelled = (values: readonly number[]) => values.map((y) => (label ? rescaled(y, label) : y));
  return {
    rows: {
      kind: 'rows',
      features: scaled(features),
      labels: labelled(labels),
      ...(other && {
        testFeatures: scaled(matrixOf(other.data)),
        testLabels: labelled(Array.from(other.data.labels)),
      }),
    },
    selected,
    files: { ...file, ...(other && { test: other.file }) },
  };
}

/** The configuration with the rows of --rows in it, where there are any. @throws DataError, UsageError */
export async function withRowsOf(
  config: Readonly<Record<string, unknown>>,
  options: RowOptions,
  host: Host,
): Promise<{ config: Readonly<Record<string, unknown>>; files?: Manifest['data'] }> {
  if (options.rows === undefined) {
    if (options.target === undefined && options.test === undefined) return { config };
    throw new UsageError('--target and --test are about the table of --rows, which is not given.');
  }
  if (config.theory !== 'mean-field-convergence') {
    throw new UsageError(
      '--rows is for configurations of mean-field-convergence. To train a finite-width network on rows: foretrain fit.',
    );
  }
  const read = await readRows(options.rows, options, host);
  if ('config' in read) throw new UsageError(`${options.rows} is a configuration. Name a table of rows.`);
  return { config: { ...config, data: read.rows }, files: read.files };
}

/** Rows of a table, whose features are one array. */
function matrixOf({ features }: FitData): number[][] {
  const { data, shape } = features as { data: Float64Array; shape: readonly [number, number] };
  const [rows, columns] = shape;
  return Array.from({ length: rows }, (_, i) => [...data.subarray(i * columns, (i + 1) * columns)]);
}

interface Spread {
  readonly mean: number;
  readonly deviation: number;
}

/** Mean and standard deviation; a column of one value keeps a deviation of 1. */
function spreadOf(values: readonly number[]): Spread {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const square = values.reduce((sum, value) => sum + (value - mean) * (value - mean), 0) / values.length;
  const deviation = Math.sqrt(square);
  return { mean, deviation: deviation > 1e-12 * Math.abs(mean) ? deviation : 1 };
}

const rescaled = (value: number, { mean, deviation }: Spread) => (value - mean) / deviation;
