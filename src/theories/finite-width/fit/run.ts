// One training run with its estimate beside it, iterate by iterate, and what has to follow: exact retraining of the rows
// that the linearisation describes worst, and cross-validation where it describes them too badly to be shown.
import type { Scope } from '../../../../bindings/arena.ts';
import type { Core } from '../../../../bindings/core.ts';
import { SolveError } from '../../../errors.ts';
import type { Run } from '../../../run.ts';
import type { RunStatus } from '../../../solution.ts';
import { principalComponents } from './components.ts';
import type { FitProblem } from './config.ts';
import { type EstimatorKind, type FitCost, headSize } from './cost.ts';
import {
  type EstimatorSetting,
  estimatorOrder,
  estimators,
  type LiveEstimator,
  type Pieces,
} from './estimators.ts';
import { FreshRows, type PreparedRows } from './fresh-rows.ts';
import {
  createDesign,
  type DescentShape,
  type Design,
  GradientDescent,
  type Parameters,
  type Snapshot,
  snapshotInterval,
} from './gradient-descent.ts';
import type { Prepared } from './preparation.ts';
import { firstUnresolved, retrainWithout, rowsToRefit } from './refit.ts';
import { cut, emptySeries, type FitSeries, record, stoppingStep, withExactRows } from './series.ts';
import { learningRates } from './start.ts';

/** Training has diverged when its error is this many times what it began with (or the labels' variance, if more). */
const EXPLODED = 1e6;

export interface FitSetting {
  readonly core: Core;
  readonly problem: FitProblem;
  readonly prepared: Prepared;
  readonly shape: DescentShape;
  readonly start: Parameters;
  readonly kind: EstimatorKind;
  readonly cost: FitCost;
  readonly groups?: { readonly of: Int32Array; readonly count: number };
  readonly folds: readonly (readonly number[])[];
  /** Rows for the true error beside the estimate. */
  readonly fresh?: PreparedRows;
}

export interface FitOutcome {
  readonly status: RunStatus;
  /** The estimator whose numbers are in `series`: cross-validation where the tangent was unresolved. */
  readonly kind: EstimatorKind;
  readonly series: FitSeries;
  readonly rates: readonly (readonly number[])[];
  readonly refitRows: readonly number[];
  /** First iterate that stayed unresolved after the refits, if any. */
  readonly unresolvedFrom?: number;
  readonly stoppedByPatience: boolean;
  readonly divergedAt?: number;
  readonly details: Readonly<Record<string, number>>;
}

export interface TrainedFit {
  readonly outcome: FitOutcome;
  readonly step: number;
  readonly parameters: Parameters;
}

/** Trains with the estimate beside it, finds the stopping step, and trains once more up to there. */
export async function runFit(setting: FitSetting, run: Run): Promise<TrainedFit> {
  const { core, problem, prepared, start, cost } = setting;
  return core.withinAsync(async (scope) => {
    const constant = prepared.preparation.constant !== undefined;
    const design = createDesign(core, scope, { ...prepared, constant }, cost.form);
    const rates = learningRates(problem, core, design, start);
    const { outcome, snapshots } = await estimateAlong(setting, scope, design, rates, run);
    if (outcome.series.error.length === 0) {
      throw new SolveError({
        status: 'diverged',
        message: 'The outputs at the initial weights are no numbers.',
        remedy: 'Give smaller initial weights.',
        timeReached: 0,
      });
    }
    const step = stoppingStep(outcome.series, problem.stopping.rule);
    return { outcome, step, parameters: await trainTo(setting, design, rates, snapshots, step, run) };
  });
}

/** The parameters after `step` steps, from the last snapshot before: the operations of the run, hence its bits. */
async function trainTo(
  { core, shape, start, cost, problem }: FitSetting,
  design: Design,
  rates: FitOutcome['rates'],
  snapshots: Snapshots,
  step: number,
  run: Run,
): Promise<Parameters> {
  const work = cost.gradientDescent / problem.optimizer.steps;
  return core.withinAsync(async (scope) => {
    const descent = new GradientDescent(core, scope, design, { ...shape, order: 1 }, start);
    const { every, states } = snapshots;
    const nearest = Math.floor(step / every);
    descent.restore(states[nearest]!);
    for (let t = nearest * every; t < step; t++) {
      descent.evaluate();
      descent.step(rates[t]!);
      await run.advance(work, 'training to the stopping step');
    }
    return descent.parameters();
  });
}

