// How each theory's results are shown, by its name. One line each; kept apart from the theories so that programs
// that draw nothing do not carry it.
import type { Display } from '../display.ts';
import { display as finiteWidth } from './finite-width/display.ts';
import { display as meanFieldConvergence } from './mean-field-convergence/display.ts';
import { display as propagationOfChaos } from './propagation-of-chaos/display.ts';
import { display as quadraticNetworks } from './quadratic-networks/display.ts';

// biome-ignore lint/suspicious/noExplicitAny: each theory has a problem type of its own
const displays: Readonly<Record<string, Display<any>>> = {
  'finite-width': finiteWidth,
  'mean-field-convergence': meanFieldConvergence,
  'propagation-of-chaos': propagationOfChaos,
  'quadratic-networks': quadraticNetworks,
};

/** The display of a theory. */
// biome-ignore lint/suspicious/noExplicitAny: each theory has a problem type of its own
export const displayOf = (theory: string): Display<any> => displays[theory]!;
