// Bindings of the kernels that only the finite-width theory needs.
import type { Block } from './arena.ts';
import type { Core } from './core.ts';

/**
 * out_{a,(b,k)} = Σ_c J_{a,c,k} rows_{c,(b,k)}: J as q² rows of `count` samples, `rows` and `out` as q rows of
 * columns·count values.
 */
export function jacobianProduct(
  core: Core,
  q: number,
  count: number,
  columns: number,
  J: Block,
  ldj: number,
  rows: Block,
  ldr: number,
  out: Block,
  ldo: number,
): void {
  core.exports.jacobianProduct(q, count, columns, J.ptr, ldj, rows.ptr, ldr, out.ptr, ldo);
}

/**
 * Rows first … first + rows - 1 of a Gaussian matrix in turned coordinates: `base` columns of normals, then the lower
 * trapezoid of `degrees` columns. Places behind it are left as they are.
 */
export function fillTrapezoid(
  core: Core,
  stream: Block,
  first: number,
  rows: number,
  base: number,
  degrees: number,
  out: Block,
  ld: number,
): void {
  core.exports.fillTrapezoid(stream.ptr, first, rows, base, degrees, out.ptr, ld);
}
