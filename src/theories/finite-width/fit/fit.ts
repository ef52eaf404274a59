// `fit`: gradient descent on the user's own rows, with the test error estimated at every iterate from those rows alone,
// the step to stop at, and the trained network. Reads nothing, prints nothing.
import type { Core, Precision } from '../../../../bindings/core.ts';
import { createCore } from '../../../../bindings/load.ts';
import { checkCall, FUNCTION, type Keys, PRECISIONS, SIGNAL } from '../../../check/call.ts';
import { check } from '../../../check.ts';
import { ConfigError, DataError, refusedForMemory, type SolveError } from '../../../errors.ts';
import { resolveActivation } from '../../../numerics/activation.ts';
import { Run } from '../../../run.ts';
import type { RunOptions, Warning } from '../../../solution.ts';
import type { FiniteWidthFitConfig } from '../config-types.ts';
import { fitSchema } from './config.ts';
import { fitCost as costOf, type FitCost } from './cost.ts';
import { splitFolds } from './cross-validation.ts';
import { checkColumns, prepare, transform } from './preparation.ts';
import { type CheckedFit, type FitResult, resultOf } from './result.ts';
import {
  duplicateRows,
  type FitData,
  readColumns,
  readGroups,
  readLabels,
  readTable,
  type Table,
} from './rows.ts';
import { runFit } from './run.ts';
import { initialParameters } from './start.ts';
import { FEWEST_ROWS } from './warnings.ts';

export type { FitCost } from './cost.ts';
export type { FitResult, Stopping } from './result.ts';
export type { FeatureTable, FitData } from './rows.ts';
export { type ModelDocument, TrainedModel } from './trained-model.ts';

/** Fewest rows of data that is taken as given: for reference cases, with a warning. */
const FEWEST_ROWS_AS_GIVEN = 4;
/** Share of exact copies above which every estimate is refused. */
const MOST_DUPLICATES = 0.05;

export interface FitOptions extends RunOptions {
  /** `exact` (default): the same bits everywhere. `fast`: relaxed SIMD. */
  readonly precision?: Precision;
  /** Told what the fit will cost before it starts. */
  readonly onCost?: (cost: FitCost) => void;
  /**
   * Rows that have no part in training: adds the observable testError, the true error on them at every iterate. Columns that have
   * names on both sides must have the same ones; groups of these rows change nothing.
   */
  readonly test?: FitData;
}

/**
 * Trains on `data` (or on the rows in `config.data`) and estimates the test error at every iterate. Row k's prediction
 * comes from a network that has not seen row k, exactly or to first order; see docs/real-data.md.
 * Rows must be independent: time-ordered rows are not detectable, rows that belong together need `groups`.
 * @throws ConfigError, DataError naming row and column, SolveError where the memory limit is passed.
 */
export async function fit(
  data: FitData | undefined,
  config: FiniteWidthFitConfig,
  options: FitOptions = {},
): Promise<FitResult> {
  checkCall('fit', { data, options }, { data: DATA_KEYS, options: FIT_KEYS });
  const checked = checkAll(data, config, options.test);
  options.onCost?.(checked.cost);
  const refusal = memoryRefusal(checked);
  if (refusal) throw refusal;
  return fitOn(await createCore(options.precision), checked, options);
}

/** The keys of rows and of options, which `tune` has as well. */
export const DATA_KEYS: Keys<FitData> = { features: true, labels: true, groups: true, columns: true };
export const FIT_KEYS: Keys<FitOptions> = {
  signal: SIGNAL,
  onProgress: FUNCTION,
  precision: PRECISIONS,
  onCost: FUNCTION,
  test: DATA_KEYS,
};

/** `fit` on a core of the caller's, for a problem that has been checked: tests read the core's peak of memory. */
export async function fitOn(core: Core, checked: CheckedFit, options: FitOptions = {}): Promise<FitResult> {
  const { problem, prepared, kind, cost, groups, test } = checked;
  const fresh = test && {
    features: transform(prepared.preparation, test.table),
    labels: test.labels,
    rows: test.table.rows,
  };
  const start = initialParameters(problem, prepared);
  const shape = {
    width: problem.model.width,
    activations: problem.model.activations.map(resolveActivation),
    order: 1 as const,
    biases: problem.model.biases,
  };
  const folds = splitFolds(prepared.rows, problem.estimator.folds, problem.seed, groups);
  const run = new Run(options, cost.flops);
  const trained = await runFit(
    { core, problem, prepared, shape, start, kind, cost, groups, folds, fresh },
    run,
  );
  if (trained.outcome.status !== 'aborted') run.finish();
  return resultOf(checked, trained, options.precision ?? 'exact');
}

/** What `fit` will cost with these options, without running it. */
export function fitCost(
  data: FitData | undefined,
  config: FiniteWidthFitConfig,
  options: FitOptions = {},
): FitCost {
  checkCall('fitCost', { data, options }, { data: DATA_KEYS, options: FIT_KEYS });
  return checkAll(data, config, options.test).cost;
}

