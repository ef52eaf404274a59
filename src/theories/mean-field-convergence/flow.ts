// The state of gradient flow on an ensemble: pre-activations and what moves them, in the primal or the dual form (M4).
// Evaluates outputs, residuals, slopes and kernels, and moves along a direction. What is m × n is of the ensemble's dtype, sums over
// neurons and all that is n × n are doubles. Knows no step sizes and no data.

import { activateRow } from '../../../bindings/activation.ts';
import type { Block, Scope } from '../../../bindings/arena.ts';
import type { Core } from '../../../bindings/core.ts';
import {
  axpy,
  dot,
  gemm,
  gemmScratch,
  gemv,
  hadamard,
  scale as scaleBlock,
  sumSquares,
  syrkTransposed,
} from '../../../bindings/linalg.ts';
import {
  activeCounts,
  activeCountsScratch,
  flowDirection,
  outputSums,
  passScratch,
  type StateBlock,
} from '../../../bindings/mean-field-convergence.ts';
import type { HiddenActivation } from '../../../bindings/network.ts';
import { copyOf } from './copies.ts';
import type { Ensemble, TestRows } from './ensemble.ts';
import { relativeChange } from './kernel-matrix.ts';
import { isKinked } from './slopes.ts';
import { addProduct, addScaled, eachPiece, factorOf, stateBlock, stateCopy } from './state.ts';

/** Neurons whose test pre-activations are made at once. */
export const TEST_ROWS = 64;

export class Flow {
  readonly core: Core;
  readonly ensemble: Ensemble;
  /** Pre-activations, m × n. */
  readonly H: StateBlock;
  /** s'(H) of the last evaluation. */
  readonly slopes: StateBlock;
  /** zeta = f - y of the last evaluation, (M1). */
  readonly residual: Block;
  /** Directions, m × n. */
  readonly D: StateBlock;
  readonly K: Block;
  /** alpha eps_i w_i. */
  readonly #amplitudes: Block;
  readonly #averages: Block;
  /** -eps_i / (alpha n), times a step. */
  readonly #scales: Block;
  readonly #start: StateBlock;
  /** A of the dual form. */
  readonly #A: StateBlock | undefined;
  /** G of the dual form, as products take it. */
  readonly #gram: StateBlock | undefined;
  readonly #Z0: Block | undefined;
  readonly #pass: Block;
  readonly #packing: Block;
  readonly #counts: Block | undefined;
  /** Whether A is not 0 any more. */
  #moved = false;

  constructor(core: Core, scope: Scope, ensemble: Ensemble) {
    const { rows: m, samples: n, signs, weights, scale, primal, test, dtype } = ensemble;
    const single = dtype === 'float32';
    this.core = core;
    this.ensemble = ensemble;
    this.H = ensemble.H;
    this.slopes = stateBlock(scope, dtype, m * n);
    this.D = stateBlock(scope, dtype, m * n);
    this.residual = scope.f64(n);
    this.K = scope.f64(n * n);
    this.#amplitudes = scope.f64(m);
    this.#averages = scope.f64(m);
    this.#scales = scope.f64(m);
    for (let i = 0; i < m; i++) {
      const w = weights ? weights[i]! : 1 / m;
      this.#averages.view[i] = w;
      this.#amplitudes.view[i] = scale * signs[i]! * w;
    }
    this.#start = stateCopy(scope, ensemble.H);
    this.#A = primal ? undefined : stateBlock(scope, dtype, m * n);
    this.#gram = primal ? undefined : factorOf(core, scope, dtype, ensemble.gram, n, n);
    this.#Z0 = primal ? copyOf(scope, primal.Z) : undefined;
    this.#pass = scope.f64((single ? 2 : 1) * passScratch(core, Math.max(n, test?.count ?? 0)));
    this.#packing = scope.f64(gemmScratch(core));
    this.#counts =
      isKinked(ensemble.activation) && !weights
        ? scope.f64(activeCountsScratch(core, m, n, single))
        : undefined;
  }

  /** Room for numbers of the state, m × n. */
  room(scope: Scope): StateBlock {
    return stateBlock(scope, this.ensemble.dtype, this.H.length);
  }

  /** H(0). */
  get start(): StateBlock {
    return this.#start;
  }

