// Errors of the core: what the bindings say when memory, a kernel or the module itself fails.

/**
 * A failure of the WebAssembly core: out of memory, a trap, a module of another ABI.
 * After a trap the core is unusable and must be dropped; `remedy` says what to do.
 */
export class CoreError extends Error {
  override readonly name = 'CoreError';
  readonly remedy: string;

  constructor(message: string, remedy: string, options?: ErrorOptions) {
    super(`${message} ${remedy}`, options);
    this.remedy = remedy;
  }
}
