// Bindings of the packed blocks of a head's curvature: R rows of scores, samples in rows of the network's stride.
import type { Block } from './arena.ts';
import type { Core } from './core.ts';

/** Samples or rows in multiples of which `weightedGram` and `addBlockProduct` may be split. */
export const CURVATURE_DEPTH = 256;

/**
 * Doubles of one packed block, of the triangle it is summed in, of the packed scores of m samples, and of scratch; rows that a
 * product writes.
 */
export function curvatureSizes(
  core: Core,
  R: number,
  m: number,
): { block: number; triangle: number; scores: number; scratch: number; rows: number } {
  const kernels = core.exports;
  return {
    block: kernels.curvatureBlock(R),
    triangle: kernels.curvatureTriangle(R),
    scores: kernels.packedScores(R, m),
    scratch: kernels.curvatureScratch(R),
    rows: kernels.curvatureRows(R),
  };
}

/** Z, R rows of m samples `ld` apart, into tiles: as columns and as lines. */
export function packScores(core: Core, Z: Block, R: number, m: number, ld: number, to: Block): void {
  core.exports.packScores(Z.ptr, R, m, ld, to.ptr);
}

/**
 * G ← Σ_k w_k z_k z_k' over samples [start, start + count), added to G where start > 0, its upper triangle; `last`: they end
 * the samples, C becomes the whole, packed. Z packed; start a multiple of 256.
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
  last: boolean,
  scratch: Block,
): void {
  core.exports.weightedGram(Z.ptr, R, m, w.ptr, start, count, G.ptr, C.ptr, Number(last), scratch.ptr);
}

/** P += C (S + T), Q likewise; without T and Q, P += C S. Rows of S and T `ld` apart, of P and Q `ldp`. */
export function addBlockProduct(
  core: Core,
  C: Block,
  R: number,
  S: Block,
  T: Block | undefined,
  count: number,
  ld: number,
  P: Block,
  Q: Block | undefined,
  ldp: number,
  scratch: Block,
): void {
  core.exports.addBlockProduct(
    C.ptr,
    R,
    S.ptr,
    T ? T.ptr : 0,
    count,
    ld,
    P.ptr,
    Q ? Q.ptr : 0,
    ldp,
    scratch.ptr,
  );
}

/** y += C (s + t), z likewise; without t and z, y += C s. Scratch of R. */
export function addBlockVector(
  core: Core,
  C: Block,
  R: number,
  s: Block,
  t: Block | undefined,
  y: Block,
  z: Block | undefined,
  scratch: Block,
): void {
  core.exports.addBlockVector(C.ptr, R, s.ptr, t ? t.ptr : 0, y.ptr, z ? z.ptr : 0, scratch.ptr);
}
