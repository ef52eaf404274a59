// What enters the state evolution of finite-width networks, and what one iterate of it says. Shared by its evaluators
// (projection, derivative, population, linear), which differ in how they take expectations.
//
// Letters: phi = m/n; S0 = Gram of (mu, columns of W_1^(0)); R0 R0' = S0; q units; L layers; T steps.

import { deepParameterCount, type HiddenActivation } from '../../../bindings/network.ts';
import type { LawSpec } from '../../numerics/laws.ts';
import { choleskyFactor } from '../../numerics/linalg.ts';
import { multiply, multiplyTransposed, part } from '../../numerics/square.ts';
import type { Link } from './link.ts';

export interface NoiseLaw {
  readonly spec: LawSpec;
  readonly kind: number;
  readonly parameter: number;
  readonly variance: number;
}

export interface StateEvolutionInput {
  /** phi = m/n; Infinity for the population limit. */
  readonly sampleRatio: number;
  readonly width: number;
  readonly activations: readonly HiddenActivation[];
  /** S0, (1+q) x (1+q), order mu, then units. */
  readonly gram: Float64Array;
  /** Deep parameters at the start, packed W_2, c_2, …, W_L, c_L; all c are 0 and stay so. */
  readonly deep: Float64Array;
  /** T rows of L learning rates. */
  readonly learningRates: readonly (readonly number[])[];
  readonly link: Link;
  readonly noise: NoiseLaw;
}

/** One iterate. Matrices are row-major q x q unless said otherwise. */
export interface Iterate {
  readonly trainError: number;
  readonly testError: number;
  /** Q_t = Cov(U_t). */
  readonly gram: Float64Array;
  /** c_t = Cov(U_t, U_*). */
  readonly signalCovariance: Float64Array;
  /** N_t: the part of Q_t that is independent of signal and initialisation. */
  readonly noiseGram: Float64Array;
  /** A_t and beta_t in b_t = A_t b_0 + beta_t M + noise; undefined where S0 is singular. */
  readonly gain: Float64Array | undefined;
  readonly signalGain: Float64Array | undefined;
  readonly deep: Float64Array;
}

/** Lower-triangular R0 with R0 R0' = S0; a zero pivot (twin units, W_1 = 0, mu = 0) leaves a zero column. */
export function gramRoot(gram: Float64Array, size: number): { root: Float64Array; regular: boolean } {
  const { factor, rank } = choleskyFactor({ rows: size, columns: size, data: gram }, { tolerance: 1e-12 });
  return { root: factor.data, regular: rank === size };
}

/**
 * The effective signal (S8): [beta_t A_t] = a_t R0^{-1} from the coordinates a_t (q x (1+q)) of the deterministic part of U_t in the basis e, where
 * (U_*, U_0) = R0 e.
 */
export function effectiveSignal(
  a: Float64Array,
  root: Float64Array,
  q: number,
): { beta: Float64Array; A: Float64Array } {
  const size = q + 1;
  const solution = new Float64Array(a);
  for (let i = 0; i < q; i++) {
    for (let k = size - 1; k >= 0; k--) {
      let value = solution[i * size + k]!;
      for (let j = k + 1; j < size; j++) value -= solution[i * size + j]! * root[j * size + k]!;
      solution[i * size + k] = value / root[k * size + k]!;
    }
  }
  return { beta: part(solution, size, 0, q, 0, 1), A: part(solution, size, 0, q, 1, size) };
}

/** Q_t, c_t and N_t from a_t (q x (1+q)), N_t (q x q) and R0. */
export function overlapsOf(
  a: Float64Array,
  noiseGram: Float64Array,
  root: Float64Array,
  q: number,
): { gram: Float64Array; signalCovariance: Float64Array } {
  const size = q + 1;
  const gram = multiplyTransposed(a, a, q, size, q);
  for (let i = 0; i < gram.length; i++) gram[i]! += noiseGram[i]!;
  return { gram, signalCovariance: multiply(a, root.slice(0, size), q, size, 1) };
}

/** One rate per deep parameter, from one rate per layer (index 1 for layer 2 …); biases get `biasFactor` times it. */
export function deepRates(
  rates: readonly number[],
  width: number,
  depth: number,
  biasFactor: 0 | 1,
): Float64Array {
  const out = new Float64Array(deepParameterCount(width, depth));
  let at = 0;
  for (let layer = 2; layer <= depth; layer++) {
    const weights = layer === depth ? width : width * width;
    const biases = layer === depth ? 1 : width;
    out.fill(rates[layer - 1]!, at, at + weights);
    out.fill(biasFactor * rates[layer - 1]!, at + weights, at + weights + biases);
    at += weights + biases;
  }
  return out;
}

/** theta_d - rate .* gradient, a new array. */
export function descend(deep: Float64Array, rates: Float64Array, gradient: Float64Array): Float64Array {
  return deep.map((value, p) => (rates[p] === 0 ? value : value - rates[p]! * gradient[p]!));
}

/** Growth of the training error beyond which a run counts as diverged; the iterate that shows it is not kept. */
export const DIVERGENCE_FACTOR = 1e12;

/** Whether a training error says that the run has diverged, given the one at the start. */
export function hasExploded(trainError: number, first: number): boolean {
  return !(trainError <= DIVERGENCE_FACTOR * (first + 1));
}
