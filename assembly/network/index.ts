// The network kernels, gathered for the core.
export { networkBackward, networkJacobian } from './backward';
export { networkDeepGradient, networkDeepJacobian } from './deep';
export { networkForward } from './forward';
export { networkGradient } from './step';
