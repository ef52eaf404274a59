// What a user has to be told about an estimate: rules that look at data and run alone. Thresholds were set on one set of
// random runs on real tables and checked on another; docs/real-data.md has the numbers.
import type { Warning } from '../../../solution.ts';
import { RELIABILITY_LIMIT } from '../onsager.ts';
import type { FitProblem } from './config.ts';
import type { FitCost } from './cost.ts';
import type { Prepared } from './preparation.ts';
import type { FitOutcome } from './run.ts';

const FEW_ROWS = 30;
/** Fewest rows that prepared data may have; the estimators have not been tested below. */
export const FEWEST_ROWS = 20;
/** Running maximum of the sharpness; 2 is the edge of stability. */
const UNSTABLE = 1.9;
/** Sharpness that advice after divergence aims at: a quarter of the edge, since it grew to three times the first while networks learned. */
const CALM = 0.5;
const COARSE = 0.4;

interface Flags {
  readonly few: boolean;
  readonly unstable: readonly number[];
  readonly coarse: readonly number[];
  readonly unreliable: readonly number[];
}

function flagsOf({ series, kind, refitRows }: FitOutcome, rows: number): Flags {
  const linearised = kind === 'tangent' && refitRows.length < rows;
  let highest = 0;
  const running = series.sharpness.map((value) => (highest = Math.max(highest, value)));
  const where = (values: readonly number[], limit: number) =>
    values.flatMap((value, t) => (value > limit && t < series.error.length ? [t] : []));
  return {
    few: rows < FEW_ROWS,
    unstable: where(running, UNSTABLE),
    coarse: linearised ? where(series.tailShare, COARSE) : [],
    unreliable: where(series.reliability, RELIABILITY_LIMIT),
  };
}

/** 1 for every iterate whose estimate carries a warning. */
export function warnedIterates(outcome: FitOutcome, rows: number): Float64Array {
  const { few, unstable, coarse, unreliable } = flagsOf(outcome, rows);
  const out = new Float64Array(outcome.series.error.length).fill(few ? 1 : 0);
  for (const t of [...unstable, ...coarse, ...unreliable]) out[t] = 1;
  return out;
}

const iterates = (list: readonly number[]) =>
  list.length === 1 ? `iterate ${list[0]}` : `${list.length} iterates from ${list[0]} on`;

/** Remarks that follow from the problem before it is run. */
export function preparationWarnings(
  problem: FitProblem,
  { preparation }: Prepared,
  { kind, exact }: FitCost,
): Warning[] {
  const out: Warning[] = [];
  const kinked = problem.model.activations.find(
    (activation) => activation.kind === 'relu' || activation.kind === 'leaky-relu',
  );
  if (kinked && kind !== 'cross-validation' && !exact) {
    out.push({
      code: 'kinked-activation',
      message: `The estimate ignores the kink of ${kinked.kind}: it scattered by 3.5 to 9 % where softplus scattered by 0.4 %. Prefer softplus, silu or gelu.`,
    });
  }
  if (kind === 'onsager') {
    out.push({
      code: 'independent-columns-assumed',
      message:
        'The onsager estimate assumes independent columns of variance 1; on real tables it was up to 66 % off. Use "tangent" or "cross-validation" unless the features are drawn that way.',
    });
    if (preparation.scaling === 'none') {
      out.push({
        code: 'features-as-given',
        message: 'Features were taken as given: their columns must have mean 0 and variance 1.',
      });
    }
  }
  return out;
}

/**
 * What to do after divergence. Sharpness grows with the rates, so one factor for all of them brings it down; but that of weights
 * which have left says nothing of rates. Looked at are the iterates before the first one whose training error exceeds that of
 * the start.
 */
function calmer({ series }: FitOutcome, { optimizer }: FitProblem): string {
  const { train, sharpness } = series;
  const left = train.findIndex((error) => !(error <= train[0]!));
  const highest = Math.max(0, ...sharpness.slice(0, left < 0 ? train.length : left));
  const automatic =
    optimizer.learningRates === 'auto' ? '' : ', or take automatic ones (--learning-rates auto)';
  if (highest === 0) return `Lower the learning rates${automatic}.`;
  const factor = Math.min(0.5, CALM / highest);
  const measured =
    highest > UNSTABLE
      ? `The largest sharpness before that was ${highest.toPrecision(3)}, where training is stable below 2`
      : 'Training began below the edge of stability and left it';
  return `${measured}: multiply all learning rates by ${Number(factor.toPrecision(2))}${automatic}.`;
}

/** Remarks on the run. */
export function fitWarnings(outcome: FitOutcome, rows: number, step: number, problem: FitProblem): Warning[] {
  const { series, status, kind, unresolvedFrom, divergedAt, refitRows } = outcome;
  const { few, unstable, coarse, unreliable } = flagsOf(outcome, rows);
  const out: Warning[] = [];
  const last = series.error.length - 1;
  const highest = Math.max(0, ...series.sharpness);
  if (few) {
    out.push({
      code: 'few-rows',
      message:
        `With ${rows} rows even exact leave-one-out is mostly noise (33 % at 30 rows).` +
        (rows < FEWEST_ROWS
          ? ` Data that is prepared here must have ${FEWEST_ROWS} rows; data.standardize: false lifts that, and no estimate has been tested with so few.`
          : ''),
    });
  }
  if (divergedAt !== undefined) {
    out.push({
      code: 'diverged',
      message: `Training diverged at step ${divergedAt}; nothing after step ${last} is reported. ${calmer(outcome, problem)}`,
    });
  }
  if (unresolvedFrom !== undefined) {
    const instead =
      kind === 'cross-validation'
        ? 'The estimate shown is cross-validation instead.'
        : 'Later iterates are not shown; use the estimator "cross-validation".';
    out.push({
      code: 'unresolved',
      message: `From step ${unresolvedFrom} on some row moves its own prediction by more than two standard deviations of the labels, and leaving it out is no small change. ${instead}`,
    });
  }
  // Of a run that diverged, the remark above says what follows from the sharpness.
  if (unstable.length > 0 && divergedAt === undefined) {
    out.push({
      code: 'unstable',
      message: `Sharpness reached ${highest.toPrecision(3)}, the edge of stability, at ${iterates(unstable)}: one estimate in ten is off by more than 27 %. Lower the learning rates.`,
    });
  }
  if (coarse.length > 0) {
    out.push({
      code: 'coarse',
      message: `More than 40 % of the leave-one-out shift comes from the merged tail at ${iterates(coarse)}. Raise estimator.head or estimator.allowance, or use cross-validation.`,
    });
  }
  if (unreliable.length > 0) {
    out.push({
      code: 'unreliable',
      message: `The corrected pre-activations disagree with the weights at ${iterates(unreliable)}; the estimate may be far off there.`,
    });
  }
  if (status === 'aborted') {
    const refits =
      problem.estimator.refits !== 0 && outcome.details.head !== undefined && refitRows.length === 0;
    out.push({
      code: 'aborted',
      message: `Stopped by the caller after step ${last}.${refits ? ' No row was retrained exactly.' : ''}`,
    });
  }
  if (
    status === 'complete' &&
    step === last &&
    !outcome.stoppedByPatience &&
    problem.stopping.rule === 'minimum'
  ) {
    out.push({
      code: 'minimum-at-end',
      message: `The estimate is lowest at the last step, ${last}: more steps (optimizer.steps, --steps) may lower it further.`,
    });
  }
  return out;
}
