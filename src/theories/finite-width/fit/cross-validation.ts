// K-fold cross-validation beside a run: the folds' networks are trained side by side, all from one read of the rows a
// step, and each row is predicted by the network that has not seen its fold. Groups are left out as a whole.
// Assumes nothing but independent rows (or groups).
import type { Scope } from '../../../../bindings/arena.ts';
import type { Core } from '../../../../bindings/core.ts';
import { createStream } from '../../../numerics/random.ts';
import { type DescentShape, type Design, GradientDescent, type Parameters } from './gradient-descent.ts';

/** Row numbers of each fold, of sizes that differ by 1 at most, or by one group at most. */
export function splitFolds(
  rows: number,
  folds: number,
  seed: string,
  groups?: { readonly of: Int32Array; readonly count: number },
): number[][] {
  const stream = createStream(seed, 'folds');
  if (!groups) {
    const order = stream.permutation(rows);
    const out: number[][] = Array.from({ length: Math.min(folds, rows) }, () => []);
    order.forEach((row, i) => {
      out[i % out.length]!.push(row);
    });
    return out.map((fold) => fold.sort((a, b) => a - b));
  }
  const members: number[][] = Array.from({ length: groups.count }, () => []);
  groups.of.forEach((group, row) => {
    members[group]!.push(row);
  });
  // The largest groups first, each into the fold that has fewest rows; equal ones in shuffled order.
  const order = [...stream.permutation(groups.count)].sort((a, b) => members[b]!.length - members[a]!.length);
  const out: number[][] = Array.from({ length: Math.min(folds, groups.count) }, () => []);
  for (const group of order) {
    const smallest = out.reduce((best, fold) => (fold.length < best.length ? fold : best));
    smallest.push(...members[group]!);
  }
  return out.map((fold) => fold.sort((a, b) => a - b));
}

/** The folds' networks at one iterate after another. The loss of each is the mean over the rows that it sees. */
export class CrossValidation {
  readonly #descent: GradientDescent;
  /** Rows fold by fold. */
  readonly #rows: Int32Array;

  constructor(
    core: Core,
    scope: Scope,
    design: Design,
    shape: DescentShape,
    start: Parameters,
    folds: readonly (readonly number[])[],
  ) {
    this.#rows = Int32Array.from(folds.flat());
    const leftOut = folds.map((rows) => ({ rows, divisor: design.rows - rows.length }));
    this.#descent = new GradientDescent(core, scope, design, { ...shape, order: 1 }, start, leftOut);
  }

  /** Output on every row of the network that has not seen it. */
  observe(): Float64Array {
    const out = new Float64Array(this.#rows.length);
    this.#descent.evaluate();
    const { heldOut } = this.#descent;
    for (let i = 0; i < out.length; i++) out[this.#rows[i]!] = heldOut[i]!;
    return out;
  }

  /** One step of all folds; needs `observe` of the present iterate. */
  advance(rates: readonly number[]): void {
    this.#descent.step(rates);
  }
}

/** Mean of (y - fhat)² and its standard error over rows, or over groups where rows of a group are not independent. */
export function errorOf(
  labels: Float64Array,
  leftOut: Float64Array,
  groups?: { readonly of: Int32Array; readonly count: number },
): { error: number; standardError: number } {
  const m = labels.length;
  const square = (k: number) => (labels[k]! - leftOut[k]!) * (labels[k]! - leftOut[k]!);
  let total = 0;
  for (let k = 0; k < m; k++) total += square(k);
  const error = total / m;
  let spread = 0;
  if (!groups) {
    for (let k = 0; k < m; k++) spread += (square(k) - error) * (square(k) - error);
    return { error, standardError: Math.sqrt(spread / (m - 1) / m) };
  }
  // Linearisation of the ratio of sums over groups.
  const excess = new Float64Array(groups.count);
  groups.of.forEach((group, k) => {
    excess[group]! += square(k) - error;
  });
  for (const value of excess) spread += value * value;
  return { error, standardError: Math.sqrt((spread * groups.count) / (groups.count - 1)) / m };
}
