// The numbers that both compilers agree on: AssemblyScript reads this file for the kernels and TypeScript
// reads it for the bindings. It holds const enums only, and nothing else may cross the border.

/** Changes whenever a kernel's signature or a memory layout changes; checked when a core is loaded. */
export const enum Abi {
  Version = 2,
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

/** Words of a network descriptor: sizes, then byte addresses. Rows are `Stride` elements apart. */
export const enum Net {
  Width = 0,
  Depth = 1,
  Stride = 2,
  /** i32 per hidden layer: Activation */
  Kinds = 3,
  /** f64 per hidden layer: the activation's parameter */
  Parameters = 4,
  /** deep parameters: W_2, c_2, …, W_{L-1}, c_{L-1}, W_L, c_L */
  Deep = 5,
  /** q rows: first-layer pre-activations h_1 */
  H = 6,
  /** q rows: pre-activations of the layer at hand */
  Hidden = 7,
  /** (L-1)q rows: activations a_l */
  A = 8,
  /** (L-1)q rows: s_l'(h_l) */
  First = 9,
  /** (L-1)q rows: s_l''(h_l), only where second derivatives are asked for */
  Second = 10,
  /** (L-1)q rows: P_l = df/dh_l */
  P = 11,
  /** outputs f */
  Output = 12,
  /** labels y */
  Label = 13,
  /** residuals r = f - y */
  Residual = 14,
  /** q rows: g = r P_1 */
  Signal = 15,
  /** q*q rows: J = P_1 P_1' + r Hf, only where second derivatives are asked for */
  Jacobian = 16,
  /** scratch of a sample block: (3 q*q + q) rows of BlockSamples */
  Scratch = 17,
  Words = 18,
}

/** Samples that the second-derivative kernel works on at once. */
export const enum Tile {
  Samples = 64,
}
