// Bindings of the kernels that only the finite-width theory needs.
import type { Block } from './arena.ts';
import type { Core } from './core.ts';

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
