// One-dimensional rules for expectations over a standard Gaussian: which one for which integrand, and how fine.
// Every rule is a probability measure on its nodes. Made once and kept; do not write to what is returned.
import { inWords } from './in-words.ts';
import { integerWithin } from './integer.ts';
import { knownOptions } from './known-keys.ts';
import { gaussLegendre } from './quadrature.ts';
import { exp } from './special.ts';

export interface Rule {
  readonly nodes: Float64Array;
  readonly weights: Float64Array;
}

/**
 * How an integrand behaves off the real axis and far out on it, in units of the standard Gaussian's argument: what decides
 * how fine a trapezoidal rule has to be and how far it must reach.
 */
export interface Analyticity {
  /** Distance of the nearest singularity from the real axis; Infinity for entire functions. */
  readonly strip: number;
  /** Growth exp(frequency |Im|), as of sin(frequency x). */
  readonly frequency: number;
  /** Growth exp(rate Im²), as of erf(√rate x). */
  readonly rate: number;
  /** Growth |x|^degree along the real axis. */
  readonly degree: number;
}

/** The analyticity of x -> f(scale x). */
export function rescaled({ strip, frequency, rate, degree }: Analyticity, scale: number): Analyticity {
  const factor = Math.max(Math.abs(scale), 1e-150);
  return { strip: strip / factor, frequency: frequency * factor, rate: rate * factor * factor, degree };
}

/** The analyticity of a product. */
export function productOf(a: Analyticity, b: Analyticity): Analyticity {
  return {
    strip: Math.min(a.strip, b.strip),
    frequency: a.frequency + b.frequency,
    rate: a.rate + b.rate,
    degree: a.degree + b.degree,
  };
}

/** tanh(x) tanh(x) and anything tamer. */
const TYPICAL: Analyticity = { strip: Math.PI / 2, frequency: 0, rate: 0, degree: 0 };

/** exp(-36) = 2e-16. */
const DIGITS = 36;
/** Cut-off for bounded integrands: the Gaussian's density is 6e-17 of its peak there. */
const REACH = 8.64;
const WIDEST = 0.18;

const trapezoids = new Map<string, Rule>();
let panels: Rule | undefined;

/**
 * Trapezoidal rule for an analytic integrand: 97 nodes with spacing 0.18 on [-8.64, 8.64] where that is enough, finer and
 * wider as the analyticity asks for, up to `most` nodes. Its error falls like exp(-2 pi strip / spacing), where a Gauss-Hermite
 * rule of as many nodes still has 1e-6 for tanh.
 * Error: below 1e-14 for tanh, sin(30 x), erf(10 x) and x^20, where `most` does not bind.
 * Source: Trefethen & Weideman, SIAM Review 56 (2014), 385.
 */
export function smoothGaussianRule(integrand: Analyticity = TYPICAL, most = 4001): Rule {
  const { strip, frequency, rate, degree } = checked(integrand);
  integerWithin('most', most, 3, 1 << 20);
  // The Gaussian itself grows like exp(Im²/2). With free height the bound is exp(-(2 pi/h - frequency)²/(4 (rate + 1/2)));
  // below a singularity it is taken at the height of the strip.
  const growth = rate + 0.5;
  const free = (2 * Math.PI) / (frequency + Math.sqrt(4 * growth * DIGITS));
  const height = Math.sqrt(DIGITS / growth);
  const bound =
    strip >= height ? free : (2 * Math.PI * strip) / (DIGITS + frequency * strip + growth * strip * strip);
  const reach = REACH + 1.1 * Math.sqrt(degree);
  const half = Math.min((most - 1) >> 1, Math.ceil(reach / Math.min(WIDEST, bound)));
  const spacing = half * WIDEST <= reach + WIDEST ? WIDEST : reach / half;
  const key = `${half} ${spacing}`;
  let rule = trapezoids.get(key);
  if (!rule) {
    const nodes = Float64Array.from({ length: 2 * half + 1 }, (_, i) => (i - half) * spacing);
    rule = { nodes, weights: normalised(nodes.map(gaussianDensityShape)) };
    if (trapezoids.size > 64) trapezoids.clear();
    trapezoids.set(key, rule);
  }
  return rule;
}

/** @throws TypeError, RangeError naming what is not as it should be. */
function checked(integrand: Analyticity): Analyticity {
  const names = ['strip', 'frequency', 'rate', 'degree'] as const;
  knownOptions('smoothGaussianRule', integrand, names);
  for (const name of names) {
    const value: unknown = integrand[name];
    if (typeof value === 'number' && value >= 0 && (value > 0 || name !== 'strip')) continue;
    const expected = name === 'strip' ? 'a positive number' : 'a number of at least 0';
    throw new RangeError(`${name} of smoothGaussianRule must be ${expected}; received ${String(value)}.`);
  }
  return integrand;
}

const BREAKS = [0, 0.25, 0.5, 1, 1.5, 2, 3, 4, 5, 6.5, 9];

/**
 * Gauss-Legendre panels of 16 points on [-9, 9], split at 0 (320 nodes): for integrands with a kink or a jump at 0.
 * Error: below 1e-14 for |z|, sign(z) z and smooth functions of them.
 */
export function splitGaussianRule(): Rule {
  if (!panels) {
    const { nodes, weights } = gaussLegendre(16);
    const right: number[] = [];
    const mass: number[] = [];
    for (let b = 1; b < BREAKS.length; b++) {
      const half = (BREAKS[b]! - BREAKS[b - 1]!) / 2;
      for (let i = 0; i < nodes.length; i++) {
        const x = BREAKS[b - 1]! + half * (1 + nodes[i]!);
        right.push(x);
        mass.push(half * weights[i]! * gaussianDensityShape(x));
      }
    }
    const all = Float64Array.from([...right.map((x) => -x).reverse(), ...right]);
    panels = { nodes: all, weights: normalised(Float64Array.from([...mass].reverse().concat(mass))) };
  }
  return panels;
}

function gaussianDensityShape(x: number): number {
  return exp(-0.5 * x * x);
}

function normalised(weights: Float64Array): Float64Array {
  let total = 0;
  for (const weight of weights) total += weight;
  return weights.map((weight) => weight / total);
}

/**
 * Tensor product of one-dimensional rules: `nodes` holds one row per dimension, `count` long each; the last dimension
 * runs fastest.
 */
export function tensorRule(rules: readonly Rule[]): {
  nodes: Float64Array;
  weights: Float64Array;
  count: number;
} {
  const isRule = (rule: unknown): rule is Rule =>
    (rule as Rule | null)?.nodes instanceof Float64Array && (rule as Rule).weights instanceof Float64Array;
  if (!Array.isArray(rules) || !rules.every(isRule))
    throw new TypeError(`rules of tensorRule must be an array of rules; received ${inWords(rules)}.`);
  const count = rules.reduce((product, rule) => product * rule.nodes.length, 1);
  const nodes = new Float64Array(rules.length * count);
  const weights = new Float64Array(count).fill(1);
  let period = count;
  rules.forEach((rule, d) => {
    const length = rule.nodes.length;
    period /= length;
    for (let i = 0; i < count; i++) {
      const index = Math.floor(i / period) % length;
      nodes[d * count + i] = rule.nodes[index]!;
      weights[i]! *= rule.weights[index]!;
    }
  });
  return { nodes, weights, count };
}
