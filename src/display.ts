// How a theory's results are shown: which curves under which names, in which figures. Plain data; the command line
// prints and draws it.
import type { Chart } from './chart.ts';
import type { Observable, Solution } from './solution.ts';
import type { Problem } from './theory.ts';

/** What there is to show: one solution, or two with their difference. */
export interface Shown {
  readonly prediction?: Solution;
  readonly simulation?: Solution;
  readonly residual?: Readonly<Record<string, Observable>>;
}

export interface Display<P extends Problem = Problem> {
  /** The curves of tables, in order, in words. Other curves are shown only where none of these is there. */
  readonly words: Readonly<Record<string, string>>;
  /** Sizes and settings that a figure names below its title. */
  settings(problem: P): readonly string[];
  /** What follows from the numbers, a sentence a line, below the table. */
  notes?(shown: Shown): readonly string[];
  /** The figures, the main one first; none where there is nothing to draw. */
  charts(shown: Shown): readonly Chart[];
}

/** The curve of one number per time, if the solution has it. */
export function curveOf(solution: Solution | undefined, name: string): Observable | undefined {
  const curve = solution?.observables[name];
  return curve?.shape.length === 1 && curve.shape[0] === solution!.times.length ? curve : undefined;
}
