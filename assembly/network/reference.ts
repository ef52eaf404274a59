// Scalar references of the network kernels, for the tests and the benches.
