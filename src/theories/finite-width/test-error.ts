// The test error (S7) of a network from its overlaps alone: fresh Gaussian features enter through
// (z, u) ~ N(0, [[s², c'], [c, Q]]), so E(link(z) - f(u))² + σ² is an integral in q + 1 dimensions.
//
// Two layers: f is a sum over units, so that only two-dimensional integrals are needed whatever the width.
// More layers: a rule over u in q dimensions, with the mean of the link given u taken exactly or by a rule of its own.

import { Activation } from '../../../assembly/abi.ts';
import { activateRow } from '../../../bindings/activation.ts';
import type { Scope } from '../../../bindings/arena.ts';
import type { Core } from '../../../bindings/core.ts';
import { skinny, skinnyTransposed } from '../../../bindings/linalg.ts';
import { type HiddenActivation, NetworkWorkspace, networkWorkspaceSize } from '../../../bindings/network.ts';
import { analyticityOf } from '../../numerics/analyticity.ts';
import { arcsine } from '../../numerics/arcsine.ts';
import {
  productOf,
  type Rule,
  rescaled,
  smoothGaussianRule,
  splitGaussianRule,
  tensorRule,
} from '../../numerics/gaussian-rule.ts';
import { symmetricEigen } from '../../numerics/linalg.ts';
import { gaussHermite, sobolPoints } from '../../numerics/quadrature.ts';
import { exp, normalCdf, normalQuantile } from '../../numerics/special.ts';
import type { Link } from './link.ts';

const INVERSE_SQRT_2PI = 0.3989422804014327;
const PI = Math.PI;
const SOBOL_LOG2_POINTS = 16;
/** Nodes along each of three dimensions. */
const CUBE_ORDER = 32;
/** Nodes along each of the two dimensions of a pair of units, at most. */
const MOST_PAIR_NODES = 801;
/** The square of nodes that a pair of units takes where none has to be finer, and rows beside it. */
const TWO_LAYER_DOUBLES = 12_000;

/** What the integral depends on at one iterate. `deep` is packed as in NetworkWorkspace. */
export interface Overlaps {
  /** Cov(z, u_j), q values. */
  readonly signalCovariance: Float64Array;
  /** Cov(u_i, u_j), q x q. */
  readonly gram: Float64Array;
  readonly deep: Float64Array;
}

export interface NetworkForm {
  readonly width: number;
  readonly activations: readonly HiddenActivation[];
}

/** Evaluates test errors of one network form and link, iterate by iterate. Holds no memory of the core between calls. */
export class TestError {
  readonly #core: Core;
  readonly #form: NetworkForm;
  readonly #link: Link;
  readonly #signalVariance: number;
  readonly #noiseVariance: number;
  readonly #linkSquared: number;
  #points: { nodes: Float64Array; weights: Float64Array; count: number } | undefined;

  constructor(core: Core, form: NetworkForm, link: Link, signalVariance: number, noiseVariance: number) {
    this.#core = core;
    this.#form = form;
    this.#link = link;
    this.#signalVariance = signalVariance;
    this.#noiseVariance = noiseVariance;
    this.#linkSquared = link.moment(core, signalVariance, 2, 0);
  }

  /**
   * E(link(z) - f(u))² + σ². Error: 1e-10 for smooth two-layer networks, 1e-4 relative with Sobol points; fixed rules serve
   * deeper ones, for activations of order 1 in slope.
   */
  evaluate(overlaps: Overlaps): number {
    const cross = this.#form.activations.length === 1 ? this.#twoLayers(overlaps) : this.#deep(overlaps);
    return this.#linkSquared + cross + this.#noiseVariance;
  }

  /** E f² - 2 E link f for f = w's(u): the theory's networks have no biases. */
  #twoLayers({ signalCovariance, gram, deep }: Overlaps): number {
    const q = this.#form.width;
    const activation = this.#form.activations[0]!;
    let total = 0;
    for (let a = 0; a < q; a++) {
      const wa = deep[a]!;
      if (wa === 0) continue;
      const A = gram[a * q + a]!;
      total -= 2 * wa * this.#linkMoment(activation, A, signalCovariance[a]!);
      for (let b = a; b < q; b++) {
        const wb = deep[b]!;
        if (wb === 0) continue;
        const pair = unitMoment(this.#core, activation, A, gram[b * q + b]!, gram[a * q + b]!);
        total += (a === b ? 1 : 2) * wa * wb * pair;
      }
    }
    return total;
  }

