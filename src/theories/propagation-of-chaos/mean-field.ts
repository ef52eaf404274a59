// The infinite-width limit: overlaps of the nodes of the initial law along their characteristics, by gradient flow or by the exact
// map of projected descent, and the force that any other neuron feels: (M2), (M3), (M4). Refuses to know fluctuations.
import type { Block, Scope } from '../../../bindings/arena.ts';
import type { Core } from '../../../bindings/core.ts';
import { legendreMoments, legendreSeries } from '../../../bindings/propagation-of-chaos.ts';
import { escapeLaw, gaussLaw, type InitialLaw } from './initial-law.ts';
import { legendreDerivative, legendreFromMonomials } from './legendre.ts';
import type { Links } from './links.ts';
import type { PropagationProblem } from './problem.ts';

export type Dynamics = 'gradient-flow' | 'projected-descent';

/** Q and T in Legendre polynomials of the input's dimension. */
export interface ZonalPotential {
  readonly dimension: number;
  /** K + 1. */
  readonly terms: number;
  /** Q = Σ λ_l P_l. */
  readonly lambda: Float64Array;
  /** T = Σ κ_l P_l. */
  readonly kappa: Float64Array;
  /** Σ b_k². */
  readonly targetSquare: number;
}

export function zonalPotential(dimension: number, { Q, T, targetSquare }: Links): ZonalPotential {
  return {
    dimension,
    terms: Q.length,
    lambda: legendreFromMonomials(dimension, Q),
    kappa: legendreFromMonomials(dimension, T),
    targetSquare,
  };
}

/** V' = Σ_l (κ_l − λ_l m_l) P_l' as a series in dimension d + 2, of K terms, (M2). */
export function forceSeries(
  { dimension, lambda, kappa }: ZonalPotential,
  moments: Float64Array,
): Float64Array {
  return legendreDerivative(
    dimension,
    kappa.map((value, l) => value - lambda[l]! * moments[l]!),
  );
}

/** ½[Σ b² − 2 Σ κ m + Σ λ m²], (M4). */
export function meanFieldLoss(
  { lambda, kappa, targetSquare }: ZonalPotential,
  moments: Float64Array,
): number {
  let sum = targetSquare;
  for (let l = 0; l < lambda.length; l++) sum += moments[l]! * (lambda[l]! * moments[l]! - 2 * kappa[l]!);
  return Math.max(0, 0.5 * sum);
}

/** n² = Q(1) − Σ λ m², m times the squared gap of m independent neurons, (C2). */
export function noiseLevel({ lambda }: ZonalPotential, moments: Float64Array): number {
  let sum = 0;
  for (let l = 0; l < lambda.length; l++) sum += lambda[l]! * (1 - moments[l]! * moments[l]!);
  return sum;
}

/** A_l, B_l of P_{l+1} = A_l t P_l + B_l P_{l−1} in dimension `d`, l < terms, (M1). */
export function recurrence(d: number, terms: number): Float64Array {
  const table = new Float64Array(2 * Math.max(1, terms));
  table[0] = 1;
  for (let l = 1; l < terms; l++) {
    table[2 * l] = (2 * l + d - 2) / (l + d - 2);
    table[2 * l + 1] = -l / (l + d - 2);
  }
  return table;
}

/** Overlaps of neurons without weight that follow a mean field. They need not be monotone, (M7). */
export class Characteristics {
  readonly alpha: Block;
  readonly #core: Core;
  readonly #n: number;
  readonly #terms: number;
  readonly #table: Block;
  readonly #coefficients: Block;
  readonly #slope: Block;
  readonly #stage: Block;
  readonly #sum: Block;

  constructor(core: Core, scope: Scope, dimension: number, degree: number, n: number) {
    this.#core = core;
    this.#n = n;
    this.#terms = Math.max(1, degree);
    this.#table = scope.from(recurrence(dimension + 2, this.#terms));
    this.#coefficients = scope.f64(this.#terms);
    this.alpha = scope.f64(n);
    this.#slope = scope.f64(n);
    this.#stage = scope.f64(n);
    this.#sum = scope.f64(n);
  }

  /** V'(α) at the overlaps in `at`, for the force series given; valid until the next call. */
  slopes(force: Float64Array, at = this.alpha): Block {
    this.#coefficients.set(force);
    legendreSeries(this.#core, at, this.#n, this.#terms, this.#table, this.#coefficients, this.#slope);
    return this.#slope;
  }

  /**
   * One step in the forces of its stages; `forceAt` is asked for each stage's force, in order, with the overlaps there.
   * False where a descent step carries a neuron past the pole; the overlaps are then of no use.
   */
  step(forceAt: (stage: number, alpha: Block) => Float64Array, kind: Dynamics, h: number): boolean {
    return kind === 'gradient-flow' ? this.#flow(forceAt, h) : this.#descend(forceAt, h);
  }

  /** One step in a mean field's forces, as `MeanField.advance` returns them. */
  advance(forces: readonly Float64Array[], kind: Dynamics, h: number): boolean {
    return this.step((stage) => forces[stage]!, kind, h);
  }

  #flow(forceAt: (stage: number, alpha: Block) => Float64Array, h: number): boolean {
    const n = this.#n;
    for (let s = 0; s < 4; s++) {
      const at = s === 0 ? this.alpha : this.#stage;
      const slope = this.slopes(forceAt(s, at), at).view;
      const x = at.view;
      const start = this.alpha.view;
      const next = this.#stage.view;
      const sum = this.#sum.view;
      const share = s === 0 || s === 3 ? h / 6 : h / 3;
      const reach = s === 2 ? h : 0.5 * h;
      for (let i = 0; i < n; i++) {
        const a = x[i]!;
        const speed = (1 - a * a) * slope[i]!;
        sum[i] = (s === 0 ? start[i]! : sum[i]!) + share * speed;
        next[i] = Math.max(-1, Math.min(1, start[i]! + reach * speed));
      }
    }
    const alpha = this.alpha.view;
    const sum = this.#sum.view;
    for (let i = 0; i < n; i++) alpha[i] = Math.max(-1, Math.min(1, sum[i]!));
    return true;
  }

