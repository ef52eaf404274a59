// The kernels that only finite-width state evolution needs.
export { jacobianProduct } from './response';
export { columnDots, mirrorUpper, shiftedForward, tangentAdvance, weightColumns } from './tangent';
