// Response of signals by rows: how g_t moves with the Gaussian parts U_s of every earlier step, and its mean tau. Each row
// is solved by itself from the Jacobians J_s, so that nothing is kept for pairs of steps. Equation (R1) of
// docs/theories/finite-width.md, D = J + J rho D, read as D = J + D rho J.
import type { Block, Scope } from '../../../bindings/arena.ts';
import type { Core } from '../../../bindings/core.ts';
import { responseRow, responseRowSizes } from '../../../bindings/response-row.ts';

/** Samples of a block of the kernel, and partial sums of an entry. */
const BLOCK = 16;
const PARTS = 8;
/** Multiply-adds between two breaks. */
const PIECE = 5e7;

/** Doubles of linear memory. */
export function signalRowsSize(q: number, samples: number, steps: number): number {
  const pairs = (steps * (steps - 1)) / 2;
  return q * q * (steps * (samples + BLOCK + PARTS) + pairs + (steps + 1) * BLOCK);
}

export class SignalRows {
  readonly #core: Core;
  readonly #q: number;
  readonly #samples: number;
  readonly #ld: number;
  readonly #steps: number;
  readonly #weights: Block | undefined;
  /** J_t of all steps so far. */
  readonly #history: Block;
  /** rho by columns: for each s, q rows of what follows it. */
  readonly #rho: Block;
  readonly #sums: Block;
  readonly #scratch: Block;

  /** `ld` is the row stride of J; `weights` of the samples default to 1/samples. */
  constructor(
    core: Core,
    scope: Scope,
    q: number,
    samples: number,
    ld: number,
    steps: number,
    weights?: Block,
  ) {
    const { history, scratch } = responseRowSizes(core, q, samples, steps);
    this.#core = core;
    this.#q = q;
    this.#samples = samples;
    this.#ld = ld;
    this.#steps = steps;
    this.#weights = weights;
    this.#history = scope.f64(history);
    this.#rho = scope.f64((q * q * steps * (steps - 1)) / 2);
    this.#sums = scope.f64(PARTS * q * q * steps);
    this.#scratch = scope.f64(scratch);
  }

  /**
   * tau_{t,s} for s = 0..t, each q x q, from J_t and rho_{t,s} for s < t. Yields the share of the work that is done after
   * every piece of it; the pieces change no bit.
   * Cost: q³ t (t+1)/2 multiply-adds a sample.
   */
  *advance(t: number, J: Block, rho: readonly Float64Array[]): Generator<number, Float64Array[]> {
    const q = this.#q;
    const m = this.#samples;
    this.#append(t, rho);
    this.#sums.fill(0);
    const work = (q * q * q * (t + 1) * (t + 2)) / 2;
    const piece = Math.max(1, Math.round(PIECE / work / BLOCK)) * BLOCK;
    for (let start = 0; start < m; start += piece) {
      const count = Math.min(piece, m - start);
      responseRow(
        this.#core,
        q,
        t,
        this.#steps,
        start,
        count,
        J,
        this.#ld,
        this.#history,
        this.#rho,
        this.#weights,
        this.#sums,
        this.#scratch,
      );
      yield count / m;
    }
    return this.#means(t);
  }

  /** Row t of rho into its columns. */
  #append(t: number, rho: readonly Float64Array[]): void {
    const q = this.#q;
    const view = this.#rho.view;
    let column = 0;
    for (let s = 0; s < t; s++) {
      const length = (this.#steps - 1 - s) * q;
      const matrix = rho[s]!;
      for (let c = 0; c < q; c++) {
        for (let b = 0; b < q; b++) view[column + c * length + (t - s - 1) * q + b] = matrix[b * q + c]!;
      }
      column += q * length;
    }
  }

  #means(t: number): Float64Array[] {
    const q = this.#q;
    const sums = this.#sums.view;
    const factor = this.#weights ? 1 : this.#samples;
    return Array.from({ length: t + 1 }, (_, s) => {
      const out = new Float64Array(q * q);
      for (let a = 0; a < q; a++) {
        for (let d = 0; d < q; d++) {
          const at = PARTS * (s * q * q + d * q + a);
          let total = 0;
          for (let i = 0; i < PARTS; i++) total += sums[at + i]!;
          out[a * q + d] = total / factor;
        }
      }
      return out;
    });
  }
}
