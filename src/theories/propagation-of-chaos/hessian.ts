// What the mean field does to a small displacement of one neuron: eigenvalues of the local Hessian, Jacobians of the flow map, and how
// they compare with the neuron's own speed (self-concordance): (H1), (H4). Knows no interaction between neurons.
import type { Block, Scope } from '../../../bindings/arena.ts';
import type { Core } from '../../../bindings/core.ts';
import { legendreSeries } from '../../../bindings/propagation-of-chaos.ts';
import { exp, log } from '../../numerics/special.ts';
import { legendreDerivative } from './legendre.ts';
import { type Dynamics, recurrence } from './mean-field.ts';

/** V' and the two eigenvalues at some overlaps. Valid until the next call. */
export interface LocalHessian {
  /** V'(α). */
  readonly slope: Float64Array;
  /** λ_∥ = β²V'' − αV'. */
  readonly parallel: Float64Array;
  /** λ_⊥ = −αV'. */
  readonly perpendicular: Float64Array;
}

/** Evaluates local Hessians at `n` overlaps. */
export class HessianAt {
  readonly #core: Core;
  readonly #dimension: number;
  readonly #n: number;
  readonly #terms: number;
  readonly #tables: readonly [Block, Block];
  readonly #coefficients: Block;
  readonly #slope: Block;
  readonly #parallel: Block;
  readonly #perpendicular: Block;

