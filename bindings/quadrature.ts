// Gauss rules and Sobol points over linear memory.
import type { Status } from '../assembly/abi.ts';
import type { Block } from './arena.ts';
import type { Core } from './core.ts';

/** Doubles of scratch that a Gauss rule of n nodes takes. */
export function gaussScratch(n: number): number {
  return 3 * n + 8;
}

/** Doubles of scratch that Sobol points take. */
export const SOBOL_SCRATCH = 16;

/** The rule of N(0, 1); weights sum to 1. */
export function gaussHermite(core: Core, n: number, nodes: Block, weights: Block, scratch: Block): Status {
  return core.exports.gaussHermite(n, nodes.ptr, weights.ptr, scratch.ptr);
}

/** The rule of [-1, 1]; weights sum to 2. */
export function gaussLegendre(core: Core, n: number, nodes: Block, weights: Block, scratch: Block): Status {
  return core.exports.gaussLegendre(n, nodes.ptr, weights.ptr, scratch.ptr);
}

/** The rule of the law on [-1, 1] of density proportional to (1 - x²)^(lambda - 1/2); weights sum to 1. */
export function gaussGegenbauer(
  core: Core,
  n: number,
  lambda: number,
  nodes: Block,
  weights: Block,
  scratch: Block,
): Status {
  return core.exports.gaussGegenbauer(n, lambda, nodes.ptr, weights.ptr, scratch.ptr);
}

/** Most coordinates that Sobol points can have. */
export function sobolDimensions(core: Core): number {
  return core.exports.sobolDimensions();
}

/** How Sobol points are randomised: not at all, by a digital shift, by Owen's nested scrambling. */
export type SobolRandomisation = { kind: 'none' } | { kind: 'shift' | 'owen'; key: ArrayLike<number> };

/** Coordinate d of point start + i goes to out[d·ld + i]; `scratch` has SOBOL_SCRATCH doubles. */
export function sobolPoints(
  core: Core,
  dimensions: number,
  start: number,
  count: number,
  out: Block,
  ld: number,
  scratch: Block,
  randomisation: SobolRandomisation,
): Status {
  if (randomisation.kind === 'none') {
    return core.exports.sobolPoints(dimensions, start, count, out.ptr, ld, scratch.ptr);
  }
  const { key } = randomisation;
  const kernel =
    randomisation.kind === 'shift' ? core.exports.sobolPointsShifted : core.exports.sobolPointsScrambled;
  return kernel(dimensions, start, count, out.ptr, ld, scratch.ptr, key[0]!, key[1]!, key[2]!, key[3]!);
}
