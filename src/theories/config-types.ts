// What callers may write as a configuration, of any theory. Made from the schemas by test/config-types.test.ts: do not edit.

import type { FiniteWidthConfig } from './finite-width/config-types.ts';
import type { MeanFieldConvergenceConfig } from './mean-field-convergence/config-types.ts';
import type { PropagationOfChaosConfig } from './propagation-of-chaos/config-types.ts';
import type { QuadraticNetworksConfig } from './quadratic-networks/config-types.ts';

export type { FiniteWidthConfig, FiniteWidthFitConfig } from './finite-width/config-types.ts';
export type { MeanFieldConvergenceConfig } from './mean-field-convergence/config-types.ts';
export type { PropagationOfChaosConfig } from './propagation-of-chaos/config-types.ts';
export type { QuadraticNetworksConfig } from './quadratic-networks/config-types.ts';

/** The configurations of runs by the names of their theories. */
export interface ConfigByTheory {
  readonly 'finite-width': FiniteWidthConfig;
  readonly 'mean-field-convergence': MeanFieldConvergenceConfig;
  readonly 'propagation-of-chaos': PropagationOfChaosConfig;
  readonly 'quadratic-networks': QuadraticNetworksConfig;
}

/** The configuration of a run; its theory is the one that it names. */
export type Config = ConfigByTheory[keyof ConfigByTheory];

/** The same where the theory is known, so that what does not fit is told of that theory's fields. */
export type ConfigOf<T extends keyof ConfigByTheory> = { readonly theory: T } & ConfigByTheory[T];
