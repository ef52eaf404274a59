// The law of the overlap at the start, and rules for expectations over it that stay right while the overlaps move: (M5), (M6).
// A rule is a probability measure on its nodes. Refuses to know how they move.
import { gaussGegenbauer, gaussLegendre } from '../../numerics/quadrature.ts';
import { cos, exp, log1p, sin } from '../../numerics/special.ts';
import type { Links } from './links.ts';

export interface InitialLaw {
  /** Initial overlaps, ascending. */
  readonly nodes: Float64Array;
  readonly weights: Float64Array;
  /** Only the nodes above 0, with twice their weight: everything is symmetric. */
  readonly half: boolean;
}

export interface PanelOptions {
  /** Length of a panel in escape time. */
  readonly length: number;
  /** Gauss–Legendre nodes of a panel. */
  readonly nodes: number;
}

/** Where escape times are counted from. */
const ALIGNED = 0.9;
const EDGES_NEAR_ONE = [0.95, 1];
/** Dyadic panels below the last edge. */
const DYADIC = 2;
/** Runge–Kutta steps of a panel. */
const SUBSTEPS = 8;
/** Weights below this share of the largest are dropped. */
const NEGLIGIBLE = 1e-18;
/** Standard deviations 1/√d of the initial law that panels resolve. */
const REACH = 9;

/** The Gauss rule of the initial law: spectral for information exponent 1, poor above. */
export function gaussLaw(d: number, count: number): InitialLaw {
  const { nodes, weights } = gaussGegenbauer(count, (d - 2) / 2);
  return { nodes, weights, half: false };
}

/** Panels of equal length in the time a neuron takes to escape, up to `horizon`. */
export function escapeLaw(d: number, links: Links, horizon: number, panel: PanelOptions): InitialLaw {
  const edges = resolved(panelEdges(links, horizon, panel.length), d);
  const { nodes: x, weights: w } = gaussLegendre(panel.nodes);
  const nodes: number[] = [];
  const lengths: number[] = [];
  for (let e = 1; e < edges.length; e++) {
    const half = (edges[e]! - edges[e - 1]!) / 2;
    for (let i = 0; i < x.length; i++) {
      nodes.push(edges[e - 1]! + half * (1 + x[i]!));
      lengths.push(half * w[i]!);
    }
  }
  const density = exp(log1p(nodes.map((a) => -a * a)).map((value) => 0.5 * (d - 3) * value));
  let most = 0;
  const mass = density.map((value, i) => value * lengths[i]!);
  for (const value of mass) most = Math.max(most, value);
  const kept = [...nodes.keys()].filter((i) => mass[i]! > NEGLIGIBLE * most);
  let total = 0;
  for (const i of kept) total += mass[i]!;
  const half = links.parity === 'even';
  const positive = kept.map((i) => nodes[i]!);
  const share = kept.map((i) => mass[i]! / total);
  if (half) return { nodes: Float64Array.from(positive), weights: Float64Array.from(share), half };
  return {
    nodes: Float64Array.from([...positive.map((a) => -a).reverse(), ...positive]),
    weights: Float64Array.from([...share].reverse().concat(share), (value) => value / 2),
    half,
  };
}

/** One Runge–Kutta step back in escape time from the overlap `a`: a' = −g(a)(1 − a²), (M6). */
function earlier({ T }: Links, a: number, h: number): number {
  const speed = (x: number) => {
    let sum = 0;
    for (let k = T.length - 1; k >= 1; k--) sum = sum * x + k * Math.abs(T[k]!);
    return sum * (1 - x * x);
  };
  const k1 = speed(a);
  const k2 = speed(a - 0.5 * h * k1);
  const k3 = speed(a - 0.5 * h * k2);
  const k4 = speed(a - h * k3);
  return a - (h / 6) * (k1 + 2 * k2 + 2 * k3 + k4);
}

/** Edges from 0 to 1, ascending. */
function panelEdges(links: Links, horizon: number, length: number): number[] {
  const edges = [ALIGNED];
  let a = ALIGNED;
  for (let panel = 0; panel < Math.ceil(horizon / length); panel++) {
    for (let s = 0; s < SUBSTEPS; s++) a = earlier(links, a, length / SUBSTEPS);
    // With a component of degree 1 every neuron has escaped after a finite time.
    if (!(a > 1e-12 && a < edges[edges.length - 1]!)) break;
    edges.push(a);
  }
  for (let i = 0, edge = edges[edges.length - 1]!; i < DYADIC && edge > 1e-12; i++) edges.push((edge /= 2));
  edges.push(0);
  return [...edges.reverse(), ...EDGES_NEAR_ONE];
}

/** τ of (M6) at the overlap `from`, to a tenth; at most `most`. */
export function escapeDuration(links: Links, from: number, most: number): number {
  let time = 0;
  for (let a = ALIGNED; a > from && time < most; time += 0.1) a = earlier(links, a, 0.1);
  return Math.min(time, most);
}

/** Panels cut so that none is longer than a standard deviation where the law lives. */
function resolved(edges: readonly number[], d: number): number[] {
  const deviation = 1 / Math.sqrt(d);
  const out = [edges[0]!];
  for (let e = 1; e < edges.length; e++) {
    const [low, high] = [edges[e - 1]!, edges[e]!];
    const pieces = low < REACH * deviation ? Math.ceil((high - low) / deviation) : 1;
    for (let i = 1; i < pieces; i++) out.push(low + ((high - low) * i) / pieces);
    out.push(high);
  }
  return out;
}

/** Initial overlaps at these probabilities: quantiles of one coordinate of a uniform point of the sphere. */
export function initialQuantiles(d: number, levels: readonly number[]): Float64Array {
  const rule = gaussLegendre(64);
  // α = sin θ has density cos^{d-2} θ, without an end-point singularity.
  const mass = (theta: number) => {
    const half = theta / 2;
    const cosines = cos(rule.nodes.map((x) => half * (1 + x)));
    const sines = sin(rule.nodes.map((x) => half * (1 + x)));
    const density = exp(log1p(sines.map((s) => -s * s)).map((value) => 0.5 * (d - 3) * value));
    let sum = 0;
    for (let i = 0; i < density.length; i++) sum += rule.weights[i]! * cosines[i]! * density[i]!;
    return half * sum;
  };
  const furthest = Math.min(Math.PI / 2, 12 / Math.sqrt(d));
  const whole = mass(furthest);
  return Float64Array.from(levels, (level) => {
    const wanted = Math.abs(2 * level - 1) * whole;
    let low = 0;
    let high = furthest;
    for (let i = 0; i < 60; i++) {
      const middle = (low + high) / 2;
      if (mass(middle) < wanted) low = middle;
      else high = middle;
    }
    const alpha = wanted === 0 ? 0 : sin((low + high) / 2);
    return level < 0.5 ? -alpha : alpha;
  });
}
