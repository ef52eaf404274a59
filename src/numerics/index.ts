// The numerics in public: special functions, activations, linear algebra, quadrature, random streams, all from the WASM
// core and the same bits everywhere. import { gaussHermite, normalStream, symmetricEigen } from 'foretrain/numerics'
export * from './activation.ts';
export * from './arcsine.ts';
export {
  type Analyticity,
  type Rule,
  smoothGaussianRule,
  splitGaussianRule,
  tensorRule,
} from './gaussian-rule.ts';
export * from './laws.ts';
export * from './linalg.ts';
export * from './quadrature.ts';
export * from './random.ts';
export * from './special.ts';
