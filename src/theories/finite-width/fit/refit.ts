// The rows that first-order leave-one-out describes worst: which they are, their exact retraining, and whether what is
// left may be shown. Errors of the linearisation sit in a few influential rows.
import type { Core } from '../../../../bindings/core.ts';
import type { Run } from '../../../run.ts';
import { REFITS } from './cost.ts';
import { type DescentShape, type Design, GradientDescent, type Parameters } from './gradient-descent.ts';

/**
 * Rows in the order of their largest move |fhat - f|: as many as asked for, or by default 4 and then on, up to 12, while
 * the move is more than 2 standard deviations of the labels.
 */
export function rowsToRefit(moves: Float64Array, asked: number | 'auto', deviation: number): number[] {
  const order = Array.from(moves.keys()).sort((a, b) =>
    moves[a] === moves[b] ? a - b : moves[b]! > moves[a]! ? 1 : -1,
  );
  if (asked !== 'auto') return order.slice(0, asked);
  let count = Math.min(REFITS.least as number, order.length);
  while (count < Math.min(REFITS.most, order.length) && moves[order[count]!]! > REFITS.move * deviation)
    count++;
  return order.slice(0, count);
}

/**
 * Outputs on each row of the network trained without it, iterate 0..last; all of them side by side. Undefined when the
 * run was cancelled.
 */
export async function retrainWithout(
  core: Core,
  design: Design,
  shape: DescentShape,
  start: Parameters,
  rows: readonly number[],
  rates: readonly (readonly number[])[],
  last: number,
  run: Run,
  stepWork: number,
): Promise<Float64Array[] | undefined> {
  return core.withinAsync(async (scope) => {
    const leftOut = rows.map((row) => ({ rows: [row], divisor: design.rows }));
    const descent = new GradientDescent(core, scope, design, { ...shape, order: 1 }, start, leftOut);
    const out: Float64Array[] = [];
    for (let t = 0; t <= last; t++) {
      descent.evaluate();
      out.push(descent.heldOut.slice());
      if (t === last) break;
      descent.step(rates[t]!);
      if (!(await run.advance(stepWork, 'retraining without single rows'))) return undefined;
    }
    return out;
  });
}

/**
 * First iterate at which some row has moved more than 2 standard deviations of the labels and has not been retrained, or
 * is no number. From there on first order fails. `moves` holds the largest |leftOut - outputs| of every row.
 */
export function firstUnresolved(
  leftOut: readonly Float64Array[],
  outputs: readonly Float64Array[],
  moves: Float64Array,
  refitted: readonly number[],
  deviation: number,
): number | undefined {
  const limit = REFITS.move * deviation;
  const exact = new Set(refitted);
  const far = Array.from(moves.keys()).filter((k) => !(moves[k]! <= limit) && !exact.has(k));
  const at = leftOut.findIndex(
    (values, t) =>
      refitted.some((k) => !Number.isFinite(values[k]!)) ||
      far.some((k) => !(Math.abs(values[k]! - outputs[t]![k]!) <= limit)),
  );
  return at < 0 ? undefined : at;
}
