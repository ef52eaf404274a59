// The linearised dynamics of the displacements Δ_i from the mean-field partners, (H3), beside the true ones: by the same integrator and
// step, at the partners' own stages. Refuses to know the particles.
import type { Block, Scope } from '../../../bindings/arena.ts';
import type { Core } from '../../../bindings/core.ts';
import { addScaled, axpy } from '../../../bindings/linalg.ts';
import {
  interactionProduct,
  interactionProductScratch,
  linearisedRates,
  normaliseRows,
  partners,
  polynomialBlock,
  tangentRows,
} from '../../../bindings/particles.ts';
import { legendreSeries } from '../../../bindings/propagation-of-chaos.ts';
import { legendreDerivative } from './legendre.ts';
import { derivativeOf, type Links } from './links.ts';
import { type Dynamics, recurrence } from './mean-field.ts';
import { nextPart, type Pace } from './particles.ts';

/** Multiply-adds of one evaluation of the rates. */
export function linearisedWork(m: number, d: number, terms: number): number {
  return m * m * (5 * d + 3 * terms);
}

/** Doubles of linear memory of a Linearised. */
export function linearisedSize(m: number, d: number): number {
  const [mp, dp] = [4 * Math.ceil(m / 4), 4 * Math.ceil(d / 4)];
  return 8 * m * d + 3 * m + 4 * mp * dp + 4 * mp + 3 * 64 * (dp + 64);
}

/** Where a step of the mean field passes: overlaps of the partners and the series of V' there, stage by stage. */
export interface Stage {
  readonly alpha: Float64Array;
  readonly force: Float64Array;
}

