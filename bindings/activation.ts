// Activations of the core over blocks.
import type { Block } from './arena.ts';
import type { Core } from './core.ts';
import type { HiddenActivation } from './network.ts';

/**
 * value_i = s(x_i), and where blocks for them are given first_i = s'(x_i) and second_i = s''(x_i), for i < n.
 * `value` may be `x`; `second` needs `first`.
 */
export function activateRow(
  core: Core,
  activation: HiddenActivation,
  x: Block,
  n: number,
  value: Block,
  first?: Block,
  second?: Block,
): void {
  const order = second ? 2 : first ? 1 : 0;
  const { kind, parameter } = activation;
  core.exports.activate(kind, parameter, order, x.ptr, n, value.ptr, first?.ptr ?? 0, second?.ptr ?? 0);
}
