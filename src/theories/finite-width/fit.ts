// `fit`: gradient descent on the user's own rows, with the test error estimated at every iterate from those rows alone,
// the step to stop at, and the trained network. Reads nothing, prints nothing.
import type { Precision } from '../../../bindings/core.ts';
import { createCore } from '../../../bindings/load.ts';
import { check } from '../../check.ts';
import { ConfigError, DataError, SolveError } from '../../errors.ts';
import { resolveActivation } from '../../numerics/activation.ts';
import { exp } from '../../numerics/special.ts';
import { Run } from '../../run.ts';
import type { Observable, RunOptions, Solution, Warning } from '../../solution.ts';
import { splitFolds } from './cross-validation.ts';
import { type FitProblem, fitSchema } from './fit-config.ts';
import { fitCost as costOf, type EstimatorKind, type FitCost } from './fit-cost.ts';
import { runFit, type TrainedFit } from './fit-run.ts';
import { initialParameters } from './fit-start.ts';
import { fitWarnings, preparationWarnings, warnedIterates } from './fit-warnings.ts';
import { type Prepared, prepare } from './preparation.ts';
import { duplicateRows, type FitData, readGroups, readLabels, readTable, type Table } from './table.ts';
import { TrainedModel } from './trained-model.ts';

export type { FitCost } from './fit-cost.ts';
export type { FeatureTable, FitData } from './table.ts';
export { type ModelDocument, TrainedModel } from './trained-model.ts';

/** Fewest rows that prepared data may have; the estimators have not been tested below. */
const FEWEST_ROWS = 20;
/** Share of exact copies above which every estimate is refused. */
const MOST_DUPLICATES = 0.05;
/** Half width of the 95 % interval in standard errors, and what they are multiplied with to cover (measured). */
const HALF_WIDTH = 1.96;
const KAPPA = 1.5;

export interface FitOptions extends RunOptions {
  /** `exact` (default): the same bits everywhere. `fast`: relaxed SIMD. */
  readonly precision?: Precision;
  /** Told what the fit will cost before it starts. */
  readonly onCost?: (cost: FitCost) => void;
}

export interface Stopping {
  readonly step: number;
  /** Estimated mean squared error on new rows at that step, in squared label units. */
  readonly estimatedTestError: number;
  readonly standardError: number;
  /** "95 %" interval. */
  readonly interval: readonly [number, number];
  readonly rule: 'minimum' | 'one-standard-error';
  /** The estimator that the numbers come from. */
  readonly estimator: EstimatorKind;
}

export interface FitResult {
  readonly solution: Solution;
  readonly stopping: Stopping;
  readonly warnings: readonly Warning[];
  readonly cost: FitCost;
  readonly model: TrainedModel;
}

interface Checked {
  readonly problem: FitProblem;
  readonly table: Table;
  readonly prepared: Prepared;
  readonly kind: EstimatorKind;
  readonly cost: FitCost;
  readonly groups?: { readonly of: Int32Array; readonly count: number };
  readonly columns?: readonly string[];
  readonly warnings: Warning[];
  readonly inline: boolean;
}

/**
 * Trains on `data` (or on the rows in `config.data`) and estimates the test error at every iterate. Row k's prediction
 * comes from a network that has not seen row k, exactly or to first order; see docs/real-data.md.
 * Rows must be independent: time-ordered rows are not detectable, rows that belong together need `groups`.
 * @throws ConfigError, DataError naming row and column, SolveError where the memory limit is passed.
 */
export async function fit(
  data: FitData | undefined,
  config: unknown,
  options: FitOptions = {},
): Promise<FitResult> {
  const checked = checkAll(data, config);
  const { problem, prepared, kind, cost, groups } = checked;
  options.onCost?.(cost);
  const limit = problem.limits.memoryGiB * 2 ** 30;
  if (cost.bytes > limit) {
    throw new SolveError({
      status: 'refused',
      message: `The fit needs ${(cost.bytes / 2 ** 30).toFixed(2)} GiB, more than the limit of ${problem.limits.memoryGiB} GiB.`,
      remedy:
        'Use fewer rows or columns, a smaller estimator.head, cross-validation, or raise limits.memoryGiB (at most 4).',
    });
  }
  const start = initialParameters(problem, prepared);
  const shape = {
    width: problem.model.width,
    activations: problem.model.activations.map(resolveActivation),
    order: 1 as const,
    biases: problem.model.biases,
  };
  const folds = splitFolds(prepared.rows, problem.estimator.folds, problem.seed, groups);
  const core = await createCore(options.precision);
  const run = new Run(options, cost.flops);
  const trained = await runFit({ core, problem, prepared, shape, start, kind, cost, groups, folds }, run);
  if (trained.outcome.status !== 'aborted') run.finish();
  return resultOf(checked, trained, options.precision ?? 'exact');
}

/** What `fit` will cost, without running it. */
export function fitCost(data: FitData | undefined, config: unknown): FitCost {
  return checkAll(data, config).cost;
}

function checkAll(data: FitData | undefined, config: unknown): Checked {
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
  const columns = source.columns;
  const table = readTable(source.features, columns);
  const labels = readLabels(source.labels, table.rows);
  const groups = readGroups(source.groups, table.rows);
  if (columns && columns.length !== table.columns) {
    throw new DataError({
      received: `${columns.length} column names`,
      expected: `${table.columns} names, one per feature column`,
      remedy: 'Do not count the label column.',
    });
  }
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
  const size = {
    rows: table.rows,
    columns: prepared.columns,
    constant: prepared.preparation.constant !== undefined,
  };
  const cost = costOf(problem, size, kind);
  return { problem, table, prepared, kind, cost, groups, columns, warnings, inline: source === problem.data };
}