export class Linearised {
  /** Displacements, m rows, 0 at the start. */
  readonly D: Block;
  readonly #core: Core;
  readonly #m: number;
  readonly #d: number;
  readonly #terms: number;
  readonly #constant: number;
  readonly #laws: {
    readonly slope: Block;
    readonly curvature: Block;
    readonly values: Block;
    readonly target: Block;
  };
  readonly #Z: Block;
  readonly #W: Block;
  readonly #V: Block;
  readonly #HD: Block;
  readonly #rates: Block;
  readonly #stage: Block;
  readonly #tangent: Block;
  readonly #sum: Block;
  readonly #alpha: Block;
  readonly #first: Block;
  readonly #second: Block;
  readonly #tables: readonly [Block, Block];
  readonly #series: Block;
  readonly #scratch: Block;
  readonly #pace: Pace;
  #fresh = false;

  /** `Z` holds the rows z_i of the partners. */
  constructor(core: Core, scope: Scope, links: Links, Z: Block, m: number, d: number, pace: Pace) {
    const { Q, T, degree } = links;
    const n = m * d;
    this.#core = core;
    this.#m = m;
    this.#d = d;
    this.#terms = degree;
    this.#constant = Q[0]!;
    this.#Z = Z;
    this.#pace = pace;
    this.D = scope.f64(n);
    this.#W = scope.f64(n);
    this.#V = scope.f64(n);
    this.#HD = scope.f64(n);
    this.#rates = scope.f64(n);
    this.#stage = scope.f64(n);
    this.#tangent = scope.f64(n);
    this.#sum = scope.f64(n);
    this.#alpha = scope.f64(m);
    this.#first = scope.f64(m);
    this.#second = scope.f64(m);
    this.#tables = [
      scope.from(recurrence(d + 2, Math.max(1, degree))),
      scope.from(recurrence(d + 4, Math.max(1, degree))),
    ];
    this.#series = scope.f64(Math.max(1, degree));
    this.#laws = {
      slope: polynomialBlock(scope, derivativeOf(Q)),
      curvature: polynomialBlock(scope, derivativeOf(derivativeOf(Q))),
      values: polynomialBlock(
        scope,
        Q.map((value, k) => (k === 0 ? 0 : value)),
      ),
      target: polynomialBlock(scope, derivativeOf(T)),
    };
    this.#scratch = scope.f64(interactionProductScratch(core, m, d));
  }

  /**
   * (1/m²) Σ_ij Q(⟨w̄_i,w̄_j⟩) of the partners at the overlaps and the force of now; undefined where the caller has cancelled. The next
   * step uses the rates that come with it.
   */
  async meanOfPairs(stage: Stage): Promise<number | undefined> {
    const mean = await this.#evaluate(stage, this.D);
    this.#fresh = mean !== undefined;
    return mean;
  }

  /** The neurons of the linearised dynamics, normalise(w̄_i + Δ_i), from the partners' rows; out may be them. */
  rows(partnerRows: Block, out: Block): Block {
    const [m, d] = [this.#m, this.#d];
    addScaled(this.#core, 1, partnerRows, 1, this.D, out, m * d);
    normaliseRows(this.#core, out, d, m, d, out, d);
    return out;
  }

  /** One step through the stages of the mean field; `end` holds the overlaps after it. False where the caller has cancelled. */
  async step(stages: readonly Stage[], end: Float64Array, kind: Dynamics, h: number): Promise<boolean> {
    const [core, n] = [this.#core, this.#m * this.#d];
    const [D, rates, stage, sum] = [this.D, this.#rates, this.#stage, this.#sum];
    if (!this.#fresh && (await this.#evaluate(stages[0]!, D)) === undefined) return false;
    this.#fresh = false;
    if (kind === 'projected-descent') {
      this.#descend(stages[0]!, end, h);
      return true;
    }
    addScaled(core, 1, D, h / 6, rates, sum, n);
    for (let s = 1; s < 4; s++) {
      addScaled(core, 1, D, s === 3 ? h : 0.5 * h, rates, stage, n);
      if ((await this.#evaluate(stages[s]!, stage)) === undefined) return false;
      axpy(core, s === 3 ? h / 6 : h / 3, rates, sum, n);
    }
    D.set(sum.view);
    return true;
  }

  /** Δ ← P_{w̄⁺} (Δ + η rates)/r, the derivative of w̄ ↦ (w̄ + ην)/r, r² = 1 + η²‖ν‖². */
  #descend({ alpha }: Stage, end: Float64Array, eta: number): void {
    const [core, m, d] = [this.#core, this.#m, this.#d];
    axpy(core, eta, this.#rates, this.D, m * d);
    const slope = this.#first.view;
    this.#alpha.set(end);
    partners(core, this.#alpha, this.#Z, d, m, d, this.#W, d);
    tangentRows(core, this.#W, d, m, d, this.D, d);
    const rows = this.D.view;
    for (let i = 0; i < m; i++) {
      const a = alpha[i]!;
      const speed = eta * slope[i]!;
      const r = Math.sqrt(1 + (1 - a) * (1 + a) * speed * speed);
      for (let k = i * d; k < (i + 1) * d; k++) rows[k] = rows[k]! / r;
    }
  }

  /** Rates at the partners of a stage and the tangent parts of the displacements in `D`; returns the mean over pairs of partners. */
  async #evaluate({ alpha, force }: Stage, D: Block): Promise<number | undefined> {
    const [core, m, d, W] = [this.#core, this.#m, this.#d, this.#W];
    this.#alpha.set(alpha);
    partners(core, this.#alpha, this.#Z, d, m, d, W, d);
    const tangent = this.#tangent.set(D.view);
    tangentRows(core, W, d, m, d, tangent, d);
    this.#potential(force, this.#tables[0], this.#first);
    this.#potential(legendreDerivative(d + 2, force), this.#tables[1], this.#second);
    const whole = linearisedWork(m, d, this.#terms);
    const work = (from: number, to: number) => (whole * (to - from)) / m;
    let total = 0;
    for (let from = 0; from < m; ) {
      const part = nextPart(m, from, work);
      total = interactionProduct(
        core,
        W,
        tangent,
        d,
        m,
        d,
        this.#laws,
        this.#V,
        this.#HD,
        this.#scratch,
        part,
      );
      if (!(await this.#pace(work(from, part.to)))) return undefined;
      from = part.to;
    }
    const potential = { first: this.#first, second: this.#second };
    linearisedRates(core, W, tangent, d, m, d, potential, this.#V, this.#HD, this.#rates);
    return total / (m * m) + this.#constant;
  }

  #potential(series: Float64Array, table: Block, out: Block): void {
    this.#series.fill(0).set(series);
    legendreSeries(this.#core, this.#alpha, this.#m, series.length, table, this.#series, out);
  }
}
