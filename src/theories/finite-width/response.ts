// Response of iterates: how they move with the noises Xi_s (C, rho), from how signals move (tau, response-row.ts). One recursion
// serves the state evolution (samples of the law) and the augmented gradient descent (the user's rows). Equations (R3) and
// (S6) of docs/theories/finite-width.md; steps 3 and 5 of Han & Imaizumi's algorithm.
import { addTo } from '../../numerics/square.ts';

/** Spectrum of the feature covariance as classes: share of the directions and eigenvalue. Isotropic is [{ 1, 1 }]. */
export interface SpectrumClass {
  readonly weight: number;
  readonly eigenvalue: number;
}

export const ISOTROPIC: readonly SpectrumClass[] = [{ weight: 1, eigenvalue: 1 }];

/** C_{t,s} = db_t/dXi_s per class of the spectrum, and rho_{t,s} = (1/phi) sum_c w_c lambda_c C^c_{t,s}. */
export class IterateResponse {
  /** Class by class, C_t = [C_{t,0} … C_{t,t-1}] for t = 0, 1, …: q rows of qt numbers. */
  readonly rows: Float64Array[][];
  readonly #q: number;
  readonly #spectrum: readonly SpectrumClass[];
  readonly #sampleRatio: number;

  constructor(q: number, sampleRatio: number, spectrum: readonly SpectrumClass[] = ISOTROPIC) {
    this.#q = q;
    this.#sampleRatio = sampleRatio;
    this.#spectrum = spectrum;
    this.rows = spectrum.map(() => [new Float64Array(0)]);
  }

  /** C_{t,s} of a class for s < t, each q x q. */
  C(t: number, spectrumClass = 0): Float64Array[] {
    return this.#matrices(this.rows[spectrumClass]![t]!, t);
  }

  /** rho_{t,s} for s < t. */
  rho(t: number): Float64Array[] {
    const out = new Float64Array(this.#q * this.#q * t);
    this.#spectrum.forEach(({ weight, eigenvalue }, c) => {
      addTo(out, this.rows[c]![t]!, (weight * eigenvalue) / this.#sampleRatio);
    });
    return this.#matrices(out, t);
  }

  /** C_{t+1,s} = C_{t,s} - eta lambda sum_{r=s+1}^{t} tau_{t,r} C_{r,s}, C_{t+1,t} = -eta I. Cost: q^3 t^2/2 multiply-adds. */
  advance(t: number, eta: number, tau: readonly Float64Array[]): void {
    const q = this.#q;
    this.#spectrum.forEach(({ eigenvalue }, c) => {
      const rows = this.rows[c]!;
      const known = q * t;
      const width = known + q;
      const next = new Float64Array(q * width);
      for (let i = 0; i < q; i++) {
        next.set(rows[t]!.subarray(i * known, (i + 1) * known), i * width);
        next[i * width + known + i] = -eta;
      }
      for (let r = 1; r <= t; r++) addProduct(next, width, tau[r]!, rows[r]!, q, q * r, -eta * eigenvalue);
      rows.push(next);
    });
  }

  /** The blocks of q rows of qt numbers. */
  #matrices(row: Float64Array, t: number): Float64Array[] {
    const q = this.#q;
    return Array.from({ length: t }, (_, s) => {
      const out = new Float64Array(q * q);
      for (let i = 0; i < q; i++) out.set(row.subarray((i * t + s) * q, (i * t + s + 1) * q), i * q);
      return out;
    });
  }
}

/** First columns of out (q rows, `width` apart) += factor a b for a (q x q) and b (q x columns). */
function addProduct(
  out: Float64Array,
  width: number,
  a: Float64Array,
  b: Float64Array,
  q: number,
  columns: number,
  factor: number,
): void {
  for (let i = 0; i < q; i++) {
    for (let j = 0; j < columns; j++) {
      let sum = 0;
      for (let k = 0; k < q; k++) sum += a[i * q + k]! * b[k * columns + j]!;
      out[i * width + j]! += factor * sum;
    }
  }
}
