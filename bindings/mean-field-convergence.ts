// Bindings of the kernels that only the mean-field-convergence theory needs.
import type { Block } from './arena.ts';
import type { Core } from './core.ts';
import type { HiddenActivation } from './network.ts';

/** Doubles of scratch for `outputSums` on rows of n; twice as much for `windowMeans`. */
export function passScratch(core: Core, n: number): number {
  return core.exports.passScratch(n);
}

/** f_a = Σ_i w_i s(H_ia), and slopes_ia = s'(H_ia) where a block for them is given. */
export function outputSums(
  core: Core,
  { kind, parameter }: HiddenActivation,
  H: Block,
  w: Block,
  rows: number,
  n: number,
  f: Block,
  slopes: Block | undefined,
  scratch: Block,
): void {
  core.exports.outputSums(kind, parameter, H.ptr, w.ptr, rows, n, f.ptr, slopes?.ptr ?? 0, scratch.ptr);
}

/** D_ia = scales_i slopes_ia zeta_a. */
export function flowDirection(
  core: Core,
  slopes: Block,
  scales: Block,
  zeta: Block,
  rows: number,
  n: number,
  D: Block,
): void {
  core.exports.flowDirection(slopes.ptr, scales.ptr, zeta.ptr, rows, n, D.ptr);
}

/** out_a = Σ_i w_i (smallest slope within reach_a of H_ia)². */
export function windowMeans(
  core: Core,
  { kind, parameter }: HiddenActivation,
  even: boolean,
  H: Block,
  reach: Block,
  w: Block,
  rows: number,
  n: number,
  out: Block,
  scratch: Block,
): void {
  core.exports.windowMeans(
    kind,
    parameter,
    Number(even),
    H.ptr,
    reach.ptr,
    w.ptr,
    rows,
    n,
    out.ptr,
    scratch.ptr,
  );
}

/** Doubles of scratch for `activeCounts`. */
export function activeCountsScratch(core: Core, rows: number, n: number): number {
  return core.exports.activeCountsScratch(rows, n);
}

/** counts_ab = number of neurons active on both samples a and b. */
export function activeCounts(
  core: Core,
  H: Block,
  rows: number,
  n: number,
  counts: Block,
  scratch: Block,
): void {
  core.exports.activeCounts(H.ptr, rows, n, counts.ptr, scratch.ptr);
}
