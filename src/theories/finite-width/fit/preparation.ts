// From the user's rows to the rows that are trained on: constant columns dropped, columns centred and scaled, labels
// standardised, the constant column of the biases put in front; and the same for new rows. Means and scales come once
// from all training rows. Decides nothing about training.
import { oneOf } from '../../../check.ts';
import { DataError } from '../../../errors.ts';
import type { Warning } from '../../../solution.ts';
import { columnName, type Table } from './rows.ts';

/**
 * `per-column`: each column divided by its own standard deviation (columns of different units).
 * `one-scale`: all columns divided by the root mean square of their standard deviations (pixels, spectra).
 * `floored`: per column, with the standard deviation floored at a quarter of that root mean square.
 * `none`: features and labels exactly as given, not even centred.
 */
export type Scaling = 'per-column' | 'one-scale' | 'floored' | 'none';

/** What `data.standardize` may be: `true` chooses between per-column and one-scale, `false` is none. */
export type Standardize = boolean | 'per-column' | 'one-scale' | 'floored';
export const standardizeNames = oneOf('per-column', 'one-scale', 'floored');

/** Standard deviations within this factor of each other can be divided out without harm, whatever the columns are. */
const SIMILAR = 4;
const FLOOR = 0.25;
/** A column whose standard deviation is below this share of its size is constant up to rounding. */
const CONSTANT = 1e-12;

/** Beyond this size squares and sums of squares overflow. */
const LARGEST = 1e100;

/** What was learnt from the training rows; plain JSON. */
export interface Preparation {
  readonly scaling: Scaling;
  /** Columns that features have, constant ones included. */
  readonly inputColumns: number;
  /** Input columns in use, in the order of the design behind its constant column. */
  readonly kept: readonly number[];
  readonly means: readonly number[];
  readonly scales: readonly number[];
  /** Value of the design's column 0: 1 for one of our own, the user's where `none` found one. Absent without biases. */
  readonly constant?: { readonly value: number; readonly input?: number };
  readonly labelMean: number;
  readonly labelScale: number;
}

export interface Prepared {
  readonly preparation: Preparation;
  /** rows x columns, the constant column first where there is one. */
  readonly features: Float64Array;
  readonly labels: Float64Array;
  readonly rows: number;
  readonly columns: number;
  /** Standard deviation of `labels`: 1 unless they were left as given. */
  readonly labelDeviation: number;
  readonly warnings: readonly Warning[];
}

interface ColumnMoments {
  readonly mean: number;
  readonly deviation: number;
  readonly low: number;
  readonly high: number;
}

/** @throws DataError for constant labels and where no column varies. */
export function prepare(
  table: Table,
  labels: Float64Array,
  options: { standardize: Standardize; biases: boolean; columns?: readonly string[] },
): Prepared {
  const { standardize, biases, columns: names } = options;
  const { rows } = table;
  const warnings: Warning[] = [];
  const label = momentsOf(labels, 0, 1, rows);
  checkSize(label, 'labels');
  if (isConstant(label)) {
    throw new DataError({
      column: 'labels',
      received: `the same label ${label.low} in every row`,
      expected: 'labels that vary',
      remedy: 'Choose another target column.',
    });
  }
  const columns = Array.from({ length: table.columns }, (_, j) =>
    momentsOf(table.values, j, table.columns, rows),
  );
  columns.forEach((column, j) => {
    checkSize(column, columnName(names, j));
  });
  const varying = columns.flatMap((column, j) => (isConstant(column) ? [] : [j]));
  if (varying.length === 0) {
    throw new DataError({
      received: `${table.columns} constant feature ${table.columns === 1 ? 'column' : 'columns'}`,
      expected: 'at least one feature column that varies',
      remedy: 'Give features that differ between rows.',
    });
  }
  const preparation =
    standardize === false ? asGiven(columns, biases) : scaled(columns, varying, label, standardize, biases);
  if (standardize !== false) {
    const dropped = columns.flatMap((column, j) => (isConstant(column) ? [columnName(names, j)] : []));
    if (dropped.length > 0) {
      warnings.push({
        code: 'constant-columns',
        message: `Dropped ${dropped.length} constant ${dropped.length === 1 ? 'column' : 'columns'}: ${listed(dropped)}.`,
      });
    }
    const lonely = lonelyColumns(table, preparation).map((j) => columnName(names, j));
    if (lonely.length > 0) {
      warnings.push({
        code: 'lonely-columns',
        message:
          `One row carries nearly all of the variation of ${listed(lonely)}. New rows may lie far outside what was ` +
          `trained on, and no estimate from the training rows can see that; drop these columns or use standardize "floored".`,
      });
    }
  }
  const standardized = Float64Array.from(labels, (y) => (y - preparation.labelMean) / preparation.labelScale);
  return {
    preparation,
    features: transform(preparation, table),
    labels: standardized,
    rows,
    columns: preparation.kept.length + (preparation.constant ? 1 : 0),
    labelDeviation: label.deviation / preparation.labelScale,
    warnings,
  };
}

function listed(names: readonly (string | number)[]): string {
  const shown = names
    .slice(0, 8)
    .map((name) => (typeof name === 'number' ? `column ${name}` : JSON.stringify(name)));
  return shown.join(', ') + (names.length > shown.length ? `, and ${names.length - shown.length} more` : '');
}

