// When the network leaves the uninformed start: the time at which the loss has halved, and how it grows with the input dimension: (E1).
import type { Core } from '../../../bindings/core.ts';
import { escapeDuration } from './initial-law.ts';
import { irreducibleLoss } from './links.ts';
import { initialLawOf, MeanField } from './mean-field.ts';
import { linksOfProblem, type PropagationProblem } from './problem.ts';

/** An escape is not waited for beyond so many steps, nor so many times the horizon that is tried first. */
const MOST_ESCAPE_STEPS = 50_000;
export const MOST_HORIZONS = 4;

/** The time at which three losses, a step apart and the last at `time`, have passed `level`: by the parabola through them. */
export function crossing(losses: readonly number[], time: number, stepSize: number, level: number): number {
  const [before, previous, now] = losses.length < 3 ? [undefined, ...losses.slice(-2)] : losses.slice(-3);
  if (previous === undefined || now === undefined) return time;
  const linear = (previous - level) / (previous - now);
  if (before === undefined) return time - (1 - linear) * stepSize;
  // In x from the middle point: previous + first x + second x².
  const first = (now - before) / 2;
  const second = (now - 2 * previous + before) / 2;
  const root = Math.sqrt(Math.max(0, first * first - 4 * second * (previous - level)));
  const x = (2 * (previous - level)) / (-first + root);
  return time - (1 - (x >= 0 && x <= 1 ? x : linear)) * stepSize;
}

/** Loss halving times of a run that is watched step by step. */
export class EscapeWatch {
  /** Undefined until the loss has halved. */
  time: number | undefined;
  readonly #stepSize: number;
  readonly #losses: number[];
  readonly #level: number;

  constructor(firstLoss: number, stepSize: number) {
    this.#losses = [firstLoss];
    this.#level = firstLoss / 2;
    this.#stepSize = stepSize;
  }

  /** Tells the loss after the `step`-th step. */
  see(step: number, loss: number): void {
    if (this.time !== undefined) return;
    this.#losses.push(loss);
    if (this.#losses.length > 3) this.#losses.shift();
    if (loss <= this.#level) {
      this.time = crossing(this.#losses, step * this.#stepSize, this.#stepSize, this.#level);
    }
  }
}

/** Overlaps, in standard deviations, beyond which neurons must have left for the loss to have halved: all of them, or one side. */
const LEFT = { even: 1, odd: 0.5 } as const;
/** Steps between two looks at whether the caller has cancelled. */
const STRIDE = 64;

/** A horizon that holds the escape in well-specified cases: 1.2 times the time of the neurons that have to leave. */
export function escapeHorizon(problem: PropagationProblem, inputDimension: number): number {
  const links = linksOfProblem(problem);
  const most = MOST_ESCAPE_STEPS * problem.optimizer.stepSize;
  const from = LEFT[links.parity === 'even' ? 'even' : 'odd'] / Math.sqrt(inputDimension);
  return Math.min(most, 1 + 1.2 * escapeDuration(links, from, most));
}

/**
 * Escape time at another input dimension; undefined where it does not come in reasonable time, cannot come, or `pace`, which is asked now and
 * then, says that the caller has cancelled. Panels are laid for a horizon that is doubled until the escape lies within it.
 */
export async function escapeTime(
  core: Core,
  problem: PropagationProblem,
  inputDimension: number,
  pace: () => Promise<boolean>,
): Promise<number | undefined> {
  const links = linksOfProblem(problem);
  const { kind, stepSize } = problem.optimizer;
  const { panelNodes } = problem.prediction;
  const first = escapeHorizon(problem, inputDimension);
  for (let horizon = first; ; horizon *= 2) {
    const law = initialLawOf(problem, links, panelNodes, inputDimension, horizon);
    const found = await core.withinAsync(async (scope) => {
      const field = new MeanField(core, scope, { inputDimension, links, law, kind, stepSize });
      if (irreducibleLoss(links) >= 0.5 * field.loss()) return 'never';
      const watch = new EscapeWatch(field.loss(), stepSize);
      const steps = Math.min(MOST_ESCAPE_STEPS, Math.ceil(horizon / stepSize));
      for (let step = 1; step <= steps && watch.time === undefined; step++) {
        if (step % STRIDE === 0 && !(await pace())) return 'cancelled';
        field.advance();
        watch.see(step, field.loss());
      }
      return watch.time;
    });
    if (found === 'cancelled' || found === 'never') return undefined;
    if (found !== undefined) return found;
    if (horizon / stepSize >= MOST_ESCAPE_STEPS || horizon >= MOST_HORIZONS * first) return undefined;
  }
}
