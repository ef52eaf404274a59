// The numbers that a trajectory is made of: doubles, or single-precision ones in half the memory (I5). Chooses the kernels of sums of
// blocks and of products with a fixed matrix, and makes doubles of a block again. Knows no equations.
import { Block, type Scope, type SingleBlock } from '../../../bindings/arena.ts';
import type { Core } from '../../../bindings/core.ts';
import {
  addProductSingle,
  axpy,
  axpySingle,
  gemm,
  packedSingleLength,
  packSingle,
} from '../../../bindings/linalg.ts';
import type { StateBlock } from '../../../bindings/mean-field-convergence.ts';

/** NumPy's names. */
export type Dtype = 'float64' | 'float32';

/** Bytes of one number. */
export const BYTES: Readonly<Record<Dtype, number>> = { float64: 8, float32: 4 };
/** Half the gap from 1 to the next number of single precision. */
export const SINGLE_ROUNDOFF = 1 / 2 ** 24;

/** Rows that are doubles at once. */
export const PIECE_ROWS = 256;

/** `length` zeros. */
export const stateBlock = (scope: Scope, dtype: Dtype, length: number): StateBlock =>
  dtype === 'float32' ? scope.f32(length) : scope.f64(length);

/** A block with the numbers of another, of the same type. */
export function stateCopy(scope: Scope, block: StateBlock): StateBlock {
  // Room first: a view must not be held across an allocation.
  const out = block instanceof Block ? scope.f64(block.length) : scope.f32(block.length);
  return out.set(block.view);
}

/** y += a x; both of the same type. */
export function addScaled(core: Core, a: number, x: StateBlock, y: StateBlock, length: number): void {
  if (x instanceof Block) axpy(core, a, x, y as Block, length);
  else axpySingle(core, a, x, y as SingleBlock, length);
}

/** B (k × n) as `addProduct` takes it: itself for products of doubles, rounded and packed for those in single precision. */
export function factorOf(core: Core, scope: Scope, dtype: Dtype, B: Block, k: number, n: number): StateBlock {
  if (dtype === 'float64') return B;
  const packed = scope.f32(packedSingleLength(core, k, n));
  packSingle(core, B, k, n, n, packed);
  return packed;
}

/** C += A B for A m × k and a factor B; all of the same type. `packing` is scratch of `gemm`. */
export function addProduct(
  core: Core,
  m: number,
  n: number,
  k: number,
  A: StateBlock,
  B: StateBlock,
  C: StateBlock,
  packing: Block,
): void {
  if (A instanceof Block) {
    gemm(core, false, false, m, n, k, A, k, B as Block, n, C as Block, n, true, packing);
  } else addProductSingle(core, m, n, k, A, k, B as SingleBlock, C as SingleBlock, n);
}

/** Doubles of `length` numbers from `start` on: the block itself where it has them. */
export function doublesOf(scope: Scope, block: StateBlock, start = 0, length = block.length - start): Block {
  if (block instanceof Block) return start === 0 && length === block.length ? block : block.at(start, length);
  const out = scope.f64(length);
  return out.set(block.view.subarray(start, start + length));
}

/** Calls `visit` with the doubles of all rows: at once where the block has them, else piece by piece in scratch. */
export function eachPiece(
  core: Core,
  block: StateBlock,
  rows: number,
  columns: number,
  visit: (piece: Block, count: number, from: number) => void,
): void {
  const most = block instanceof Block ? rows : PIECE_ROWS;
  for (let from = 0; from < rows; from += most) {
    const count = Math.min(most, rows - from);
    core.within((scope) => visit(doublesOf(scope, block, from * columns, count * columns), count, from));
  }
}

/** Fills all rows of a block with what `make` leaves in doubles, rounded where the block has none. */
export function fillRows(
  core: Core,
  block: StateBlock,
  rows: number,
  columns: number,
  make: (out: Block, count: number, from: number) => void,
): void {
  if (block instanceof Block) {
    make(block, rows, 0);
    return;
  }
  core.within((scope) => {
    const piece = scope.f64(Math.min(rows, PIECE_ROWS) * columns);
    for (let from = 0; from < rows; from += PIECE_ROWS) {
      const count = Math.min(PIECE_ROWS, rows - from);
      make(piece, count, from);
      block.set(piece.view.subarray(0, count * columns), from * columns);
    }
  });
}