function momentsOf(values: Float64Array, start: number, stride: number, rows: number): ColumnMoments {
  let sum = 0;
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < rows; i++) {
    const value = values[start + i * stride]!;
    sum += value;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  const mean = sum / rows;
  let squares = 0;
  for (let i = 0; i < rows; i++) {
    const gap = values[start + i * stride]! - mean;
    squares += gap * gap;
  }
  return { mean, deviation: Math.sqrt(squares / rows), low, high };
}

function checkSize({ low, high }: ColumnMoments, column: string | number): void {
  const largest = Math.max(-low, high);
  if (largest <= LARGEST) return;
  const received = `a value of size ${largest}`;
  throw new DataError({
    column,
    received,
    expected: `numbers up to ${LARGEST} in size`,
    remedy: 'Use another unit.',
  });
}

function isConstant({ deviation, low, high }: ColumnMoments): boolean {
  return low === high || deviation <= CONSTANT * Math.max(Math.abs(low), Math.abs(high));
}

/** Nothing is changed; a constant column other than 0 holds the first layer's biases, or one is added for them. */
function asGiven(columns: readonly ColumnMoments[], biases: boolean): Preparation {
  const input = columns.findIndex((column) => column.low === column.high && column.low !== 0);
  const kept = columns.flatMap((_, j) => (j === input ? [] : [j]));
  const own = biases ? { value: 1 } : undefined;
  const constant = input >= 0 ? { value: columns[input]!.low, input } : own;
  return {
    scaling: 'none',
    inputColumns: columns.length,
    kept,
    means: kept.map(() => 0),
    scales: kept.map(() => 1),
    ...(constant && { constant }),
    labelMean: 0,
    labelScale: 1,
  };
}

function scaled(
  columns: readonly ColumnMoments[],
  varying: readonly number[],
  label: ColumnMoments,
  standardize: Exclude<Standardize, false>,
  biases: boolean,
): Preparation {
  const used = varying.map((j) => columns[j]!);
  const scaling = standardize === true ? chooseScaling(used) : standardize;
  const typical = Math.sqrt(
    used.reduce((sum, { deviation }) => sum + deviation * deviation, 0) / used.length,
  );
  const scaleOf = ({ deviation }: ColumnMoments) => {
    if (scaling === 'one-scale') return typical;
    return scaling === 'floored' ? Math.max(deviation, FLOOR * typical) : deviation;
  };
  return {
    scaling,
    inputColumns: columns.length,
    kept: varying,
    means: used.map(({ mean }) => mean),
    scales: used.map(scaleOf),
    ...(biases && { constant: { value: 1 } }),
    labelMean: label.mean,
    labelScale: label.deviation,
  };
}

/**
 * Per column, unless the columns look like one quantity measured many times (pixels): standard deviations more than four
 * times apart, half of the columns at least sharing the lowest value of the table, and the median column ranging over a
 * quarter at least of the whole range. Dividing such columns one by one blows up those that hardly ever vary.
 */
function chooseScaling(columns: readonly ColumnMoments[]): 'per-column' | 'one-scale' {
  const deviations = columns.map(({ deviation }) => deviation);
  if (Math.max(...deviations) <= SIMILAR * Math.min(...deviations)) return 'per-column';
  const low = Math.min(...columns.map((column) => column.low));
  const high = Math.max(...columns.map((column) => column.high));
  const sharing = columns.filter((column) => column.low === low).length;
  const ranges = columns.map((column) => column.high - column.low).sort((a, b) => a - b);
  const median = ranges[ranges.length >> 1]!;
  return 2 * sharing >= columns.length && 4 * median >= high - low ? 'one-scale' : 'per-column';
}

/** Input columns where one row holds more than half of the sum of squares although all columns have been scaled alike. */
function lonelyColumns(table: Table, { kept, means, scales }: Preparation): number[] {
  const { rows, columns, values } = table;
  return kept.filter((j, c) => {
    let largest = 0;
    let total = 0;
    for (let i = 0; i < rows; i++) {
      const z = (values[i * columns + j]! - means[c]!) / scales[c]!;
      total += z * z;
      if (z * z > largest) largest = z * z;
    }
    return total > 0.25 * rows && 2 * largest > total;
  });
}

/** @throws DataError where the number of columns is not that of the training rows. */
export function checkColumns({ inputColumns }: Preparation, table: Table): void {
  if (table.columns !== inputColumns) {
    throw new DataError({
      received: `rows of ${table.columns} numbers`,
      expected: `${inputColumns} numbers, as in the training rows`,
      remedy: 'Give the same columns in the same order, constant ones included.',
    });
  }
}

/** New rows as the training rows were prepared. @throws DataError where the number of columns differs. */
export function transform(preparation: Preparation, table: Table): Float64Array {
  const { kept, means, scales, constant, inputColumns } = preparation;
  checkColumns(preparation, table);
  const first = constant ? 1 : 0;
  const width = kept.length + first;
  const out = new Float64Array(table.rows * width);
  for (let i = 0; i < table.rows; i++) {
    const from = i * inputColumns;
    const to = i * width;
    if (constant)
      out[to] = constant.input === undefined ? constant.value : table.values[from + constant.input]!;
    for (let c = 0; c < kept.length; c++) {
      out[to + first + c] = (table.values[from + kept[c]!]! - means[c]!) / scales[c]!;
    }
  }
  return out;
}
