// How a student moves on its measurements: gradient descent (S5), the flow by Heun's method with step control (S6), and the
// accelerated solvers of its end point, on the factor (A1) or on the whole matrix where the problem is convex (A2).
import type { Block, Scope } from '../../../bindings/arena.ts';
import type { Core } from '../../../bindings/core.ts';
import {
  addScaled,
  axpy,
  dot,
  gemmScratchFor,
  scale,
  sumSquares,
  symmetricEigen,
  symmetricEigenScratch,
  syrkTransposed,
} from '../../../bindings/linalg.ts';
import type { Measurements } from './measurements.ts';

/** One step of gradient descent on W of `size` entries; `gradient` holds Γ W. */
export function descend(core: Core, W: Block, gradient: Block, rate: number, size: number): void {
  axpy(core, -rate, gradient, W, size);
}

/** The flow dW/dt = −Γ W from one time to another by Heun's method; keeps its step from call to call. */
export class Flow {
  readonly #core: Core;
  readonly #measurements: Measurements;
  readonly #columns: number;
  readonly #size: number;
  readonly #tolerance: number;
  readonly #longest: number;
  readonly #trial: Block;
  readonly #second: Block;
  #step: number;
  evaluations = 0;

  constructor(
    core: Core,
    scope: Scope,
    measurements: Measurements,
    d: number,
    columns: number,
    tolerance: number,
    longest: number,
  ) {
    this.#core = core;
    this.#measurements = measurements;
    this.#columns = columns;
    this.#size = d * columns;
    this.#tolerance = tolerance;
    this.#longest = longest;
    this.#step = 0.1 * longest;
    this.#trial = scope.f64(this.#size);
    this.#second = scope.f64(this.#size);
  }

