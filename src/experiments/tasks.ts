// Several checked problems of one theory, solved one after the other as one piece of work with one progress. Knows not what
// they have in common.
import { remainingSeconds } from '../run.ts';
import type { Solution } from '../solution.ts';
import type { Kind, Problem, Theory } from '../theory.ts';
import { type ConductOptions, conduct, costOf, refuseBeyondLimit } from './conduct.ts';

export interface Task<P extends Problem> {
  readonly problem: P;
  readonly kind: Kind;
}

/** Solutions in the order of the tasks; those behind an aborted one are missing. @throws SolveError before anything runs */
export async function conductTasks<P extends Problem>(
  theory: Theory<P>,
  tasks: readonly Task<P>[],
  options: ConductOptions = {},
): Promise<Solution[]> {
  const spans = tasks.map(({ problem, kind }) => {
    const plan = theory.plan(problem, kind);
    refuseBeyondLimit(plan, problem, kind);
    return costOf(plan).seconds;
  });
  const total = spans.reduce((sum, seconds) => sum + seconds, 0);
  const started = performance.now();
  const solutions: Solution[] = [];
  let done = 0;
  for (const [index, { problem, kind }] of tasks.entries()) {
    const solution = await conduct(theory, problem, kind, {
      ...options,
      onProgress: ({ fraction, stage }) => {
        const share = (done + fraction * spans[index]!) / total;
        const prefix = tasks.length > 2 ? `${index + 1} of ${tasks.length}, ` : '';
        options.onProgress?.({
          stage: `${prefix}${stage}`,
          fraction: share,
          remainingSeconds: remainingSeconds(started, share),
        });
      },
    });
    solutions.push(solution);
    if (solution.status === 'aborted') break;
    done += spans[index]!;
  }
  return solutions;
}