  /** E[link(z) s(u)] with Var u = A, Cov(z, u) = c. */
  #linkMoment(activation: HiddenActivation, A: number, c: number): number {
    const S = this.#signalVariance;
    const slope = kinkSlope(activation);
    if (slope !== undefined) {
      if (this.#link.name === 'identity') return ((1 + slope) / 2) * c;
      if (this.#link.name === 'sign') return S > 0 ? (c * INVERSE_SQRT_2PI * (1 + slope)) / Math.sqrt(S) : 0;
      if (this.#link.name === 'relu') {
        return slope * (c / 2) + (1 - slope) * positivePartMoment(S, A, c);
      }
      // Over z, with the mean of s(u) given z in closed form.
      const rule = splitGaussianRule();
      const ratio = S > 0 ? c / S : 0;
      const rest = Math.max(0, A - ratio * c);
      const z = rule.nodes.map((node) => Math.sqrt(S) * node);
      const means = z.map((value) => ratio * value);
      const unit = meanOfKinked(means, rest, slope);
      return this.#core.within((scope) => {
        const link = scope.from(z);
        this.#link.values(this.#core, link, z.length, link);
        return weighted(rule, link.view, unit);
      });
    }
    // Over u, with the mean of the link given u.
    const ratio = A > 0 ? c / A : 0;
    const rule = this.#link.ruleFor((link) =>
      productOf(rescaled(analyticityOf(activation), Math.sqrt(A)), rescaled(link, ratio * Math.sqrt(A))),
    );
    const rest = Math.max(0, S - ratio * c);
    return this.#core.within((scope) => {
      const count = rule.nodes.length;
      const u = scope.from(rule.nodes.map((node) => Math.sqrt(A) * node));
      const mean = scope.from(u.view.map((value) => ratio * value));
      const value = scope.f64(count);
      activateRow(this.#core, activation, u, count, value);
      this.#link.conditionalMeans(this.#core, scope, mean, rest, count, mean);
      return weighted(rule, value.view, mean.view);
    });
  }

  #deep({ signalCovariance, gram, deep }: Overlaps): number {
    const core = this.#core;
    const q = this.#form.width;
    this.#points ??= pointsInDimension(q);
    const { nodes, weights, count } = this.#points;
    const { values, vectors } = symmetricEigen({ rows: q, columns: q, data: gram });
    // u = B e with B = V' sqrt(D); mean of z given u is (B^+ c)' e.
    const root = new Float64Array(q * q);
    const direction = new Float64Array(q);
    let explained = 0;
    const floor = 1e-13 * Math.max(...values, 0);
    for (let k = 0; k < q; k++) {
      if (!(values[k]! > floor)) continue;
      const deviation = Math.sqrt(values[k]!);
      let projection = 0;
      for (let j = 0; j < q; j++) {
        root[j * q + k] = vectors.data[k * q + j]! * deviation;
        projection += vectors.data[k * q + j]! * signalCovariance[j]!;
      }
      direction[k] = projection / deviation;
      explained += direction[k]! * direction[k]!;
    }
    return core.within((scope) => {
      const net = new NetworkWorkspace(core, scope, { ...this.#form, samples: count, order: 1 });
      net.deep.set(deep);
      const e = scope.from(nodes);
      const mean = scope.f64(count);
      const ld = net.stride;
      skinnyTransposed(core, e, q, count, count, scope.from(root), q, q, net.H, ld);
      skinnyTransposed(core, e, q, count, count, scope.from(direction), q, 1, mean, count);
      net.forward(count, 0, 0);
      this.#link.conditionalMeans(core, scope, mean, this.#signalVariance - explained, count, mean);
      const f = net.output.view;
      const m = mean.view;
      let sum = 0;
      for (let k = 0; k < count; k++) sum += weights[k]! * f[k]! * (f[k]! - 2 * m[k]!);
      return sum;
    });
  }
}

/** Bytes of linear memory that an evaluation takes for its while. */
export function testErrorBytes({ width: q, activations }: NetworkForm): number {
  if (activations.length === 1) return 8 * (TWO_LAYER_DOUBLES + 8 * q);
  const samples = pointCount(q);
  return 8 * (networkWorkspaceSize({ width: q, activations, samples, order: 1 }) + (q + 8) * samples);
}

/** Multiply-adds, in time, of one activation with its derivatives. */
export const ACTIVATION_WORK = 15;

/** Multiply-adds, in time, of one evaluation; good to a factor of two. */
export function testErrorWork({ width: q, activations }: NetworkForm): number {
  const along = smoothGaussianRule().nodes.length;
  if (activations.length === 1) {
    const { kind } = activations[0]!;
    const closed = [Activation.Identity, Activation.Erf, Activation.ErfSqrt2].includes(kind);
    const pair = closed || kinkSlope(activations[0]!) !== undefined ? 100 : along * along * ACTIVATION_WORK;
    return ((q * (q + 1)) / 2) * pair + q * along * along * ACTIVATION_WORK;
  }
  const layers = activations.length;
  const sample = layers * q * ACTIVATION_WORK + (layers - 1) * q * q + q * q;
  // Links without a closed conditional mean take a rule of their own at every point.
  return pointCount(q) * (sample + 40 * ACTIVATION_WORK);
}

function pointCount(q: number): number {
  if (q > 3) return 2 ** SOBOL_LOG2_POINTS;
  if (q === 3) return CUBE_ORDER * CUBE_ORDER * CUBE_ORDER;
  const plane = smoothGaussianRule().nodes.length;
  return q === 2 ? plane * plane : splitGaussianRule().nodes.length;
}

