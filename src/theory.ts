// What a theory must offer so that predictions, simulations, sweeps and the command line treat all of them alike.
import type { Core } from '../bindings/core.ts';
import type { JsonSchema } from './check.ts';
import type { Run } from './run.ts';
import type { Warning } from './solution.ts';
import type { Quantity, Shapes, Summary, Trajectory } from './trajectory.ts';
import type { Conductor, OnProgress, WidthAnswer, WidthOptions } from './width.ts';

export type Kind = 'prediction' | 'simulation';

/** What a prediction or a simulation will take, known before it starts. */
export interface Plan {
  /** Independent runs (repetitions, replicas); each may go to another worker. */
  readonly runs: number;
  /** Bytes of WebAssembly memory of one run. */
  readonly bytes: number;
  /** Multiply-adds of one run; other work counts as those that take as long. */
  readonly work: number;
  /** Multiply-adds a second of one thread, where they are not those of an ordinary loop. */
  readonly speed?: number;
  /** What would save memory first, where something would. */
  readonly remedy?: string;
  /** What was chosen and why, for the diagnostics: evaluator, form, rules. */
  readonly choices: Readonly<Record<string, unknown>>;
}

/** A checked configuration: plain, frozen, defaults filled in. */
export interface Problem {
  readonly theory: string;
  readonly seed: string;
  readonly limits: { readonly memoryGiB: number };
}

/** What a theory says of its runs beside their mean values. */
export interface Report {
  /** What the leading axis of the observables runs over, as far as it was planned. */
  readonly times: ArrayLike<number>;
  /** Values that are chosen, not measured (levels, bins, points of a sweep): one axis, no standard error. */
  readonly given?: Readonly<Record<string, ArrayLike<number> | undefined>>;
  readonly warnings: readonly Warning[];
  /** For the diagnostics, beside the plan's choices: plain JSON. */
  readonly diagnostics?: Readonly<Record<string, unknown>>;
}

export interface Theory<P extends Problem = Problem> {
  readonly name: string;
  /** @throws ConfigError with every problem found. */
  check(config: unknown): P;
  jsonSchema(): JsonSchema;
  /** The configuration of `fit`, where the theory estimates errors on the user's own rows. */
  fitJsonSchema?(): JsonSchema;
  plan(problem: P, kind: Kind): Plan;
  /** One run: a pure function of its arguments, whatever the worker. `run.advance` is called with shares of `plan.work`. */
  run(core: Core, problem: P, kind: Kind, index: number, run: Run): Promise<Trajectory>;
  /** Unit, axes and meaning of every quantity, the same for prediction and simulation. */
  quantities(problem: P): Readonly<Record<string, Quantity>>;
  /** Extents of those that runs measure. */
  shapes(problem: P): Shapes;
  /** Of the runs, in their order, and the means over them. That a run diverged is said by the caller. */
  report(problem: P, kind: Kind, summary: Summary, trajectories: readonly Trajectory[], plan: Plan): Report;
  /** What to change where a run diverged on its way, and where values are no numbers from the start. */
  readonly remedies: { diverged(problem: P): string; readonly atStart: string };
  /** How many neurons come near infinite width, where the theory knows that limit. */
  widthFor?(
    problem: P,
    options: WidthOptions,
    conductor: Conductor,
    onProgress?: OnProgress,
  ): Promise<WidthAnswer>;
}
