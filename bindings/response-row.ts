// Binding of the row of responses that estimator and derivative form solve at every step.
import type { Block } from './arena.ts';
import type { Core } from './core.ts';

/** Doubles of what `responseRow` keeps of all steps, and of its scratch. */
export function responseRowSizes(
  core: Core,
  q: number,
  samples: number,
  steps: number,
): { history: number; scratch: number } {
  const { responseHistory, responseRowScratch } = core.exports;
  return { history: responseHistory(q, samples, steps), scratch: responseRowScratch(q, steps) };
}

/**
 * Row t of D_{t,s} = dg_t/dU_s for samples [start, start + count): sums[s] += Σ_k w_k D_{t,s}[k], in eight partial sums each.
 * `J` is J_t of all samples; `start` a multiple of 16, `count` too unless it ends the samples. `weights` undefined: all 1.
 */
export function responseRow(
  core: Core,
  q: number,
  t: number,
  steps: number,
  start: number,
  count: number,
  J: Block,
  ldj: number,
  history: Block,
  rho: Block,
  weights: Block | undefined,
  sums: Block,
  scratch: Block,
): void {
  core.exports.responseRow(
    q,
    t,
    steps,
    start,
    count,
    J.ptr,
    ldj,
    history.ptr,
    rho.ptr,
    weights ? weights.ptr : 0,
    sums.ptr,
    scratch.ptr,
  );
}