/** Why a fit is not begun, where it needs more memory than `limits.memoryGiB`. */
export function memoryRefusal({
  cost,
  problem,
}: Pick<CheckedFit, 'cost' | 'problem'>): SolveError | undefined {
  const limit = problem.limits.memoryGiB;
  if (cost.bytes <= limit * 2 ** 30) return undefined;
  return refusedForMemory(
    'fit',
    cost.bytes,
    limit,
    'Use fewer rows, columns or test rows, a smaller estimator.head, cross-validation, or raise limits.memoryGiB (at most 4).',
  );
}

/** Configuration and rows, looked at; what they will cost. */
export function checkAll(data: FitData | undefined, config: unknown, testRows?: FitData): CheckedFit {
  const problem = check(fitSchema, config);
  const inConfig = problem.data.features !== undefined || problem.data.labels !== undefined;
  if (data && inConfig && data.features !== problem.data.features) {
    throw new ConfigError([
      {
        path: 'data.features',
        received: 'rows',
        expected: 'nothing: rows were given beside the configuration',
        remedy: 'Give rows once.',
      },
    ]);
  }
  const source = data ?? problem.data;
  const named = Array.isArray(source.columns) ? source.columns : undefined;
  const table = readTable(source.features, named);
  const columns = readColumns(source.columns, table.columns);
  const labels = readLabels(source.labels, table.rows);
  const groups = readGroups(source.groups, table.rows);
  const { standardize } = problem.data;
  checkRowCount(table.rows, standardize !== false);
  const warnings: Warning[] = [];
  checkDuplicates(table, labels, groups !== undefined, warnings);
  const prepared = prepare(table, labels, { standardize, biases: problem.model.biases, columns });
  warnings.push(...prepared.warnings);
  const kind = problem.estimator.kind ?? (groups ? 'cross-validation' : 'tangent');
  if (groups && kind !== 'cross-validation') {
    throw new ConfigError([
      {
        path: 'estimator.kind',
        received: `"${kind}" with groups`,
        expected: '"cross-validation"',
        remedy: 'Only cross-validation leaves whole groups out; leave estimator.kind away to get it.',
      },
    ]);
  }
  const test = testRows && readTestRows(testRows, prepared, columns);
  const size = {
    rows: table.rows,
    columns: prepared.columns,
    constant: prepared.preparation.constant !== undefined,
    testRows: test?.table.rows,
  };
  const cost = costOf(problem, size, kind);
  const inline = source === problem.data;
  return { problem, table, prepared, kind, cost, groups, columns, warnings, inline, test };
}

function readTestRows(
  test: FitData,
  { preparation }: CheckedFit['prepared'],
  columns: CheckedFit['columns'],
): CheckedFit['test'] {
  const table = readTable(test.features, columns);
  checkColumns(preparation, table);
  const named = readColumns(test.columns, table.columns);
  const other = columns && named ? named.findIndex((name, j) => name !== columns[j]) : -1;
  if (other >= 0) {
    throw new DataError({
      received: `"${named![other]}" as column ${other + 1} of the test rows`,
      expected: `"${columns![other]}", as in the training rows`,
      remedy: 'Give the columns of both in the same order.',
    });
  }
  const { labelMean, labelScale } = preparation;
  const labels = readLabels(test.labels, table.rows).map((y) => (y - labelMean) / labelScale);
  if (table.rows < 2) {
    throw new DataError({
      received: '1 test row',
      expected: 'at least 2 test rows',
      remedy: 'Use model.predict for single rows.',
    });
  }
  return { table, labels };
}

function checkRowCount(rows: number, standardized: boolean): void {
  const fewest = standardized ? FEWEST_ROWS : FEWEST_ROWS_AS_GIVEN;
  if (rows >= fewest) return;
  throw new DataError({
    received: `${rows} ${rows === 1 ? 'row' : 'rows'}`,
    expected: `at least ${fewest} rows`,
    remedy: standardized
      ? 'With so few rows no estimate of the test error means anything; gather more. (data.standardize: false lifts this check.)'
      : 'Give more rows.',
  });
}

function checkDuplicates(table: Table, labels: Float64Array, grouped: boolean, warnings: Warning[]): void {
  if (grouped) return;
  const pairs = duplicateRows(table, labels);
  if (pairs.length === 0) return;
  const shown = pairs.slice(0, 3).map(([row, earlier]) => `row ${row + 1} = row ${earlier + 1}`);
  const list = shown.join(', ') + (pairs.length > shown.length ? ', …' : '');
  const count = `${pairs.length} ${pairs.length === 1 ? 'row is an exact copy' : 'rows are exact copies'} of another (${list})`;
  const why = 'A row left out is then still in training as its copy, and the estimate is too low';
  if (pairs.length > MOST_DUPLICATES * table.rows) {
    throw new DataError({
      row: pairs[0]![0] + 1,
      received: count,
      expected: 'independent rows',
      remedy: `${why}. Remove the copies, or give a groups column that names the rows that belong together.`,
    });
  }
  warnings.push({
    code: 'duplicate-rows',
    message: `${count}. ${why}; remove the copies or give a groups column.`,
  });
}
