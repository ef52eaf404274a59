// From the runs of a theory to the solution that a caller gets: means, what the theory says of them, and whether a run diverged.
import { SolveError } from '../errors.ts';
import type { Observable, Solution, Warning } from '../solution.ts';
import type { Kind, Plan, Problem, Theory } from '../theory.ts';
import { summarise, type Trajectory } from '../trajectory.ts';

/** @throws SolveError where no run has a single iterate. */
export function solutionOf<P extends Problem>(
  theory: Theory<P>,
  problem: P,
  kind: Kind,
  trajectories: readonly Trajectory[],
  plan: Plan,
): Solution {
  const quantities = theory.quantities(problem);
  const summary = summarise(trajectories, theory.shapes(problem), quantities);
  const { status, iterates, runs } = summary;
  if (iterates === 0) {
    throw new SolveError({
      status: 'diverged',
      message: 'The values are not finite numbers before the first step.',
      remedy: theory.remedies.atStart,
    });
  }
  const report = theory.report(problem, kind, summary, trajectories, plan);
  const times = Float64Array.from(report.times).slice(0, iterates);
  const observables: Record<string, Observable> = { ...summary.observables };
  for (const [name, given] of Object.entries(report.given ?? {})) {
    if (!given) continue;
    const values = Float64Array.from(given);
    observables[name] = { values, shape: [values.length], ...quantities[name]! };
  }
  const diverged: Warning[] =
    status === 'diverged'
      ? [
          {
            code: 'diverged',
            message: `${whereDiverged(kind, trajectories, plan.runs, times, axisOf(observables))} ${theory.remedies.diverged(problem)}`,
          },
        ]
      : [];
  return {
    theory: theory.name,
    kind,
    status,
    times,
    observables,
    diagnostics: {
      warnings: [...diverged, ...report.warnings],
      runs,
      ...plan.choices,
      ...report.diagnostics,
    },
    problem: problem as unknown as Solution['problem'],
  };
}

/** What the leading axis is called: step, time, … */
const axisOf = (observables: Readonly<Record<string, Observable>>): string =>
  Object.values(observables)[0]?.axes[0] ?? 'time';

/** Which run diverged, at which of the times, and what became of those behind it. */
function whereDiverged(
  kind: Kind,
  trajectories: readonly Trajectory[],
  planned: number,
  times: Float64Array,
  axis: string,
): string {
  // The means end with the shortest run.
  const run = trajectories.findIndex(
    ({ status, iterates }) => status === 'diverged' && iterates === times.length,
  );
  const name = kind === 'simulation' ? `Replica ${run + 1}` : `Repetition ${run + 1} of the prediction`;
  const others = planned > run + 1 ? ', and the runs behind it are left out' : '';
  return `${name} diverged after ${axis} ${Number(times.at(-1)!.toPrecision(4))}; the values stop there${others}.`;
}
