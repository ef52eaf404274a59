// Scalar references of the random kernels, for the tests and the benches.
