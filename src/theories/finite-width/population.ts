// The population limit m/n -> infinity: no memory, h_t = U_t, everything is an expectation over (U_*, U_0) in q + 1
// dimensions. By Gauss-Hermite quadrature (or Sobol points where q > 3); in closed form for two-layer erf networks.
// Equations (Q1)-(Q3) of docs/theories/finite-width.md.

import { Activation } from '../../../assembly/abi.ts';
import type { Scope } from '../../../bindings/arena.ts';
import type { Core } from '../../../bindings/core.ts';
import { dot, hadamard, skinny, skinnyTransposed } from '../../../bindings/linalg.ts';
import { NetworkWorkspace } from '../../../bindings/network.ts';
import { arcsine } from '../../numerics/arcsine.ts';
import { splitGaussianRule, tensorRule } from '../../numerics/gaussian-rule.ts';
import { gaussHermite, sobolPoints } from '../../numerics/quadrature.ts';
import { normalQuantile } from '../../numerics/special.ts';
import {
  deepRates,
  descend,
  effectiveSignal,
  gramRoot,
  type Iterate,
  overlapsOf,
  type StateEvolutionInput,
} from './state.ts';
import { kinkSlope, TestError } from './test-error.ts';

export interface PopulationIterate extends Iterate {
  /** tau_t = E J_t (q x q) and tau_{t,*} (q): the responses that survive. Absent where second derivatives are not had. */
  readonly tau?: Float64Array;
  readonly tauSignal?: Float64Array;
}

const ORDER: Readonly<Record<number, number>> = { 1: 80, 2: 64, 3: 20 };
const SOBOL_POINTS = 2 ** 16;

/** How the expectations are taken, for the diagnostics. */
export function populationRule(input: StateEvolutionInput, order?: number): string {
  const q = input.width;
  if (usesSobolPoints(input)) return `2^16 Sobol points in ${q + 1} dimensions`;
  return `tensor Gauss-Hermite rule of order ${order ?? ORDER[q]} in ${q + 1} dimensions`;
}

/** Kinks of the units lie anywhere, and beyond three units a tensor rule grows too large: then the points are Sobol's. */
function usesSobolPoints(input: StateEvolutionInput): boolean {
  return input.width > 3 || input.activations.some((activation) => kinkSlope(activation) !== undefined);
}

/** Nodes of the rule, for the estimate of memory. */
export function populationNodeCount(input: StateEvolutionInput, order?: number): number {
  if (usesSobolPoints(input)) return SOBOL_POINTS;
  const along = order ?? ORDER[input.width]!;
  let count = input.link.differentiable ? along : splitGaussianRule().nodes.length;
  for (let i = 0; i < input.width; i++) count *= along;
  return count;
}

function populationNodes(input: StateEvolutionInput, order: number | undefined) {
  const q = input.width;
  if (usesSobolPoints(input)) {
    const count = SOBOL_POINTS;
    const points = normalQuantile(sobolPoints(q + 1, count, { seed: 'population' }));
    return { nodes: points, weights: new Float64Array(count).fill(1 / count), count };
  }
  const rule = gaussHermite(order ?? ORDER[q]!);
  // R0 is lower triangular, so the first coordinate is z itself up to scale: a kink of the link at 0 lies on a split.
  const first = input.link.differentiable ? rule : splitGaussianRule();
  return tensorRule([first, ...Array.from({ length: q }, () => rule)]);
}

