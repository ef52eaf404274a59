// Scalar references of the linalg kernels, for the tests and the benches.
