// Where cores come from: the inlined exact build, the inlined fast build on request, or a module of the caller's.
// The exact build compiles synchronously on first use (a few ms) and is compiled once per realm.
// In the slim entry the inlined texts are empty (scripts/build.js), and `useCore` must come first.
import { hex as exactHex } from '../build/core/exact.inline.js';
import { Core, type Precision } from './core.ts';
import { CoreError } from './errors.ts';

/** The bytes that a text of lower-case hexadecimal digits stands for. */
function decodeHex(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(text.length / 2);
  for (let i = 0; i < bytes.length; i++)
    bytes[i] = 16 * digit(text.charCodeAt(2 * i)) + digit(text.charCodeAt(2 * i + 1));
  return bytes;
}

const digit = (code: number) => (code < 58 ? code - 48 : code - 87);

/** A small module that validates only where `f64x2.relaxed_madd` is known. */
const RELAXED_PROBE =
  '0061736d010000000105016000017b030201000a28012600440000000000000000fd14440000000000000000fd14440000000000000000fd14fd87020b';

export interface LoadedModule {
  readonly module: WebAssembly.Module;
  /** Absent where the caller gave a compiled module, which does not tell its bytes. */
  readonly bytes?: Uint8Array<ArrayBuffer>;
}

let exact: LoadedModule | undefined;
let fast: LoadedModule | undefined;
let shared: Core | undefined;

/**
 * Takes the exact core from a compiled module of `foretrain/core.wasm` instead of the inlined bytes, for runtimes that
 * refuse to compile bytes. Call it once, before anything else of the library.
 * @throws CoreError where `module` is no core of this version, or a core is in use already.
 */
export function useCore(module: WebAssembly.Module): void {
  if (!(module instanceof WebAssembly.Module)) {
    throw new TypeError(`useCore: module must be a WebAssembly.Module; received ${typeof module}.`);
  }
  if (exact) throw new CoreError('a core is in use already.', 'Call useCore once, before anything else.');
  const missing = WebAssembly.Module.imports(module).length > 0 || !exportsOf(module).has('abiVersion');
  if (missing)
    throw new CoreError('the module is no foretrain core.', 'Give the compiled foretrain/core.wasm.');
  new Core(new WebAssembly.Instance(module));
  exact = { module };
}

function exportsOf(module: WebAssembly.Module): Set<string> {
  return new Set(WebAssembly.Module.exports(module).map(({ name }) => name));
}

/** The compiled exact build, and its bytes (for hashing) where they are known. */
export function exactModule(): LoadedModule {
  if (!exact) {
    if (exactHex === '') {
      throw new CoreError(
        'this entry has no core of its own.',
        'Call useCore(module) with the compiled foretrain/core.wasm first.',
      );
    }
    const bytes = decodeHex(exactHex);
    exact = { bytes, module: new WebAssembly.Module(bytes) };
  }
  return exact;
}

/** The compiled fast build. @throws CoreError where the runtime has no relaxed SIMD (Node 20). */
export async function fastModule(): Promise<LoadedModule> {
  if (!fast) {
    if (!WebAssembly.validate(decodeHex(RELAXED_PROBE))) {
      throw new CoreError(
        "precision 'fast' needs relaxed SIMD, which this runtime does not have (Node 22 or later does).",
        "Use precision 'exact', which is the default.",
      );
    }
    const { hex } = await import('../build/core/fast.inline.js');
    if (hex === '')
      throw new CoreError(
        "this entry has no core of precision 'fast'.",
        "Use precision 'exact', or import 'foretrain'.",
      );
    const bytes = decodeHex(hex);
    fast = { bytes, module: new WebAssembly.Module(bytes) };
  }
  return fast;
}

/** A fresh core of its own memory for one run. */
export async function createCore(precision: Precision = 'exact'): Promise<Core> {
  const { module } = precision === 'fast' ? await fastModule() : exactModule();
  return new Core(new WebAssembly.Instance(module));
}

/** The core that synchronous primitives share. Only for work that begins and ends in one call. */
export function sharedCore(): Core {
  shared ??= new Core(new WebAssembly.Instance(exactModule().module));
  return shared;
}
