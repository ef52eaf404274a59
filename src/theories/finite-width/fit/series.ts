// The numbers that a fit collects iterate by iterate, in the units of the prepared labels.
import { errorOf } from './cross-validation.ts';
import type { EstimatedIterate } from './estimators.ts';

export interface FitSeries {
  readonly train: number[];
  readonly error: number[];
  readonly standardError: number[];
  readonly sharpness: number[];
  readonly tailShare: number[];
  readonly reliability: number[];
  /** Predictions of networks that have not seen the row, where the estimator has them. */
  readonly leftOut: Float64Array[];
  /** True error on fresh rows, where there are any. */
  readonly test: number[];
  readonly testStandardError: number[];
}

export function emptySeries(): FitSeries {
  return {
    train: [],
    error: [],
    standardError: [],
    sharpness: [],
    tailShare: [],
    reliability: [],
    leftOut: [],
    test: [],
    testStandardError: [],
  };
}

export function record(series: FitSeries, train: number, estimate: EstimatedIterate): void {
  series.train.push(train);
  series.error.push(estimate.error);
  series.standardError.push(estimate.standardError);
  if (estimate.sharpness !== undefined) series.sharpness.push(estimate.sharpness);
  if (estimate.tailShare !== undefined) series.tailShare.push(estimate.tailShare);
  if (estimate.reliability !== undefined) series.reliability.push(estimate.reliability);
  if (estimate.leftOut) series.leftOut.push(estimate.leftOut);
}

/** The first `length` iterates. */
export function cut(series: FitSeries, length: number): FitSeries {
  const entries = Object.entries(series).map(([name, values]) => [name, values.slice(0, length)]);
  return Object.fromEntries(entries) as FitSeries;
}

/**
 * The series after the predictions of some rows have been replaced in it, `exact[t][i]` being that of row rows[i] at iterate t,
 * and the errors that follow from them.
 */
export function withExactRows(
  series: FitSeries,
  rows: readonly number[],
  exact: readonly Float64Array[],
  labels: Float64Array,
): FitSeries {
  const errors = series.leftOut.map((values, t) => {
    const now = exact[t]!;
    for (let i = 0; i < rows.length; i++) values[rows[i]!] = now[i]!;
    return errorOf(labels, values);
  });
  return {
    ...series,
    error: errors.map(({ error }) => error),
    standardError: errors.map(({ standardError }) => standardError),
  };
}

/** argmin of the estimate, or the first iterate within one standard error of it. */
export function stoppingStep(
  { error, standardError }: FitSeries,
  rule: 'minimum' | 'one-standard-error',
): number {
  let best = 0;
  error.forEach((value, t) => {
    if (value < error[best]!) best = t;
  });
  if (rule === 'minimum') return best;
  return error.findIndex((value) => value <= error[best]! + standardError[best]!);
}
