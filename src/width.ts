// The question of how many neurons are enough, and its answer: how near a network is to infinite width. Knows no theory.
import type { Progress, RunStatus, Solution, Warning } from './solution.ts';

export interface WidthOptions {
  /** Largest root mean square gap in function space, (E‖f_m − f_ρ‖²)^½, in units of the label. */
  readonly tolerance: number;
  /** Time up to which it must hold; that of the config unless given. */
  readonly horizon?: number;
  /** Also simulate networks of the answer's width: `true` for 20 of them, or so many. */
  readonly check?: boolean | number;
}

/** The gap that was measured at the recommended width. */
export interface WidthCheck {
  readonly width: number;
  readonly replicas: number;
  /** Root of the largest mean square gap over the recorded times, and where it is. */
  readonly gap: number;
  readonly time: number;
  /** Standard error of `gap`; absent with one replica. */
  readonly standardError?: number;
  /** Whether the gap is below the tolerance, by two standard errors of slack where there are any. */
  readonly holds: boolean;
}

export interface WidthAnswer {
  /** Not `complete`: the prediction, and with it the answer, ends at `horizon`; or the check is missing. */
  readonly status: RunStatus;
  /** ⌈max Ω/tolerance²⌉, at least 1, where m E‖f_m − f_ρ‖² tends to Ω: first order in 1/m. */
  readonly width: number;
  /** max Ω over the horizon, and the time at which it is reached. */
  readonly scaledGap: number;
  readonly time: number;
  /** ⌈max envelope²/tolerance²⌉: what the bound asks for, to first order in 1/m. Capped at 1e300; absent where the prediction was cut short. */
  readonly guaranteed?: number;
  readonly tolerance: number;
  /** Time up to which the answer holds. */
  readonly horizon: number;
  /** Gaps below this cannot be measured in float64: the law's answer stands alone. */
  readonly noiseFloor: number;
  readonly warnings: readonly Warning[];
  readonly prediction: Solution;
  readonly check?: WidthCheck;
  /** The networks of the check. */
  readonly simulation?: Solution;
}

export type OnProgress = (progress: Progress) => void;

/** Runs of a config, as the caller conducts them. */
export interface Conductor {
  predict(config: unknown, onProgress: OnProgress): Promise<Solution>;
  simulate(config: unknown, onProgress: OnProgress): Promise<Solution>;
}
