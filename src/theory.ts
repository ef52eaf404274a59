// What a theory must offer so that predictions, simulations, sweeps and the command line treat all of them alike.
import type { Core } from '../bindings/core.ts';
import type { JsonSchema } from './check.ts';
import type { Run } from './run.ts';
import type { Solution } from './solution.ts';
import type { Trajectory } from './trajectory.ts';
import type { Conductor, OnProgress, WidthAnswer, WidthOptions } from './width.ts';

export type Kind = 'prediction' | 'simulation';

/** What a prediction or a simulation will take, known before it starts. */
export interface Plan {
  /** Independent runs (repetitions, replicas); each may go to another worker. */
  readonly runs: number;
  /** Bytes of WebAssembly memory of one run. */
  readonly bytes: number;
  /** Multiply-adds of one run. */
  readonly work: number;
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
  assemble(problem: P, kind: Kind, trajectories: readonly Trajectory[], plan: Plan): Solution;
  /** How many neurons come near infinite width, where the theory knows that limit. */
  widthFor?(
    problem: P,
    options: WidthOptions,
    conductor: Conductor,
    onProgress?: OnProgress,
  ): Promise<WidthAnswer>;
}
