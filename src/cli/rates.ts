// The learning rates of a fit as they were used, in words. Knows nothing of how automatic ones are found.
import { inDigits } from '../digits.ts';
import type { Solution } from '../solution.ts';

/** More layers than this are not listed. */
const MOST_LISTED = 8;

/** `0.4613, 0.05 (automatic)`; undefined where the solution does not say. */
export function ratesUsed({ diagnostics, problem }: Solution): string | undefined {
  const rates = diagnostics.learningRates;
  if (!Array.isArray(rates) || rates.length === 0) return undefined;
  if (!rates.every((rate) => typeof rate === 'number')) return 'a row for each step, as given';
  const { learningRates } = { ...(problem.optimizer as object) } as { learningRates?: unknown };
  const listed = rates.slice(0, MOST_LISTED).map((rate) => inDigits(rate, 4));
  const list = `${listed.join(', ')}${rates.length > MOST_LISTED ? ', …' : ''}`;
  return learningRates === 'auto' ? `${list} (automatic)` : list;
}
