// Orthonormal rows of many samples, in pieces: the basis in which the projection form writes everything. A piece is a range of
// samples with all rows together, so that it stays in cache while it is read several times. Knows nothing of what the rows are.
import type { Block, Scope } from '../../../bindings/arena.ts';
import type { Core } from '../../../bindings/core.ts';
import { axpy, dot, scale, skinny, skinnyTransposed, sumSquares } from '../../../bindings/linalg.ts';

/** Samples of a piece: 200 rows of them take 0.8 MB. Sums over samples are taken piece by piece: part of their order. */
const PIECE = 512;
/** Doubles from row to row beyond the samples, so that rows of a piece do not share one place of the cache. */
const PADDING = 8;
/** Below this share of a row's size its rest is orthogonalised again. */
const CANCELLED = 1e-2;
/** Component of a row below this share of its size is rounding, and gives no new direction. */
const DEPENDENT = 1e-7;

/** Samples `start` … `start + count` - 1 of every row. */
export interface Piece {
  readonly start: number;
  readonly count: number;
  readonly stride: number;
  readonly rows: Block;
}

export class SampleBasis {
  readonly pieces: readonly Piece[];
  readonly #core: Core;
  readonly #samples: number;
  readonly #sums: Block;
  #size = 0;

  /** Room for `rows` rows, and for products with up to `width` rows at once. */
  constructor(core: Core, scope: Scope, rows: number, samples: number, width: number) {
    this.#core = core;
    this.#samples = samples;
    const pieces: Piece[] = [];
    for (let start = 0; start < samples; start += PIECE) {
      const count = Math.min(PIECE, samples - start);
      const stride = count + (count & 1) + PADDING;
      pieces.push({ start, count, stride, rows: scope.f64(rows * stride) });
    }
    this.pieces = pieces;
    this.#sums = scope.f64(width * rows);
  }

  /** Rows so far. */
  get size(): number {
    return this.#size;
  }

  /** Takes in `count` rows of all samples, `ld` apart. */
  append(rows: Block, count: number, ld: number): void {
    const values = rows.view;
    for (const { start, count: samples, stride, rows: own } of this.pieces) {
      const target = own.view;
      for (let i = 0; i < count; i++)
        target.set(values.subarray(i * ld + start, i * ld + start + samples), (this.#size + i) * stride);
    }
    this.#size += count;
  }

  /** out[j] += Σ_i weights[j,i] B[i] on a piece, for `width` rows `out` of all samples; weights width x size. */
  combine({ start, count, stride, rows }: Piece, weights: Block, width: number, out: Block, ld: number) {
    const size = this.#size;
    skinnyTransposed(this.#core, rows, size, count, stride, weights, size, width, out.at(start), ld);
  }

  /** sums[j,i] += Σ_k x[j,k] B[i,k] over a piece, for `width` rows x of all samples; sums width x size. */
  multiply({ start, count, stride, rows }: Piece, x: Block, ld: number, width: number, sums: Block): void {
    const size = this.#size;
    skinny(this.#core, rows, size, count, stride, x.at(start), ld, width, this.#sums, size);
    axpy(this.#core, 1, this.#sums, sums, width * size);
  }

  /**
   * Takes out of `count` rows x what they share with the basis and, in order, with each other, and scales the rest to
   * E_N x² = 1: the next rows of the basis. `sums` are their products with it (`multiply` over all pieces). Returns their
   * coordinates, count x (size + count); a row that brings no new direction has a rest of 0.
   * A second pass only where the first leaves little: otherwise one is as good.
   */
  orthonormalise(x: Block, ld: number, count: number, sums: Block): Float64Array {
    const core = this.#core;
    const N = this.#samples;
    const size = this.#size;
    const width = size + count;
    const coordinates = new Float64Array(count * width);
    const norms = Array.from({ length: count }, (_, i) => rootMeanSquare(core, x.at(i * ld), N));
    scale(core, -1 / N, sums, count * size);
    const first = sums.view;
    let again = 0;
    for (let i = 0; i < count; i++) {
      const square = norms[i]! * norms[i]!;
      let rest = square;
      for (let j = 0; j < size; j++) {
        const c = -first[i * size + j]!;
        coordinates[i * width + j] = c;
        rest -= c * c;
      }
      if (rest < CANCELLED * CANCELLED * square) again = i + 1;
    }
    core.within((scope) => {
      const left = scope.f64(again * size);
      for (const piece of this.pieces) {
        this.combine(piece, sums, count, x, ld);
        if (again > 0) this.multiply(piece, x, ld, again, left);
      }
      if (again === 0) return;
      scale(core, -1 / N, left, again * size);
      for (const piece of this.pieces) this.combine(piece, left, again, x, ld);
      const c = left.view;
      for (let i = 0; i < again; i++)
        for (let j = 0; j < size; j++) coordinates[i * width + j]! -= c[i * size + j]!;
    });
    for (let i = 0; i < count; i++) {
      const row = x.at(i * ld);
      let rms = rootMeanSquare(core, row, N);
      for (let pass = 0; pass < 2; pass++) {
        const before = rms;
        for (let j = 0; j < i; j++) {
          const earlier = x.at(j * ld);
          const c = dot(core, row, earlier, N) / N;
          axpy(core, -c, earlier, row, N);
          coordinates[i * width + size + j]! += c;
        }
        rms = rootMeanSquare(core, row, N);
        if (rms > CANCELLED * before) break;
      }
      if (rms <= DEPENDENT * norms[i]!) row.view.fill(0, 0, N);
      else {
        scale(core, 1 / rms, row, N);
        coordinates[i * width + size + i] = rms;
      }
    }
    return coordinates;
  }
}

function rootMeanSquare(core: Core, row: Block, N: number): number {
  return Math.sqrt(sumSquares(core, row, N) / N);
}
