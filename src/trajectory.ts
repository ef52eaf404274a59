// One run of a theory or an experiment, and the mean of several: values with their standard errors, in the order of the
// runs, so that neither the number of workers nor the order of arrival changes a bit.
import type { Observable, RunStatus } from './solution.ts';

/** What a theory says of one of its quantities: the same for prediction and simulation. */
export interface Quantity {
  readonly unit: string;
  readonly axes: readonly string[];
  readonly description: string;
}

/** Extents of a quantity behind its leading axis of steps, or all of them where it does not run over steps. */
export type Shapes = Readonly<Record<string, readonly number[]>>;

export interface Trajectory {
  readonly status: RunStatus;
  /** Iterates recorded, at most T + 1. */
  readonly iterates: number;
  /** The rows behind so many only repeat the last of them: the run ended by itself before its time. */
  readonly settled?: number;
  /** Values by quantity, `iterates` rows each. */
  readonly series: Readonly<Record<string, Float64Array>>;
  /** Values that do not run over iterates, of the last one. */
  readonly final: Readonly<Record<string, Float64Array>>;
  /** Numbers for the diagnostics, by name. */
  readonly notes: Readonly<Record<string, number>>;
}

/** Collects the rows of a run. A row with a value that is not finite ends the run as diverged. */
export class Recorder {
  readonly #rows: Record<string, Float64Array[]> = {};
  #iterates = 0;
  #settled: number | undefined;

  get iterates(): number {
    return this.#iterates;
  }

  /** Adds one iterate; false where a value is not finite, and then nothing of it is kept. */
  add(row: Readonly<Record<string, number | Float64Array | undefined>>): boolean {
    const entries = Object.entries(row).filter(
      (entry): entry is [string, number | Float64Array] => entry[1] !== undefined,
    );
    const arrays = entries.map(
      ([name, value]) => [name, typeof value === 'number' ? Float64Array.of(value) : value] as const,
    );
    if (!arrays.every(([, value]) => value.every(Number.isFinite))) return false;
    for (const [name, value] of arrays) (this.#rows[name] ??= []).push(value);
    this.#iterates++;
    return true;
  }

  /** The next row is the last with anything new. */
  settle(): void {
    this.#settled ??= this.#iterates + 1;
  }

  finish(
    status: RunStatus,
    final: Record<string, Float64Array> = {},
    notes: Record<string, number> = {},
  ): Trajectory {
    const series: Record<string, Float64Array> = {};
    for (const [name, rows] of Object.entries(this.#rows)) {
      if (rows.length < this.#iterates) continue;
      series[name] = concatenate(rows);
    }
    const settled = this.#settled !== undefined && { settled: this.#settled };
    return { status, iterates: this.#iterates, ...settled, series, final, notes };
  }
}

function concatenate(rows: readonly Float64Array[]): Float64Array {
  const width = rows[0]?.length ?? 0;
  const out = new Float64Array(rows.length * width);
  rows.forEach((row, i) => {
    out.set(row, i * width);
  });
  return out;
}

export interface Summary {
  readonly status: RunStatus;
  readonly iterates: number;
  readonly runs: number;
  readonly observables: Record<string, Observable>;
}

/**
 * Mean and standard error over runs. Runs that were cut short are left out when any is complete; otherwise all are cut
 * to the shortest. Rows end where all runs have settled; those that settled before keep their last values. With one run there is no standard error.
 */
export function summarise(
  trajectories: readonly Trajectory[],
  shapes: Shapes,
  quantities: Readonly<Record<string, Quantity>>,
): Summary {
  const whole = trajectories.filter(({ status }) => status === 'complete');
  const aborted = trajectories.some(({ status }) => status === 'aborted');
  const diverged = trajectories.some(({ status }) => status === 'diverged');
  const used = diverged
    ? trajectories.filter(({ status }) => status !== 'aborted')
    : whole.length > 0
      ? whole
      : trajectories;
  const iterates = Math.min(
    ...used.map((trajectory) => trajectory.iterates),
    Math.max(...used.map(({ settled = Number.POSITIVE_INFINITY }) => settled)),
  );
  const observables: Record<string, Observable> = {};
  for (const [name, shape] of Object.entries(shapes)) {
    const inSeries = used.every(({ series }) => series[name] !== undefined);
    const inFinal = used.every(({ final }) => final[name] !== undefined);
    if (!inSeries && !inFinal) continue;
    const length = shape.reduce((product, extent) => product * extent, inSeries ? iterates : 1);
    const rows = used.map(({ series, final }) =>
      (inSeries ? series[name]! : final[name]!).subarray(0, length),
    );
    const { mean, standardError } = meanOf(rows);
    observables[name] = {
      values: mean,
      shape: inSeries ? [iterates, ...shape] : shape,
      ...quantities[name]!,
      ...(standardError && { standardError }),
    };
  }
  return {
    status: diverged ? 'diverged' : aborted ? 'aborted' : 'complete',
    iterates,
    runs: used.length,
    observables,
  };
}

/** Mean over runs and its standard error, entry by entry. */
export function meanOf(rows: readonly Float64Array[]): { mean: Float64Array; standardError?: Float64Array } {
  const count = rows.length;
  const mean = new Float64Array(rows[0]!.length);
  for (const row of rows) for (let i = 0; i < mean.length; i++) mean[i]! += row[i]!;
  for (let i = 0; i < mean.length; i++) mean[i]! /= count;
  if (count < 2) return { mean };
  const standardError = new Float64Array(mean.length);
  for (const row of rows) {
    for (let i = 0; i < mean.length; i++) {
      const gap = row[i]! - mean[i]!;
      standardError[i]! += gap * gap;
    }
  }
  for (let i = 0; i < mean.length; i++) standardError[i] = Math.sqrt(standardError[i]! / (count - 1) / count);
  return { mean, standardError };
}
