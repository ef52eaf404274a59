// The cores that tests run on: the exact build, the checked build (asserts and guard words) and the scalar
// references. The checked build is loaded by @assemblyscript/loader, which can read its assert messages.
import { readFileSync } from 'node:fs';
import { checkedCore } from '../bindings/checked.ts';
import { Core } from '../bindings/core.ts';
import { createCore } from '../bindings/load.ts';

const file = (name: string) =>
  new Uint8Array(readFileSync(new URL(`../build/core/${name}.wasm`, import.meta.url)));

export const exact: Core = await createCore('exact');
export const checked: Core = checkedCore(file('checked'));

/** The exports of the scalar references. Give them blocks of a core made by `referenceCore`. */
export type References = Record<string, (...parameters: number[]) => number>;

/** The scalar references with a memory of their own: `within` hands out blocks, `exports` are the functions. */
export function referenceCore(): { within: Core['within']; exports: References } {
  const module = new WebAssembly.Module(file('reference'));
  const core = new Core(new WebAssembly.Instance(module), { guards: true });
  return { within: core.within.bind(core), exports: core.exports as unknown as References };
}
