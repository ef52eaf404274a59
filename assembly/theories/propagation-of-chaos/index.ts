// The kernels that only propagation of chaos needs.

export { advanceResponse, weightedSquares } from './fluctuation';
export { legendreMoments, legendreSeries } from './mean-field';
