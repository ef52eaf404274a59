// What a fit will cost, told before it starts: flops of plain gradient descent, of the estimator and of cross-validation,
// and bytes of linear memory. Counted, not measured, so that whatever is decided by cost is decided alike everywhere.
import { deepParameterCount, networkWorkspaceSize } from '../../../../bindings/network.ts';
import { onsagerBytes } from '../onsager.ts';
import { componentsSize, PRODUCT_SCRATCH } from './components.ts';
import type { FitProblem } from './config.ts';
import { freshRowsSize, freshRowsWork } from './fresh-rows.ts';
import {
  cheaperForm,
  type DescentForm,
  descentSize,
  descentWork,
  designSize,
  snapshotInterval,
} from './gradient-descent.ts';
import { headParameters, headWork, tangentSize, tangentWork } from './tangent.ts';

/** Nominal speed of one thread, for the estimate of time only; machines differ by a factor of 3. */
const FLOPS_PER_SECOND = 6e9;
/** What one iterate of one network takes however small it is, in flops of that speed: 7 µs. */
const CALLS = 4e4;
/** Head may cost this many times plain gradient descent. */
const HEAD_BUDGET = 10;
/** Bytes of the core's own tables. */
const TABLES = 2 ** 16;
/** Rows retrained exactly: at least, at most, and the move (in label standard deviations) beyond which more are. */
export const REFITS = { least: 4, most: 12, move: 2 } as const;

/** What leave-one-out for every row may cost in units of an incomplete head, to be preferred to it. */
const EXACT_PREMIUM = 1.5;
/** Components that the head keeps where all rows are retrained exactly and it only has to see the sharpness. */
const SMALL_HEAD = 8;

export type EstimatorKind = 'tangent' | 'onsager' | 'cross-validation';

export interface FitCost {
  /** Flops of training once without any estimate. */
  readonly gradientDescent: number;
  /** Flops of the estimator, refits included, without the training itself. */
  readonly estimator: number;
  /** Flops of cross-validation with the configured number of folds. */
  readonly crossValidation: number;
  /** Flops of exact retraining among those of the estimator (tangent); more where more rows turn out to need it. */
  readonly refits?: number;
  /** Flops of the true error on test rows at every iterate, where there are any. */
  readonly test?: number;
  /** Flops of the whole fit: training, again from a snapshot to the stopping step, the estimator and the test rows. */
  readonly flops: number;
  /** Most bytes of linear memory, and of the predictions and snapshots that are kept. */
  readonly bytes: number;
  /** At a nominal 6 GFlop/s and 7 µs for every iterate of a network; machines differ. */
  readonly seconds: number;
  readonly kind: EstimatorKind;
  /** Principal components followed exactly (tangent only); an upper bound before the rank is known. */
  readonly head?: number;
  /** Every row is retrained without it, because that costs less than a head of this size would (tangent, "auto" only). */
  readonly exact?: boolean;
  readonly form: DescentForm;
}

/** Which form every descent of a fit runs in: decided once for the main run and the runs beside it. */
function formOfFit(problem: FitProblem, rows: number, columns: number, kind: EstimatorKind): DescentForm {
  const beside =
    kind === 'cross-validation' ? problem.estimator.folds : kind === 'tangent' ? REFITS.least : 0;
  return cheaperForm(rows, columns, problem.model.width, problem.optimizer.steps, 2 + beside);
}

/** Largest r with 3 m p² T <= max(10 times plain gradient descent, allowance), at most the rank. */
export function headSize(
  problem: FitProblem,
  rows: number,
  columns: number,
  constant: boolean,
  rank: number,
): number {
  const { model, optimizer, estimator } = problem;
  if (estimator.head === 'all') return rank;
  if (estimator.head !== 'auto') return Math.min(estimator.head, rank);
  const q = model.width;
  const steps = optimizer.steps;
  const deepCount = deepParameterCount(q, model.activations.length + 1);
  const budget = Math.max(HEAD_BUDGET * 4 * rows * columns * q * steps, estimator.allowance);
  let r = 0;
  while (r < rank && headWork(headParameters(r + 1, constant, q, deepCount), rows, steps) <= budget) r++;
  return r;
}

