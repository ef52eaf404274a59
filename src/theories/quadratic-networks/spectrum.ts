// The spectrum of the learned Z in the steady state (Z1): an atom at 0 and a density, in closed form.
import type { Core } from '../../../bindings/core.ts';
import { sharedCore } from '../../../bindings/load.ts';
import { EDGES, lawDensities, lawEdges, lawMoments, MOMENTS } from '../../../bindings/quadratic-networks.ts';
import { checkCall, Kind, NUMBERS, needed } from '../../check/call.ts';
import type { SteadyState } from './steady-state.ts';

export interface Spectrum {
  /** Share of eigenvalues that are 0. */
  readonly atom: number;
  /** Ends of the rest; a positive lower end is a gap that the rank's cut makes. */
  readonly edges: readonly [number, number];
  /** Density of the rest at the points asked for. */
  readonly density: Float64Array;
  /** Share of eigenvalues above each of the points. */
  readonly above: Float64Array;
}

const STATE = new Kind('a state, as steadyState returns it', (value) => {
  const { delta, tau, cut, rank, parameters, support } = (value ?? {}) as Partial<SteadyState>;
  const numbers = [delta, tau, cut, rank].every((entry) => typeof entry === 'number' && !Number.isNaN(entry));
  return numbers && typeof parameters?.teacherWidthRatio === 'number' && Array.isArray(support);
});

/** Density and distribution of the learned eigenvalues at the points `at`, all positive. */
export function spectrum(state: SteadyState, at: ArrayLike<number>, core: Core = sharedCore()): Spectrum {
  checkCall('spectrum', { state, at }, { state: needed(STATE), at: needed(NUMBERS) });
  const { delta, tau, cut, rank, support } = state;
  const edges: readonly [number, number] =
    rank > 0 ? [Math.max(0, cut - tau, support[0] - tau), Math.max(0, support[1] - tau)] : [0, 0];
  const points = Float64Array.from(at);
  if (points.some((z) => !(z >= 0 && Number.isFinite(z)))) {
    throw new RangeError('at must hold numbers that are at least 0.');
  }
  // The recovered teacher has no noise: its law is that of a noise too small to see.
  const s = Math.max(delta, 1e-8) * Math.max(delta, 1e-8);
  const c = 1 / state.parameters.teacherWidthRatio;
  return core.within((scope) => {
    const ends = scope.f64(EDGES);
    const moments = scope.f64(MOMENTS);
    lawEdges(core, s, c, ends);
    const x = scope.from(points.map((z) => z + tau));
    const density = scope.f64(points.length);
    lawDensities(core, points.length, x, s, c, ends, density);
    const above = points.map((z) => {
      lawMoments(core, Math.max(z + tau, cut), s, c, ends, moments);
      return Math.min(rank, moments.view[0]!);
    });
    return {
      atom: Math.max(0, 1 - rank),
      edges,
      density: density.view.map((value, i) => (points[i]! > edges[0] && points[i]! < edges[1] ? value : 0)),
      above,
    };
  });
}
