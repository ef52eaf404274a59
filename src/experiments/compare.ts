// Prediction and simulation of one configuration side by side, and what is left between them.
import { remainingSeconds } from '../run.ts';
import type { Observable, RunOptions, Solution } from '../solution.ts';
import type { Problem, Theory } from '../theory.ts';
import { type ConductOptions, conduct, costOf, refuseBeyondLimit } from './conduct.ts';

export interface Comparison {
  readonly prediction: Solution;
  readonly simulation: Solution;
  /** Simulation minus prediction for every quantity that both have, with the combined standard error. */
  readonly residual: Readonly<Record<string, Observable>>;
}

/** Quantities that say where others lie; their difference means nothing. */
const COORDINATES = new Set([
  'eigenvalueGrid',
  'sweep',
  'quantileLevels',
  'weightGrid',
  'overlapLevels',
  'widths',
]);

export async function compareTheory<P extends Problem>(
  theory: Theory<P>,
  problem: P,
  options: ConductOptions = {},
): Promise<Comparison> {
  const predicted = theory.plan(problem, 'prediction');
  const simulated = theory.plan(problem, 'simulation');
  refuseBeyondLimit(predicted, problem, 'prediction');
  refuseBeyondLimit(simulated, problem, 'simulation');
  const [first, second] = [costOf(predicted).seconds, costOf(simulated).seconds];
  const share = first / (first + second);
  const started = performance.now();
  const prediction = await conduct(theory, problem, 'prediction', {
    ...options,
    onProgress: part(options, 0, share, started),
  });
  const simulation = await conduct(theory, problem, 'simulation', {
    ...options,
    onProgress: part(options, share, 1, started),
  });
  return { prediction, simulation, residual: residualOf(prediction, simulation) };
}

/** Progress of one of the two as progress of the whole, which began at `started`. */
function part(options: RunOptions, from: number, to: number, started: number): RunOptions['onProgress'] {
  const { onProgress } = options;
  if (!onProgress) return undefined;
  return ({ stage, fraction }) => {
    const whole = from + (to - from) * fraction;
    onProgress({ stage, fraction: whole, remainingSeconds: remainingSeconds(started, whole) });
  };
}

/** Simulation minus prediction, over the iterates that both have. */
function residualOf(prediction: Solution, simulation: Solution): Record<string, Observable> {
  const out: Record<string, Observable> = {};
  for (const [name, simulated] of Object.entries(simulation.observables)) {
    const predicted = prediction.observables[name];
    if (!predicted || COORDINATES.has(name)) continue;
    const length = Math.min(simulated.values.length, predicted.values.length);
    const rows = Math.min(simulated.shape[0] ?? 1, predicted.shape[0] ?? 1);
    const values = new Float64Array(length);
    const error = combined(predicted, simulated, prediction.status === 'complete', length);
    for (let i = 0; i < length; i++) values[i] = simulated.values[i]! - predicted.values[i]!;
    const { standardError: _own, ...rest } = simulated;
    out[name] = {
      ...rest,
      values,
      shape: [rows, ...simulated.shape.slice(1)],
      ...(error && { standardError: error }),
      description: `simulation minus prediction of: ${simulated.description}`,
    };
  }
  return out;
}

/**
 * Standard error of the difference. A complete prediction without one is deterministic; a simulation without one is a single
 * replica, whose error is not known, and then the difference has none.
 */
function combined(
  predicted: Observable,
  simulated: Observable,
  complete: boolean,
  length: number,
): Float64Array | undefined {
  const { standardError } = simulated;
  if (!standardError || !(predicted.standardError || complete)) return undefined;
  return Float64Array.from({ length }, (_, i) => {
    const a = standardError[i]!;
    const b = predicted.standardError?.[i] ?? 0;
    return Math.sqrt(a * a + b * b);
  });
}
