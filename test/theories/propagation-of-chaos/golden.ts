// The reference values of propagation of chaos: normalised Hermite polynomials, velocity without the factor 2, w* = e_1.
import { type Links, linksOfSeries } from '../../../src/theories/propagation-of-chaos/links.ts';
import { readCases } from '../golden.ts';

// biome-ignore lint/suspicious/noExplicitAny: the entries differ from case to case
export type GoldenCase = { id: string; tol: number } & Record<string, any>;

const cases = readCases<GoldenCase>('propagation-of-chaos');

export function golden(id: string): GoldenCase {
  const found = cases.find((entry) => entry.id === id);
  if (!found) throw new Error(`no golden case ${id}`);
  return found;
}

/** Links of given coefficients; the target is the activation unless told. */
export function linksOfCoefficients(c: readonly number[], b: readonly number[] = c): Links {
  const series = (coefficients: readonly number[]) => ({
    coefficients: Float64Array.from(coefficients),
    exactDegree: coefficients.length - 1,
    tail: 0,
    slopeTail: 0,
  });
  return linksOfSeries(series(c), series(b));
}