function checkRowCount(rows: number, standardized: boolean): void {
  const fewest = standardized ? FEWEST_ROWS : 4;
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

function resultOf(
  checked: Checked,
  { outcome, step, parameters }: TrainedFit,
  precision: Precision,
): FitResult {
  const { problem, prepared, kind, cost, columns } = checked;
  const { labelScale, labelMean } = prepared.preparation;
  const unit = labelScale * labelScale;
  const { series } = outcome;
  const length = series.error.length;
  const error = Float64Array.from(series.error, (value) => unit * value);
  const standardError = Float64Array.from(series.standardError, (value) => unit * value);
  const intervals = Array.from(error, (value, t) => intervalOf(value, standardError[t]!));
  const curve = (
    values: ArrayLike<number>,
    description: string,
    dimension = 'label²',
    errors?: Float64Array,
  ): Observable => ({
    values: Float64Array.from(values),
    shape: [values.length],
    unit: dimension,
    axes: ['step'],
    description,
    ...(errors && { standardError: errors }),
  });
  const full = (values: readonly number[]) => values.length === length && length > 0;
  const flags = warnedIterates(outcome, prepared.rows);
  const observables: Record<string, Observable> = {
    trainError: curve(
      series.train.slice(0, length).map((value) => unit * value),
      'mean squared error on the training rows',
    ),
    estimatedTestError: curve(
      error,
      `mean squared error on new rows, estimated from the training rows alone (${outcome.kind})`,
      'label²',
      standardError,
    ),
    estimatedTestErrorLower: curve(
      intervals.map(([low]) => low),
      'lower end of the "95 %" interval',
    ),
    estimatedTestErrorUpper: curve(
      intervals.map(([, high]) => high),
      'upper end of the "95 %" interval',
    ),
    warned: curve(flags, '1 where a warning of the estimator holds', '1'),
  };
  if (full(series.sharpness)) {
    observables.sharpness = curve(
      series.sharpness,
      'largest eigenvalue of √R K √R; training is unstable above 2',
      '1',
    );
  }
  if (full(series.tailShare) && outcome.kind === 'tangent') {
    observables.tailShare = curve(
      series.tailShare,
      'share of the leave-one-out shift that comes from the merged tail',
      '1',
    );
  }
  if (full(series.reliability)) {
    observables.reliability = curve(
      series.reliability,
      'Gram of the corrected pre-activations against W_1: of order 1',
      '1',
    );
  }
  const leftOut = series.leftOut[step];
  if (leftOut) {
    observables.leftOutPrediction = {
      values: leftOut.map((value) => labelMean + labelScale * value),
      shape: [leftOut.length],
      unit: 'label',
      axes: ['row'],
      description: 'prediction of every training row by a network that has not seen it, at the stopping step',
    };
  }
  const warnings = [
    ...checked.warnings,
    ...preparationWarnings(problem, prepared, kind),
    ...fitWarnings(outcome, prepared.rows, step, problem),
  ];
  const [low, high] = intervals[step]!;
  const stopping: Stopping = {
    step,
    estimatedTestError: error[step]!,
    standardError: standardError[step]!,
    interval: [low, high],
    rule: problem.stopping.rule,
    estimator: outcome.kind,
  };
  const solution: Solution = {
    theory: 'finite-width',
    kind: 'fit',
    status: outcome.status,
    times: Float64Array.from({ length }, (_, t) => t),
    observables,
    diagnostics: {
      warnings,
      stopping: { ...stopping, interval: [low, high] },
      estimator: {
        kind: outcome.kind,
        requested: kind,
        ...outcome.details,
        refitRows: [...outcome.refitRows],
        ...(outcome.unresolvedFrom !== undefined && { unresolvedFrom: outcome.unresolvedFrom }),
      },
      preparation: {
        scaling: prepared.preparation.scaling,
        rows: prepared.rows,
        columns: prepared.preparation.kept.length,
      },
      learningRates: perStep(outcome.rates),
      stoppedByPatience: outcome.stoppedByPatience,
      cost: { ...cost },
      precision,
    },
    problem: echo(checked),
  };
  const model = TrainedModel.create({
    width: problem.model.width,
    activations: problem.model.activations,
    biases: problem.model.biases,
    step,
    estimatedTestError: error[step]!,
    ...(columns && { columns: [...columns] }),
    preparation: prepared.preparation,
    firstLayer: Array.from(parameters.first, (value) => value + 0),
    deep: Array.from(parameters.deep, (value) => value + 0),
  });
  return { solution, stopping, warnings, cost, model };
}

/** Egen exp(± 1.96 kappa se / Egen). */
export function intervalOf(error: number, standardError: number): readonly [number, number] {
  if (error <= 0) return [0, 0];
  const factor = exp((HALF_WIDTH * KAPPA * standardError) / error);
  return [error / factor, error * factor];
}

/** One row when all steps have the same rates. */
function perStep(rates: readonly (readonly number[])[]): readonly number[] | readonly (readonly number[])[] {
  return rates.every((row) => row === rates[0]) ? [...rates[0]!] : rates.map((row) => [...row]);
}

/** The problem as checked; rows that were given beside the configuration are described, not repeated. */
function echo({ problem, table, inline, groups }: Checked): Record<string, unknown> {
  if (inline) return { ...problem };
  const { standardize } = problem.data;
  return {
    ...problem,
    data: { standardize, rows: table.rows, columns: table.columns, grouped: groups !== undefined },
  };
}
