// What a run returns: plain data that survives structuredClone, the same for every theory.

/** One quantity over a run. `values` is flat, row-major; `shape[0]` is the number of times unless `static`. */
export interface Observable {
  readonly values: Float64Array;
  /** Extents, e.g. [T+1] for a curve or [T+1, q, q] for a matrix per iterate. */
  readonly shape: readonly number[];
  /** `1` for dimensionless numbers, `label²` for squared errors, … */
  readonly unit: string;
  /** What it is, in words and with the equation's anchor. */
  readonly description: string;
  /** Monte Carlo standard error of each value, where the values are sampled. */
  readonly standardError?: Float64Array;
  /** Names of the axes of `shape`, e.g. ['step', 'unit', 'unit']. */
  readonly axes: readonly string[];
}

/** `complete`, or why the values stop early: cut short by the caller, or by divergence of the dynamics. */
export type RunStatus = 'complete' | 'aborted' | 'diverged';

/** A remark on the run that a user should read. */
export interface Warning {
  /** Stable identifier, e.g. `edge-of-stability`. */
  readonly code: string;
  readonly message: string;
}

export interface Diagnostics {
  readonly warnings: readonly Warning[];
  /** Anything else that explains the numbers: method chosen, cost, checks. Plain JSON. */
  readonly [name: string]: unknown;
}

export interface Solution {
  readonly theory: string;
  readonly kind: 'prediction' | 'simulation' | 'fit';
  readonly status: RunStatus;
  /** Iterates (integers) or gradient-flow times that the leading axis of the observables runs over. */
  readonly times: Float64Array;
  readonly observables: Readonly<Record<string, Observable>>;
  readonly diagnostics: Diagnostics;
  /** Everything the numbers depend on, checked and with defaults filled in: plain JSON. */
  readonly problem: Readonly<Record<string, unknown>>;
}

/** Progress of long work. `fraction` runs from 0 to 1; `remainingSeconds` is an estimate, or undefined at first. */
export interface Progress {
  readonly stage: string;
  readonly fraction: number;
  readonly remainingSeconds?: number;
}

export interface RunOptions {
  /** Ends the run early; it then returns what it has with status `aborted`. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
}
