// Copies within linear memory. A view must not be held across an allocation, so that room is made first.
import type { Block, Scope } from '../../../bindings/arena.ts';

/** A block with the first `length` doubles of another. */
export function copyOf(scope: Scope, block: Block, length = block.length): Block {
  const out = scope.f64(length);
  return out.set(block.view.subarray(0, length));
}
