// Scalar references of the kernels: the slow versions that came first. They are compiled into their own
// module, which only the tests and the benches load.
export * from './activation/reference';
export * from './identity';
export * from './linalg/reference';
export * from './math/reference';
export * from './network/reference';
export * from './quadrature/reference';
export * from './random/reference';
export * from './theories/finite-width/reference';
export * from './theories/mean-field-convergence/reference';
export * from './theories/propagation-of-chaos/particles-reference';
export * from './theories/propagation-of-chaos/reference';
export * from './theories/quadratic-networks/reference';
