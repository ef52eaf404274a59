// The velocity of the population where neurons interact through their first two moments only: Q of degree 2 at most, so that the pairs
// need not be formed. Σ_j Q'(⟨w,w_j⟩) w_j /m = q_1 μ + 2 q_2 M w with μ the mean of the w_j and M that of the w_j w_jᵀ. The same numbers as
// from pairs up to rounding, in m d² instead of m² d operations.
import type { Block, Scope } from '../../../bindings/arena.ts';
import type { Core } from '../../../bindings/core.ts';
import {
  dot,
  gemm,
  gemmScratchFor,
  gemvTransposed,
  scale,
  syrkTransposed,
} from '../../../bindings/linalg.ts';
import { polynomialBlock, velocityFromInteraction } from '../../../bindings/particles.ts';
import { derivativeOf, type Links } from './links.ts';
import { type Pace, type Population, PopulationField, pairWork, populationFieldSize } from './particles.ts';

/** Whether moments do, and cost less than pairs. */
function momentsSuffice({ Q }: Links, m: number, d: number): boolean {
  return d < m && Q.every((value, k) => k <= 2 || value === 0);
}

/** What goes with each number of a network beside its products, in multiply-adds of theirs. */
const PASSES = 75;

/** Multiply-adds of the sums over pairs, and of the velocity where it is asked for. */
export function populationWork(links: Links, m: number, d: number, velocity: boolean): number {
  if (momentsSuffice(links, m, d)) return m * d * (d / 2 + PASSES + (velocity ? d : 0));
  return pairWork(m, d, links.degree, velocity);
}

/** Doubles of linear memory of a population. */
export function populationSize(links: Links, m: number, d: number): number {
  return momentsSuffice(links, m, d)
    ? d * d + d + m + Math.max(packedSize(d, d, m), packedSize(m, d, d))
    : populationFieldSize(m, d);
}

/** The velocity of the population by the cheaper way. */
export function populationOf(
  core: Core,
  scope: Scope,
  links: Links,
  m: number,
  d: number,
  pace: Pace,
): Population {
  return momentsSuffice(links, m, d)
    ? new MomentField(core, scope, links, m, d, pace)
    : new PopulationField(core, scope, links, m, d, pace);
}

/** Scratch of a packed product, as `gemmScratchFor` of the core counts it. */
function packedSize(rows: number, columns: number, depth: number): number {
  const padded = (length: number) => 4 * Math.ceil(length / 4);
  return Math.min(256, depth) * (Math.min(96, padded(rows)) + Math.min(512, padded(columns))) + 16;
}

export class MomentField implements Population {
  readonly #core: Core;
  readonly #links: Links;
  readonly #m: number;
  readonly #d: number;
  readonly #target: Block;
  readonly #ones: Block;
  readonly #mean: Block;
  readonly #second: Block;
  readonly #scratch: Block;
  readonly #pace: Pace;

  constructor(core: Core, scope: Scope, links: Links, m: number, d: number, pace: Pace) {
    this.#core = core;
    this.#links = links;
    this.#m = m;
    this.#d = d;
    this.#target = polynomialBlock(scope, derivativeOf(links.T));
    this.#ones = scope.f64(m).fill(1);
    this.#mean = scope.f64(d);
    this.#second = scope.f64(d * d);
    this.#scratch = scope.f64(Math.max(gemmScratchFor(core, d, d, m), gemmScratchFor(core, m, d, d)));
    this.#pace = pace;
  }

  async evaluate(W: Block, V: Block): Promise<boolean> {
    this.#moments(W);
    this.#velocity(W, V);
    return this.#pace(populationWork(this.#links, this.#m, this.#d, true));
  }

  async meanOfPairs(W: Block, V?: Block): Promise<number | undefined> {
    const { Q } = this.#links;
    const d = this.#d;
    this.#moments(W);
    const first = dot(this.#core, this.#mean, this.#mean, d);
    const second = dot(this.#core, this.#second, this.#second, d * d);
    if (V) this.#velocity(W, V);
    const whole = await this.#pace(populationWork(this.#links, this.#m, d, V !== undefined));
    return whole ? Q[0]! + (Q[1] ?? 0) * first + (Q[2] ?? 0) * second : undefined;
  }

  /** μ and M. */
  #moments(W: Block): void {
    const [core, m, d] = [this.#core, this.#m, this.#d];
    gemvTransposed(core, W, m, d, d, this.#ones, this.#mean);
    scale(core, 1 / m, this.#mean, d);
    syrkTransposed(core, m, d, W, d, this.#second, d, this.#scratch);
    scale(core, 1 / m, this.#second, d * d);
  }

  /** V from the moments, which are lost. */
  #velocity(W: Block, V: Block): void {
    const [core, m, d] = [this.#core, this.#m, this.#d];
    const { Q } = this.#links;
    scale(core, Q[1] ?? 0, this.#mean, d);
    scale(core, 2 * (Q[2] ?? 0), this.#second, d * d);
    gemm(core, false, false, m, d, d, W, d, this.#second, d, V, d, false, this.#scratch);
    velocityFromInteraction(core, W, d, m, d, this.#target, this.#mean, V, d);
  }
}
