// Scalar references of the quadrature kernels, for the tests and the benches.
