// The stability gain (G1): how strongly the steady state amplifies slow fluctuations of its noise at size d.
import type { Scope } from '../../../bindings/arena.ts';
import type { Core } from '../../../bindings/core.ts';
import { EDGES, gainSum, lawDensities, lawEdges } from '../../../bindings/quadratic-networks.ts';
import { gaussLegendre } from '../../numerics/quadrature.ts';
import { exp, expm1 } from '../../numerics/special.ts';
import type { Parameters } from './parameters.ts';
import type { Root } from './root.ts';

/** Nodes on each side of the cut, and how strongly they crowd towards it. */
const NODES = 200;
const CROWDING = 14;

let rule: { readonly place: Float64Array; readonly weight: Float64Array } | undefined;

/** Distances from the cut in units of a side's length, and their weights. */
function crowded() {
  if (!rule) {
    const { nodes, weights } = gaussLegendre(NODES);
    const scaled = nodes.map((node) => (CROWDING * (node + 1)) / 2);
    const whole = expm1(CROWDING);
    rule = {
      place: expm1(scaled).map((value) => value / whole),
      weight: exp(scaled).map((value, i) => (0.5 * weights[i]! * CROWDING * value) / whole),
    };
  }
  return rule;
}

/**
 * G(d): below 1 the steady state is stable at that size. 0 where nothing is kept or nothing is noisy.
 * Cost: 400 densities and 40,000 terms, some 0.1 ms.
 */
export function gainOf(
  core: Core,
  scope: Scope,
  root: Root,
  { sampleRatio, teacherWidthRatio }: Parameters,
  dimension: number,
): number {
  const { cut, tau, rank, delta, densityAtCut, cutActive } = root;
  const [low, high] = root.support;
  const own = (rank * rank) / (2 * sampleRatio);
  if (delta === 0 || !(cut > low && cut < high)) return own;
  const { place, weight } = crowded();
  const s = delta * delta;
  const c = 1 / teacherWidthRatio;
  const edges = scope.f64(EDGES);
  lawEdges(core, s, c, edges);
  const side = (length: number, sign: number) => {
    const x = scope.from(place.map((value) => cut + sign * length * value));
    const density = scope.f64(NODES);
    lawDensities(core, NODES, x, s, c, edges, density);
    density.set(density.view.map((value, i) => value * length * weight[i]!));
    return { x, density };
  };
  const above = side(high - cut, 1);
  const below = side(cut - low, -1);
  const spacing =
    cutActive && densityAtCut > 0 ? Math.min(1 / (dimension * densityAtCut), (high - low) / dimension) : 0;
  const cross = gainSum(core, above.x, above.density, below.x, below.density, tau, spacing * spacing);
  return own + cross / sampleRatio;
}
