// The core: every exported kernel, by family. Kernels take pointers and sizes, return numbers or a status,
// allocate nothing and know no defaults.
export * from './activation/index';
export * from './identity';
export * from './linalg/index';
export * from './math/index';
export * from './network/index';
export * from './quadrature/index';
export * from './random/index';
export * from './theories/finite-width/index';
export * from './theories/mean-field-convergence/index';
export * from './theories/propagation-of-chaos/index';
export * from './theories/quadratic-networks/index';
