// How far rounding errors grow in the derivative form: a finished run is run again on the same nodes, with learning rates that differ in
// their last bit, until the two part. Knows nothing of what is done about it.
import type { Core } from '../../../bindings/core.ts';
import { log } from '../../numerics/special.ts';
import type { Run } from '../../run.ts';
import { derivativeIterates, derivativeWork, type Nodes } from './derivative.ts';
import type { StateEvolutionInput } from './state.ts';

/** The two have parted where training errors differ by more than this share. */
export const PARTED = 1e-3;

/** Training errors below this share of the first one count as that: what is left there is rounding by itself. */
const FLOOR = 1e-6;

/** Multiply-adds of the second run, at most, as a share of those of all repetitions. */
const SHARE = 1 / 4;

/**
 * Steps of the second run of a repetition. A step costs like the square of its number, so that a quarter of the work of two
 * repetitions reaches four fifths of the steps; from four repetitions on it is all of them.
 */
export function probeSteps(width: number, steps: number, repetitions: number): number {
  const most = SHARE * repetitions * derivativeWork(width, steps, 1);
  let last = steps;
  while (last > 1 && derivativeWork(width, last, 1) > most) last--;
  return last;
}

/** When two runs part. */
export interface Parting {
  readonly step: number;
  /** The last step that was run, where the parting is told from the growth up to it. */
  readonly seen?: number;
}

/**
 * The first step at which a run with training errors `errors` and its repetition have parted. Where the repetition ends together, after
 * `last` steps and before the run, the growth over its last third goes on. Undefined where they stay together, or the caller has cancelled.
 */
export async function partingStep(
  core: Core,
  input: StateEvolutionInput,
  nodes: Nodes,
  root: Float64Array,
  errors: readonly number[],
  last: number,
  run: Run,
): Promise<Parting | undefined> {
  const learningRates = input.learningRates.map((rates) => rates.map((rate) => rate * (1 + Number.EPSILON)));
  const least = FLOOR * errors[0]!;
  /** The largest share by which errors differ up to each step. */
  const gaps: number[] = [];
  const parted = await core.withinAsync(async (scope) => {
    const iterates = derivativeIterates(core, scope, { ...input, learningRates }, nodes, root, () => 0);
    for (let t = 0; t <= last; t++) {
      const next = iterates.next();
      if (next.done) return undefined;
      const [error, other] = [errors[t]!, next.value.trainError];
      const difference = Math.abs(error - other);
      // Two errors of 0 have not parted, though there is nothing that they could be a share of.
      const gap = difference === 0 ? 0 : difference / Math.max(error, least);
      if (!(gap <= PARTED)) return { step: t };
      gaps.push(Math.max(gap, gaps[t - 1] ?? 0));
      if (!(await run.advance(0))) return undefined;
    }
    return undefined;
  });
  if (parted || run.aborted || last >= errors.length - 1) return parted;
  const from = Math.floor((2 * last) / 3);
  const [before, reached] = [gaps[from]!, gaps[last]!];
  if (!(before > 0 && reached > before)) return undefined;
  const step = last + Math.ceil(((last - from) * log(PARTED / reached)) / log(reached / before));
  return step < errors.length ? { step, seen: last } : undefined;
}
