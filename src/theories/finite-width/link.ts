// The link: how a label depends on the signal's index z, y = link(z) + noise. Values, derivatives and conditional means
// over rows of samples. Knows nothing of networks or of time.

import { activateRow } from '../../../bindings/activation.ts';
import type { Block, Scope } from '../../../bindings/arena.ts';
import type { Core } from '../../../bindings/core.ts';
import { axpy, scale } from '../../../bindings/linalg.ts';
import { ConfigError } from '../../errors.ts';
import { type ActivationSpec, resolveActivation } from '../../numerics/activation.ts';
import { analyticityOf } from '../../numerics/analyticity.ts';
import {
  type Analyticity,
  productOf,
  type Rule,
  rescaled,
  smoothGaussianRule,
  splitGaussianRule,
} from '../../numerics/gaussian-rule.ts';
import { exp, normalCdf } from '../../numerics/special.ts';

/** A link in a config: a named function, a series in normalised Hermite polynomials, or a function of the caller's. */
export type LinkSpec =
  | ActivationSpec
  | { readonly kind: 'hermite-series'; readonly coefficients: readonly number[] }
  | {
      readonly kind: 'function';
      readonly evaluate: (z: number) => number;
      readonly derivative?: (z: number) => number;
    };

type Term = { weight: number; kind: number; parameter: number };

const INVERSE_SQRT_2PI = 0.3989422804014327;

export class Link {
  readonly name: string;
  /** Differentiable everywhere, with a derivative at hand: no kink and no jump that is known of. */
  readonly differentiable: boolean;
  /** Absent where the link is not known to be analytic. */
  readonly #analyticity: Analyticity | undefined;
  readonly #terms: readonly Term[];
  readonly #evaluate: ((z: number) => number) | undefined;
  readonly #derivative: ((z: number) => number) | undefined;

