// One instance of the compiled core: its exports, its memory and its scopes.
// Whoever holds a Core owns it: two runs that interleave each take their own instance (0.4 ms).

import { Abi } from '../assembly/abi.ts';
import type { instantiate } from '../build/core/exact.d.ts';
import { Arena, type Scope } from './arena.ts';
import { CoreError } from './errors.ts';

/** The exports of the core as asc declares them, so that a wrapper that no longer fits does not compile. */
export type CoreExports = Awaited<ReturnType<typeof instantiate>>;

/** `exact`: plain SIMD128, the same bits everywhere. `fast`: relaxed SIMD, fused where the machine can. */
export type Precision = 'exact' | 'fast';

export class Core {
  readonly exports: CoreExports;
  readonly precision: Precision;
  readonly #arena: Arena;

  constructor(instance: WebAssembly.Instance, options: { guards?: boolean } = {}) {
    this.exports = instance.exports as unknown as CoreExports;
    const version = this.exports.abiVersion?.();
    if (version !== Abi.Version) {
      throw new CoreError(
        `the WebAssembly core has ABI ${version}, these bindings have ABI ${Abi.Version}.`,
        'Use the core.wasm of the same foretrain version.',
      );
    }
    this.precision = this.exports.isRelaxed() === 1 ? 'fast' : 'exact';
    this.#arena = new Arena(this.exports.memory, this.exports.heapBase(), options.guards);
  }

  /** Most bytes of linear memory in use at once so far. */
  get peakBytes(): number {
    return this.#arena.peakBytes;
  }

  /** Runs `work` with a scope whose blocks are taken back when it returns or throws. */
  within<T>(work: (scope: Scope) => T): T {
    const mark = this.#arena.mark();
    try {
      const result = work(this.#arena);
      this.#arena.release(mark);
      return result;
    } catch (error) {
      this.#arena.release(mark);
      throw explain(error);
    }
  }

  /** Like `within`, for work that awaits. Scopes nest: do not start a second one beside it on this core. */
  async withinAsync<T>(work: (scope: Scope) => Promise<T>): Promise<T> {
    const mark = this.#arena.mark();
    try {
      return await work(this.#arena);
    } catch (error) {
      throw explain(error);
    } finally {
      this.#arena.release(mark);
    }
  }
}

function explain(error: unknown): unknown {
  if (!(error instanceof WebAssembly.RuntimeError)) return error;
  return new CoreError(
    `the WebAssembly core stopped: ${error.message}.`,
    'This is a defect in foretrain; report the config.',
    {
      cause: error,
    },
  );
}
