// The network kernels, gathered for the core.
export { networkBackward, networkJacobian } from './backward';
export { networkCopies, stepCopies } from './copies';
export { networkDeepGradient, networkDeepJacobian } from './deep';
export { networkForward } from './forward';
export { networkGradient } from './step';