  #descend(forceAt: (stage: number, alpha: Block) => Float64Array, eta: number): boolean {
    const slope = this.slopes(forceAt(0, this.alpha)).view;
    const alpha = this.alpha.view;
    let within = true;
    for (let i = 0; i < this.#n; i++) {
      const a = alpha[i]!;
      const square = (1 - a) * (1 + a);
      const pull = eta * slope[i]!;
      within &&= a * pull < 1;
      const moved = (a + square * pull) / Math.sqrt(1 + square * pull * pull);
      alpha[i] = Math.max(-1, Math.min(1, moved));
    }
    return within;
  }
}

/** The nodes that a problem asks for, with panels of `panelNodes` where it asks for panels. */
export function initialLawOf(
  problem: PropagationProblem,
  links: Links,
  panelNodes = problem.prediction.panelNodes,
  inputDimension = problem.model.inputDimension,
  horizon = problem.optimizer.steps * problem.optimizer.stepSize,
): InitialLaw {
  const { rule, nodes, panelLength } = problem.prediction;
  return rule === 'gauss-gegenbauer'
    ? gaussLaw(inputDimension, nodes)
    : escapeLaw(inputDimension, links, horizon, { length: panelLength, nodes: panelNodes });
}

export interface MeanFieldInput {
  readonly inputDimension: number;
  readonly links: Links;
  readonly law: InitialLaw;
  readonly kind: Dynamics;
  readonly stepSize: number;
}

export class MeanField {
  readonly potential: ZonalPotential;
  readonly law: InitialLaw;
  /** Overlaps of the nodes. */
  readonly nodes: Characteristics;
  /** m_0..m_K at the current time. */
  moments: Float64Array;
  /** Overlaps of the nodes at the stages of the last step. */
  readonly stages: readonly Block[];
  /** False once a descent step has carried a node past the pole. */
  within = true;
  readonly #core: Core;
  readonly #input: MeanFieldInput;
  readonly #weights: Block;
  readonly #table: Block;
  readonly #room: Block;

  constructor(core: Core, scope: Scope, input: MeanFieldInput) {
    const { inputDimension, links, law, kind } = input;
    this.#core = core;
    this.#input = input;
    this.law = law;
    this.potential = zonalPotential(inputDimension, links);
    const { terms } = this.potential;
    const count = law.nodes.length;
    this.nodes = new Characteristics(core, scope, inputDimension, links.degree, count);
    this.nodes.alpha.set(law.nodes);
    this.#weights = scope.from(law.weights);
    this.#table = scope.from(recurrence(inputDimension, terms));
    this.#room = scope.f64(2 * terms);
    this.stages = Array.from({ length: kind === 'gradient-flow' ? 4 : 1 }, () => scope.f64(count));
    this.moments = this.momentsAt(this.nodes.alpha);
  }

  /** m_l over the nodes at the overlaps `alpha`. */
  momentsAt(alpha: Block): Float64Array {
    const { terms } = this.potential;
    const count = this.law.nodes.length;
    legendreMoments(this.#core, alpha, this.#weights, count, terms, this.#table, this.#room);
    const moments = this.#room.copy(0, terms);
    if (this.law.half) for (let l = 1; l < terms; l += 2) moments[l] = 0;
    return moments;
  }

  /** The series of V' at the current time. */
  force(): Float64Array {
    return forceSeries(this.potential, this.moments);
  }

  loss(): number {
    return meanFieldLoss(this.potential, this.moments);
  }

  noise(): number {
    return noiseLevel(this.potential, this.moments);
  }

  /** One step; returns the force series of each of its stages. */
  advance(): readonly Float64Array[] {
    const { kind, stepSize } = this.#input;
    const forces: Float64Array[] = [];
    const forceAt = (stage: number, alpha: Block) => {
      this.stages[stage]!.set(alpha.view);
      const force = forceSeries(this.potential, stage === 0 ? this.moments : this.momentsAt(alpha));
      forces.push(force);
      return force;
    };
    if (!this.nodes.step(forceAt, kind, stepSize)) this.within = false;
    this.moments = this.momentsAt(this.nodes.alpha);
    return forces;
  }
}
