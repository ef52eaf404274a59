// The kernels that only the mean-field-convergence theory needs.

export { activeCounts, activeCountsScratch } from './active';
export { flowDirection, outputSums, passScratch, windowMeans } from './pass';
