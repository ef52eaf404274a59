// The kernels that only the mean-field-convergence theory needs.

export { activeCounts, activeCountsScratch, activeCountsSingle, activeCountsSingleScratch } from './active';
export { flowDirection, outputSums, passScratch, windowMeans } from './pass';
export { flowDirectionSingle, outputSumsSingle } from './single';
