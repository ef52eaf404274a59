// Where cores come from: the inlined exact build, the inlined fast build on request, or a module of the caller's.
// The exact build compiles synchronously on first use (a few ms) and is compiled once per realm.
import { base64 as exactBase64 } from '../build/core/exact.inline.js';
import { Core, type Precision } from './core.ts';
import { CoreError } from './errors.ts';

/** The bytes that a base64 text stands for. */
export function decodeBase64(text: string): Uint8Array<ArrayBuffer> {
  if (typeof Buffer === 'function') return new Uint8Array(Buffer.from(text, 'base64'));
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}

/** A small module that validates only where `f64x2.relaxed_madd` is known. */
const RELAXED_PROBE = 'AGFzbQEAAAABBQFgAAF7AwIBAAooASYARAAAAAAAAAAA/RREAAAAAAAAAAD9FEQAAAAAAAAAAP0U/YcCCw==';

export interface LoadedModule {
  readonly module: WebAssembly.Module;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

let exact: LoadedModule | undefined;
let fast: LoadedModule | undefined;
let shared: Core | undefined;

/** The compiled exact build and its bytes (for hashing). */
export function exactModule(): LoadedModule {
  if (!exact) {
    const bytes = decodeBase64(exactBase64);
    exact = { bytes, module: new WebAssembly.Module(bytes) };
  }
  return exact;
}

/** The compiled fast build. @throws CoreError where the runtime has no relaxed SIMD (Node 20). */
export async function fastModule(): Promise<LoadedModule> {
  if (!fast) {
    if (!WebAssembly.validate(decodeBase64(RELAXED_PROBE))) {
      throw new CoreError(
        "precision 'fast' needs relaxed SIMD, which this runtime does not have (Node 22 or later does).",
        "Use precision 'exact', which is the default.",
      );
    }
    const bytes = decodeBase64((await import('../build/core/fast.inline.js')).base64);
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
