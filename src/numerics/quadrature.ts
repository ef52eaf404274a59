// Points and weights to average functions with: Gauss rules in one dimension, Sobol points in up to 400.
import { Status } from '../../assembly/abi.ts';
import type { Block } from '../../bindings/arena.ts';
import { sharedCore } from '../../bindings/load.ts';
import * as kernels from '../../bindings/quadrature.ts';
import { integerWithin } from './integer.ts';
import { knownOptions } from './known-keys.ts';
import { streamKey } from './random.ts';

/** Most nodes of a rule. */
const LARGEST = 4096;
/** Rules that are remembered. */
const REMEMBERED = 64;

/** Σ weights[i] f(nodes[i]) approximates an integral; nodes ascend. */
export interface QuadratureRule {
  readonly nodes: Float64Array;
  readonly weights: Float64Array;
}

const cache = new Map<string, QuadratureRule>();

function rule(
  key: string,
  n: number,
  compute: (nodes: Block, weights: Block, scratch: Block) => Status,
): QuadratureRule {
  let found = cache.get(key);
  if (!found) {
    found = sharedCore().within((scope) => {
      const nodes = scope.f64(n);
      const weights = scope.f64(n);
      const status = compute(nodes, weights, scope.f64(kernels.gaussScratch(n)));
      if (status !== Status.Ok)
        throw new Error(`the quadrature rule ${key} could not be computed (status ${status}).`);
      return { nodes: nodes.copy(), weights: weights.copy() };
    });
    if (cache.size >= REMEMBERED) cache.delete(cache.keys().next().value!);
    cache.set(key, found);
  }
  return { nodes: found.nodes.slice(), weights: found.weights.slice() };
}

/**
 * The Gauss rule of N(0, 1): Σ w f(x) ≈ E f(Z), exact for polynomials of degree 2n - 1. Weights sum to 1; those that
 * underflow (the outermost, from n = 389 on) are 0.
 */
export function gaussHermite(n: number): QuadratureRule {
  integerWithin('n', n, 1, LARGEST);
  return rule(`hermite ${n}`, n, (nodes, weights, scratch) =>
    kernels.gaussHermite(sharedCore(), n, nodes, weights, scratch),
  );
}

/** The Gauss rule of [-1, 1]: Σ w f(x) ≈ ∫ f, exact for polynomials of degree 2n - 1. Weights sum to 2. */
export function gaussLegendre(n: number): QuadratureRule {
  integerWithin('n', n, 1, LARGEST);
  return rule(`legendre ${n}`, n, (nodes, weights, scratch) =>
    kernels.gaussLegendre(sharedCore(), n, nodes, weights, scratch),
  );
}

/**
 * The Gauss rule of the law on [-1, 1] of density proportional to (1 - x²)^(lambda - 1/2), as a probability measure.
 * One coordinate of a uniform point on the unit sphere of dimension d has this law with lambda = (d - 2)/2.
 */
export function gaussGegenbauer(n: number, lambda: number): QuadratureRule {
  integerWithin('n', n, 1, LARGEST);
  if (!(typeof lambda === 'number' && lambda > -0.5 && lambda <= 1e6)) {
    throw new RangeError(`lambda must be a number above -1/2, at most 1e6; received ${String(lambda)}.`);
  }
  return rule(`gegenbauer ${n} ${lambda}`, n, (nodes, weights, scratch) =>
    kernels.gaussGegenbauer(sharedCore(), n, lambda, nodes, weights, scratch),
  );
}

export interface SobolOptions {
  /** Randomises the points; without it they are Sobol's own, in the middle of their cells of side 2^-32. */
  seed?: string;
  /** Index of the first point, 0 unless told. Powers of two keep the balance. */
  start?: number;
  /** How the seed acts: Owen's nested scrambling ('owen', the default) or a digital shift ('shift'). */
  scrambling?: 'owen' | 'shift';
}

/**
 * `count` Sobol points of the open unit cube. Coordinate d of point i is element d·count + i. Use counts that are
 * powers of two.
 */
export function sobolPoints(dimensions: number, count: number, options: SobolOptions = {}): Float64Array {
  const core = sharedCore();
  const known = knownOptions('sobolPoints', options, ['seed', 'start', 'scrambling']);
  const { seed, start = 0, scrambling = 'owen' } = known;
  integerWithin('dimensions', dimensions, 1, kernels.sobolDimensions(core));
  integerWithin('start', start, 0, 2 ** 32 - 1);
  integerWithin('count', count, 0, Math.min(2 ** 31 - 1, 2 ** 32 - start));
  if (scrambling !== 'owen' && scrambling !== 'shift') {
    throw new TypeError(`scrambling must be 'owen' or 'shift'; received ${String(scrambling)}.`);
  }
  const randomisation: kernels.SobolRandomisation =
    seed === undefined ? { kind: 'none' } : { kind: scrambling, key: streamKey(seed) };
  return core.within((scope) => {
    const out = scope.f64(dimensions * count);
    const scratch = scope.f64(kernels.SOBOL_SCRATCH);
    const status = kernels.sobolPoints(core, dimensions, start, count, out, count, scratch, randomisation);
    if (status !== Status.Ok) throw new Error(`Sobol points could not be computed (status ${status}).`);
    return out.copy();
  });
}
