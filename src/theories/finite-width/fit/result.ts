// What a finished fit returns: curves in label units with their interval, the stopping step, warnings, and the model.
import type { Precision } from '../../../../bindings/core.ts';
import { exp } from '../../../numerics/special.ts';
import type { Observable, Solution, Warning } from '../../../solution.ts';
import type { FitProblem } from './config.ts';
import type { EstimatorKind, FitCost } from './cost.ts';
import type { Prepared } from './preparation.ts';
import type { Table } from './rows.ts';
import type { TrainedFit } from './run.ts';
import { TrainedModel } from './trained-model.ts';
import { fitWarnings, preparationWarnings, warnedIterates } from './warnings.ts';

/** Half width of the 95 % interval in standard errors, and what they are multiplied with to cover (measured). */
const HALF_WIDTH = 1.96;
const KAPPA = 1.5;

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

/** A problem whose configuration and rows have been looked at. */
export interface CheckedFit {
  readonly problem: FitProblem;
  readonly table: Table;
  readonly prepared: Prepared;
  readonly kind: EstimatorKind;
  readonly cost: FitCost;
  readonly groups?: { readonly of: Int32Array; readonly count: number };
  readonly columns?: readonly string[];
  readonly warnings: Warning[];
  readonly inline: boolean;
  /** Rows for the true error, labels in prepared units. */
  readonly test?: { readonly table: Table; readonly labels: Float64Array };
}

/** Everything that a fit returns, in label units. */
export function resultOf(
  checked: CheckedFit,
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
  if (full(series.test)) {
    const errors = Float64Array.from(series.testStandardError, (value) => unit * value);
    const scaled = series.test.map((value) => unit * value);
    observables.testError = curve(scaled, 'true mean squared error on the test rows', 'label²', errors);
  }
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
    ...preparationWarnings(problem, prepared, cost),
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
function intervalOf(error: number, standardError: number): readonly [number, number] {
  if (error <= 0) return [0, 0];
  const factor = exp((HALF_WIDTH * KAPPA * standardError) / error);
  return [error / factor, error * factor];
}

/** One row when all steps have the same rates. */
function perStep(rates: readonly (readonly number[])[]): readonly number[] | readonly (readonly number[])[] {
  return rates.every((row) => row === rates[0]) ? [...rates[0]!] : rates.map((row) => [...row]);
}

/** The problem as checked; rows that were given beside the configuration are described, not repeated. */
function echo({ problem, table, inline, groups }: CheckedFit): Record<string, unknown> {
  if (inline) return { ...problem };
  const { standardize } = problem.data;
  return {
    ...problem,
    data: { standardize, rows: table.rows, columns: table.columns, grouped: groups !== undefined },
  };
}
