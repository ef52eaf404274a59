// The linalg kernels, gathered for the core. Each family keeps one index.
export { cholesky } from './cholesky';
export { choleskyAppendRow } from './cholesky-row';
export { dotCompensated, sumCompensated } from './compensated';
export { symmetricEigen, symmetricEigenScratch } from './eigen';
export { gemm, gemmScratch, gemmScratchFor, gemmSymmetric, syrk, syrkTransposed } from './gemm';
export {
  columnPanelsSize,
  packColumnPanels,
  packRowPanels,
  panelForward,
  panelTransposed,
  rowPanelsSize,
} from './panels';
export { addProductSingle, packedSingleLength, packSingle } from './product-single';
export { gemv, skinny } from './skinny';
export { gemvTransposed, skinnyTransposed } from './skinny-transposed';
export { solveLower, solveLowerTransposed } from './triangular';
export { addScaled, axpy, dot, hadamard, scale, sum, sumSquares, weightedDot } from './vector';
export { axpySingle } from './vector-single';
