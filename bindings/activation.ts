import type { Block } from './arena.ts';
import type { Core } from './core.ts';
import type { HiddenActivation } from './network.ts';
export function activateRow(core: Core, a: HiddenActivation, x: Block, n: number, value: Block, first?: Block, second?: Block): void {
  core.exports.activate(a.kind, a.parameter, second ? 2 : first ? 1 : 0, x.ptr, n, value.ptr, first?.ptr ?? 0, second?.ptr ?? 0);
}