async function estimateAlong(
  setting: FitSetting,
  scope: Scope,
  design: Design,
  rates: FitOutcome['rates'],
  run: Run,
): Promise<{ outcome: FitOutcome; snapshots: Snapshots }> {
  const { core, kind, problem, prepared, shape, start, cost } = setting;
  const components = kind === 'tangent' ? principalComponents(core, scope, design) : undefined;
  const live = await core.withinAsync((inner) => {
    const { rows, columns, constant } = design;
    const most = components ? headSize(problem, rows, columns, constant, components.rank) : 0;
    const head = cost.exact ? Math.min(most, cost.head!) : most;
    return follow(setting, inner, design, { components, head }, rates, run);
  });
  const { moves, outputs, snapshots, ...outcome } = live;
  if (kind !== 'tangent' || outputs.length === 0) return { outcome, snapshots };

  const deviation = prepared.labelDeviation;
  const last = outputs.length - 1;
  const stepWork = cost.gradientDescent / problem.optimizer.steps;
  let { series, status } = outcome;
  let refitRows: number[] = [];
  if (status !== 'aborted') {
    const rows = rowsToRefit(moves, cost.exact ? design.rows : problem.estimator.refits, deviation);
    const exact =
      rows.length === 0
        ? []
        : await retrainWithout(core, design, shape, start, rows, rates, last, run, stepWork * rows.length);
    if (!exact) status = 'aborted';
    else if (rows.length > 0) {
      refitRows = rows;
      series = withExactRows(series, rows, exact, prepared.labels);
    }
  }
  const unresolvedFrom = firstUnresolved(series.leftOut, outputs, moves, refitRows, deviation);
  if (unresolvedFrom === undefined) return { outcome: { ...outcome, status, series, refitRows }, snapshots };
  // First order fails from here on: nothing of it is shown. What was resolved remains where there is nothing else.
  const resolved = {
    ...outcome,
    refitRows,
    unresolvedFrom,
    series: cut(series, unresolvedFrom),
    status: 'aborted' as const,
  };
  if (status === 'aborted') return { outcome: resolved, snapshots };
  const validated = await core.withinAsync((inner) => validate(setting, inner, design, rates, last, run));
  if (!validated) return { outcome: resolved, snapshots };
  const kept = validated.error.length;
  const replaced: FitOutcome = {
    ...outcome,
    kind: 'cross-validation',
    status: kept <= last ? 'diverged' : status,
    divergedAt: kept <= last ? kept : outcome.divergedAt,
    series: { ...cut(series, kept), ...validated },
    refitRows,
    unresolvedFrom,
  };
  return { outcome: replaced, snapshots };
}

/** States of the run at iterates 0, every, 2 every, … */
interface Snapshots {
  readonly every: number;
  readonly states: Snapshot[];
}

/** Does a piece of work after another; undefined when cancelled in between. `advance` is told the share that is done. */
async function inPieces<T>(
  pieces: Pieces<T>,
  advance: (share: number) => Promise<boolean>,
): Promise<T | undefined> {
  for (;;) {
    const next = pieces.next();
    if (next.done) return next.value;
    if (!(await advance(next.value))) return undefined;
  }
}

interface Followed extends FitOutcome {
  /** Largest |fhat - f| of every row over the run. */
  readonly moves: Float64Array;
  /** f of every row, iterate by iterate. */
  readonly outputs: readonly Float64Array[];
  readonly snapshots: Snapshots;
}