  /** Moves W by `time`; `gradient` holds Γ W at the start, and at the end. The mean squared residual there. */
  advance(W: Block, gradient: Block, time: number, train: number): number {
    const core = this.#core;
    const size = this.#size;
    let left = time;
    let error = train;
    while (left > 0) {
      const whole = this.#step >= left;
      const h = whole ? left : this.#step;
      addScaled(core, 1, W, -h, gradient, this.#trial, size);
      this.#measurements.gradient(this.#trial, this.#columns, this.#second);
      this.evaluations++;
      // Heun minus Euler is h/2 (Γ W − Γ' W').
      axpy(core, -1, gradient, this.#second, size);
      const norm = Math.sqrt(sumSquares(core, W, size));
      const miss = (0.5 * h * Math.sqrt(sumSquares(core, this.#second, size))) / Math.max(norm, 1e-300);
      if (!Number.isFinite(miss)) return Number.NaN;
      const change = Math.max(0.3, Math.min(2, 0.9 * Math.sqrt(this.#tolerance / Math.max(miss, 1e-300))));
      const next = Math.min(this.#longest, h * change);
      if (miss > this.#tolerance) {
        this.#step = Math.min(next, 0.9 * h);
        continue;
      }
      addScaled(core, 1, this.#trial, -0.5 * h, this.#second, W, size);
      error = this.#measurements.gradient(W, this.#columns, gradient);
      this.evaluations++;
      left = whole ? 0 : left - h;
      if (!whole || next < this.#step) this.#step = next;
    }
    return error;
  }
}

export interface Found {
  readonly train: number;
  readonly iterations: number;
  readonly converged: boolean;
}

/** Iterations between two looks at the event loop. */
const TURN = 20;

/**
 * Plain descent up to time 5, then Nesterov's method with a restart wherever a step would climb, until ‖ΓW‖/‖W‖ is below
 * `tolerance` (A1). `rate` is the step.
 */
export async function accelerate(
  core: Core,
  scope: Scope,
  measurements: Measurements,
  W: Block,
  d: number,
  columns: number,
  rate: number,
  tolerance: number,
  iterations: number,
  turn: (work: number) => Promise<boolean>,
): Promise<Found | undefined> {
  const size = d * columns;
  const gradient = scope.f64(size);
  const look = scope.f64(size).set(W.view.subarray(0, size));
  const before = scope.f64(size);
  let train = 0;
  let k = 0;
  const warmUp = Math.min(Math.ceil(5 / rate), Math.floor(iterations / 2));
  for (let i = 0; i < iterations; i++) {
    train = measurements.gradient(look, columns, gradient);
    const norm = Math.sqrt(sumSquares(core, look, size));
    const slope = Math.sqrt(sumSquares(core, gradient, size));
    if (!Number.isFinite(slope)) return { train: Number.NaN, iterations: i, converged: false };
    if (slope <= tolerance * norm || norm === 0) {
      W.set(look.view);
      return { train, iterations: i, converged: true };
    }
    before.set(W.view.subarray(0, size));
    addScaled(core, 1, look, -rate, gradient, W, size);
    if (i < warmUp) look.set(W.view.subarray(0, size));
    else {
      // ⟨gradient, step⟩ > 0: the momentum climbs.
      addScaled(core, 1, W, -1, before, before, size);
      k = dot(core, gradient, before, size) > 0 ? 0 : k + 1;
      addScaled(core, 1, W, k / (k + 3), before, look, size);
    }
    if (i % TURN === TURN - 1 && !(await turn(TURN))) return undefined;
  }
  train = measurements.gradient(W, columns, gradient);
  return { train, iterations, converged: false };
}

/** Largest eigenvalue of the quadratic part of the measurements, by power iteration on the field. */
export function curvature(core: Core, scope: Scope, measurements: Measurements, d: number): number {
  // The field is affine: its change between 0 and S is the quadratic part of S.
  const size = d * d;
  const origin = scope.f64(size);
  const S = scope.f64(size);
  const image = scope.f64(size);
  measurements.field(S, origin);
  for (let i = 0; i < d; i++)
    for (let j = 0; j < d; j++) S.view[i * d + j] = 1 / (1 + Math.abs(i - j)) + (i === j ? (i % 3) / 3 : 0);
  let largest = 0;
  for (let i = 0; i < 40; i++) {
    scale(core, 1 / Math.sqrt(sumSquares(core, S, size)), S, size);
    measurements.field(S, image);
    addScaled(core, 1, image, -1, origin, S, size);
    largest = Math.sqrt(sumSquares(core, S, size));
  }
  return largest;
}

/**
 * FISTA with restarts on Z ⪰ 0 (A2), from Z in place, until the relative change of a step is below `tolerance`. Also gives the
 * rank of the result.
 */
export async function solveConvex(
  core: Core,
  scope: Scope,
  measurements: Measurements,
  Z: Block,
  d: number,
  largest: number,
  tolerance: number,
  iterations: number,
  turn: (work: number) => Promise<boolean>,
): Promise<(Found & { readonly rank: number }) | undefined> {
  const size = d * d;
  const Y = scope.f64(size).set(Z.view);
  const gradient = scope.f64(size);
  const before = scope.f64(size);
  const look = scope.f64(size);
  const values = scope.f64(d);
  const eigen = scope.f64(symmetricEigenScratch(core, d));
  const scratch = scope.f64(gemmScratchFor(core, d, d, d));
  let momentum = 1;
  let train = 0;
  let rank = 0;
  for (let i = 0; i < iterations; i++) {
    train = measurements.field(Y, gradient);
    before.set(Z.view);
    look.set(Y.view);
    addScaled(core, 1, Y, -1 / largest, gradient, Y, size);
    symmetricEigen(core, Y, d, d, values, true, eigen);
    rank = 0;
    const lambda = values.copy();
    for (let j = 0; j < d; j++) {
      const kept = lambda[j]! > 0;
      if (kept) rank++;
      scale(core, kept ? Math.sqrt(lambda[j]!) : 0, Y.at(j * d, d), d);
    }
    syrkTransposed(core, d, d, Y, d, Z, d, scratch);
    addScaled(core, 1, Z, -1, before, before, size);
    const change = Math.sqrt(sumSquares(core, before, size));
    const norm = Math.sqrt(sumSquares(core, Z, size));
    if (change <= tolerance * Math.max(norm, 1e-12)) {
      train = measurements.field(Z, gradient);
      return { train, iterations: i + 1, converged: true, rank };
    }
    // ⟨Y − Z, step⟩ > 0: the momentum climbs.
    addScaled(core, 1, look, -1, Z, look, size);
    const climbs = dot(core, look, before, size) > 0;
    const next = climbs ? 1 : (1 + Math.sqrt(1 + 4 * momentum * momentum)) / 2;
    addScaled(core, 1, Z, climbs ? 0 : (momentum - 1) / next, before, Y, size);
    momentum = next;
    if (i % TURN === TURN - 1 && !(await turn(TURN))) return undefined;
  }
  train = measurements.field(Z, gradient);
  return { train, iterations, converged: false, rank };
}