  /** 1/m, or the weights of particles. */
  get averages(): Block {
    return this.#averages;
  }

  /** Outputs, residuals and slopes at `H` (the state unless told); returns the loss. */
  evaluate(H = this.H, slopes = this.slopes, residual = this.residual): number {
    const { rows, samples, activation, labels } = this.ensemble;
    outputSums(this.core, activation, H, this.#amplitudes, rows, samples, residual, slopes, this.#pass);
    const zeta = residual.view;
    for (let a = 0; a < samples; a++) zeta[a]! -= labels[a]!;
    return sumSquares(this.core, residual, samples) / (2 * samples);
  }

  /** D = factor times the direction of (M2), for slopes and residuals. */
  direction(factor: number, slopes = this.slopes, residual = this.residual, D = this.D): void {
    const { rows, samples, signs, scale } = this.ensemble;
    const scales = this.#scales.view;
    for (let i = 0; i < rows; i++) scales[i] = (-signs[i]! * factor) / (scale * samples);
    flowDirection(this.core, slopes, this.#scales, residual, rows, samples, D);
  }

  /** target = H + D G: the pre-activations after a move that is not made. */
  preview(D: StateBlock, target: StateBlock): void {
    target.set(this.H.view);
    this.#addProduct(D, target);
  }

  /** Moves the state by D. */
  move(D = this.D): void {
    const { core } = this;
    this.#moved = true;
    const { rows: m, samples: n, primal } = this.ensemble;
    if (primal) {
      const { inputs: p, U, Z } = primal;
      gemm(core, false, false, m, p, n, D as Block, n, U, p, Z, p, true, this.#packing);
      gemm(core, false, true, m, n, p, Z, p, U, p, this.H as Block, n, false, this.#packing);
    } else {
      addScaled(core, 1, D, this.#A!, m * n);
      this.#addProduct(D, this.H);
    }
  }

  /** target += D G. */
  #addProduct(D: StateBlock, target: StateBlock): void {
    const { core } = this;
    const { rows: m, samples: n, primal } = this.ensemble;
    if (!primal) {
      addProduct(core, m, n, n, D, this.#gram!, target, this.#packing);
      return;
    }
    const { inputs: p, U } = primal;
    core.within((scope) => {
      const moved = scope.f64(m * p);
      gemm(core, false, false, m, p, n, D as Block, n, U, p, moved, p, false, this.#packing);
      gemm(core, false, true, m, n, p, moved, p, U, p, target as Block, n, true, this.#packing);
    });
  }

  /** S of (M3) at slopes P, or counted where slopes take two values and P is the state's; n × n into `out`. */
  slopeGram(out: Block, P = this.slopes, H = this.H): void {
    const { core } = this;
    const { rows: m, samples: n, activation } = this.ensemble;
    if (this.#counts && P === this.slopes) {
      activeCounts(core, H, m, n, out, this.#counts);
      kinkedSlopes(out.view, n, m, m, activation.flattest);
      return;
    }
    this.gramOf(P, out);
  }

  /** Pᵀ P weighted by 1/m or the weights, or the same of the activation of P; in doubles. */
  gramOf(P: StateBlock, out: Block, activation?: HiddenActivation): void {
    const { core } = this;
    const { rows: m, samples: n, weights } = this.ensemble;
    eachPiece(core, P, m, n, (piece, count, from) =>
      core.within((scope) => {
        let values = piece;
        if (activation) {
          values = scope.f64(count * n);
          activateRow(core, activation, piece, count * n, values);
        }
        if (weights) {
          const roots = scope.from(weights.subarray(from, from + count).map(Math.sqrt));
          const weighted = scope.f64(count * n);
          flowDirection(core, values, roots, scope.f64(n).fill(1), count, n, weighted);
          values = weighted;
        }
        const part = from === 0 ? out : scope.f64(n * n);
        syrkTransposed(core, count, n, values, n, part, n, this.#packing);
        if (from > 0) axpy(core, 1, part, out, n * n);
      }),
    );
    if (!weights) scaleBlock(core, 1 / m, out, n * n);
  }

  /** K = G ∘ S of (M3) into `out`. */
  tangentGram(out = this.K, P = this.slopes, H = this.H): void {
    const n = this.ensemble.samples;
    this.slopeGram(out, P, H);
    hadamard(this.core, out, this.ensemble.gram, out, n * n);
  }

  /** σ(H)ᵀ σ(H)/m into `out`. */
  featureGram(out: Block): void {
    this.gramOf(this.H, out, this.ensemble.activation);
  }

  /** rho of (M3) with the kernel K. */
  instantaneousRate(K: Block = this.K): number {
    const n = this.ensemble.samples;
    return this.core.within((scope) => {
      const product = scope.f64(n);
      gemv(this.core, K, n, n, n, this.residual, product);
      const square = sumSquares(this.core, this.residual, n);
      return square > 0 ? (2 * dot(this.core, this.residual, product, n)) / (n * square) : 0;
    });
  }

  /** Outputs on the test rows. */
  testOutputs(test: TestRows): Float64Array {
    const { core } = this;
    const { rows: m, samples: n, activation, primal, dtype } = this.ensemble;
    const count = test.count;
    return core.within((scope) => {
      const out = scope.f64(count);
      const part = scope.f64(count);
      const H = stateBlock(scope, dtype, Math.min(m, TEST_ROWS) * count);
      const moved = this.#moved && !primal;
      const cross = moved ? factorOf(core, scope, dtype, test.cross, n, count) : undefined;
      for (let i = 0; i < m; i += TEST_ROWS) {
        const rows = Math.min(TEST_ROWS, m - i);
        if (primal) {
          const { inputs: p, Z } = primal;
          const [z, u] = [Z.at(i * p), test.U!];
          gemm(core, false, true, rows, count, p, z, p, u, p, H as Block, count, false, this.#packing);
        } else {
          H.set(test.H.view.subarray(i * count, (i + rows) * count));
          if (cross) addProduct(core, rows, count, n, this.#A!.at(i * n), cross, H, this.#packing);
        }
        outputSums(core, activation, H, this.#amplitudes.at(i), rows, count, part, undefined, this.#pass);
        axpy(core, 1, part, out, count);
      }
      return out.copy();
    });
  }

  /** |H - H(0)| / |H(0)|; absent where H(0) is 0. */
  preactivationMovement(): number | undefined {
    const { rows, samples } = this.ensemble;
    return relativeChange(this.core, this.H, this.#start, rows * samples);
  }

  /** |Z - Z(0)| / |Z(0)|; absent where there are infinitely many weights. */
  weightMovement(): number | undefined {
    const { rows: m, samples: n, primal, weightNorm } = this.ensemble;
    if (!weightNorm) return undefined;
    if (primal) return relativeChange(this.core, primal.Z, this.#Z0!, m * primal.inputs) ?? 0;
    const [A, H, start] = [this.#A!.view, this.H.view, this.#start.view];
    let square = 0;
    for (let k = 0; k < m * n; k++) square += A[k]! * (H[k]! - start[k]!);
    return Math.sqrt(Math.max(0, square) / weightNorm);
  }

  /** A of the dual form, in place. */
  get displacements(): StateBlock | undefined {
    return this.#A;
  }

  /** Keeps the state, to come back to it. */
  saved(): () => void {
    const { primal } = this.ensemble;
    const H = this.H.copy();
    const rest = primal ? primal.Z.copy() : this.#A!.copy();
    return () => {
      this.H.set(H);
      (primal ? primal.Z : this.#A!).set(rest);
    };
  }
}

/** From counts of jointly active neurons among `active` of them to means over m of products of slopes 1 and b. */
export function kinkedSlopes(counts: Float64Array, n: number, active: number, m: number, b: number): void {
  if (b === 0) {
    for (let k = 0; k < n * n; k++) counts[k]! /= m;
    return;
  }
  const own = Float64Array.from({ length: n }, (_, a) => counts[a * (n + 1)]!);
  for (let a = 0; a < n; a++) {
    for (let c = 0; c < n; c++) {
      const both = counts[a * n + c]!;
      const mixed = own[a]! + own[c]! - 2 * both;
      const none = active - own[a]! - own[c]! + both;
      counts[a * n + c] = (both + b * mixed + b * b * none) / m;
    }
  }
}