  constructor(spec: LinkSpec) {
    if (typeof spec === 'object' && spec.kind === 'function') {
      this.name = 'function';
      this.#terms = [];
      this.#evaluate = spec.evaluate;
      this.#derivative = spec.derivative;
      this.differentiable = spec.derivative !== undefined;
      return;
    }
    if (typeof spec === 'object' && spec.kind === 'hermite-series') {
      this.name = 'hermite-series';
      this.#analyticity = {
        strip: Number.POSITIVE_INFINITY,
        frequency: 0,
        rate: 0,
        degree: spec.coefficients.length - 1,
      };
      this.#terms = spec.coefficients.map((weight, degree) => ({
        weight,
        ...resolveActivation({ kind: 'hermite', degree }),
      }));
      this.differentiable = true;
      return;
    }
    const resolved = resolveActivation(spec as ActivationSpec);
    this.name = resolved.name;
    this.#terms = [{ weight: 1, kind: resolved.kind, parameter: resolved.parameter }];
    this.differentiable = resolved.smooth;
    this.#analyticity = resolved.smooth ? analyticityOf(resolved) : undefined;
  }

  /**
   * A rule over a standard Gaussian for an integrand made of the link: `compose` gives its analyticity from the link's. Links
   * with a kink, and functions of the caller's, get the rule that is split at 0.
   */
  ruleFor(compose: (link: Analyticity) => Analyticity): Rule {
    return this.#analyticity ? smoothGaussianRule(compose(this.#analyticity)) : splitGaussianRule();
  }

  /** out_k = link(z_k) for k < n. `out` may be `z`. */
  values(core: Core, z: Block, n: number, out: Block): void {
    this.#apply(core, z, n, out, 0);
  }

  /** out_k = link'(z_k) for k < n. */
  derivatives(core: Core, z: Block, n: number, out: Block): void {
    this.#apply(core, z, n, out, 1);
  }

  #apply(core: Core, z: Block, n: number, out: Block, order: 0 | 1): void {
    if (this.#evaluate) {
      const f = order === 0 ? this.#evaluate : this.#derivative!;
      const input = z.view;
      const output = out.view;
      for (let k = 0; k < n; k++) output[k] = finite(f(input[k]!), input[k]!, order);
      return;
    }
    core.within((scope) => {
      const value = scope.f64(n);
      const slope = scope.f64(order === 1 ? n : 0);
      const sum = scope.f64(n);
      for (const { weight, kind, parameter } of this.#terms) {
        activateRow(core, { kind, parameter }, z, n, value, order === 1 ? slope : undefined);
        axpy(core, weight, order === 1 ? slope : value, sum, n);
      }
      out.set(sum.view);
    });
  }

  /** out_k = E[link(Z)] for Z ~ N(mean_k, variance), k < n: smooth in the mean even where the link is not. */
  conditionalMeans(core: Core, scope: Scope, mean: Block, variance: number, n: number, out: Block): void {
    if (variance <= 0) {
      this.values(core, mean, n, out);
      return;
    }
    const deviation = Math.sqrt(variance);
    if (this.name === 'sign' || this.name === 'relu' || this.name === 'leaky-relu') {
      const slope = this.name === 'leaky-relu' ? this.#terms[0]!.parameter : 0;
      const input = mean.view;
      const x = Float64Array.from({ length: n }, (_, k) => input[k]! / deviation);
      const cdf = normalCdf(x);
      const density = exp(x.map((v) => -0.5 * v * v));
      const output = out.view;
      for (let k = 0; k < n; k++) {
        if (this.name === 'sign') output[k] = 2 * cdf[k]! - 1;
        else {
          const positive = input[k]! * cdf[k]! + deviation * INVERSE_SQRT_2PI * density[k]!;
          output[k] = slope * input[k]! + (1 - slope) * positive;
        }
      }
      return;
    }
    const closed = this.#closedMean(variance);
    if (closed) {
      out.set(mean.view.subarray(0, n));
      scale(core, closed.inner, out, n);
      this.values(core, out, n, out);
      scale(core, closed.outer, out, n);
      return;
    }
    const { nodes, weights } = this.ruleFor((link) => rescaled(link, deviation));
    const z = scope.f64(n);
    const value = scope.f64(n);
    const sum = scope.f64(n);
    for (let i = 0; i < nodes.length; i++) {
      const shift = deviation * nodes[i]!;
      const input = mean.view;
      const shifted = z.view;
      for (let k = 0; k < n; k++) shifted[k] = input[k]! + shift;
      this.values(core, z, n, value);
      axpy(core, weights[i]!, value, sum, n);
    }
    out.set(sum.view);
  }

  /** Links whose mean under N(m, v) is outer * link(inner * m). */
  #closedMean(v: number): { inner: number; outer: number } | undefined {
    switch (this.name) {
      case 'identity':
        return { inner: 1, outer: 1 };
      case 'erf':
        return { inner: 1 / Math.sqrt(1 + 2 * v), outer: 1 };
      case 'erf-sqrt2':
        return { inner: 1 / Math.sqrt(1 + v), outer: 1 };
      case 'sin': {
        const frequency = this.#terms[0]!.parameter;
        return { inner: 1, outer: exp((-frequency * frequency * v) / 2) };
      }
      default:
        return undefined;
    }
  }

  /** E[link(Z)^power Z^times], power + times at most 2, for Z ~ N(0, variance). */
  moment(core: Core, variance: number, power: 1 | 2, times: 0 | 1): number {
    const deviation = Math.sqrt(variance);
    const { nodes, weights } = this.ruleFor((link) => {
      const once = rescaled(link, deviation);
      return power === 2 ? productOf(once, once) : once;
    });
    return core.within((scope) => {
      const z = scope.from(nodes.map((node) => deviation * node));
      const value = scope.f64(nodes.length);
      this.values(core, z, nodes.length, value);
      const v = value.view;
      let sum = 0;
      for (let i = 0; i < nodes.length; i++) {
        const f = power === 2 ? v[i]! * v[i]! : v[i]!;
        sum += weights[i]! * f * (times === 1 ? deviation * nodes[i]! : 1);
      }
      return sum;
    });
  }
}

/** What a function of the caller's returned, if it is a number that can be computed with. */
function finite(value: number, z: number, order: 0 | 1): number {
  if (Number.isFinite(value)) return value;
  throw new ConfigError([
    {
      path: order === 0 ? 'data.link.evaluate' : 'data.link.derivative',
      received: `${String(value)} at z = ${z}`,
      expected: 'a finite number for every z',
      remedy: 'The index z is Gaussian: the function must be defined on the whole real line.',
    },
  ]);
}