/** The run and its estimator in lockstep. */
async function follow(
  setting: FitSetting,
  scope: Scope,
  design: Design,
  head: Pick<EstimatorSetting, 'components' | 'head'>,
  rates: FitOutcome['rates'],
  run: Run,
): Promise<Followed> {
  const { core, kind, problem, start, prepared, groups, folds, cost } = setting;
  const steps = rates.length;
  const shape = { ...setting.shape, order: estimatorOrder[kind] };
  const descent = new GradientDescent(core, scope, design, shape, start);
  const { labels, labelDeviation } = prepared;
  const { spectrum } = problem.estimator;
  const parts = {
    core,
    scope,
    descent,
    design,
    shape,
    start,
    steps,
    labels,
    groups,
    folds,
    spectrum,
    ...head,
  };
  const estimator: LiveEstimator = estimators[kind](parts);
  const fresh = setting.fresh && new FreshRows(core, scope, setting.shape, setting.fresh);
  const series = emptySeries();
  const outputs: Float64Array[] = [];
  const moves = new Float64Array(design.rows);
  const share = iterateShares(kind, steps);
  const snapshots: Snapshots = { every: snapshotInterval(descent.stateSize, design, steps), states: [] };
  const even = (cost.gradientDescent + (cost.test ?? 0)) / (steps + 1);
  const beside = cost.estimator - (cost.refits ?? 0);
  const { patience } = problem.stopping;
  let ceiling = 0;
  let lowest = 0;
  let status: RunStatus = 'complete';
  let divergedAt: number | undefined;
  let stoppedByPatience = false;
  for (let t = 0; ; t++) {
    descent.evaluate();
    const train = descent.trainError();
    if (t === 0) ceiling = EXPLODED * Math.max(train, labelDeviation * labelDeviation);
    const next = rates[Math.min(t, steps - 1)]!;
    const work = beside * share(t);
    // The first iterate is seen even when cancelled, so that there is something to return.
    const advance = async (part: number) => (await run.advance(part * work, 'training')) || t === 0;
    const explodes = !(train <= ceiling && Number.isFinite(ceiling));
    const estimate = explodes ? undefined : await inPieces(estimator.observe(t, next), advance);
    if (run.aborted && !estimate && !explodes) {
      status = 'aborted';
      break;
    }
    // What the tangent makes of a row that is no number is settled after the refits.
    if (!estimate || !(kind === 'tangent' || Number.isFinite(estimate.error + estimate.standardError))) {
      status = 'diverged';
      divergedAt = t;
      break;
    }
    record(series, train, estimate);
    if (t % snapshots.every === 0) snapshots.states.push(descent.snapshot());
    if (fresh) {
      const { error, standardError } = fresh.error(descent.parameters());
      series.test.push(error);
      series.testStandardError.push(standardError);
    }
    if (estimate.leftOut && estimate.output) {
      outputs.push(estimate.output);
      raise(moves, estimate.leftOut, estimate.output);
    }
    if (estimate.error < series.error[lowest]!) lowest = t;
    stoppedByPatience = patience !== undefined && t - lowest >= patience && t < steps;
    if (t === steps || stoppedByPatience) break;
    if (!(await run.advance(even, 'training'))) {
      status = 'aborted';
      break;
    }
    await inPieces(estimator.advance(t, rates[t]!), advance);
    if (run.aborted) {
      status = 'aborted';
      break;
    }
    descent.step(rates[t]!);
  }
  const { details } = estimator;
  return {
    status,
    kind,
    series,
    rates,
    refitRows: [],
    stoppedByPatience,
    divergedAt,
    details,
    moves,
    outputs,
    snapshots,
  };
}

/** most_k = max(most_k, |x_k - y_k|), where what is no number counts as infinite. */
function raise(most: Float64Array, x: Float64Array, y: Float64Array): void {
  for (let k = 0; k < most.length; k++) {
    const value = Math.abs(x[k]! - y[k]!);
    if (!(value <= most[k]!)) most[k] = Number.isFinite(value) ? value : Number.POSITIVE_INFINITY;
  }
}

/** The part of an estimator's whole work that iterate t of 0..steps takes; the onsager one looks back at all iterates twice. */
export function iterateShares(kind: EstimatorKind, steps: number): (t: number) => number {
  const whole = steps + 1;
  if (kind !== 'onsager') return () => 1 / whole;
  return (t) => (3 * t * t + 3 * t + 1) / (whole * whole * whole);
}

/** Cross-validation over iterates 0..last in place of a tangent that is unresolved; undefined when cancelled. */
async function validate(
  setting: FitSetting,
  scope: Scope,
  design: Design,
  rates: FitOutcome['rates'],
  last: number,
  run: Run,
): Promise<Pick<FitSeries, 'error' | 'standardError' | 'leftOut'> | undefined> {
  const { core, prepared, shape, start, folds, groups, cost, problem } = setting;
  const { labels } = prepared;
  const idle = { descent: undefined as never, head: 0, steps: rates.length };
  const parts = { core, scope, design, shape, start, labels, groups, folds, ...idle };
  const validation = estimators['cross-validation'](parts);
  const series = { error: [] as number[], standardError: [] as number[], leftOut: [] as Float64Array[] };
  const work = cost.crossValidation / problem.optimizer.steps;
  const advance = (share: number) => run.advance(share * work, 'cross-validation');
  for (let t = 0; t <= last; t++) {
    const observed = await inPieces(validation.observe(t, rates[Math.min(t, rates.length - 1)]!), advance);
    if (!observed) return undefined;
    const { error, standardError, leftOut } = observed;
    if (!Number.isFinite(error + standardError)) break;
    series.error.push(error);
    series.standardError.push(standardError);
    series.leftOut.push(leftOut!);
    if (t === last) break;
    await inPieces(validation.advance(t, rates[t]!), advance);
    if (run.aborted) return undefined;
  }
  return series;
}