export function fitCost(
  problem: FitProblem,
  size: {
    readonly rows: number;
    readonly columns: number;
    readonly constant: boolean;
    /** Rows for the true error. */
    readonly testRows?: number;
  },
  kind: EstimatorKind,
): FitCost {
  const { rows, columns, constant, testRows = 0 } = size;
  const { model, optimizer, estimator } = problem;
  const q = model.width;
  const steps = optimizer.steps;
  const depth = model.activations.length + 1;
  const deepCount = deepParameterCount(q, depth);
  const form = formOfFit(problem, rows, columns, kind);
  const run = (count: number) => {
    const work = descentWork(rows, columns, q, steps, count)[form];
    return work - (form === 'dual' ? rows * rows * columns : 0) + 60 * rows * q * (depth - 1) * steps * count;
  };
  const setUp = form === 'dual' ? rows * rows * columns : 0;
  const gradientDescent = run(1);
  const folds = Math.min(estimator.folds, rows);
  const crossValidation = run(folds);
  const network = {
    width: q,
    activations: new Array(depth - 1).fill({ kind: 0, parameter: 0 }),
    samples: rows,
  };
  const design = designSize(rows, columns, form);
  const copies = (count: number) =>
    descentSize(rows, columns, q, deepCount, count, form) + networkWorkspaceSize({ ...network, order: 1 });
  const testShape = { width: q, activations: network.activations };
  const fresh = testRows > 0 ? freshRowsSize(testRows, columns, testShape) + 2 * q * columns : 0;
  const test = testRows > 0 ? (steps + 1) * freshRowsWork(testRows, columns, testShape) : 0;
  let beside = crossValidation;
  let refitWork = 0;
  let networks = 1 + (kind === 'cross-validation' ? folds : 0);
  let doubles = copies(1) + copies(folds) + fresh;
  let head: number | undefined;
  let exact = false;
  if (kind === 'tangent') {
    const rank = Math.min(rows - 1, columns - (constant ? 1 : 0));
    head = headSize(problem, rows, columns, constant, rank);
    const p = headParameters(head, constant, q, deepCount);
    const automatic = estimator.head === 'auto' && estimator.refits === 'auto';
    const premium = head < rank ? EXACT_PREMIUM : 1;
    exact =
      automatic && problem.stopping.patience === undefined && run(rows) <= premium * headWork(p, rows, steps);
    if (exact) head = Math.min(head, SMALL_HEAD);
    const some = estimator.refits === 'auto' ? REFITS.least : estimator.refits;
    const refits = exact ? rows : some;
    const order = Math.min(rows, columns);
    const decomposition = rows * columns * order + 9 * order * order * order;
    refitWork = run(refits);
    networks += refits;
    const headRows = head + (constant ? 1 : 0);
    beside = tangentWork(headRows, q, deepCount, rows, steps) + decomposition + refitWork;
    const size = componentsSize(rows, columns);
    const live = tangentSize(rows, q, head, deepCount) + networkWorkspaceSize({ ...network, order: 2 });
    const later = copies(Math.max(REFITS.most, folds, refits));
    doubles = size.kept + Math.max(size.passing, live + copies(1) + fresh, later);
  }
  const state = q * (form === 'dual' ? rows + 1 : columns) + deepCount;
  const every = snapshotInterval(state, { rows, columns }, steps);
  const snapshots = state * Math.ceil((steps + 1) / every);
  const predictions = kind === 'onsager' ? 0 : rows * (steps + 1) * (kind === 'tangent' ? 2 : 1);
  const kept = predictions + snapshots;
  const passing = form === 'dual' ? PRODUCT_SCRATCH : 0;
  let bytes = 8 * (design + Math.max(passing, doubles) + kept);
  if (kind === 'onsager') {
    beside = (rows * q * q * q * steps * steps * steps) / 3 + rows * q * q * steps * steps;
    const curved = networkWorkspaceSize({ ...network, order: 2 });
    bytes =
      8 * (design + Math.max(passing, copies(1) + curved + fresh) + kept) + onsagerBytes(q, rows, steps);
  }
  const again = (gradientDescent * Math.min(every - 1, steps)) / steps;
  const flops = setUp + gradientDescent + again + beside + test;
  return {
    gradientDescent,
    estimator: beside,
    crossValidation,
    ...(kind === 'tangent' && { refits: refitWork }),
    ...(testRows > 0 && { test }),
    flops,
    bytes: bytes + TABLES,
    seconds: (flops + CALLS * steps * networks) / FLOPS_PER_SECOND,
    kind,
    ...(head !== undefined && { head, exact }),
    form,
  };
}