/** Yields iterate 0..T. Error: see the accuracy table; order 80 gives 1e-7 for tanh, order 40 1e-14 for erf. */
export function* populationIterates(
  core: Core,
  scope: Scope,
  input: StateEvolutionInput,
  order?: number,
): Generator<PopulationIterate> {
  const { width: q, activations, link, learningRates } = input;
  const base = q + 1;
  const depth = activations.length + 1;
  const { nodes, weights: mass, count: N } = populationNodes(input, order);
  const { root, regular } = gramRoot(input.gram, base);
  const second = activations.every((activation) => kinkSlope(activation) === undefined);
  const net = new NetworkWorkspace(core, scope, { width: q, activations, samples: N, order: second ? 2 : 1 });
  const ld = net.stride;
  const weights = scope.f64(ld).set(mass);
  const e = scope.f64(base * ld);
  for (let i = 0; i < base; i++) e.set(nodes.subarray(i * N, (i + 1) * N), i * ld);
  const z = scope.f64(ld);
  skinnyTransposed(core, e, base, N, ld, scope.from(root.slice(0, base)), base, 1, z, ld);
  link.values(core, z, N, net.label);
  const slope = scope.f64(ld);
  if (link.differentiable) link.derivatives(core, z, N, slope);
  const v = scope.f64(q * ld);
  const coefficients = scope.f64(q * base);
  const testError = new TestError(core, input, link, input.gram[0]!, input.noise.variance);

  let a: Float64Array = root.slice(base);
  let deep = input.deep;
  for (let t = 0; ; t++) {
    net.deep.set(deep);
    net.H.fill(0);
    skinnyTransposed(core, e, base, N, ld, coefficients.set(a), base, q, net.H, ld);
    net.forward(N);
    net.backward(N);
    const noiseGram = new Float64Array(q * q);
    const overlaps = overlapsOf(a, noiseGram, root, q);
    const effective = regular ? effectiveSignal(a, root, q) : undefined;
    const error = testError.evaluate({ ...overlaps, deep });
    let tau: Float64Array | undefined;
    let tauSignal: Float64Array | undefined;
    if (second && t < learningRates.length) {
      net.computeJacobian(N);
      tau = Float64Array.from({ length: q * q }, (_, i) =>
        dot(core, weights, net.jacobian.at(i * ld, ld), N),
      );
      if (link.differentiable) {
        hadamard(core, weights, slope, v, N);
        tauSignal = Float64Array.from({ length: q }, (_, i) => -dot(core, v, net.P.at(i * ld, ld), N));
      }
    }
    yield {
      trainError: error,
      testError: error,
      ...overlaps,
      noiseGram,
      gain: effective?.A,
      signalGain: effective?.beta,
      deep,
      tau,
      tauSignal,
    };
    if (t === learningRates.length) return;
    const rates = learningRates[t]!;
    for (let i = 0; i < q; i++) hadamard(core, weights, net.signal.at(i * ld, ld), v.at(i * ld, ld), N);
    const moments = core.within((inner) => {
      const out = inner.f64(q * base);
      skinny(core, e, base, N, ld, v, ld, q, out, base);
      return out.copy();
    });
    a = a.map((value, i) => value - rates[0]! * moments[i]!);
    hadamard(core, weights, net.residual, v, N);
    deep = descend(deep, deepRates(rates, q, depth, 0), net.deepGradient(v.at(0, ld), N));
  }
}

/** Whether the closed form applies: two layers, erf activation of either convention, link identity or the same erf. */
export function hasClosedPopulationForm({ activations, link }: StateEvolutionInput): boolean {
  const kind = activations[0]!.kind;
  if (activations.length !== 1) return false;
  if (kind === Activation.ErfSqrt2) return link.name === 'identity' || link.name === 'erf-sqrt2';
  if (kind === Activation.Erf) return link.name === 'identity' || link.name === 'erf';
  return false;
}

/**
 * Yields iterate 0..T of a two-layer erf network in closed form: arcsine kernels and their derivatives.
 * With s(x) = erf(x/√2) on u ~ N(0, Q); for erf(x) all pre-activations are √2 times as large.
 * Source: Saad & Solla, Phys. Rev. E 52 (1995), 4225, for the integrals.
 */
