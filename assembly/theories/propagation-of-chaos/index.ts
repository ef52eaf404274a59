// The kernels that only propagation of chaos needs.

export { dataVelocity, dataVelocityScratch } from './data-velocity';
export { advanceResponse, weightedSquares } from './fluctuation';
export { hermiteSeries } from './hermite-series';
export { interactionProduct, interactionProductScratch, linearisedRates } from './linearised';
export { legendreMoments, legendreSeries } from './mean-field';
export { populationVelocity, populationVelocityScratch, velocityFromInteraction } from './particles';
export { normaliseRows, partners, squaredDistances, tangentRows } from './sphere';
