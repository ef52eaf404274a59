// The quadrature kernels, gathered for the core. Each family keeps one index.
export { gaussGegenbauer, gaussHermite, gaussLegendre } from './gauss';
export { sobolDimensions, sobolPoints, sobolPointsScrambled, sobolPointsShifted } from './sobol';
