// Response of iterates: how they move with the noises Xi_s (C, rho), from how signals move (tau, response-row.ts). One recursion
// serves the state evolution (samples of the law) and the augmented gradient descent (the user's rows). Equations (R3) and
// (S6) of docs/theories/finite-width.md; steps 3 and 5 of Han & Imaizumi's algorithm.
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
