// The mean-field process (D1)-(D6): one causal pass over the steps with R matrices of order d in lockstep, whose averages are
// the memory that drives them. Matrices lie as vectors of the symmetric basis, all replicas of one time in one row, so that
// every average over the past is one product of a matrix with a vector. Knows nothing of configurations.
import type { Block, Scope } from '../../../bindings/arena.ts';
import type { Core } from '../../../bindings/core.ts';
import { axpy, gemm, gemmScratchFor, gemv, skinnyTransposed, syrk } from '../../../bindings/linalg.ts';
import { packSymmetric, unpackSymmetric } from '../../../bindings/quadratic-networks.ts';

export interface ProcessInput {
  /** Order of the matrices. */
  readonly d: number;
  /** Columns of the factor W. */
  readonly columns: number;
  readonly replicas: number;
  /** Tangents that share the probes: 1 carries all of them, as many as steps keep them apart. */
  readonly tangents: number;
  readonly sampleRatio: number;
  readonly weightDecay: number;
  readonly noiseVariance: number;
  readonly steps: readonly number[];
}

/** Where the process takes its random matrices from, each as a vector of the symmetric basis. */
export interface Draws {
  teacher(replica: number, out: Block): void;
  /** Writes W(0) with row stride `ld`. */
  start(replica: number, W: Block, ld: number): void;
  innovation(replica: number, out: Block): void;
  probe(replica: number, out: Block): void;
}

/** A pivot at most this share of its diagonal entry opens no direction: the covariance is singular to rounding (D5). */
const LOST_PIVOT = 1e-8;

export const packedLength = (d: number) => (d * (d + 1)) / 2;

/** Most doubles of scratch of an m×k by k×n product, for estimates of memory. */
export function productScratch(m: number, n: number, k: number): number {
  return Math.min(256, k) * (Math.min(96, m + 12) + Math.min(512, n + 4)) + 24;
}

/** Doubles of linear memory, and multiply-adds of the whole pass. */
export function processCost(input: Omit<ProcessInput, 'sampleRatio' | 'weightDecay' | 'noiseVariance'>) {
  const { d, columns, replicas, tangents, steps } = input;
  const T = steps.length;
  const row = replicas * packedLength(d);
  const wide = (1 + tangents) * columns;
  const memory = (4 * T + 1 + tangents * T) * row + (2 + tangents) * row;
  const matrices = replicas * d * wide + d * wide + 2 * d * d + productScratch(d, Math.max(wide, d), d);
  const history = row * T * T * (0.5 * 3.5 + (tangents === 1 ? 0.5 : tangents / 6));
  const products = T * replicas * d * d * (columns * (1.5 + 3 * tangents) + 10);
  return { doubles: memory + matrices, work: history + products };
}

export interface Measured {
  readonly train: number;
  readonly test: number;
}

export class Process {
  readonly #core: Core;
  readonly #input: ProcessInput;
  readonly #draws: Draws;
  readonly #row: number;
  readonly #packed: number;
  readonly #ld: number;
  readonly #teacher: Block;
  readonly #W: Block[];
  readonly #S: Block;
  readonly #U: Block;
  readonly #G: Block;
  readonly #P: Block;
  readonly #V: Block[];
  readonly #dZ: Block[];
  readonly #product: Block;
  readonly #A: Block;
  readonly #B: Block;
  readonly #coefficients: Block;
  readonly #scratch: Block;
  /** C, rho and K by rows up to the present. */
  readonly correlation: Float64Array[] = [];
  readonly response: Float64Array[] = [];
  readonly #kernel: Float64Array[] = [];
  /** Rows of the Cholesky factor over the kept innovations, and the times of those. */
  readonly #factor: Float64Array[] = [];
  readonly #kept: number[] = [];
  #memory = new Float64Array(0);

