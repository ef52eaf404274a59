// Response of gradient descent: how signals g_t move with the Gaussian parts U_s (tau), and iterates with the noises
// Xi_s (C, rho). One recursion serves the state evolution (samples of the law) and the augmented gradient descent
// (the user's rows). Equations (R1)-(R3) of docs/theories/finite-width.md; steps 3 and 5 of Han & Imaizumi's algorithm.
import type { Block, Scope } from '../../../bindings/arena.ts';
import type { Core } from '../../../bindings/core.ts';
import { jacobianProduct } from '../../../bindings/finite-width.ts';
import { dot, skinnyTransposed, sum } from '../../../bindings/linalg.ts';
import { addProduct, addTo } from '../../numerics/square.ts';

/** Spectrum of the feature covariance as classes: share of the directions and eigenvalue. Isotropic is [{ 1, 1 }]. */
export interface SpectrumClass {
  readonly weight: number;
  readonly eigenvalue: number;
}

export const ISOTROPIC: readonly SpectrumClass[] = [{ weight: 1, eigenvalue: 1 }];

/** C_{t,s} = db_t/dXi_s per class of the spectrum, and rho_{t,s} = (1/phi) sum_c w_c lambda_c C^c_{t,s}. */
export class IterateResponse {
  /** C[c][t][s], each q x q. */
  readonly C: Float64Array[][][];
  readonly #q: number;
  readonly #spectrum: readonly SpectrumClass[];
  readonly #sampleRatio: number;

  constructor(q: number, sampleRatio: number, spectrum: readonly SpectrumClass[] = ISOTROPIC) {
    this.#q = q;
    this.#sampleRatio = sampleRatio;
    this.#spectrum = spectrum;
    this.C = spectrum.map(() => [[]]);
  }

  /** rho_{t,s} for s < t. */
  rho(t: number): Float64Array[] {
    return Array.from({ length: t }, (_, s) => {
      const out = new Float64Array(this.#q * this.#q);
      this.#spectrum.forEach(({ weight, eigenvalue }, c) => {
        addTo(out, this.C[c]![t]![s]!, (weight * eigenvalue) / this.#sampleRatio);
      });
      return out;
    });
  }

  /** C_{t+1,s} = C_{t,s} - eta lambda sum_{r=s+1}^{t} tau_{t,r} C_{r,s}, C_{t+1,t} = -eta I. */
  advance(t: number, eta: number, tau: readonly Float64Array[]): void {
    const q = this.#q;
    this.#spectrum.forEach(({ eigenvalue }, c) => {
      const C = this.C[c]!;
      const product = new Float64Array(q * q);
      const next = Array.from({ length: t }, (_, s) => {
        const out = new Float64Array(C[t]![s]!);
        for (let r = s + 1; r <= t; r++) {
          product.fill(0);
          addTo(out, addProduct(product, tau[r]!, C[r]![s]!, q, q, q), -eta * eigenvalue);
        }
        return out;
      });
      const diagonal = new Float64Array(q * q);
      for (let i = 0; i < q; i++) diagonal[i * q + i] = -eta;
      C.push([...next, diagonal]);
    });
  }
}

/** Doubles of linear memory that the per-sample derivatives take. */
export function signalResponseSize(q: number, samples: number, steps: number): number {
  return (q * q * (samples + 1) * steps * (steps + 1)) / 2 + q * q * samples;
}

/** D_{t,s} = dg_t/dU_s of every sample, and their means tau_{t,s}. */
export class SignalResponse {
  readonly #core: Core;
  readonly #q: number;
  readonly #samples: number;
  readonly #ld: number;
  readonly #weights: Block | undefined;
  readonly #memory: Block[] = [];
  readonly #off: Block;

  /** `ld` is the row stride of J (even, at least `samples`, zero behind the samples); `weights` default to 1/samples. */
  constructor(
    core: Core,
    scope: Scope,
    q: number,
    samples: number,
    ld: number,
    steps: number,
    weights?: Block,
  ) {
    this.#core = core;
    this.#q = q;
    this.#samples = samples;
    this.#ld = ld;
    this.#weights = weights;
    for (let s = 0; s < steps; s++) this.#memory.push(scope.f64((steps - s) * q * q * ld));
    this.#off = scope.f64(q * q * ld);
  }

  /**
   * D_{t,s} = J_t (1{s=t} I + sum_{r=s}^{t-1} rho_{t,r} D_{r,s}) for s = 0..t; returns tau_{t,s}, each q x q.
   * Cost: q³ (t+1) t/2 multiply-adds a sample, as one tall-skinny product for each s.
   */
  advance(t: number, J: Block, rho: readonly Float64Array[]): Float64Array[] {
    const q = this.#q;
    const ld = this.#ld;
    const columns = q * ld;
    return Array.from({ length: t + 1 }, (_, s) => {
      const D = this.#memory[s]!;
      const row = D.at((t - s) * q * columns, q * columns);
      if (s === t) row.set(J.view.subarray(0, q * columns));
      else {
        const known = (t - s) * q;
        this.#off.fill(0);
        this.#core.within((scope) => {
          // Row a of [rho_{t,s} … rho_{t,t-1}].
          const weights = scope.f64(q * known);
          const w = weights.view;
          for (let r = s; r < t; r++) {
            const matrix = rho[r]!;
            for (let a = 0; a < q; a++) w.set(matrix.subarray(a * q, (a + 1) * q), a * known + (r - s) * q);
          }
          skinnyTransposed(this.#core, D, known, columns, columns, weights, known, q, this.#off, columns);
        });
        jacobianProduct(this.#core, q, ld, q, J, ld, this.#off, columns, row, columns);
      }
      return this.#means(row, q);
    });
  }

  #means(row: Block, columns: number): Float64Array {
    const q = this.#q;
    const out = new Float64Array(q * columns);
    for (let i = 0; i < out.length; i++) {
      const segment = row.at(i * this.#ld, this.#ld);
      out[i] = this.#weights
        ? dot(this.#core, this.#weights, segment, this.#samples)
        : sum(this.#core, segment, this.#samples) / this.#samples;
    }
    return out;
  }
}
