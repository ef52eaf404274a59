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

/** Scalar functions that hidden units or links apply. Each takes one parameter, 0 where it has none. */
export const enum Activation {
  Identity = 0,
  Relu = 1,
  /** parameter: slope for negative input */
  LeakyRelu = 2,
  Tanh = 3,
  Sigmoid = 4,
  /** erf(x) */
  Erf = 5,
  /** erf(x/√2) */
  ErfSqrt2 = 6,
  Gelu = 7,
  Silu = 8,
  /** log(1 + exp(βx))/β, parameter: sharpness β */
  Softplus = 9,
  /** x² */
  Quadratic = 10,
  /** He_k(x)/√k!, parameter: degree k */
  Hermite = 11,
  /** sin(ωx), parameter: frequency ω */
  Sin = 12,
  /** −1, 0 or 1 */
  Sign = 13,
  Count = 14,
}

/** Laws of independent variates, all of mean 0 and variance 1. */
export const enum Law {
  Gaussian = 0,
  /** ±1 with probability 1/2 each */
  Rademacher = 1,
  /** uniform on [−√3, √3] */
  Uniform = 2,
  /** Student's t scaled to variance 1, parameter: degrees of freedom > 2 */
  StudentT = 3,
  /** 0 with probability 1 − p, else ±1/√p, parameter: density p */
  Sparse = 4,
  /** exponential of mean 1, minus 1: skewness 2 */
  Skewed = 5,
  Count = 6,
}
