// How many steps a run takes, and how many tries for a certificate, told beforehand. Fixed steps are counted; their stable length is that
// of the largest eigenvalue that Gram matrices of such rows have. Adaptive ones are what runs took. Knows no costs.
import { sharedCore } from '../../../bindings/load.ts';
import { exp, pow } from '../../numerics/special.ts';
import { featureKernel } from './dual-kernel.ts';
import { normalizes } from './ensemble.ts';
import { integratorOf, USUAL_THETA, USUAL_TOLERANCE } from './integrate.ts';
import { layerInputs, type MeanFieldProblem, sampleCount } from './problem.ts';
import { scalingOf } from './scaling.ts';
import { type TrainedActivation, trainedActivation } from './slopes.ts';

/** Adaptive steps beyond one a record: of scale 1 at the usual tolerance, for time 1/ρ of the start. They grow with the root of time. */
const ADAPTIVE_STEPS = 10;
/** Below this tolerance defects are those of rounding, which refuse nothing. */
const ROUNDING = 1e-14;
/** Rows and turns of the power iteration on given rows. */
const MOST_ROWS = 256;
const TURNS = 8;

export const activationOf = ({ model }: MeanFieldProblem): TrainedActivation =>
  trainedActivation(model.activation as Parameters<typeof trainedActivation>[0]);

/** Steps of the integrator over the whole run. */
export function estimatedSteps(problem: MeanFieldProblem): number {
  const { flow, data } = problem;
  const { integrator, records, time } = flow;
  const name = integratorOf(problem);
  if (name === 'adaptive') {
    const tolerance = integrator.kind === 'adaptive' ? integrator.tolerance : USUAL_TOLERANCE;
    // Measured for tanh: 20 to 7100 steps, scales 1 and 20, tolerances 1e-4 to 1e-8, ρ T from 1 to 800.
    const finer = pow(USUAL_TOLERANCE / Math.max(tolerance, ROUNDING), 0.37);
    const still = pow(scalingOf(problem).scale, -0.67);
    return records + ADAPTIVE_STEPS * finer * still * Math.sqrt(startRate(problem) * time);
  }
  const fixed = (step: number) => records * Math.max(1, Math.ceil(time / records / step - 1e-9));
  if (integrator.kind === 'exp1' || integrator.kind === 'exp2') return fixed(integrator.step);
  const theta = 'theta' in integrator ? integrator.theta : USUAL_THETA;
  const { steepest } = activationOf(problem);
  return fixed((theta * sampleCount(data)) / (steepest * steepest * largestGram(problem)));
}

/** About half of ρ at the start, the mean eigenvalue of K over n. */
function startRate(problem: MeanFieldProblem): number {
  const { steepest } = activationOf(problem);
  return (0.5 * steepest * steepest * meanSquare(problem)) / sampleCount(problem.data);
}

/** The logarithm of what the loss has fallen by at the next try for a certificate, and of the most that it usually falls by. */
const FALL = 0.36;
const MOST_FALL = 7;

/** The logarithm of what the loss falls by over a run, roughly. */
function estimatedFall(problem: MeanFieldProblem): number {
  return Math.min(startRate(problem) * problem.flow.time, MOST_FALL);
}

/** Tries for a certificate: one whenever the loss has fallen by a share. */
export const estimatedTries = (problem: MeanFieldProblem, steps: number): number =>
  Math.min(steps + 1, 1 + estimatedFall(problem) / FALL);

/** Integral of the least slopes of (C1) over displacements in units of M³/g, roughly. */
const WINDOW = 0.25;

/**
 * Whether (C1) finds a rate, at the start or along a run: where the scale is above its threshold, which falls like the root of the loss.
 * For Gaussian rows: the smallest eigenvalue of G is that of Marchenko and Pastur, rows of G have length √(1 + n/p).
 */
export function likelyFound(problem: MeanFieldProblem, along: boolean): boolean {
  const n = sampleCount(problem.data);
  const ratio = n / layerInputs(problem);
  if (ratio >= 1) return false;
  const gap = 1 - Math.sqrt(ratio);
  const speed = Math.sqrt((2 * (1 + ratio)) / n);
  const threshold = (n * speed * Math.SQRT1_2) / (WINDOW * activationOf(problem).steepest * gap * gap);
  const fall = along ? estimatedFall(problem) : 0;
  return scalingOf(problem).scale > threshold * exp(-fall / 2);
}

