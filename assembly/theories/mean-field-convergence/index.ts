// The kernels that only the mean-field-convergence theory needs.
export { flowDirection, outputSums, passScratch, windowMeans } from './pass';
export { activeCounts, activeCountsScratch } from './active';