/** A rule over N(0, I) in q dimensions: tensor up to three dimensions, scrambled Sobol points beyond. */
function pointsInDimension(q: number): { nodes: Float64Array; weights: Float64Array; count: number } {
  if (q === 1) return tensorRule([splitGaussianRule()]);
  if (q === 2) return tensorRule([smoothGaussianRule(), smoothGaussianRule()]);
  if (q === 3) return tensorRule(Array.from({ length: 3 }, () => gaussHermite(CUBE_ORDER)));
  const count = 2 ** SOBOL_LOG2_POINTS;
  const uniform = sobolPoints(q, count, { seed: 'test-error' });
  return { nodes: normalQuantile(uniform), weights: new Float64Array(count).fill(1 / count), count };
}

/** Slope on the negative side where the activation is x -> max(x, slope x), else undefined. */
export function kinkSlope({ kind, parameter }: HiddenActivation): number | undefined {
  if (kind === Activation.Relu) return 0;
  return kind === Activation.LeakyRelu ? parameter : undefined;
}

/** E[x+ y+] for (x, y) ~ N(0, [[A, C], [C, B]]). Source: Cho & Saul, NeurIPS 2009 (arc-cosine kernel of degree 1). */
function positivePartMoment(A: number, B: number, C: number): number {
  const scale = Math.sqrt(A * B);
  if (scale === 0) return 0;
  const cosine = Math.max(-1, Math.min(1, C / scale));
  const angle = PI / 2 - arcsine(cosine);
  return (scale / (2 * PI)) * (Math.sqrt((1 - cosine) * (1 + cosine)) + (PI - angle) * cosine);
}

/** E[max(U, slope U)] for U ~ N(mean_k, variance). */
function meanOfKinked(mean: Float64Array, variance: number, slope: number): Float64Array {
  if (variance === 0) return mean.map((value) => (value > 0 ? value : slope * value));
  const deviation = Math.sqrt(variance);
  const x = mean.map((value) => value / deviation);
  const cdf = normalCdf(x);
  const density = exp(x.map((value) => -0.5 * value * value));
  return mean.map((value, k) => {
    const positive = value * cdf[k]! + deviation * INVERSE_SQRT_2PI * density[k]!;
    return slope * value + (1 - slope) * positive;
  });
}

/** E[s(x) s(y)] for (x, y) ~ N(0, [[A, C], [C, B]]). */
export function unitMoment(
  core: Core,
  activation: HiddenActivation,
  A: number,
  B: number,
  C: number,
): number {
  const { kind } = activation;
  if (kind === Activation.Identity) return C;
  if (kind === Activation.ErfSqrt2) return arcsineKernel(A, B, C);
  if (kind === Activation.Erf) return arcsineKernel(2 * A, 2 * B, 2 * C);
  const slope = kinkSlope(activation);
  if (slope !== undefined) {
    return slope * C + (1 - slope) * (1 - slope) * positivePartMoment(A, B, C);
  }
  const ratio = A > 0 ? C / A : 0;
  const deviation = Math.sqrt(Math.max(0, B - ratio * C));
  const form = analyticityOf(activation);
  if (deviation === 0 && ratio === 1) return squareMoment(core, activation, A);
  // Over x, then over y given x: y = ratio x + deviation e.
  const outer = smoothGaussianRule(
    productOf(rescaled(form, Math.sqrt(A)), rescaled(form, ratio * Math.sqrt(A))),
    MOST_PAIR_NODES,
  );
  const inner = smoothGaussianRule(rescaled(form, deviation), MOST_PAIR_NODES);
  const rows = outer.nodes.length;
  const columns = inner.nodes.length;
  return core.within((scope: Scope) => {
    const x = scope.from(outer.nodes.map((node) => Math.sqrt(A) * node));
    const y = scope.f64(rows * columns);
    const means = scope.f64(rows);
    const grid = y.view;
    const along = x.view;
    for (let i = 0; i < rows; i++) {
      const centre = ratio * along[i]!;
      for (let j = 0; j < columns; j++) grid[i * columns + j] = centre + deviation * inner.nodes[j]!;
    }
    activateRow(core, activation, y, rows * columns, y);
    activateRow(core, activation, x, rows, x);
    skinny(core, y, rows, columns, columns, scope.from(inner.weights), columns, 1, means, rows);
    return weighted(outer, x.view, means.view);
  });
}

/** E[s(x)²] for x ~ N(0, A). */
function squareMoment(core: Core, activation: HiddenActivation, A: number): number {
  const once = rescaled(analyticityOf(activation), Math.sqrt(A));
  const rule = smoothGaussianRule(productOf(once, once), MOST_PAIR_NODES);
  return core.within((scope: Scope) => {
    const x = scope.from(rule.nodes.map((node) => Math.sqrt(A) * node));
    activateRow(core, activation, x, rule.nodes.length, x);
    return weighted(rule, x.view, x.view);
  });
}

/** E[erf(x/√2) erf(y/√2)]. Source: Williams, Neural Computation 10 (1998), 1203. */
function arcsineKernel(A: number, B: number, C: number): number {
  return (2 / PI) * arcsine(C / Math.sqrt((1 + A) * (1 + B)));
}

function weighted({ weights }: Rule, x: Float64Array, y?: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < weights.length; i++) sum += weights[i]! * x[i]! * (y ? y[i]! : 1);
  return sum;
}
