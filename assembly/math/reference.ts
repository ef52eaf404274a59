// Scalar references of the math kernels, for the tests and the benches.
