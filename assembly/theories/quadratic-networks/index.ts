// The kernels that only the theory of quadratic networks needs.
export { lawDensities, lawEdges, lawMoments } from './law';
export { gainSum, interpolationPoint, lawQuantile, steadyInner, steadyResiduals } from './steady';
export { packSymmetric, quadraticResiduals, unpackSymmetric } from './symmetric';
