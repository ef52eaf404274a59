// Reference values of independent NumPy/SciPy programs, one file a theory, written before the code here and kept as they gave them.
import { readFileSync } from 'node:fs';

/** The cases of <theory>/golden/<theory>.json; what they hold is said by the theory's own golden.ts. */
export function readCases<Case>(theory: string): Case[] {
  const file = new URL(`./${theory}/golden/${theory}.json`, import.meta.url);
  const content = JSON.parse(readFileSync(file, 'utf8'));
  return content.cases ?? content;
}

/** A nested array of any depth, typed ones included, as one list. */
export function flat(value: unknown): number[] {
  return typeof value === 'number' ? [value] : Array.from(value as ArrayLike<unknown>).flatMap(flat);
}

/** Largest absolute difference of two lists, nested to any depth. */
export function largestGap(values: unknown, reference: unknown): number {
  const [a, b] = [flat(values), flat(reference)];
  if (a.length !== b.length) throw new Error(`${a.length} values against ${b.length}`);
  return a.reduce((gap, value, i) => Math.max(gap, Math.abs(value - b[i]!)), 0);
}