export function* closedPopulationIterates(
  core: Core,
  input: StateEvolutionInput,
): Generator<PopulationIterate> {
  const { width: q, activations, link, learningRates } = input;
  const base = q + 1;
  const factor = activations[0]!.kind === Activation.Erf ? 2 : 1;
  const identity = link.name === 'identity';
  const { root, regular } = gramRoot(input.gram, base);
  const S = factor * input.gram[0]!;
  const testError = new TestError(core, input, link, input.gram[0]!, input.noise.variance);
  let a: Float64Array = root.slice(base);
  let deep = input.deep;
  for (let t = 0; ; t++) {
    const overlaps = overlapsOf(a, new Float64Array(q * q), root, q);
    const Q = overlaps.gram.map((value) => factor * value);
    const c = overlaps.signalCovariance.map((value) => factor * value);
    const w = deep;
    const effective = regular ? effectiveSignal(a, root, q) : undefined;
    const error = testError.evaluate({ ...overlaps, deep });
    // E[r s_i]: r = sum_c w_c s_c - y. E[y s_i]: y = erf(z/√2), or y = z in label units (z is √factor times as large here).
    const responses = closedResponses(Q, c, S, w, q, identity, factor);
    yield {
      trainError: error,
      testError: error,
      ...overlaps,
      noiseGram: new Float64Array(q * q),
      gain: effective?.A,
      signalGain: effective?.beta,
      deep,
      tau: t < learningRates.length ? responses.tau : undefined,
      tauSignal: t < learningRates.length ? responses.tauSignal : undefined,
    };
    if (t === learningRates.length) return;
    const rates = learningRates[t]!;
    // U_{t+1} = U_t - eta (tau U_t + tau_* U_*) in the coordinates of e.
    const next = new Float64Array(a);
    for (let i = 0; i < q; i++) {
      for (let k = 0; k < base; k++) {
        let pull = responses.tauSignal[i]! * root[k]!;
        for (let j = 0; j < q; j++) pull += responses.tau[i * q + j]! * a[j * base + k]!;
        next[i * base + k]! -= rates[0]! * pull;
      }
    }
    a = next;
    const gradient = new Float64Array(deep.length);
    gradient.set(responses.outputGradient);
    deep = descend(deep, deepRates(rates, q, 2, 0), gradient);
  }
}

function closedResponses(
  Q: Float64Array,
  c: Float64Array,
  S: number,
  w: Float64Array,
  q: number,
  identity: boolean,
  factor: number,
) {
  const twoOverPi = 2 / Math.PI;
  const rootTwoOverPi = Math.sqrt(twoOverPi);
  const variance = (i: number) => 1 + Q[i * q + i]!;
  const tau = new Float64Array(q * q);
  const tauSignal = new Float64Array(q);
  const outputGradient = new Float64Array(q);
  for (let i = 0; i < q; i++) {
    const A = variance(i);
    // E[y s_i], E[y s_i''] and E[y' s_i'].
    const scale = identity ? 1 / Math.sqrt(factor) : 1;
    const det = A * (1 + S) - c[i]! * c[i]!;
    const ys = identity
      ? scale * rootTwoOverPi * (c[i]! / Math.sqrt(A))
      : twoOverPi * arcsine(c[i]! / Math.sqrt(A * (1 + S)));
    const ysSecond = identity
      ? (-scale * rootTwoOverPi * c[i]!) / (A * Math.sqrt(A))
      : (-twoOverPi * c[i]!) / (A * Math.sqrt(det));
    const slopes = identity ? scale * (rootTwoOverPi / Math.sqrt(A)) : twoOverPi / Math.sqrt(det);
    let own = -ysSecond;
    outputGradient[i] = -ys;
    for (let j = 0; j < q; j++) {
      const B = variance(j);
      const C = Q[i * q + j]!;
      const root = Math.sqrt(A * B - C * C);
      outputGradient[i]! += w[j]! * twoOverPi * arcsine(C / Math.sqrt(A * B));
      tau[i * q + j] = factor * w[i]! * w[j]! * (twoOverPi / root);
      own += w[j]! * ((-twoOverPi * C) / (A * root));
    }
    tau[i * q + i]! += factor * w[i]! * own;
    tauSignal[i] = -factor * w[i]! * slopes;
  }
  return { tau, tauSignal, outputGradient };
}
