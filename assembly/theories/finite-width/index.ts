// The kernels that only the finite-width theory needs.
export {
  addBlockProduct,
  addBlockVector,
  curvatureBlock,
  curvatureRows,
  curvatureScratch,
  curvatureTriangle,
  packedScores,
  packScores,
  weightedGram,
} from './curvature';
export { responseHistory, responseRow, responseRowScratch } from './response-row';
export {
  columnDots,
  shiftedForward,
  tailAdvance,
  tangentAdvance,
  weightColumns,
} from './tangent';
export { fillTrapezoid } from './triangle';
