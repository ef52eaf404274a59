// The kernels that only finite-width state evolution needs.
export { jacobianProduct } from './response';
