// The kernels that only the theory of quadratic networks needs.
export { lawDensities, lawEdges, lawMoments } from './law';
export { packedRowsLength, packRows, rowField, rowGradient, rowScratch } from './rows';
export { gainSum, interpolationPoint, lawQuantile, steadyInner, steadyResiduals } from './steady';
export { packSymmetric, unpackSymmetric } from './symmetric';
export { turnBack, turnLength, turnToTrapezoid } from './trapezoid';
