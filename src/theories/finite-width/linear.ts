// Linear networks of any depth: every second moment closes, so either form on the 2d points ± sqrt(d) e_i is exact.
// The link enters only through its slope a = E[z link(z)]/s² and the effective noise s2 = sigma² + E link² - a² s².

import type { Block, Scope } from '../../../bindings/arena.ts';
import type { Core } from '../../../bindings/core.ts';
import { type DerivativeIterate, derivativeIterates, type Nodes } from './derivative.ts';
import { Link } from './link.ts';
import { type Draws, projectionIterates } from './projection.ts';
import { gramRoot, type Iterate, type StateEvolutionInput } from './state.ts';
import type { Overlaps } from './test-error.ts';

export interface LinearLink {
  /** Slope a of the best linear link. */
  readonly slope: number;
  /** Noise variance that the rest of the link adds up to. */
  readonly effectiveNoiseVariance: number;
}

/** The linear part of a link and what it leaves as noise. */
function linearise(core: Core, link: Link, signalVariance: number, noiseVariance: number): LinearLink {
  const slope = signalVariance > 0 ? link.moment(core, signalVariance, 1, 1) / signalVariance : 0;
  const square = link.moment(core, signalVariance, 2, 0);
  return { slope, effectiveNoiseVariance: noiseVariance + square - slope * slope * signalVariance };
}

/** Relative difference of the two forms beyond which the responses are rounding errors that have grown. */
const RESPONSES_AGREE = 1e-8;

/**
 * Yields iterate 0..T, exact to rounding. The state comes from the projection form on the axis points, which is as stable as
 * gradient descent; the responses from the derivative form on the same points, for as long as its own state agrees: in long
 * runs its rounding errors grow from step to step, and then the responses are left out.
 * Cost: that of both forms with 2 (2 + q + qT) samples.
 */
export function* linearIterates(
  core: Core,
  scope: Scope,
  input: StateEvolutionInput,
): Generator<Iterate | DerivativeIterate> {
  const q = input.width;
  const dimension = 2 + q + q * input.learningRates.length;
  const signalVariance = input.gram[0]!;
  const { slope, effectiveNoiseVariance } = linearise(core, input.link, signalVariance, input.noise.variance);
  const exact: StateEvolutionInput = {
    ...input,
    link: new Link({ kind: 'function', evaluate: (z) => slope * z, derivative: () => slope }),
  };
  const { root } = gramRoot(input.gram, q + 1);
  const depth = input.activations.length + 1;
  const nodes = axisNodes(dimension, q, Math.sqrt(effectiveNoiseVariance));
  const testError = ({ gram, signalCovariance, deep }: Overlaps) => {
    const direction = outputDirection(deep, q, depth);
    let signal = 0;
    let square = 0;
    for (let i = 0; i < q; i++) {
      signal += direction[i]! * signalCovariance[i]!;
      for (let j = 0; j < q; j++) square += direction[i]! * gram[i * q + j]! * direction[j]!;
    }
    return slope * slope * signalVariance - 2 * slope * signal + square + effectiveNoiseVariance;
  };
  const states = projectionIterates(core, scope, exact, axisDraws(nodes, q), testError);
  const responses = derivativeIterates(core, scope, exact, nodes, root, testError);
  let agree = true;
  for (;;) {
    const state = states.next();
    if (state.done) return;
    const response = agree ? responses.next() : undefined;
    if (response && !response.done) {
      const gap = Math.abs(response.value.trainError - state.value.trainError);
      agree = gap <= RESPONSES_AGREE * state.value.trainError;
      if (agree) {
        const { tau, tauSignal, C, rho } = response.value;
        yield { ...state.value, tau, tauSignal, C, rho };
        continue;
      }
    }
    yield state.value;
  }
}

/** The axis points as draws of the projection form: each new direction is a coordinate that nothing has used yet. */
function axisDraws({ count, basis, noise, directions }: Nodes, q: number): Draws {
  const copyRows = (source: Float64Array, from: number, Z: Block, rows: number, ld: number) => {
    for (let i = 0; i < rows; i++) Z.set(source.subarray((from + i) * count, (from + i + 1) * count), i * ld);
  };
  return {
    count,
    basis: (Z, rows, ld) => copyRows(basis, 0, Z, rows, ld),
    noise: (out) => {
      out.set(noise);
    },
    directions: (Z, rows, ld, t) => copyRows(directions, q * t, Z, rows, ld),
  };
}

/** W_2 W_3 … W_L: the output as a linear function of first-layer pre-activations (biases are 0). */
function outputDirection(deep: Float64Array, q: number, depth: number): Float64Array {
  let at = (depth - 2) * (q * q + q);
  let direction = deep.slice(at, at + q);
  for (let layer = depth - 1; layer >= 2; layer--) {
    at -= q * q + q;
    const weights = deep.subarray(at, at + q * q);
    direction = Float64Array.from({ length: q }, (_, i) => {
      let sum = 0;
      for (let j = 0; j < q; j++) sum += weights[i * q + j]! * direction[j]!;
      return sum;
    });
  }
  return direction;
}

/** The 2d points ± sqrt(d) e_i with equal weights: exact for polynomials of degree 3 under N(0, I_d). */
function axisNodes(dimension: number, q: number, noiseDeviation: number): Nodes {
  const count = 2 * dimension;
  const rows = (from: number, length: number, scale: number) => {
    const out = new Float64Array(length * count);
    for (let i = 0; i < length; i++) {
      out[i * count + 2 * (from + i)] = scale * Math.sqrt(dimension);
      out[i * count + 2 * (from + i) + 1] = -scale * Math.sqrt(dimension);
    }
    return out;
  };
  return {
    count,
    basis: rows(0, q + 1, 1),
    noise: rows(q + 1, 1, noiseDeviation),
    directions: rows(q + 2, dimension - q - 2, 1),
  };
}
