// Bindings of the packed curvature of a head: q units with R rows of scores, d deep parameters, samples in rows of the
// network's stride.
import type { Block } from './arena.ts';
import type { Core } from './core.ts';

/** Samples in multiples of which `weightedGram` may be split. */
export const CURVATURE_DEPTH = 256;
/** Samples in multiples of which `advanceShifts` is best split. */
export const SHIFTS_GROUP = 32;

/**
 * Doubles of the whole curvature, of the triangle a block is summed in, of the packed scores of m samples, and of scratch; lines
 * of a block.
 */
export function curvatureSizes(
  core: Core,
  q: number,
  R: number,
  d: number,
  m: number,
): { whole: number; triangle: number; scores: number; scratch: number; lines: number } {
  const kernels = core.exports;
  return {
    whole: kernels.curvatureSize(q, R, d),
    triangle: kernels.curvatureTriangle(R),
    scores: kernels.packedScores(R, m),
    scratch: Math.max(kernels.curvatureScratch(R), kernels.shiftsScratch(q, R, d), R + d),
    lines: kernels.curvatureLines(R),
  };
}

/** Z, R rows of m samples `ld` apart, into tiles: as columns and as lines. */
export function packScores(core: Core, Z: Block, R: number, m: number, ld: number, to: Block): void {
  core.exports.packScores(Z.ptr, R, m, ld, to.ptr);
}

/**
 * G ← Σ_k w_k z_k z_k' over samples [start, start + count), added to G where start > 0, its upper triangle; `last`: they end
 * the samples, C becomes the whole, packed, with `steps` steps a line. Z packed; start a multiple of 256.
 */
export function weightedGram(
  core: Core,
  Z: Block,
  R: number,
  m: number,
  w: Block,
  start: number,
  count: number,
  G: Block,
  C: Block,
  steps: number,
  last: boolean,
  scratch: Block,
): void {
  const { weightedGram: gram } = core.exports;
  gram(Z.ptr, R, m, w.ptr, start, count, G.ptr, C.ptr, steps, Number(last), scratch.ptr);
}

/** Deep parameters of the curvature C: `mixed` d rows of R for each unit, `deep` d × d. */
export function packBorder(
  core: Core,
  q: number,
  R: number,
  d: number,
  mixed: Block,
  deep: Block,
  C: Block,
): void {
  core.exports.packBorder(q, R, d, mixed.ptr, deep.ptr, C.ptr);
}

/** What one step of the shifts takes of `count` samples, rows `ld` apart; `own` q rows, `deepOwn` one. */
export interface ShiftRows {
  readonly S: Block;
  readonly Z: Block;
  readonly D: Block;
  readonly own: Block;
  readonly deepOwn: Block;
  readonly ld: number;
}

/** S ← S − step (C S − Z own) for samples [start, start + count); without `product` C S counts as 0. */
export function advanceShifts(
  core: Core,
  q: number,
  R: number,
  d: number,
  C: Block,
  product: boolean,
  rows: ShiftRows,
  step: Block,
  start: number,
  count: number,
  scratch: Block,
): void {
  const { S, Z, D, own, deepOwn, ld } = rows;
  const at = 8 * start;
  core.exports.advanceShifts(
    q,
    R,
    d,
    C.ptr,
    Number(product),
    S.ptr + at,
    Z.ptr + at,
    D.ptr + at,
    own.ptr + at,
    deepOwn.ptr + at,
    step.ptr,
    count,
    ld,
    scratch.ptr,
  );
}

/** y = C v: q R + d numbers. Scratch of R + d. */
export function curvatureVector(
  core: Core,
  q: number,
  R: number,
  d: number,
  C: Block,
  v: Block,
  y: Block,
  scratch: Block,
): void {
  core.exports.curvatureVector(q, R, d, C.ptr, v.ptr, y.ptr, scratch.ptr);
}
