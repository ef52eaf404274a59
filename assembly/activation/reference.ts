// Scalar references of the activation kernels, for the tests and the benches.
