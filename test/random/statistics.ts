// Statistics that the tests of the samplers share, and drawing straight from the kernels of a core.
import { readFileSync } from 'node:fs';
import type { Law } from '../../assembly/abi.ts';
import type { Core } from '../../bindings/core.ts';
import { fillLaw, fillNormal, fillUniform, openStream } from '../../bindings/random.ts';

export interface Fixtures {
  xoshiro: { state: number[]; words: number[]; word1000: number[] }[];
  seeded: { key: number[]; label: number; index: number; state: number[] }[];
  ziggurat: { edges: number[]; strips: number[] };
  normals: { n: number; key: number[]; label: number; index: number; values: [number, number][] };
  tails: Record<string, number>;
  kolmogorovSmirnov: { n: number; level: number; critical: number };
  chiSquare: Record<string, number>;
  student: { degreesOfFreedom: number; quantiles: number[] };
}

export const fixtures: Fixtures = JSON.parse(
  readFileSync(new URL('./fixtures.json', import.meta.url), 'utf8'),
);

export const KEY = [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344];

export function normals(core: Core, n: number, index = 0, key: number[] = KEY): Float64Array {
  return core.within((scope) => {
    const out = scope.f64(n);
    fillNormal(core, openStream(core, scope, key, 1, index), out);
    return out.copy();
  });
}

export function uniforms(core: Core, n: number, index = 0): Float64Array {
  return core.within((scope) => {
    const out = scope.f64(n);
    fillUniform(core, openStream(core, scope, KEY, 2, index), out);
    return out.copy();
  });
}

export function variates(core: Core, law: Law, parameter: number, n: number, index = 0): Float64Array {
  return core.within((scope) => {
    const out = scope.f64(n);
    const status = fillLaw(core, openStream(core, scope, KEY, 3 + law, index), law, parameter, out);
    if (status !== 0) throw new Error(`status ${status}`);
    return out.copy();
  });
}

/** Mean of x^k. */
export function moment(values: ArrayLike<number>, k: number): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]! ** k;
  return sum / values.length;
}

/** Distance of the k-th moment from its true value, in true standard errors. */
export function momentScore(values: ArrayLike<number>, k: number, truth: number, truthOf2k: number): number {
  return (moment(values, k) - truth) / Math.sqrt((truthOf2k - truth * truth) / values.length);
}

/** Pearson's chi-square of counts against probabilities. */
export function chiSquare(counts: ArrayLike<number>, probabilities: ArrayLike<number>, n: number): number {
  let sum = 0;
  for (let i = 0; i < counts.length; i++) {
    const expected = n * probabilities[i]!;
    sum += (counts[i]! - expected) ** 2 / expected;
  }
  return sum;
}

/** The largest distance between the empirical and the true distribution function. */
export function kolmogorovSmirnov(values: Float64Array, cdf: (x: number) => number): number {
  const sorted = values.slice().sort();
  let distance = 0;
  for (let i = 0; i < sorted.length; i++) {
    const p = cdf(sorted[i]!);
    distance = Math.max(distance, p - i / sorted.length, (i + 1) / sorted.length - p);
  }
  return distance;
}

/** Distribution function of N(0, 1) for |x| < 7: 1/2 + density · (x + x³/3 + x⁵/(3·5) + …). */
export function normalCdf(x: number): number {
  let term = x;
  let sum = x;
  for (let k = 3; Math.abs(term) > 1e-18 * Math.abs(sum); k += 2) {
    term *= (x * x) / k;
    sum += term;
  }
  return 0.5 + (sum * Math.exp((-x * x) / 2)) / Math.sqrt(2 * Math.PI);
}

/** Distribution function of Student's t with 5 degrees of freedom, in closed form. */
export function student5Cdf(t: number): number {
  const theta = Math.atan(t / Math.sqrt(5));
  const c = Math.cos(theta);
  return 0.5 + (theta + Math.sin(theta) * (c + (2 / 3) * c ** 3)) / Math.PI;
}

/** Correlation of two equally long samples of variance 1 and mean 0, in standard errors. */
export function correlationScore(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum / Math.sqrt(a.length);
}
