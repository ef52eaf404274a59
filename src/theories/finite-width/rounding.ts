// How far rounding errors grow in the derivative form: it is run twice on few nodes, once with learning rates that differ in
// their last bit, until the two part. Knows nothing of what is done about it.
import type { Core } from '../../../bindings/core.ts';
import type { Run } from '../../run.ts';
import { derivativeIterates, type Nodes } from './derivative.ts';
import type { StateEvolutionInput } from './state.ts';

/** The two have parted where training errors differ by more than this share. */
export const PARTED = 1e-3;

/** Training errors below this share of the first one count as that: what is left there is rounding by itself. */
const FLOOR = 1e-6;

/** Multiply-adds of the two runs, at most, as a share of those of the whole prediction. */
const SHARE = 0.05;
const FEWEST = 64;
/** Most nodes, as a share of those of a repetition: both runs together take less memory than one repetition. */
const MOST = 1 / 4;

/**
 * Nodes of each of the two runs beside `repetitions` of `samples` nodes. Fewer nodes show the same growth a few steps earlier: at
 * q = 3, T = 60 the two part at step 29, 37, 31, 31 with 128, 256, 512, 2000 of them.
 */
export function probeNodes(samples: number, repetitions: number): number {
  const share = Math.min(MOST, (SHARE / 2) * repetitions);
  return Math.min(samples, Math.max(FEWEST, Math.floor(share * samples)));
}

/** The first step at which the two runs have parted; undefined where they stay together, or the caller has cancelled. */
export async function partingStep(
  core: Core,
  input: StateEvolutionInput,
  nodes: Nodes,
  root: Float64Array,
  run: Run,
): Promise<number | undefined> {
  const learningRates = input.learningRates.map((rates) => rates.map((rate) => rate * (1 + Number.EPSILON)));
  return core.withinAsync(async (scope) => {
    const runs = [input, { ...input, learningRates }].map((each) =>
      derivativeIterates(core, scope, each, nodes, root, () => 0),
    );
    let least = 0;
    for (let t = 0; ; t++) {
      const [a, b] = runs.map((iterates) => iterates.next());
      if (a!.done || b!.done) return undefined;
      const [error, other] = [a!.value.trainError, b!.value.trainError];
      if (t === 0) least = FLOOR * error;
      if (!(Math.abs(error - other) <= PARTED * Math.max(error, least))) return t;
      if (!(await run.advance(0))) return undefined;
    }
  });
}