/** Mean square of the inputs of the trained layer. */
function meanSquare(problem: MeanFieldProblem): number {
  const { data } = problem;
  if (normalizes(problem)) return 1;
  if (data.kind === 'spiked') return 1 + data.strength / data.dimension;
  return data.kind === 'rows' ? squareOf(data.features) : 1;
}

/** The largest eigenvalue of G, roughly. */
export function largestGram(problem: MeanFieldProblem): number {
  const { data, model } = problem;
  const n = sampleCount(data);
  const inputs = data.kind === 'rows' ? largestOf(data.features, n) : drawnLargest(data, n);
  if (model.frozenLayers.length === 0) return normalizes(problem) ? inputs.relative : inputs.absolute;
  const { mean, slope, rest } = frozenShares(problem);
  const p = layerInputs(problem);
  const noise = 1 + Math.sqrt(n / p);
  return mean * n + slope * inputs.relative + rest * noise * noise;
}

/** Of the kernel of frozen layers at rows of mean square 1: what orthogonal rows share, how that rises with their overlap, and what is left. */
function frozenShares({ model }: MeanFieldProblem): { mean: number; slope: number; rest: number } {
  const overlap = 0.1;
  const across = Math.sqrt(1 - overlap * overlap);
  // The second row is orthogonal to the first; the third overlaps it by `overlap` of their squares.
  const X = Float64Array.of(1, 1, 1, -1, overlap + across, overlap - across);
  const train = { X, labels: new Float64Array(3), count: 3, dimension: 2 };
  const kernel = featureKernel(sharedCore(), model.frozenLayers, train, undefined);
  // Features that are 0 everywhere have no shares.
  if (!(kernel[0]! > 0)) return { mean: 0, slope: 0, rest: 0 };
  const mean = kernel[1]! / kernel[0]!;
  const slope = (kernel[2]! / kernel[0]! - mean) / overlap;
  return { mean, slope, rest: Math.max(0, 1 - mean - slope) };
}

interface Largest {
  readonly absolute: number;
  /** For rows of mean square 1. */
  readonly relative: number;
}

/** Of Gaussian rows, with a spike: the edge of Marchenko and Pastur, or the outlier where there is one. */
function drawnLargest(data: Exclude<MeanFieldProblem['data'], { kind: 'rows' }>, n: number): Largest {
  const d = data.dimension;
  const ratio = n / d;
  const root = 1 + Math.sqrt(ratio);
  const edge = root * root;
  const strength = data.kind === 'spiked' ? data.strength : 0;
  const absolute = strength * strength * ratio > 1 ? (1 + strength) * (ratio + 1 / strength) : edge;
  return { absolute, relative: absolute / (1 + strength / d) };
}

/** Of given rows over √d, from some of them. */
function largestOf(features: readonly (readonly number[])[], n: number): Largest {
  const stride = Math.max(1, Math.ceil(n / MOST_ROWS));
  const rows = features.filter((_, a) => a % stride === 0);
  const d = rows[0]!.length;
  let v = Array.from({ length: d }, (_, j) => 1 + 0.1 * (j % 7));
  let largest = 0;
  for (let turn = 0; turn < TURNS; turn++) {
    const next = new Array<number>(d).fill(0);
    for (const row of rows) {
      let dot = 0;
      for (let j = 0; j < d; j++) dot += row[j]! * v[j]!;
      for (let j = 0; j < d; j++) next[j]! += dot * row[j]!;
    }
    const norm = Math.sqrt(next.reduce((sum, x) => sum + x * x, 0));
    largest = norm / Math.sqrt(v.reduce((sum, x) => sum + x * x, 0));
    if (!(norm > 0)) break;
    v = next.map((x) => x / norm);
  }
  const absolute = (largest * n) / (rows.length * d);
  const square = squareOf(features);
  return { absolute, relative: square > 0 ? absolute / square : 1 };
}

function squareOf(rows: readonly (readonly number[])[]): number {
  let square = 0;
  for (const row of rows) for (const x of row) square += x * x;
  return square / (rows.length * rows[0]!.length);
}
