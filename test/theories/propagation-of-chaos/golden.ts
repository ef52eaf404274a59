// Reference values of an independent NumPy program, written before this code and kept as it gave them
// (golden/propagation-of-chaos.json): normalised Hermite polynomials, velocity without the factor 2, w* = e_1.
import { readFileSync } from 'node:fs';
import { type Links, linksOfSeries } from '../../../src/theories/propagation-of-chaos/links.ts';

// biome-ignore lint/suspicious/noExplicitAny: the entries differ from case to case
export type GoldenCase = { id: string; tol: number } & Record<string, any>;

const cases: GoldenCase[] = JSON.parse(
  readFileSync(new URL('./golden/propagation-of-chaos.json', import.meta.url), 'utf8'),
).cases;

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

/** Largest absolute difference of two lists, nested to any depth. */
export function largestGap(values: unknown, reference: unknown): number {
  const flat = (value: unknown): number[] =>
    typeof value === 'number' ? [value] : Array.from(value as ArrayLike<unknown>).flatMap(flat);
  const [a, b] = [flat(values), flat(reference)];
  if (a.length !== b.length) throw new Error(`${a.length} values against ${b.length}`);
  return a.reduce((gap, value, i) => Math.max(gap, Math.abs(value - b[i]!)), 0);
}
