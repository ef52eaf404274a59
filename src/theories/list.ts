// The theories. One line each; nothing else in the library lists them.
import type { Theory } from '../theory.ts';
import { finiteWidth } from './finite-width/index.ts';
import { meanFieldConvergence } from './mean-field-convergence/index.ts';
import { propagationOfChaos } from './propagation-of-chaos/index.ts';
import { quadraticNetworks } from './quadratic-networks/index.ts';

// biome-ignore lint/suspicious/noExplicitAny: each theory has a problem type of its own
export const theories: readonly Theory<any>[] = [
  finiteWidth,
  meanFieldConvergence,
  propagationOfChaos,
  quadraticNetworks,
];