  constructor(core: Core, scope: Scope, dimension: number, degree: number, n: number) {
    this.#core = core;
    this.#dimension = dimension;
    this.#n = n;
    this.#terms = Math.max(1, degree);
    this.#tables = [
      scope.from(recurrence(dimension + 2, this.#terms)),
      scope.from(recurrence(dimension + 4, this.#terms)),
    ];
    this.#coefficients = scope.f64(this.#terms);
    this.#slope = scope.f64(n);
    this.#parallel = scope.f64(n);
    this.#perpendicular = scope.f64(n);
  }

  /** At the overlaps `alpha`, for the series of V' in dimension d + 2. */
  at(alpha: Block, force: Float64Array): LocalHessian {
    const n = this.#n;
    this.#coefficients.set(force);
    legendreSeries(this.#core, alpha, n, this.#terms, this.#tables[0], this.#coefficients, this.#slope);
    const curvature = legendreDerivative(this.#dimension + 2, force);
    this.#coefficients.set(curvature);
    legendreSeries(
      this.#core,
      alpha,
      n,
      curvature.length,
      this.#tables[1],
      this.#coefficients,
      this.#parallel,
    );
    const a = alpha.view;
    const slope = this.#slope.view;
    const parallel = this.#parallel.view;
    const perpendicular = this.#perpendicular.view;
    // legendreDerivative of a constant is one term 0.
    for (let i = 0; i < n; i++) {
      perpendicular[i] = -a[i]! * slope[i]!;
      parallel[i] = (1 - a[i]! * a[i]!) * parallel[i]! + perpendicular[i]!;
    }
    return { slope, parallel, perpendicular };
  }
}

/** Simpson's weights of the stages of a Runge–Kutta step, in shares of the step. */
const STAGE_SHARES: readonly number[] = [1 / 6, 1 / 3, 1 / 3, 1 / 6];

/** Jacobians of the flow map from the start, and the integrals that self-concordance compares, along the nodes. */
export class HessianIntegrals {
  /** log J_∥ by node. */
  readonly logParallel: Float64Array;
  /** log J_⊥ = log β_t/β_0 by node. */
  readonly logPerpendicular: Float64Array;
  /** ∫λ_max⁺ dt. */
  readonly #growth: Float64Array;
  /** Total variation of (log|α|, log β): ∫|V'|/|α| dt. */
  readonly #variation: Float64Array;

  constructor(count: number) {
    this.logParallel = new Float64Array(count);
    this.logPerpendicular = new Float64Array(count);
    this.#growth = new Float64Array(count);
    this.#variation = new Float64Array(count);
  }

  /**
   * Adds a stage at the overlaps `alpha` that stands for `share` of the time; with `descent` a whole step of descent, whose
   * Jacobians are products and not exponentials.
   */
  add(alpha: Float64Array, hessian: LocalHessian, share: number, descent = false): void {
    const { slope, parallel, perpendicular } = hessian;
    if (descent) {
      const factors = parallel.map((value, i) =>
        Math.max(1e-300, Math.abs(descentFactors(alpha[i]!, slope[i]!, value, 0, share).parallel)),
      );
      const across = perpendicular.map((value, i) =>
        Math.max(1e-300, Math.abs(descentFactors(alpha[i]!, slope[i]!, 0, value, share).perpendicular)),
      );
      accumulate(this.logParallel, log(factors), 1);
      accumulate(this.logPerpendicular, log(across), 1);
    } else {
      accumulate(this.logParallel, parallel, share);
      accumulate(this.logPerpendicular, perpendicular, share);
    }
    for (let i = 0; i < alpha.length; i++) {
      this.#growth[i]! += share * Math.max(0, parallel[i]!, perpendicular[i]!);
      if (alpha[i] !== 0) this.#variation[i]! += share * Math.abs(slope[i]! / alpha[i]!);
    }
  }

  /** Largest ∫λ_max⁺ over total variation; 0 at the start, where nothing has moved. */
  ratio(): number {
    let most = 0;
    this.#variation.forEach((variation, i) => {
      if (variation > 0) most = Math.max(most, this.#growth[i]! / variation);
    });
    return most;
  }

  /** The largest of J_∥ and J_⊥ over the nodes, at most 1e299. */
  largestJacobian(): number {
    let most = Number.NEGATIVE_INFINITY;
    for (const value of this.logParallel) most = Math.max(most, value);
    for (const value of this.logPerpendicular) most = Math.max(most, value);
    return exp(Math.min(most, 690));
  }
}

function accumulate(to: Float64Array, values: Float64Array, share: number): void {
  for (let i = 0; i < to.length; i++) to[i]! += share * values[i]!;
}

/** How a displacement along e and one across change in a step of descent, to be multiplied with it: (F5) without the force. */
export function descentFactors(
  alpha: number,
  slope: number,
  parallel: number,
  perpendicular: number,
  eta: number,
): { square: number; parallel: number; perpendicular: number } {
  const square = 1 + eta * eta * (1 - alpha * alpha) * slope * slope;
  return {
    square,
    parallel: (square + eta * parallel) / square,
    perpendicular: (1 + eta * perpendicular) / Math.sqrt(square),
  };
}

/** Λ: the largest positive eigenvalue over the nodes. */
export function localGrowth({ parallel, perpendicular }: LocalHessian): number {
  let most = 0;
  for (let i = 0; i < parallel.length; i++) most = Math.max(most, parallel[i]!, perpendicular[i]!);
  return most;
}

/** C_sc(t; τ): the largest λ_max⁺ |α|/|V'| over nodes with |α| ≥ τ/√d, at most 1e300, (H4). */
export function selfConcordance(
  alpha: Float64Array,
  { slope, parallel, perpendicular }: LocalHessian,
  dimension: number,
  tau = 1,
): number {
  let most = 0;
  const least = tau / Math.sqrt(dimension);
  for (let i = 0; i < alpha.length; i++) {
    const a = Math.abs(alpha[i]!);
    const growth = Math.max(0, parallel[i]!, perpendicular[i]!);
    if (a < least || growth === 0) continue;
    most = Math.max(most, Math.min(1e300, (growth * a) / Math.abs(slope[i]!)));
  }
  return most;
}

/** Shares of a step that its stages stand for, in time. */
export function stageShares(kind: Dynamics, stepSize: number): number[] {
  return kind === 'gradient-flow' ? STAGE_SHARES.map((share) => share * stepSize) : [stepSize];
}
