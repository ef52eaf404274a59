// The spectrum of a learned matrix as an experiment sees it: a histogram on fixed bins, and the rank.
import type { Block } from '../../../bindings/arena.ts';
import type { Core } from '../../../bindings/core.ts';
import { symmetricEigen, symmetricEigenScratch } from '../../../bindings/linalg.ts';
import { spectrum } from './spectrum.ts';
import type { SteadyState } from './steady-state.ts';

/** Eigenvalues up to this are counted as 0. */
export const ZERO = 1e-3;
/** Bins of the histogram. */
export const BINS = 24;

/** Bins of equal width from ZERO to `top`: edges, BINS + 1 of them. */
export function binEdges(top: number): Float64Array {
  return Float64Array.from({ length: BINS + 1 }, (_, i) => ZERO + ((top - ZERO) * i) / BINS);
}

export function binCentres(edges: Float64Array): Float64Array {
  return edges.slice(1).map((edge, i) => (edge + edges[i]!) / 2);
}

/** Eigenvalues of a symmetric matrix, ascending. */
export function eigenvaluesOf(core: Core, Z: Block, d: number): Float64Array {
  return core.within((scope) => {
    const A = scope.from(Z.view.subarray(0, d * d));
    const values = scope.f64(d);
    symmetricEigen(core, A, d, d, values, false, scope.f64(symmetricEigenScratch(core, d)));
    return values.copy();
  });
}

/** Share of eigenvalues per bin over its width, and the share above ZERO. */
export function histogram(
  values: Float64Array,
  edges: Float64Array,
): { density: Float64Array; rank: number } {
  const width = edges[1]! - edges[0]!;
  const density = new Float64Array(edges.length - 1);
  let kept = 0;
  for (const value of values) {
    if (value <= ZERO) continue;
    kept++;
    const bin = Math.min(density.length - 1, Math.floor((value - edges[0]!) / width));
    density[bin]! += 1 / (values.length * width);
  }
  return { density, rank: kept / values.length };
}

/** What the steady state predicts for the same bins: its distribution function over them. */
export function predictedHistogram(state: SteadyState, edges: Float64Array, core: Core): Float64Array {
  const { above } = spectrum(state, edges, core);
  const width = edges[1]! - edges[0]!;
  return Float64Array.from({ length: edges.length - 1 }, (_, i) => (above[i]! - above[i + 1]!) / width);
}
