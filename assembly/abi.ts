// The numbers that both compilers agree on: AssemblyScript reads this file for the kernels and TypeScript
// reads it for the bindings. It holds const enums only, and nothing else may cross the border.

/** Changes whenever a kernel's signature or a memory layout changes; checked when a core is loaded. */
export const enum Abi {
  Version = 1,
}

/** Ending of a kernel that can fail. Non-negative is success (some kernels return a count). */
export const enum Status {
  Ok = 0,
  NotConverged = -1,
  BadArgument = -2,
}
