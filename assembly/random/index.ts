// The random kernels, gathered for the core. Each family keeps one index.
export { fillLaw } from './law';
export { fillNormal } from './normal';
export { fillIndices, fillPermutation, fillUniform } from './uniform';
export { seedStream } from './xoshiro';
