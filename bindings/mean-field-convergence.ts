// Bindings of the kernels that only the mean-field-convergence theory needs. Where pre-activations, slopes and directions may be of
// either precision they are all of the same, and the kernel is that of their numbers.
import { type Block, SingleBlock } from './arena.ts';
import type { Core } from './core.ts';
import type { HiddenActivation } from './network.ts';

/** What a trajectory is made of: doubles, or single-precision numbers. */
export type StateBlock = Block | SingleBlock;

/** Doubles of scratch for `outputSums` on rows of n; twice as much for `windowMeans` and in single precision. */
export function passScratch(core: Core, n: number): number {
  return core.exports.passScratch(n);
}

/** f_a = Σ_i w_i s(H_ia), and slopes_ia = s'(H_ia) where a block for them is given. */
export function outputSums(
  core: Core,
  { kind, parameter }: HiddenActivation,
  H: StateBlock,
  w: Block,
  rows: number,
  n: number,
  f: Block,
  slopes: StateBlock | undefined,
  scratch: Block,
): void {
  const { outputSums, outputSumsSingle } = core.exports;
  const kernel = H instanceof SingleBlock ? outputSumsSingle : outputSums;
  kernel(kind, parameter, H.ptr, w.ptr, rows, n, f.ptr, slopes?.ptr ?? 0, scratch.ptr);
}

/** D_ia = scales_i slopes_ia zeta_a. */
export function flowDirection(
  core: Core,
  slopes: StateBlock,
  scales: Block,
  zeta: Block,
  rows: number,
  n: number,
  D: StateBlock,
): void {
  const { flowDirection, flowDirectionSingle } = core.exports;
  const kernel = slopes instanceof SingleBlock ? flowDirectionSingle : flowDirection;
  kernel(slopes.ptr, scales.ptr, zeta.ptr, rows, n, D.ptr);
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

/** Doubles of scratch for `activeCounts` of pre-activations of that precision. */
export function activeCountsScratch(core: Core, rows: number, n: number, single = false): number {
  const { activeCountsScratch, activeCountsSingleScratch } = core.exports;
  return (single ? activeCountsSingleScratch : activeCountsScratch)(rows, n);
}

/** counts_ab = number of neurons active on both samples a and b. */
export function activeCounts(
  core: Core,
  H: StateBlock,
  rows: number,
  n: number,
  counts: Block,
  scratch: Block,
): void {
  const { activeCounts, activeCountsSingle } = core.exports;
  const kernel = H instanceof SingleBlock ? activeCountsSingle : activeCounts;
  kernel(H.ptr, rows, n, counts.ptr, scratch.ptr);
}
