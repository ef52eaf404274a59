// How far a steady state can be trusted (G2): a flag decided by the equations and the gain, with what was measured for it.
import type { Parameters } from './parameters.ts';
import type { Root } from './root.ts';
import { isHardToRecover } from './thresholds.ts';

export type Flag = 'exact' | 'stable' | 'approximation' | 'outside-validity';

/** Flags from the best to the worst. */
export const FLAGS: readonly Flag[] = ['exact', 'stable', 'approximation', 'outside-validity'];

export interface Reliability {
  readonly flag: Flag;
  /** Why, and how far off such answers were measured to be. */
  readonly reason: string;
}

/** The gain up to which a steady state is called stable, and an approximation. Chosen after measurements at κ* = 0.3. */
export const GAIN_LIMITS = { stable: 1, approximation: 1.2 } as const;

/** A training error below this share of the label noise counts as interpolation. */
const INTERPOLATED = 1e-2;

const MEASURED: Readonly<Record<Flag, string>> = {
  exact:
    'the problem is convex: exact as d grows; at finite d the test error was up to 12 % off with matrices and 20 % with rows at d = 40, 10 % at 80 to 100, a training error close to 0 by up to 40 %',
  stable:
    'the rank cuts and the state is stable: limits of test, train and energy agreed within 2 to 5 %; at finite d the test error was up to 15 % off at d = 40, 7 % at 100',
  approximation:
    'the rank cuts and the state is close to unstable: test within 4 %, energy within 1 % for d of at least 60; the end depends on the start by some 4 %',
  'outside-validity':
    'only the energy is a lower bound; test errors were measured up to 20 % and, at gains above 2, a factor of 2 away from the equations',
};

/** `convex` says that the rank does not cut, so that the problem is convex. */
export function reliabilityOf(
  parameters: Parameters,
  root: Pick<Root, 'train'>,
  roots: number,
  gain: number | undefined,
  convex: boolean,
): Reliability {
  if (convex) return { flag: 'exact', reason: MEASURED.exact };
  const why = outside(parameters, root, roots, gain);
  if (why) return { flag: 'outside-validity', reason: `${why}: ${MEASURED['outside-validity']}` };
  const flag = gain === undefined || gain < GAIN_LIMITS.stable ? 'stable' : 'approximation';
  return { flag, reason: MEASURED[flag] };
}

/** Why a state with an active cut is outside validity, if it is. */
function outside(
  parameters: Parameters,
  root: Pick<Root, 'train'>,
  roots: number,
  gain = 0,
): string | undefined {
  const { sampleRatio: alpha, widthRatio: kappa, noiseVariance } = parameters;
  if (roots > 1) return `${roots} steady states coexist`;
  if (gain > GAIN_LIMITS.approximation) return `the gain ${gain.toFixed(2)} is above 1.2`;
  if (noiseVariance > 0 && alpha > kappa - (kappa * kappa) / 2 && root.train < INTERPOLATED * noiseVariance)
    return 'it fits more noisy labels than the student has weights';
  return isHardToRecover(parameters) ? 'random starts may miss the recovered teacher' : undefined;
}
