// The kernels that only the finite-width theory needs.
export {
  curvatureLines,
  curvatureScratch,
  curvatureSize,
  curvatureTriangle,
  packBorder,
  packedScores,
  packScores,
  weightedGram,
} from './curvature';
export { advanceShifts, curvatureVector, shiftsScratch } from './curvature-product';
export { responseHistory, responseRow, responseRowScratch } from './response-row';
export {
  columnDots,
  shiftedForward,
  tailAdvance,
  tangentAdvance,
  weightColumns,
} from './tangent';
export { fillTrapezoid } from './triangle';