  constructor(core: Core, scope: Scope, input: ProcessInput, draws: Draws) {
    const { d, columns, replicas, tangents, steps } = input;
    const T = steps.length;
    this.#core = core;
    this.#input = input;
    this.#draws = draws;
    this.#packed = packedLength(d);
    this.#row = replicas * this.#packed;
    this.#ld = (1 + tangents) * columns;
    const rows = (count: number) => scope.f64(count * this.#row);
    this.#teacher = rows(1);
    this.#W = Array.from({ length: replicas }, () => scope.f64(d * this.#ld));
    this.#S = rows(T + 1);
    this.#U = rows(T);
    this.#G = rows(T);
    this.#P = rows(T);
    this.#V = Array.from({ length: tangents }, () => rows(T));
    this.#dZ = Array.from({ length: tangents }, () => rows(1));
    this.#product = scope.f64(d * this.#ld);
    this.#A = scope.f64(d * d);
    this.#B = scope.f64(d * d);
    this.#coefficients = scope.f64(T + 1);
    this.#scratch = scope.f64(
      Math.max(gemmScratchFor(core, d, this.#ld, d), gemmScratchFor(core, d, d, columns)),
    );
    for (let r = 0; r < replicas; r++) {
      draws.teacher(r, this.#part(this.#teacher, r));
      draws.start(r, this.#W[r]!, this.#ld);
    }
  }

  #part(block: Block, replica: number, time = 0): Block {
    return block.at(time * this.#row + replica * this.#packed, this.#packed);
  }

  #time(block: Block, time: number): Block {
    return block.at(time * this.#row, this.#row);
  }

  /** out += Σ_{j<count} coefficients_j block_j over the times from `from` on. */
  #addHistory(block: Block, from: number, count: number, coefficients: ArrayLike<number>, out: Block): void {
    if (count <= 0) return;
    this.#coefficients.set(coefficients);
    skinnyTransposed(
      this.#core,
      block.at(from * this.#row),
      count,
      this.#row,
      this.#row,
      this.#coefficients,
      count,
      1,
      out,
      this.#row,
    );
  }

  /** The errors at step k, (D1), (D2) and (D3); call it once for every k, in order. */
  measure(k: number): Measured {
    const { d, columns, replicas, tangents, sampleRatio, noiseVariance } = this.#input;
    const core = this.#core;
    for (let r = 0; r < replicas; r++) {
      const at = this.#part(this.#S, r, k);
      syrk(core, d, columns, this.#W[r]!, this.#ld, this.#A, d, this.#scratch);
      packSymmetric(core, d, this.#A, d, 0.5, at);
      axpy(core, -1, this.#part(this.#teacher, r), at, this.#packed);
    }
    gemv(core, this.#S, k + 1, this.#row, this.#row, this.#time(this.#S, k), this.#coefficients);
    const unit = 1 / (d * replicas);
    const C = this.#coefficients.copy(0, k + 1).map((value) => noiseVariance + 2 * unit * value);
    const rho = new Float64Array(k);
    for (let g = 0; g < Math.min(tangents, k); g++) {
      const count = Math.floor((k - 1 - g) / tangents) + 1;
      const from = this.#P.at(g * this.#row);
      gemv(core, from, count, this.#row, tangents * this.#row, this.#dZ[g]!, this.#coefficients);
      const values = this.#coefficients.view;
      for (let i = 0; i < count; i++) rho[g + i * tangents] = unit * values[i]!;
    }
    const memory = rho.map((value) => value / (2 * sampleRatio));
    const kernel = new Float64Array(k + 1);
    kernel[k] = 1;
    for (let j = 0; j < k; j++) {
      const [factor, row] = [memory[j]!, this.#kernel[j]!];
      for (let i = 0; i <= j; i++) kernel[i]! += factor * row[i]!;
    }
    this.correlation.push(C);
    this.response.push(rho);
    this.#kernel.push(kernel);
    this.#memory = memory;
    let train = 0;
    for (let i = 0; i <= k; i++) {
      const row = this.correlation[i]!;
      let sum = 0.5 * row[i]! * kernel[i]!;
      for (let j = 0; j < i; j++) sum += row[j]! * kernel[j]!;
      train += 2 * kernel[i]! * sum;
    }
    return { train, test: C[k]! - noiseVariance };
  }

  /** The step from k to k + 1, (D4)-(D6). */
  advance(k: number): void {
    const { d, columns, replicas, tangents, weightDecay, steps } = this.#input;
    const core = this.#core;
    const rate = steps[k]!;
    const { weights, opens } = this.#factorRow(k);
    const place = opens ? this.#kept.length - 1 : Math.min(this.#kept.length, steps.length - 1);
    const own = k % tangents;
    for (let r = 0; r < replicas; r++) {
      this.#draws.innovation(r, this.#part(this.#G, r, place));
      this.#draws.probe(r, this.#part(this.#P, r, k));
    }
    const U = this.#time(this.#U, k);
    U.set(this.#time(this.#S, k).view);
    this.#addHistory(this.#G, 0, weights.length, weights, U);
    this.#addHistory(this.#U, 0, k, this.#memory, U);
    const active = Math.min(tangents, k + 1);
    for (let g = 0; g < active; g++) {
      if (g >= k) continue;
      const V = this.#time(this.#V[g]!, k);
      V.set(this.#dZ[g]!.view);
      this.#addHistory(this.#V[g]!, g + 1, k - g - 1, this.#memory.subarray(g + 1, k), V);
    }
    const wide = (1 + active) * columns;
    const ld = this.#ld;
    const product = this.#product;
    for (let r = 0; r < replicas; r++) {
      const W = this.#W[r]!;
      unpackSymmetric(core, d, this.#part(this.#U, r, k), weightDecay, this.#A, d);
      gemm(core, 0, 0, d, wide, d, this.#A, d, W, ld, product, ld, 0, this.#scratch);
      for (let g = 0; g < active; g++) {
        const bracket = this.#dZ[g]!.at(r * this.#packed, this.#packed);
        if (g < k) bracket.set(this.#part(this.#V[g]!, r, k).view);
        else bracket.fill(0);
        if (g === own) axpy(core, 1, this.#part(this.#P, r, k), bracket, this.#packed);
        unpackSymmetric(core, d, bracket, 0, this.#B, d);
        const part = product.at((1 + g) * columns);
        gemm(core, 0, 0, d, columns, d, this.#B, d, W, ld, part, ld, 1, this.#scratch);
      }
      axpy(core, -rate, product, W, d * ld);
      for (let g = 0; g < active; g++) {
        const dW = W.at((1 + g) * columns);
        gemm(core, 0, 1, d, d, columns, dW, ld, W, ld, this.#B, d, 0, this.#scratch);
        packSymmetric(core, d, this.#B, d, 1, this.#dZ[g]!.at(r * this.#packed, this.#packed));
      }
    }
  }

  /** Weights of the kept innovations in the noise of step k, and whether step k opens a new one (D5). */
  #factorRow(k: number): { weights: Float64Array; opens: boolean } {
    const scale = 1 / (4 * this.#input.sampleRatio);
    const C = this.correlation[k]!;
    const kept = this.#kept;
    const row = new Float64Array(kept.length + 1);
    let pivot = scale * C[k]!;
    for (let a = 0; a < kept.length; a++) {
      const other = this.#factor[a]!;
      let sum = scale * C[kept[a]!]!;
      for (let b = 0; b < a; b++) sum -= row[b]! * other[b]!;
      row[a] = sum / other[a]!;
      pivot -= row[a]! * row[a]!;
    }
    const opens = pivot > LOST_PIVOT * scale * C[k]!;
    if (!opens) return { weights: row.subarray(0, kept.length), opens };
    row[kept.length] = Math.sqrt(pivot);
    kept.push(k);
    this.#factor.push(row);
    return { weights: row, opens };
  }

  /** W of a replica, d rows of `columns`. */
  factor(replica: number): Float64Array {
    const { d, columns } = this.#input;
    const view = this.#W[replica]!.view;
    const out = new Float64Array(d * columns);
    for (let i = 0; i < d; i++) out.set(view.subarray(i * this.#ld, i * this.#ld + columns), i * columns);
    return out;
  }
}
